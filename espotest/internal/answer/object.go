package answer

import (
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Encode encodes the body of an answer. No object of an answer has a name
// twice, so that looking for one would be wasted.
func Encode(body any) ([]byte, error) {
	return json.Marshal(body, json.Deterministic(true), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true), jsontext.PreserveRawStrings(true))
}

// Object is a JSON object whose members keep their order. Encoding it is
// faster than a map, and a reader finds the attributes where EspoCRM has them.
type Object []Member

// Member is one member of an [Object].
type Member struct {
	Name  string
	Value any
}

// Has reports whether the object has a member of that name.
func (m Object) Has(name string) bool {
	return slices.ContainsFunc(m, func(x Member) bool { return x.Name == name })
}

// Without drops the members of that name.
func (m Object) Without(name string) Object {
	return slices.DeleteFunc(m, func(x Member) bool { return x.Name == name })
}

// MarshalJSONTo implements [json.MarshalerTo].
func (m Object) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, x := range m {
		if err := enc.WriteToken(jsontext.String(x.Name)); err != nil {
			return err
		}
		var err error
		switch v := x.Value.(type) {
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
