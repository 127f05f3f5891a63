package schema

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fieldTypes are the types that a declared field can have: those of EspoCRM but
// foreign, since [Field] does not say which field of which link it shows.
var fieldTypes = []string{
	"address", "array", "arrayInt", "attachmentMultiple", "autoincrement", "barcode", "base", "bool", "checklist",
	"colorpicker", "currency", "currencyConverted", "date", "datetime", "datetimeOptional", "decimal", "duration",
	"email", "enum", "enumFloat", "enumInt", "file", "float", "id", "image", "int", "jsonArray", "jsonObject", "link",
	"linkMultiple", "linkOne", "linkParent", "map", "multiEnum", "number", "password", "personName", "phone",
	"rangeCurrency", "rangeFloat", "rangeInt", "text", "url", "urlMultiple", "varchar", "wysiwyg",
}

// linkTypes are the types of links, and the field types that show each of them.
var linkTypes = map[string][]string{
	"belongsTo": {"link"}, "belongsToParent": {"linkParent"}, "hasOne": {"linkOne"},
	"hasMany": {"linkMultiple"}, "hasChildren": {"linkMultiple", "attachmentMultiple"},
}

// linkEnds are the types that a link can have at the other end of one.
var linkEnds = map[string][]string{
	"belongsTo": {"hasMany", "hasOne"}, "hasOne": {"belongsTo"}, "hasMany": {"hasMany", "belongsTo"},
	"hasChildren": {"belongsToParent"},
}

// checkNew refuses fields and links that the entity type has already: the
// declaration would have no effect.
func (d Declaration) checkNew(base *EntityType) error {
	for _, name := range slices.Sorted(maps.Keys(d.Fields)) {
		if base.HasField(name) {
			return fmt.Errorf("field %s: %s has it already, of type %s", name, d.Name, base.Fields[name].Type)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Links)) {
		if base.Links[name] != nil {
			return fmt.Errorf("link %s: %s has it already", name, d.Name)
		}
	}
	return nil
}

// addLinkFields adds the fields of links whose attributes records must have.
// base has the fields that the entity type has besides.
func (e *EntityType) addLinkFields(base *EntityType) error {
	for _, name := range e.LinkNames {
		want := linkTypes[e.Links[name].Type]
		if len(want) == 0 {
			continue // an unknown type, which is refused later
		}
		f := e.Fields[name]
		if f == nil {
			f = base.Fields[name]
		}
		switch {
		case f != nil && !slices.Contains(want, f.Type):
			return fmt.Errorf("link %s is of type %s: its field must be of type %s, not %s",
				name, e.Links[name].Type, strings.Join(want, " or "), f.Type)
		case f == nil && e.Links[name].Type != "hasMany" && e.Links[name].Type != "hasChildren":
			e.addFacts(name, &Field{Type: want[0]})
		}
	}
	return nil
}

// check refuses what is declared and cannot be, when all types are known.
func (d Declaration) check(types map[string]*EntityType) error {
	e := types[d.Name]
	for _, name := range slices.Sorted(maps.Keys(d.Fields)) {
		if err := checkField(e, name, d.Fields[name]); err != nil {
			return fmt.Errorf("field %s: %w", name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Links)) {
		if err := d.checkLink(types, name); err != nil {
			return fmt.Errorf("link %s: %w", name, err)
		}
	}
	if d.Order != "" && d.Order != "asc" && d.Order != "desc" {
		return fmt.Errorf("the Order %q is neither asc nor desc", d.Order)
	}
	named := slices.Concat(d.TextFilterFields, d.DuplicateCheckFields)
	for _, name := range []string{d.StatusField, d.OrderBy} {
		if name != "" {
			named = append(named, name)
		}
	}
	for _, name := range named {
		if !e.HasField(name) {
			return fmt.Errorf("there is no field %q%s", name, Meant(name, e.FieldNames))
		}
	}
	return nil
}

func checkField(e *EntityType, name string, f Field) error {
	switch {
	case f.Type == "foreign":
		return errors.New("the type foreign cannot be declared")
	case !slices.Contains(fieldTypes, f.Type):
		return fmt.Errorf("unknown type %q%s", f.Type, Meant(f.Type, fieldTypes))
	}
	switch f.Type {
	case "link", "linkOne", "linkParent", "linkMultiple":
		if e.Links[name] == nil {
			return fmt.Errorf("it is of type %s, and there is no link of that name", f.Type)
		}
	}
	return nil
}

func (d Declaration) checkLink(types map[string]*EntityType, name string) error {
	l := d.Links[name]
	if linkTypes[l.Type] == nil {
		return fmt.Errorf("unknown type %q%s", l.Type, Meant(l.Type, slices.Collect(maps.Keys(linkTypes))))
	}
	names := slices.Collect(maps.Keys(types))
	for _, entity := range l.EntityList {
		if types[entity] == nil {
			return fmt.Errorf("unknown entity type %q in EntityList%s", entity, Meant(entity, names))
		}
	}
	if l.Type == "belongsToParent" {
		if l.Entity != "" {
			return errors.New("one of type belongsToParent has no Entity, but an EntityList")
		}
		return nil
	}
	to := types[l.Entity]
	switch {
	case to == nil:
		return fmt.Errorf("unknown entity type %q%s", l.Entity, Meant(l.Entity, names))
	case l.Foreign != "":
		return d.checkForeign(to, name)
	case l.Type == "hasOne" || l.Type == "hasChildren":
		return fmt.Errorf("one of type %s needs a Foreign link, in which it is kept", l.Type)
	}
	return nil
}

// checkForeign refuses a link whose other end does not fit.
func (d Declaration) checkForeign(to *EntityType, name string) error {
	l := d.Links[name]
	back := to.Links[l.Foreign]
	switch {
	case back == nil:
		return fmt.Errorf("%s has no link %q%s", to.Name, l.Foreign, Meant(l.Foreign, to.LinkNames))
	case !slices.Contains(linkEnds[l.Type], back.Type):
		return fmt.Errorf("one of type %s does not go together with %s.%s, which is of type %s", l.Type, to.Name, l.Foreign, back.Type)
	case back.Type != "belongsToParent" && back.Entity != d.Name,
		back.Type != "belongsToParent" && back.Foreign != name && (back.Foreign != "" || back.Type == "hasMany" && l.Type == "hasMany"):
		return fmt.Errorf("the other end, %s.%s, is of another link: its Entity is %q and its Foreign %q", to.Name, l.Foreign, back.Entity, back.Foreign)
	}
	return nil
}
