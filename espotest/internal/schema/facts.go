package schema

import (
	"bytes"
	_ "embed"
	"errors"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

//go:generate go run ./genfacts ../../../testdata/metadata/espocrm-9.3.10.json genfacts/overlay.json entities.json

//go:embed entities.json
var entitiesJSON []byte

// Stock are the entity types of EspoCRM 9.3.10, by name. They are shared
// by all servers and never changed.
var Stock = sync.OnceValue(func() map[string]*EntityType {
	types, err := parse(entitiesJSON)
	if err != nil {
		panic(err) // the file is built in
	}
	derive(types)
	return types
})

// ordered decodes a JSON object and keeps the order of its names.
type ordered[T any] struct {
	names  []string
	values map[string]T
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (o *ordered[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	switch kind := tok.Kind(); {
	case kind == '[' && dec.PeekKind() == ']': // an empty one, as PHP writes it
		_, err = dec.ReadToken()
		return err
	case kind != '{':
		return errors.New("object expected")
	}
	o.names, o.values = nil, map[string]T{}
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return err
		}
		name := tok.String()
		var v T
		if err := json.UnmarshalDecode(dec, &v); err != nil {
			return err
		}
		if _, again := o.values[name]; !again {
			o.names = append(o.names, name)
		}
		o.values[name] = v
	}
	_, err = dec.ReadToken()
	return err
}

// parse reads facts of entity types.
func parse(b []byte) (map[string]*EntityType, error) {
	type facts struct {
		Fields ordered[*Field] `json:"fields"`
		Links  ordered[*Link]  `json:"links"`
		Facts
	}
	var all ordered[facts]
	if err := json.UnmarshalRead(bytes.NewReader(b), &all); err != nil {
		return nil, err
	}
	types := make(map[string]*EntityType, len(all.names))
	for _, name := range all.names {
		f := all.values[name]
		e := &EntityType{Name: name, Facts: f.Facts, FieldNames: f.Fields.names, LinkNames: f.Links.names}
		e.Fields, e.Links = f.Fields.values, f.Links.values
		types[name] = e
	}
	return types, nil
}

// derive fills in what follows from the facts of all entity types.
func derive(types map[string]*EntityType) {
	for _, e := range types {
		e.Derive(types)
	}
	shareColumns(types)
}

// shareColumns gives a link the columns that the metadata has at its other end
// only.
func shareColumns(types map[string]*EntityType) {
	for _, e := range types {
		for _, l := range e.Links {
			if to := types[l.Entity]; to != nil && l.Columns == nil && to.Links[l.Foreign] != nil {
				l.Columns = to.Links[l.Foreign].Columns
			}
		}
	}
}
