package schema

import (
	"bytes"
	"embed"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/espotest/internal/patch"
	"github.com/go-espo/espo/espotest/internal/release"
)

//go:generate go run ./genfacts ../../../testdata/metadata genfacts .

// entitiesJSON has the facts of release.Default; versions has how those of the
// other releases differ.
//
//go:embed entities.json
var entitiesJSON []byte

//go:embed versions/*.json
var versions embed.FS

// factsOf returns the facts of a release as JSON.
func factsOf(r release.Release) []byte {
	if r.Minor() == release.Default.Minor() {
		return entitiesJSON
	}
	changes, err := versions.ReadFile("versions/" + r.Minor() + ".json")
	if err != nil {
		panic(err) // the files are built in
	}
	b, err := patched(entitiesJSON, changes)
	if err != nil {
		panic(err)
	}
	return b
}

func patched(base, changes []byte) ([]byte, error) {
	facts, err := patch.Parse(base)
	if err != nil {
		return nil, err
	}
	over, err := patch.Parse(changes)
	if err != nil {
		return nil, err
	}
	return json.Marshal(patch.Apply(facts, over))
}

// edition has the facts of a release, which all servers of that release share.
type edition struct {
	raw []byte // as JSON
	// own are the facts as they are written, without what is derived from them.
	own   map[string]any
	web   map[string]any // parameters that only the metadata has
	types map[string]*EntityType
}

var editions sync.Map // by minor version: func() *edition

func editionOf(r release.Release) *edition {
	made, _ := editions.LoadOrStore(r.Minor(), sync.OnceValue(func() *edition {
		raw := factsOf(r)
		types, err := parse(raw)
		if err != nil {
			panic(err) // the file is built in
		}
		derive(types)
		return &edition{raw: raw, own: mustObject(raw), web: webParamsOf(r), types: types}
	}))
	return made.(func() *edition)()
}

// Stock are the entity types of a release, by name. They are shared by all
// servers and never changed.
func Stock(r release.Release) map[string]*EntityType { return editionOf(r).types }

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
	for _, name := range slices.Sorted(maps.Keys(types)) {
		types[name].Derive(types)
	}
	shareColumns(types)
}

// shareColumns gives a link the columns that the metadata has at its other end
// only.
func shareColumns(types map[string]*EntityType) {
	for _, name := range slices.Sorted(maps.Keys(types)) {
		e := types[name]
		for _, link := range e.LinkNames {
			l := e.Links[link]
			if to := types[l.Entity]; to != nil && l.Columns == nil && to.Links[l.Foreign] != nil {
				l.Columns = to.Links[l.Foreign].Columns
			}
		}
	}
}
