package espotest

import (
	"bytes"
	"errors"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// EspoCRM is written in PHP, and PHP's way of reading a query string shows:
// brackets make arrays, the last value of a name wins, "2x" counts as 2. This
// file reads query strings and JSON as PHP does.

// phpArray is PHP's array: an ordered map whose integer-like keys are integers.
// A list is an array with the keys 0, 1, 2 and so on. Values are nil, bool,
// int64, float64, string and *phpArray.
type phpArray struct {
	keys []string
	vals map[string]any
	last *int64 // the greatest integer key
}

func newPHPArray() *phpArray { return &phpArray{vals: map[string]any{}} }

func (a *phpArray) set(key string, v any) {
	if _, ok := a.vals[key]; !ok {
		a.keys = append(a.keys, key)
		if n, err := strconv.ParseInt(key, 10, 64); err == nil && strconv.FormatInt(n, 10) == key {
			if a.last == nil || n > *a.last {
				a.last = &n
			}
		}
	}
	a.vals[key] = v
}

// push appends a value, unless there is no greater key any more.
func (a *phpArray) push(v any) {
	switch {
	case a.last == nil:
		a.set("0", v)
	case *a.last < math.MaxInt64:
		a.set(strconv.FormatInt(*a.last+1, 10), v)
	}
}

func (a *phpArray) remove(key string) {
	delete(a.vals, key)
	a.keys = slices.DeleteFunc(a.keys, func(k string) bool { return k == key })
}

// get returns nil where there is nothing; PHP code rarely tells the two apart.
func (a *phpArray) get(key string) any { return a.vals[key] }

func (a *phpArray) isList() bool {
	for i, k := range a.keys {
		if k != strconv.Itoa(i) {
			return false
		}
	}
	return true
}

// values returns the values in order.
func (a *phpArray) values() []any {
	vs := make([]any, len(a.keys))
	for i, k := range a.keys {
		vs[i] = a.vals[k]
	}
	return vs
}

// plain turns a value into what JSON in Go has: []any for a list,
// map[string]any for any other array.
func plain(v any) any {
	a, ok := v.(*phpArray)
	switch {
	case !ok:
		return v
	case a.isList():
		vs := a.values()
		for i := range vs {
			vs[i] = plain(vs[i])
		}
		return vs
	}
	m := make(map[string]any, len(a.keys))
	for k, v := range a.vals {
		m[k] = plain(v)
	}
	return m
}

// PHP's defaults for max_input_vars and max_input_nesting_level.
const (
	phpMaxVars    = 1000
	phpMaxNesting = 64
)

// parsePHPQuery reads a query string as PHP's parse_str does.
func parsePHPQuery(raw string) *phpArray {
	query := newPHPArray()
	vars := 0
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		if vars++; vars > phpMaxVars {
			break
		}
		name, value, _ := strings.Cut(pair, "=")
		setPHPVar(query, phpUnescape(name), phpUnescape(value))
	}
	return query
}

// phpUnescape decodes + and %xx, and leaves what is no valid escape as it is.
func phpUnescape(s string) string {
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

// setPHPVar stores a decoded variable: a[b][]=v makes nested arrays.
func setPHPVar(into *phpArray, name, value string) {
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
		if depth > phpMaxNesting {
			root.remove(base)
			return
		}
		end := strings.IndexByte(rest, ']')
		inner := strings.TrimPrefix(rest, "[")
		if len(inner) > 0 && isPHPSpace(inner[0]) && len(inner) > 1 && inner[1] == ']' {
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
		into.push(value)
		return
	}
	into.set(key, value)
}

// descend returns the array below key, making one where there is none.
func (a *phpArray) descend(key string, appends bool) *phpArray {
	if !appends {
		if sub, ok := a.vals[key].(*phpArray); ok {
			return sub
		}
	}
	sub := newPHPArray()
	if appends {
		a.push(sub)
	} else {
		a.set(key, sub)
	}
	return sub
}

func isPHPSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// decodePHPJSON decodes JSON as PHP does into arrays: objects too become
// arrays, integers and other numbers differ.
func decodePHPJSON(s string) (any, error) {
	dec := jsontext.NewDecoder(bytes.NewBufferString(s), jsontext.AllowDuplicateNames(true))
	v, err := decodePHPValue(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errTrailingJSON
	}
	return v, nil
}

const errTrailingJSON = constError("espotest: text after the JSON value")

type constError string

func (e constError) Error() string { return string(e) }

func decodePHPValue(dec *jsontext.Decoder) (any, error) {
	tok, err := dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch tok.Kind() {
	case 'n':
		return nil, nil
	case 't', 'f':
		return tok.Bool(), nil
	case '"':
		return tok.String(), nil
	case '0':
		return phpNumber(tok.String()), nil
	case '{':
		a := newPHPArray()
		for dec.PeekKind() != '}' {
			name, err := dec.ReadToken()
			if err != nil {
				return nil, err
			}
			key := name.String()
			v, err := decodePHPValue(dec)
			if err != nil {
				return nil, err
			}
			a.set(key, v)
		}
		_, err := dec.ReadToken()
		return a, err
	default:
		a := newPHPArray()
		for dec.PeekKind() != ']' {
			v, err := decodePHPValue(dec)
			if err != nil {
				return nil, err
			}
			a.push(v)
		}
		_, err := dec.ReadToken()
		return a, err
	}
}

// phpNumber is an integer where the text is one that fits, else a float.
func phpNumber(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && text != "-0" {
		return n
	}
	f, _ := strconv.ParseFloat(text, 64)
	return f
}

// phpNumericPrefix splits off the number that a string begins with, the way
// PHP and MySQL read strings as numbers; "" where there is none.
func phpNumericPrefix(s string) string {
	s = strings.TrimLeft(s, " \t\n\r\v\f")
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	digits := func() bool {
		from := i
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
		}
		return i > from
	}
	some := digits()
	if i < len(s) && s[i] == '.' {
		dot := i
		i++
		if !digits() && !some {
			i = dot
		} else {
			some = true
		}
	}
	if !some {
		return ""
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		mark := i
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if !digits() {
			i = mark
		}
	}
	return s[:i]
}

// isPHPNumeric tells whether the whole string is a number, space around it aside.
func isPHPNumeric(s string) bool {
	trimmed := strings.Trim(s, " \t\n\r\v\f")
	return trimmed != "" && phpNumericPrefix(trimmed) == trimmed
}

// parseFloat returns the number that a text is to a server: "NaN" is none,
// nor is one beyond all floats.
func parseFloat(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && isPHPNumeric(s)
}

// phpInt is PHP's intval of a string.
func phpInt(s string) int {
	text := phpNumericPrefix(s)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil || !strings.ContainsAny(text, ".eE") {
		return int(n) // out of range: the nearest that fits
	}
	f, _ := strconv.ParseFloat(text, 64)
	if math.Abs(f) >= math.MaxInt64 {
		return 0
	}
	return int(f)
}

// phpString is a scalar as PHP turns it into a string; ok is false for arrays.
func phpString(v any) (s string, ok bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case bool:
		if v {
			return "1", true
		}
		return "", true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return phpFloat(v), true
	case string:
		return v, true
	}
	return "", false
}

// phpFloat is a float as PHP writes it: 1.0E+20 for a large one.
func phpFloat(v float64) string {
	if abs := math.Abs(v); abs < 1e15 && (abs >= 1e-4 || abs == 0) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'E', -1, 64), "E")
	if !strings.Contains(digits, ".") {
		digits += ".0"
	}
	return digits + "E" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}
