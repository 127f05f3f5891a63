package schema

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/espotest/internal/php"
)

// Given is the metadata of a server of the user's own: its answer to GET
// Metadata.
type Given struct {
	answer     map[string]any // all of it, as it was
	defs       ordered[jsontext.Value]
	scopes     map[string]jsontext.Value
	recordDefs map[string]jsontext.Value
	fieldACL   map[string]any
	fieldTypes map[string]any
}

// ReadGiven reads metadata. It looks no further than at which parts there are:
// what is wrong in them is found by Declare.
func ReadGiven(b []byte) (*Given, error) {
	v, err := php.DecodeJSON(b)
	if err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	g := &Given{}
	var ok bool
	if g.answer, ok = v.(map[string]any); !ok {
		return nil, errors.New("it is not a JSON object: it must be the whole answer to GET Metadata")
	}
	var parts struct {
		EntityDefs ordered[jsontext.Value] `json:"entityDefs"`
		Scopes     ordered[jsontext.Value] `json:"scopes"`
		RecordDefs ordered[jsontext.Value] `json:"recordDefs"`
	}
	if err := json.Unmarshal(b, &parts, readOptions); err != nil {
		return nil, err
	}
	if len(parts.EntityDefs.names) == 0 || len(parts.Scopes.names) == 0 {
		return nil, errors.New("it has no entityDefs or no scopes: it must be the whole answer to GET Metadata")
	}
	g.defs, g.scopes, g.recordDefs = parts.EntityDefs, parts.Scopes.values, parts.RecordDefs.values
	g.fieldACL, _ = g.answer["entityAcl"].(map[string]any)
	g.fieldTypes, _ = g.answer["fields"].(map[string]any)
	return g, nil
}

// addTo adds the entity types to others. What the metadata names replaces what
// there is; the rest stays.
func (g *Given) addTo(types, stocks map[string]*EntityType) error {
	var names []string
	for _, name := range g.defs.names {
		e, known := types[name]
		if !known {
			e = &EntityType{Name: name}
		}
		ok, err := g.describe(e, known)
		if err != nil {
			return fmt.Errorf("entityDefs.%s: %w", name, err)
		}
		// What is not a scope with records of its own is a part of the server's code.
		if ok || known {
			types[name] = e
			names = append(names, name)
		}
	}
	return check(types, stocks, names)
}

// describe sets what the metadata has of the entity type, and reports whether
// clients can have to do with its records.
func (g *Given) describe(e *EntityType, known bool) (bool, error) {
	var def struct {
		Fields ordered[jsontext.Value] `json:"fields"`
		Links  ordered[jsontext.Value] `json:"links"`
	}
	raw := g.defs.values[e.Name]
	if err := json.Unmarshal(raw, &def, readOptions); err != nil {
		return false, err
	}
	more := &EntityType{FieldNames: def.Fields.names, Facts: Facts{Fields: map[string]*Field{}, Links: map[string]*Link{}}}
	for _, name := range def.Fields.names {
		f, err := g.field(e, name, def.Fields.values[name])
		if err != nil {
			return false, fmt.Errorf("field %s: %w", name, err)
		}
		more.Fields[name] = f
	}
	for _, name := range def.Links.names {
		l := &Link{}
		if stock := e.Links[name]; stock != nil {
			l.Selected = stock.Selected
		}
		if err := lay(def.Links.values[name], l); err != nil {
			return false, fmt.Errorf("link %s: %w", name, err)
		}
		if f := more.Fields[name]; f != nil && (f.Type == "file" || f.Type == "image") {
			continue // files have no link of their own
		}
		more.LinkNames, more.Links[name] = append(more.LinkNames, name), l
	}
	more.extend(e)
	e.FieldNames, e.Fields, e.LinkNames, e.Links = more.FieldNames, more.Fields, more.LinkNames, more.Links
	return g.configure(e, raw, known)
}

// field reads a field. What no metadata tells of one that the server knows
// stays.
func (g *Given) field(e *EntityType, name string, raw jsontext.Value) (*Field, error) {
	f := &Field{}
	stock := e.Fields[name]
	if stock != nil {
		*f = stock.untold()
	}
	if err := lay(raw, f); err != nil {
		return nil, err
	}
	if stock == nil {
		if err := f.protect(LookUp(g.fieldACL, e.Name+".fields."+name)); err != nil {
			return nil, err
		}
	}
	if name, ok := strings.CutPrefix(f.Pattern, "$"); ok {
		own, _ := LookUp(g.answer, "app.regExpPatterns."+name+".pattern").(string)
		f.Pattern = cmp.Or(own, f.Pattern)
	}
	if f.Type == "" {
		return nil, errors.New("it has no type")
	}
	if f.Type != "foreign" && !slices.Contains(fieldTypes, f.Type) {
		f.Type = g.storedAs(f.Type)
	}
	return f, nil
}

// storedAs is the type that stands in for one that an extension has added: the
// one that its values are stored as, or else a text.
func (g *Given) storedAs(fieldType string) string {
	stored, _ := LookUp(g.fieldTypes, fieldType+".fieldDefs.type").(string)
	if slices.Contains(fieldTypes, stored) {
		return stored
	}
	return "text"
}

// untold are the facts of a field that no metadata tells.
func (f *Field) untold() Field {
	return Field{
		NotRequired: f.NotRequired, NonAdminReadOnly: f.NonAdminReadOnly, OnlyAdmin: f.OnlyAdmin, NotByRole: f.NotByRole,
		Internal: f.Internal, Forbidden: f.Forbidden, Computed: f.Computed,
	}
}

// protect sets what entityAcl says of a field.
func (f *Field) protect(acl any) error {
	if acl == nil {
		return nil
	}
	b, err := json.Marshal(acl)
	if err != nil {
		return err
	}
	return lay(b, f)
}

// configure sets what the metadata says of the entity type as a whole.
func (g *Given) configure(e *EntityType, def jsontext.Value, known bool) (bool, error) {
	if err := lay(def, &e.Facts); err != nil {
		return false, err
	}
	scope := g.scopes[e.Name]
	if scope == nil {
		return false, nil
	}
	if err := lay(scope, &e.Facts); err != nil {
		return false, fmt.Errorf("its scope: %w", err)
	}
	if acl, isText := e.ACL.(string); isText && acl != "boolean" {
		e.ACL = true // the text names the levels for the page of roles
	}
	if raw := g.recordDefs[e.Name]; raw != nil && !known {
		if err := lay(raw, &e.Facts); err != nil {
			return false, fmt.Errorf("its recordDefs: %w", err)
		}
	}
	return LookUp(g.answer, "scopes."+e.Name+".entity") == true, nil
}

// check refuses what the server cannot do with the entity types of those names.
// What EspoCRM has itself is right, even where a link has no other end.
func check(types, stocks map[string]*EntityType, names []string) error {
	for _, name := range names {
		e, stock := types[name], cmp.Or(stocks[name], &EntityType{})
		for _, field := range e.FieldNames {
			f := e.Fields[field]
			if known := stock.Fields[field]; known != nil && known.Type == f.Type {
				continue
			}
			if err := e.checkGiven(types, f, field); err != nil {
				return fmt.Errorf("entityDefs.%s: field %s: %w", name, field, err)
			}
		}
		d := Declaration{Name: name, Links: map[string]Link{}}
		for _, link := range e.LinkNames {
			l := e.Links[link]
			if known := stock.Links[link]; known != nil && known.Type == l.Type && known.Entity == l.Entity && known.Foreign == l.Foreign {
				continue
			}
			if to := types[l.Entity]; to != nil {
				l.settle(to)
			}
			d.Links[link] = *l
			if err := d.checkLink(types, link); err != nil {
				return fmt.Errorf("entityDefs.%s: link %s: %w", name, link, err)
			}
		}
		if by := e.Collection.OrderBy; by != "" && !e.HasField(by) {
			return fmt.Errorf("entityDefs.%s: collection.orderBy: there is no field %q%s", name, by, Meant(by, e.FieldNames))
		}
	}
	return nil
}

// settle makes the link one that its other end fits, as the server does.
func (l *Link) settle(to *EntityType) {
	back := to.Links[l.Foreign]
	switch {
	case back == nil && l.Type == "belongsTo":
		l.Foreign = "" // it is kept at this end: no need of the other
	case back != nil && back.Type == "belongsToParent" && l.Type == "hasMany":
		l.Type = "hasChildren" // the template Base Plus has such
	}
}

func (e *EntityType) checkGiven(types map[string]*EntityType, f *Field, name string) error {
	if f.Type != "foreign" {
		return checkField(e, name, *f)
	}
	l := e.Links[f.Link]
	if l == nil {
		return fmt.Errorf("it is of type foreign, and there is no link %q%s", f.Link, Meant(f.Link, e.LinkNames))
	}
	if to := types[l.Entity]; to != nil && !to.HasField(f.Field) {
		return fmt.Errorf("it is of type foreign, and %s has no field %q%s", to.Name, f.Field, Meant(f.Field, to.FieldNames))
	}
	return nil
}

// Over lays the metadata over that of a server: what it has is given back as it
// was.
func (g *Given) Over(server map[string]any) map[string]any {
	out := maps.Clone(server)
	for part, given := range g.answer {
		object, isObject := given.(map[string]any)
		below, known := server[part].(map[string]any)
		if !isObject || !known {
			out[part] = given
			continue
		}
		merged := maps.Clone(below)
		for name, v := range object {
			if part == "entityDefs" {
				v = overDefs(below[name], v)
			}
			merged[name] = v
		}
		out[part] = merged
	}
	return out
}

// overDefs lays the given definitions of an entity type over the server's. Each
// field and each link is given back whole.
func overDefs(server, given any) any {
	below, _ := server.(map[string]any)
	over, isObject := given.(map[string]any)
	if !isObject {
		return cmp.Or(server, given)
	}
	out := maps.Clone(over)
	for _, kind := range []string{"fields", "links"} {
		known, _ := below[kind].(map[string]any)
		named, _ := over[kind].(map[string]any)
		if all := maps.Clone(known); all != nil {
			maps.Copy(all, named)
			out[kind] = all
		}
	}
	return out
}
