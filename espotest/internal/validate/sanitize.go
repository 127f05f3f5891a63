package validate

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// Sanitize brings a value into the form of the attribute. A value that cannot
// be is kept, for the validation to refuse, or dropped.
func Sanitize(a *schema.Attribute, v any) any {
	switch a.Kind {
	case schema.KindLink:
		return linkID(v)
	case schema.KindEnum, schema.KindLinkName, schema.KindLinkType:
		if s, ok := php.Text(v); ok {
			return s
		}
		return nil
	case schema.KindVarchar, schema.KindPassword:
		return varchar(a.Field, v)
	case schema.KindText:
		if s, ok := php.Text(v); ok && v != "" {
			return s
		}
		return nil
	case schema.KindBool:
		if v == nil {
			return nil
		}
		return asBool(v)
	case schema.KindInt:
		if a.Field.Type == "autoincrement" && v != nil {
			return int64(php.IntVal(v))
		}
		return asInt(v)
	case schema.KindFloat, schema.KindCurrency:
		return asFloat(v)
	case schema.KindDecimal:
		if a.Field.Type == "currency" {
			return exact(v)
		}
	case schema.KindDate:
		return isoToUTC(v, time.DateOnly)
	case schema.KindDateTime, schema.KindDateTimeOptional:
		return isoToUTC(v, time.DateTime)
	}
	return compound(a, v)
}

// compound is Sanitize for what is made of several values.
func compound(a *schema.Attribute, v any) any {
	switch a.Kind {
	case schema.KindArray:
		return trimmed(v)
	case schema.KindLinkMultiple:
		return onlyList(v)
	case schema.KindLinkColumns:
		if m, ok := v.(map[string]any); ok {
			return m
		}
		return nil
	case schema.KindJSON:
		if strings.HasSuffix(a.Name, "Data") && (a.Field.Type == "email" || a.Field.Type == "phone") {
			return onlyList(v)
		}
	}
	return v
}

func onlyList(v any) any {
	if list, ok := v.([]any); ok {
		return list
	}
	return nil
}

// linkID makes a string of a scalar.
func linkID(v any) any {
	switch v.(type) {
	case int64, float64, bool:
		s, _ := php.Text(v)
		return s
	}
	return v
}

// varchar trims a text; nothing is left of an empty one.
func varchar(f *schema.Field, v any) any {
	s, ok := php.Text(v)
	if !ok {
		return v
	}
	if f.Type == "personName" {
		return s
	}
	if s = strings.TrimSpace(s); s == "" && f.Type != "password" && v != false {
		return nil
	}
	if f.Type == "phone" {
		s = phoneDigits(s)
	}
	return s
}

func asBool(v any) any {
	switch v := v.(type) {
	case bool:
		return v
	case int64:
		return v == 1
	case string:
		return v == "1" || v == "true"
	}
	return false
}

func asInt(v any) any {
	switch v := v.(type) {
	case float64:
		return floatToInt(v)
	case string:
		if v == "" {
			return int64(0)
		}
		if f, err := strconv.ParseFloat(php.NumericPrefix(v), 64); err == nil {
			return floatToInt(f)
		}
	}
	return v
}

func floatToInt(f float64) any {
	if math.Abs(f) >= math.MaxInt64 {
		return f // out of range, for the validation to refuse
	}
	return int64(f)
}

func asFloat(v any) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	if s == "" {
		return int64(0)
	}
	if f, ok := php.ParseFloat(s); ok {
		return f
	}
	return v
}

// exact is an amount as a text, with the four decimals of the database or more.
// What is not a plain number stays, for the validation to refuse.
func exact(v any) any {
	s, ok := php.Text(v)
	if !ok || v == nil || v == "" {
		return nil
	}
	if !plainNumber.MatchString(s) {
		return v
	}
	whole, decimals, _ := strings.Cut(s, ".")
	return whole + "." + decimals + strings.Repeat("0", max(0, 4-len(decimals)))
}

var plainNumber = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

// isoToUTC turns an ISO 8601 time with an offset into the server's form.
func isoToUTC(v any, layout string) any {
	if s, ok := v.(string); ok {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t.UTC().Format(layout)
		}
	}
	return v
}

func trimmed(v any) any {
	switch v := v.(type) {
	case nil:
		return []any{}
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			if s, ok := x.(string); ok {
				x = strings.TrimSpace(s)
			}
			out[i] = x
		}
		return out
	}
	return v
}

// phoneDigits leaves of a phone number what its international form has.
func phoneDigits(s string) string {
	if !strings.HasPrefix(s, "+") {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) {
			break // an extension
		}
		if r == '+' && b.Len() == 0 || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}
