package espo

import (
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Secret is a text attribute that is a credential, such as the API key of a
// [User]. It prints and logs as ***, and is encoded as it is only in the
// bodies that the client sends. string(s) is the text.
//
// Package fmt calls no methods on what it finds in the unexported fields of a
// struct: there, it shows the text. A struct of your own that keeps a Secret,
// or a [Record], in such a field needs a Format method of its own.
type Secret string

func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString implements [fmt.GoStringer].
func (s Secret) GoString() string { return s.String() }

// Format implements [fmt.Formatter].
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON hides the text from whatever else encodes a record, such as a
// log.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// sendSecret encodes the text itself.
func sendSecret(enc *jsontext.Encoder, s Secret) error {
	if s == "" {
		return enc.WriteToken(jsontext.Null)
	}
	return enc.WriteToken(jsontext.String(string(s)))
}

// Format prints the attributes as a map, with *** for credentials.
func (a Attrs) Format(f fmt.State, verb rune) {
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), hideCredentials(a))
}

// LogValue hides what Format does.
func (a Attrs) LogValue() slog.Value { return slog.AnyValue(hideCredentials(a)) }

// hidden stands for a credential in what is printed, logged or encoded.
const hidden = masked("***")

// credentialNames are the names of attributes that hold a credential, and
// what the names of others end in, such as smtpPassword.
var credentialNames = []string{"password", "passwordConfirm", "secret", "secretKey", "apiKey", "token"}

// isCredential reports whether an attribute of the name holds a credential:
// accessToken does, tokenCount and broken do not.
func isCredential(attribute string) bool {
	for _, name := range credentialNames {
		start := len(attribute) - len(name)
		if start >= 0 && strings.EqualFold(attribute[start:], name) && beginsWord(attribute, start) {
			return true
		}
	}
	return false
}

// beginsWord reports whether a word of a camel-case name begins at i, or one
// of a name such as access_token.
func beginsWord(name string, i int) bool {
	if i == 0 || name[i] >= 'A' && name[i] <= 'Z' {
		return true
	}
	before := name[i-1]
	return (before < 'a' || before > 'z') && (before < 'A' || before > 'Z')
}

// hideCredentials copies attributes, with *** for the credentials among them
// and in the maps and lists that they hold. In a filter, what an attribute that
// is a credential is compared with is one.
func hideCredentials[M ~map[string]any](attributes M) map[string]any {
	if attributes == nil {
		return nil
	}
	compared, _ := attributes["attribute"].(string)
	shown := make(map[string]any, len(attributes))
	for name, v := range attributes {
		shown[name] = hideIn(v, isCredential(name) || name == "value" && isCredential(compared))
	}
	return shown
}

// hideIn is hideCredentials for a single value. Of a credential, a text or a
// number is hidden, also in a list; a bool is not one, and null and the empty
// text show that there is none. What is a map, such as the definition of a
// field "password" in the metadata, is judged by the names in it.
func hideIn(value any, credential bool) any {
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.String:
		if credential && v.Len() > 0 {
			return hidden
		}
	case reflect.Map:
		if v.Type().Key().Kind() != reflect.String || v.IsNil() {
			return value
		}
		attributes := make(map[string]any, v.Len())
		for name, item := range v.Seq2() {
			attributes[name.String()] = item.Interface()
		}
		return hideCredentials(attributes)
	case reflect.Slice, reflect.Array:
		return hideInList(v, credential)
	case reflect.Pointer:
		switch v.Type().Elem().Kind() {
		case reflect.String, reflect.Map, reflect.Slice, reflect.Array:
			if !v.IsNil() {
				return hideIn(v.Elem().Interface(), credential)
			}
		}
	default:
		if credential && (v.CanInt() || v.CanUint() || v.CanFloat()) {
			return hidden
		}
	}
	return value
}

func hideInList(v reflect.Value, credential bool) any {
	switch kind := v.Type().Elem().Kind(); {
	case v.Len() == 0:
		return v.Interface()
	case kind == reflect.Uint8 && credential:
		return hidden
	case kind == reflect.Uint8: // a text, or JSON
		return v.Interface()
	}
	shown := make([]any, v.Len())
	for i := range shown {
		shown[i] = hideIn(v.Index(i).Interface(), credential)
	}
	return shown
}

// secret keeps a credential in a closure: whatever prints or encodes the
// value that holds it can show an address at most.
type secret func() string

func hide(s string) secret { return func() string { return s } }

func (s secret) value() string {
	if s == nil {
		return ""
	}
	return s()
}

// masked gives an authenticator its printed form: the name of the kind, never
// a credential.
type masked string

func (m masked) String() string { return string(m) }

func (m masked) GoString() string { return string(m) }

func (m masked) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, string(m)) }

func (m masked) LogValue() slog.Value { return slog.StringValue(string(m)) }

func (m masked) MarshalText() ([]byte, error) { return []byte(m), nil }
