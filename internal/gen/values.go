package gen

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The metadata is written by people and by PHP: a value of another type than
// the usual one counts as absent.

func truth(v any) bool { b, _ := v.(bool); return b }

func text(v any) string { s, _ := v.(string); return s }

func float(v any) float64 { f, _ := v.(float64); return f }

func number(v any) string {
	f, ok := v.(float64)
	if !ok {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func list(v any) []string {
	values, _ := v.([]any)
	var out []string
	for _, v := range values {
		if s, ok := v.(string); ok && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// defaultOf says a default in words. "javascript:" defaults are for the web
// client alone, and a zero value is what a new record has anyway.
func defaultOf(v any) string {
	switch v := v.(type) {
	case string:
		if !strings.HasPrefix(v, "javascript:") {
			return v
		}
	case bool:
		if v {
			return "true"
		}
	case float64:
		if v != 0 {
			return number(v)
		}
	}
	return ""
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// oneLine makes s fit for a comment.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, " "), func(r rune) bool { return r == ' ' || !strconv.IsPrint(r) }), " ")
}

// upperFirst returns s with a capital first letter.
func upperFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
