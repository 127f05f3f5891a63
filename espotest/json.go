package espotest

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// decodeJSON decodes JSON into nil, bool, string, int64, float64, []any and
// map[string]any. Whole numbers beyond int64 become float64, as in PHP.
func decodeJSON(b []byte) (any, error) {
	dec := jsontext.NewDecoder(bytes.NewReader(b), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	v, err := decodeValue(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, &jsontext.SyntacticError{Err: io.ErrUnexpectedEOF}
	}
	return v, nil
}

func decodeValue(dec *jsontext.Decoder) (any, error) {
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
		return parseNumber(tok.String())
	case '[':
		list := []any{}
		for dec.PeekKind() != ']' {
			v, err := decodeValue(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.ReadToken()
		return list, err
	default:
		object := map[string]any{}
		for dec.PeekKind() != '}' {
			name, err := dec.ReadToken()
			if err != nil {
				return nil, err
			}
			key := name.String()
			if object[key], err = decodeValue(dec); err != nil {
				return nil, err
			}
		}
		_, err = dec.ReadToken()
		return object, err
	}
}

// parseNumber fails for numbers that no answer could hold.
func parseNumber(s string) (any, error) {
	if !strings.ContainsAny(s, ".eE") {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, nil
		}
	}
	return strconv.ParseFloat(s, 64)
}

// encodeAnswer encodes the body of an answer. No object of an answer has a name
// twice, so that looking for one would be wasted.
func encodeAnswer(body any) ([]byte, error) {
	return json.Marshal(body, json.Deterministic(true), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// members is a JSON object whose members keep their order. Encoding it is
// faster than a map, and a reader finds the attributes where EspoCRM has them.
type members []member

type member struct {
	name  string
	value any
}

func (m members) has(name string) bool {
	return slices.ContainsFunc(m, func(x member) bool { return x.name == name })
}

func (m members) without(name string) members {
	return slices.DeleteFunc(m, func(x member) bool { return x.name == name })
}

// MarshalJSONTo implements [json.MarshalerTo].
func (m members) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, x := range m {
		if err := enc.WriteToken(jsontext.String(x.name)); err != nil {
			return err
		}
		var err error
		switch v := x.value.(type) {
		case nil:
			err = enc.WriteToken(jsontext.Null)
		case string:
			err = enc.WriteToken(jsontext.String(v))
		case bool:
			err = enc.WriteToken(jsontext.Bool(v))
		case int64:
			err = enc.WriteToken(jsontext.Int(v))
		default:
			err = json.MarshalEncode(enc, v)
		}
		if err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}
