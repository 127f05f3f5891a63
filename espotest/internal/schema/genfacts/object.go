package main

import (
	"bytes"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// object is a JSON object that keeps the order of its members. A value is an
// *object or a jsontext.Value.
type object struct {
	names  []string
	values map[string]any
}

func parse(v jsontext.Value) (*object, error) {
	o := &object{values: map[string]any{}}
	dec := jsontext.NewDecoder(bytes.NewReader(v))
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
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
			if value, err = parse(raw); err != nil {
				return nil, err
			}
		}
		o.set(name, value)
	}
	return o, nil
}

func (o *object) set(name string, value any) {
	if _, ok := o.values[name]; !ok {
		o.names = append(o.names, name)
	}
	o.values[name] = value
}

// merge lays extra over base.
func merge(base, extra *object) *object {
	for _, name := range extra.names {
		over, isObject := extra.values[name].(*object)
		under, ok := base.values[name].(*object)
		if ok && isObject {
			base.values[name] = merge(under, over)
			continue
		}
		base.set(name, extra.values[name])
	}
	return base
}

// MarshalJSONTo implements [json.MarshalerTo].
func (o *object) MarshalJSONTo(enc *jsontext.Encoder) error {
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
