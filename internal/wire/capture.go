// Package wire has the captures of testdata/wire: requests that were sent to a
// real EspoCRM, and its answers. It reads them, and sends their requests to
// another server.
package wire

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Capture is one file: a scenario.
type Capture struct {
	Scenario string `json:"scenario"`
	Server   string `json:"server"` // "EspoCRM 9.3.10"
	About    string `json:"about"`
	// Environment is the state before the first exchange, where it is another
	// than that of a new installation.
	Environment Environment `json:"environment,omitzero"`
	Exchanges   []Exchange  `json:"exchanges"`
}

// Environment is what a server was set to.
type Environment struct {
	CurrencyRates map[string]float64 `json:"currencyRates,omitempty"`
	Settings      map[string]any     `json:"settings,omitempty"`
}

// Exchange is a request and its answer.
type Exchange struct {
	Step     string   `json:"step"`
	Note     string   `json:"note,omitzero"`
	Request  Request  `json:"request"`
	Response Response `json:"response"`
}

// Request is what was sent.
type Request struct {
	Method   string            `json:"method"`
	Path     string            `json:"path"` // below api/v1/, as on the wire
	Auth     Auth              `json:"auth"`
	Query    string            `json:"query,omitzero"`
	Headers  map[string]string `json:"headers,omitempty"`
	Body     Raw               `json:"body,omitzero"`
	BodyText *string           `json:"bodyText,omitzero"`
}

// Auth names the credentials of a request: "apiKey", "limitedApiKey", "hmac",
// "hmacLegacy", "basic", "espo", or "custom" where the headers hold them. It is
// empty, and null in the file, for none.
type Auth string

// MarshalJSONTo implements [json.MarshalerTo].
func (a Auth) MarshalJSONTo(enc *jsontext.Encoder) error {
	if a == "" {
		return enc.WriteToken(jsontext.Null)
	}
	return enc.WriteToken(jsontext.String(string(a)))
}

// Response is what was answered.
type Response struct {
	Status     int               `json:"status"`
	Headers    map[string]string `json:"headers"`
	Body       Raw               `json:"body,omitzero"`
	BodyText   *string           `json:"bodyText,omitzero"`
	BodyBase64 string            `json:"bodyBase64,omitzero"`
}

// Bytes is the body as it was sent.
func (r Response) Bytes() []byte {
	switch {
	case r.Body != nil:
		return r.Body
	case r.BodyText != nil:
		return []byte(*r.BodyText)
	}
	b, _ := base64.StdEncoding.DecodeString(r.BodyBase64) // it was written as that
	return b
}

// Raw is JSON as it was, null among it. Nil is none.
type Raw []byte

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (r *Raw) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	*r = bytes.Clone(value)
	return err
}

// MarshalJSONTo implements [json.MarshalerTo].
func (r Raw) MarshalJSONTo(enc *jsontext.Encoder) error {
	return enc.WriteValue(jsontext.Value(r))
}

// Value is what the JSON says; nil for none.
func (r Raw) Value() any {
	var v any
	if len(r) > 0 {
		_ = json.Unmarshal(r, &v, jsontext.AllowDuplicateNames(true)) // it was read as JSON
	}
	return v
}

// Version is that of the server, such as "9.3.10". A development version has a
// name, too, which is left out.
func (c *Capture) Version() string {
	version, _, _ := strings.Cut(strings.TrimPrefix(c.Server, "EspoCRM "), "-")
	return version
}

// Files are the captures in folders, and in the folders there.
func Files(dirs ...string) ([]string, error) {
	var files []string
	for _, dir := range dirs {
		for _, pattern := range []string{"*.json", "*/*.json"} {
			found, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				return nil, err
			}
			files = append(files, found...)
		}
	}
	// Deliveries are what a webhook received, not requests to the server.
	return slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "webhook-deliveries.json" }), nil
}

// Read reads a file.
func Read(file string) (Capture, error) {
	var c Capture
	b, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	return c, err
}

// Write writes a file.
func Write(file string, c Capture) error {
	b, err := json.Marshal(c, json.Deterministic(true), jsontext.AllowDuplicateNames(true), jsontext.WithIndent(" "))
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o644)
}
