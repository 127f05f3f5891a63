package espo

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Marshal encodes a record, or what holds records, as the client itself does
// for a server: the attributes in Extra stand beside the others, numbers keep
// their digits, and credentials are as they are. Package encoding/json does so
// only from Go 1.27 on, and it hides credentials. To store records in a cache or
// a queue, use Marshal and [Unmarshal].
func Marshal(v any) ([]byte, error) {
	return json.Marshal(v, sendOptions, json.Deterministic(true))
}

// Unmarshal decodes what [Marshal] has encoded, or what a server sends. into is
// a pointer.
func Unmarshal(b []byte, into any) error { return json.Unmarshal(b, into, jsonOptions) }

// jsonOptions are those of every body that the client reads or writes:
// numbers in values of type any keep their digits, a time.Time is a [DateTime],
// and credentials are as they are.
var jsonOptions = json.JoinOptions(
	json.WithUnmarshalers(json.JoinUnmarshalers(
		json.UnmarshalFromFunc(exactNumber),
		json.UnmarshalFromFunc(func(dec *jsontext.Decoder, t *time.Time) error {
			var moment DateTime
			err := moment.UnmarshalJSONFrom(dec)
			*t = moment.Time
			return err
		}),
	)),
	json.WithMarshalers(json.JoinMarshalers(json.MarshalToFunc(sendSecret), marshalers)),
	jsontext.AllowDuplicateNames(true), // PHP never sends any: looking for them costs time
)

var marshalers = json.JoinMarshalers(
	json.MarshalToFunc(func(enc *jsontext.Encoder, r Record) error {
		return json.MarshalEncode(enc, map[string]any(r))
	}),
	json.MarshalToFunc(func(enc *jsontext.Encoder, t time.Time) error {
		return NewDateTime(t).MarshalJSONTo(enc)
	}),
)

// showOptions are those of what is shown of a body: as it is sent, but for each
// [Secret].
var showOptions = json.JoinOptions(json.WithMarshalers(marshalers), json.Deterministic(true))

// sendOptions are those of the bodies of requests. Of an attribute that stands
// in a body twice, in a struct's field and in its Extra, the server would take
// the last.
var sendOptions = json.JoinOptions(jsonOptions, jsontext.AllowDuplicateNames(false))

// exactNumber keeps a number in a value of type any as it was written.
func exactNumber(dec *jsontext.Decoder, v *any) error {
	if dec.PeekKind() != '0' {
		return errors.ErrUnsupported
	}
	raw, err := dec.ReadValue()
	*v = Number(raw)
	return err
}

func marshalTo(v json.MarshalerTo) ([]byte, error) {
	var out strings.Builder
	err := json.MarshalWrite(&out, v)
	return []byte(strings.TrimSuffix(out.String(), "\n")), err
}

func unmarshalFrom(b []byte, v json.UnmarshalerFrom) error { return json.Unmarshal(b, v) }

type phpAttrs map[string]any

func (m *phpAttrs) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := readAttributes(dec)
	*m = v
	return err
}

// phpMap reads an object, null, or the [] that PHP writes for an empty map.
func phpMap[V any](dec *jsontext.Decoder) (map[string]V, error) {
	if dec.PeekKind() == '[' {
		v, err := dec.ReadValue()
		if err == nil && strings.Trim(string(v[1:len(v)-1]), " \t\r\n") != "" {
			err = errors.New("espo: a list where a map was expected")
		}
		return map[string]V{}, err
	}
	var m map[string]V
	err := json.UnmarshalDecode(dec, &m)
	return m, err
}

// textOrNull reads a string; null is "".
func textOrNull(dec *jsontext.Decoder) (string, error) {
	tok, err := dec.ReadToken()
	if err != nil {
		return "", err
	}
	switch tok.Kind() {
	case 'n':
		return "", nil
	case '"':
		return tok.String(), nil
	}
	return "", fmt.Errorf("espo: %s where text was expected", tok.Kind())
}
