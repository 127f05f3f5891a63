package php

import (
	"net/url"
	"strconv"
	"strings"
)

// PHP's defaults for max_input_vars and max_input_nesting_level.
const (
	maxVars    = 1000
	maxNesting = 64
)

// ParseQuery reads a query string as PHP's parse_str does.
func ParseQuery(raw string) *Array {
	query := NewArray()
	vars := 0
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		if vars++; vars > maxVars {
			break
		}
		name, value, _ := strings.Cut(pair, "=")
		setVar(query, unescape(name), unescape(value))
	}
	return query
}

// unescape decodes + and %xx, and leaves what is not a valid escape as it is.
func unescape(s string) string {
	if un, err := url.QueryUnescape(s); err == nil {
		return un
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b = append(b, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			b = append(b, byte(n))
			i += 2
		default:
			b = append(b, s[i])
		}
	}
	return string(b)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// setVar stores a decoded variable: a[b][]=v makes nested arrays.
func setVar(into *Array, name, value string) {
	name, _, _ = strings.Cut(name, "\x00")
	name = strings.TrimLeft(name, " ")
	base, rest := name, ""
	if i := strings.IndexByte(name, '['); i >= 0 {
		base, rest = name[:i], name[i:]
	}
	if base == "" {
		return
	}
	base = strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' {
			return '_'
		}
		return r
	}, base)

	root, key, appends := into, base, false
	for depth := 1; strings.HasPrefix(rest, "["); depth++ {
		if depth > maxNesting {
			root.remove(base)
			return
		}
		end := strings.IndexByte(rest, ']')
		inner := strings.TrimPrefix(rest, "[")
		if len(inner) > 0 && isSpace(inner[0]) && len(inner) > 1 && inner[1] == ']' {
			end = 2 // "[ ]" appends as "[]" does
			inner = "]"
		}
		if end < 0 {
			// An open bracket is part of the name, as an underscore.
			if depth == 1 {
				key = base + "_" + inner
			}
			break
		}
		into = into.descend(key, appends)
		key, appends = rest[1:end], inner[0] == ']'
		rest = rest[end+1:]
	}
	if appends {
		into.Push(value)
		return
	}
	into.Set(key, value)
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
