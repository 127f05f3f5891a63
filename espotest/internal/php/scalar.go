package php

import (
	"math"
	"strconv"
	"strings"
)

// IntVal is PHP's intval.
func IntVal(v any) int {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
	case int64:
		return ToInt(v)
	case float64:
		return ToInt(int64(v))
	case string:
		return ToInt(Int(v))
	case []any:
		return min(len(v), 1)
	case map[string]any:
		return min(len(v), 1)
	}
	return 0
}

// Text converts as PHP does; false for null.
func Text(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case []any:
		return "Array", true
	case map[string]any:
		return "Object", true
	default:
		return String(v)
	}
}

// NumericPrefix splits off the number that a string begins with, the way
// PHP and MySQL read strings as numbers; "" where there is none.
func NumericPrefix(s string) string {
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

// IsNumeric tells whether the whole string is a number, space around it aside.
func IsNumeric(s string) bool {
	trimmed := strings.Trim(s, " \t\n\r\v\f")
	return trimmed != "" && NumericPrefix(trimmed) == trimmed
}

// ParseFloat returns the number that a text is to a server: "NaN" is none,
// nor is one beyond all floats.
func ParseFloat(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && IsNumeric(s)
}

// ToInt is a number of PHP's, which has 64 bits, as a length or a position: the
// nearest that fits.
func ToInt(n int64) int { return int(min(max(n, math.MinInt), math.MaxInt)) }

// Int is PHP's intval of a string.
func Int(s string) int64 {
	text := NumericPrefix(s)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil || !strings.ContainsAny(text, ".eE") {
		return n // out of range: the nearest that fits
	}
	f, _ := strconv.ParseFloat(text, 64)
	if math.Abs(f) >= math.MaxInt64 {
		return 0
	}
	return int64(f)
}

// String is a scalar as PHP turns it into a string; ok is false for arrays.
func String(v any) (s string, ok bool) {
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
		return float(v), true
	case string:
		return v, true
	}
	return "", false
}

// float is a float as PHP writes it: 1.0E+20 for a large one.
func float(v float64) string {
	if abs := math.Abs(v); abs < 1e15 && (abs >= 1e-4 || abs == 0) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'E', -1, 64), "E")
	if !strings.Contains(digits, ".") {
		digits += ".0"
	}
	return digits + "E" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}

// True is PHP's idea of what is true.
func True(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != "" && v != "0"
	case *Array:
		return len(v.Keys) > 0
	}
	return true
}

// Number returns a JSON number as a float64.
func Number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
