package espo

import (
	"fmt"
	"log/slog"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Record is a record of any entity type, by attribute. Values are what JSON
// has: nil, bool, string, [Number], []any and map[string]any. Numbers keep
// every digit. The accessors return the zero value for an attribute that is
// absent, null or of another type; Has and IsNull tell these apart.
//
// A record prints, logs and is encoded as JSON with *** for its credentials,
// at any depth of maps and lists: the attributes password, passwordConfirm,
// secret, secretKey, apiKey and token, and those whose names end in one of
// these words, such as accessToken or smtpPassword. To store a record with
// them, use [Marshal].
type Record map[string]any

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (r *Record) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	m, err := readAttributes(dec)
	*r = m
	return err
}

// Format prints the record as a map, with *** for its credentials.
func (r Record) Format(f fmt.State, verb rune) {
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), hideCredentials(r))
}

// LogValue hides what Format does.
func (r Record) LogValue() slog.Value { return slog.AnyValue(hideCredentials(r)) }

// MarshalJSON hides what Format does from whatever encodes a record, such as a
// log or a web page. What the client itself sends or decodes is complete.
func (r Record) MarshalJSON() ([]byte, error) {
	if r == nil {
		return []byte("null"), nil
	}
	return json.Marshal(hideCredentials(r), json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
}

// ID returns the attribute id.
func (r Record) ID() string { return r.String("id") }

// Name returns the attribute name.
func (r Record) Name() string { return r.String("name") }

// Version returns the attribute versionNumber, or 0 where the entity type has
// no optimistic concurrency control.
func (r Record) Version() int64 { return r.Int("versionNumber") }

// Has reports whether the server sent the attribute, null included.
func (r Record) Has(attribute string) bool {
	_, ok := r[attribute]
	return ok
}

// IsNull reports whether the server sent the attribute as null.
func (r Record) IsNull(attribute string) bool {
	v, ok := r[attribute]
	return ok && v == nil
}

// String returns a text attribute.
func (r Record) String(attribute string) string {
	s, _ := r[attribute].(string)
	return s
}

// Bool returns a boolean attribute.
func (r Record) Bool(attribute string) bool {
	b, _ := r[attribute].(bool)
	return b
}

// Number returns a number with all its digits. A decimal that the server
// wrote as a string counts as a number.
func (r Record) Number(attribute string) Number {
	switch v := r[attribute].(type) {
	case Number:
		return v
	case string:
		if isNumber(v) {
			return Number(v)
		}
	case float64:
		return NumberOf(v)
	case int:
		return NumberOf(v)
	case int64:
		return NumberOf(v)
	}
	return ""
}

// Int returns a whole number.
func (r Record) Int(attribute string) int64 {
	n, _ := r.Number(attribute).Int64()
	return n
}

// Float returns a number as a float64.
func (r Record) Float(attribute string) float64 {
	f, _ := r.Number(attribute).Float64()
	return f
}

// Date returns a date attribute.
func (r Record) Date(attribute string) Date {
	switch v := r[attribute].(type) {
	case Date:
		return v
	case string:
		d, _ := ParseDate(v)
		return d
	}
	return Date{}
}

// DateTime returns a date-time attribute, in UTC.
func (r Record) DateTime(attribute string) DateTime {
	switch v := r[attribute].(type) {
	case DateTime:
		return v
	case string:
		t, _ := ParseDateTime(v)
		return t
	}
	return DateTime{}
}

// Strings returns a list of texts, such as teamsIds or a multi-enum.
func (r Record) Strings(attribute string) []string {
	switch v := r[attribute].(type) {
	case []string:
		return v
	case []any:
		list := make([]string, 0, len(v))
		for _, item := range v {
			if s, ok := item.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

// Names returns a map of ids to names, such as teamsNames.
func (r Record) Names(attribute string) Names {
	m, ok := r[attribute].(map[string]any)
	if !ok {
		return nil
	}
	names := make(Names, len(m))
	for id, name := range m {
		s, _ := name.(string)
		names[id] = s
	}
	return names
}

// Ref returns the record that a link or parent attribute refers to: for
// Ref("parent") the values of parentType and parentId.
func (r Record) Ref(link string) Ref {
	return Ref{Type: r.String(link + "Type"), ID: r.String(link + "Id")}
}

// Decode converts the record to a struct, such as [Account]: into is a pointer
// to one.
func (r Record) Decode(into any) error {
	b, err := json.Marshal(r, jsonOptions)
	if err == nil {
		err = json.Unmarshal(b, into, jsonOptions)
	}
	if err != nil {
		return fmt.Errorf("espo: decode record %s: %w", r.ID(), err)
	}
	return nil
}
