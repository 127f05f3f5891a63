package espotest

import (
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

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
