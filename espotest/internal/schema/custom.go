package schema

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo/espotest/internal/release"
)

// templatesJSON has the templates of entity types, as the metadata of a server
// has entity types that are made of them.
//
//go:embed templates.json
var templatesJSON []byte

var templates = sync.OnceValue(func() *Given {
	g, err := ReadGiven(templatesJSON)
	if err != nil {
		panic(err) // the file is built in
	}
	return g
})

// Templates are the names of the templates.
func Templates() []string { return slices.Clone(templates().defs.names) }

// Params are parameters, as the metadata has them.
type Params = map[string]any

// Custom is what administrators have made of the entity types of a server by the
// API. It does not change: who changes something makes a Clone.
type Custom struct {
	Templates map[string]string            // of the entity types that were made, by name
	Scopes    map[string]Params            // parameters of entity types as a whole
	Fields    map[string]map[string]Params // by entity type and name
	Links     map[string]map[string]Params // by entity type and name
	Labels    map[string]string            // by "Account", "Account.plural" or "Account.field"
}

// Clone returns a copy that can be changed.
func (c *Custom) Clone() *Custom {
	if c == nil {
		c = &Custom{}
	}
	out := &Custom{
		Templates: maps.Clone(c.Templates), Scopes: copyParams(c.Scopes), Labels: maps.Clone(c.Labels),
		Fields: map[string]map[string]Params{}, Links: map[string]map[string]Params{},
	}
	if out.Templates == nil {
		out.Templates, out.Labels = map[string]string{}, map[string]string{}
	}
	for entity, fields := range c.Fields {
		out.Fields[entity] = copyParams(fields)
	}
	for entity, links := range c.Links {
		out.Links[entity] = copyParams(links)
	}
	return out
}

func copyParams(all map[string]Params) map[string]Params {
	out := make(map[string]Params, len(all))
	for name, p := range all {
		out[name] = maps.Clone(p)
	}
	return out
}

// Lay sets parameters of one of several fields, links or scopes, and leaves its others.
func Lay(all map[string]Params, name string, params Params) {
	if all[name] == nil {
		all[name] = Params{}
	}
	maps.Copy(all[name], params)
}

// Of returns the fields or the links of an entity type, to be added to.
func Of(all map[string]map[string]Params, entity string) map[string]Params {
	if all[entity] == nil {
		all[entity] = map[string]Params{}
	}
	return all[entity]
}

// Customized are the entity types of Declare with what administrators have made.
func Customized(r release.Release, given *Given, all []Declaration, c *Custom) (map[string]*EntityType, error) {
	types, err := declared(r, given, all)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(c.Templates)) {
		if types[name], err = fromTemplate(types, name, c.Templates[name]); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		if err := c.addTo(types[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	derive(types)
	return types, nil
}

// fromTemplate makes an entity type.
func fromTemplate(types map[string]*EntityType, name, template string) (*EntityType, error) {
	e := &EntityType{Name: template}
	if _, err := templates().describe(e, false); err != nil {
		return nil, err
	}
	e.Name, e.Custom = name, true
	for _, l := range e.Links {
		if to := types[l.Entity]; to != nil {
			l.settle(to)
		}
	}
	return e, nil
}

// addTo adds to an entity type what was made of it.
func (c *Custom) addTo(e *EntityType) error {
	e.Label, e.Plural = c.Labels[e.Name], c.Labels[e.Name+".plural"]
	if scope := c.Scopes[e.Name]; scope != nil {
		if err := layParams(scope, &e.Facts); err != nil {
			return err
		}
	}
	if e.Stream && !e.HasField("streamUpdatedAt") {
		e.addFacts("streamUpdatedAt", &Field{Type: "datetime", ReadOnly: true})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Links[e.Name])) {
		l := e.Links[name]
		if l == nil {
			l = &Link{}
			if e.Links == nil {
				e.Links = map[string]*Link{}
			}
			e.Links[name], e.LinkNames = l, append(e.LinkNames, name)
		}
		l.params, l.Label = c.Links[e.Name][name], c.Labels[e.Name+"."+name]
		if err := layParams(l.params, l); err != nil {
			return fmt.Errorf("link %s: %w", name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Fields[e.Name])) {
		f := e.Fields[name]
		if f == nil {
			f = &Field{}
			e.addFacts(name, f)
		}
		f.params, f.Label = c.Fields[e.Name][name], c.Labels[e.Name+"."+name]
		if err := layParams(f.params, f); err != nil {
			return fmt.Errorf("field %s: %w", name, err)
		}
	}
	if len(c.Fields[e.Name]) > 0 {
		e.expand()
	}
	return nil
}

func layParams(p Params, facts any) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return lay(b, facts)
}
