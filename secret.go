package espo

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Secret is a text attribute that is a credential, such as the API key of a
// [User]. It prints and logs as ***, and is encoded as it is only in the
// bodies that the client sends. string(s) is the text.
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
