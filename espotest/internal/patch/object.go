package patch

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Object is a JSON object that keeps the order of its members. A value is an
// *Object or a jsontext.Value.
type Object struct {
	names  []string
	values map[string]any
}

// Parse reads a JSON object.
func Parse(v jsontext.Value) (*Object, error) {
	o := &Object{values: map[string]any{}}
	dec := jsontext.NewDecoder(bytes.NewReader(v))
	tok, err := dec.ReadToken()
	if err != nil {
		return nil, err
	}
	if tok.Kind() != '{' {
		return nil, fmt.Errorf("object expected, not %v", tok)
	}
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		name := tok.String()
		raw, err := dec.ReadValue()
		if err != nil {
			return nil, err
		}
		var value any = raw.Clone()
		if raw.Kind() == '{' {
			if value, err = Parse(raw); err != nil {
				return nil, err
			}
		}
		o.set(name, value)
	}
	return o, nil
}

func (o *Object) set(name string, value any) {
	if _, ok := o.values[name]; !ok {
		o.names = append(o.names, name)
	}
	o.values[name] = value
}

// Names are the names of the members, in their order.
func (o *Object) Names() []string { return slices.Clone(o.names) }

// Delete takes the member of that name away.
func (o *Object) Delete(name string) {
	delete(o.values, name)
	o.names = slices.DeleteFunc(o.names, func(n string) bool { return n == name })
}

// Object is the member of that name if it is an object, otherwise nil.
func (o *Object) Object(name string) *Object {
	member, _ := o.values[name].(*Object)
	return member
}

// MarshalJSONTo implements [json.MarshalerTo].
func (o *Object) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, name := range o.names {
		if err := enc.WriteToken(jsontext.String(name)); err != nil {
			return err
		}
		if err := json.MarshalEncode(enc, o.values[name]); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// Value is the member of that name.
func (o *Object) Value(name string) any { return o.values[name] }
