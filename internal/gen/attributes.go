package gen

import (
	"fmt"
	"slices"
	"strings"
)

// attribute is one member of a record's JSON.
type attribute struct {
	name  string
	typ   string   // Go type; names of package espo begin with "espo."
	notes []string // for the comment
	field *Field   // the enum field whose options typ may name
}

// plain are the Go types of the field types with one attribute, named like
// the field.
var plain = map[string]string{
	"array": "[]string", "arrayInt": "[]int64", "autoincrement": "int64",
	"barcode": "string", "bool": "bool", "checklist": "[]string",
	"colorpicker": "string", "currencyConverted": "espo.Number",
	"date": "espo.Date", "datetime": "espo.DateTime", "decimal": "espo.Decimal",
	"duration": "int64", "enum": "string", "enumFloat": "espo.Number",
	"enumInt": "int64", "float": "espo.Number", "id": "string", "int": "int64",
	"jsonArray": "any", "jsonObject": "any", "multiEnum": "[]string",
	"number": "string", "password": "espo.Secret", "text": "string",
	"url": "string", "urlMultiple": "[]string", "varchar": "string",
	"wysiwyg": "string",
}

// attributes returns the attributes of a field, as EspoCRM derives them from
// its type. A field of an unknown type, such as an extension's, is any JSON.
func (f Field) attributes() []attribute {
	if typ, ok := plain[f.Type]; ok {
		return []attribute{f.plainAttribute(typ)}
	}
	switch f.Type {
	case "map", "base": // no attribute of their own
		return []attribute{}
	case "address":
		parts := []attribute{}
		for _, part := range []string{"Street", "City", "State", "Country", "PostalCode"} {
			parts = append(parts, f.part(part, "string"))
		}
		return parts
	case "rangeInt":
		return f.ends("int64")
	case "rangeFloat", "rangeCurrency":
		return f.ends("espo.Number")
	case "link", "linkOne", "file", "image", "linkParent", "linkMultiple", "attachmentMultiple":
		return f.linkAttributes()
	}
	return f.valueAttributes()
}

// plainAttribute is the attribute of a field that has one, named like it.
func (f Field) plainAttribute(typ string) attribute {
	main := attribute{name: f.Name, typ: typ, notes: f.notes()}
	switch {
	case f.Type == "duration":
		main.notes = append([]string{"seconds"}, main.notes...)
	case f.Type == "enum":
		main.field = &f
	case f.Type == "jsonArray" && f.Name == "reminders":
		main.typ = "[]espo.ReminderEntry"
	}
	return main
}

// part is an attribute whose name begins with the field's.
func (f Field) part(suffix, typ string, notes ...string) attribute {
	if f.ReadOnly && !slices.Contains(notes, readOnly) {
		notes = append(notes, readOnly)
	}
	return attribute{name: f.Name + suffix, typ: typ, notes: notes}
}

// ends are the attributes of a range.
func (f Field) ends(typ string) []attribute {
	upper := upperFirst(f.Name)
	return []attribute{{name: "from" + upper, typ: typ}, {name: "to" + upper, typ: typ}}
}

// linkAttributes are the attributes of a link, or of several.
func (f Field) linkAttributes() []attribute {
	notes := append([]string{f.linkNote()}, f.notes()...)
	switch f.Type {
	case "linkParent":
		return []attribute{
			f.part("Id", "string", notes...),
			f.part("Type", "string", "entity type"),
			f.part("Name", "string", readOnly),
		}
	case "linkMultiple", "attachmentMultiple":
		all := []attribute{
			f.part("Ids", "[]string", notes...),
			f.part("Names", "espo.Names", "by id", readOnly),
		}
		if f.Type == "attachmentMultiple" {
			all = append(all, f.part("Types", "espo.Names", "media types by id", readOnly))
		}
		if len(f.Columns) > 0 {
			all = append(all, f.part("Columns", "espo.Columns", "by id: "+oneLine(strings.Join(f.Columns, ", "))))
		}
		return all
	}
	return []attribute{f.part("Id", "string", notes...), f.part("Name", "string", readOnly)}
}

// linkNote says where a link leads.
func (f Field) linkNote() string {
	switch {
	case f.Type == "file", f.Type == "image", f.Type == "attachmentMultiple":
		return "link to Attachment"
	case len(f.Entities) == 0:
		return "link"
	}
	return "link to " + oneLine(strings.Join(f.Entities, ", "))
}

// valueAttributes are the attributes of a field whose value has further parts.
func (f Field) valueAttributes() []attribute {
	main := attribute{name: f.Name, typ: "any", notes: f.notes()}
	switch f.Type {
	case "email":
		main.typ = "string"
		return []attribute{main,
			f.part("IsOptedOut", "bool"), f.part("IsInvalid", "bool"),
			f.part("Data", "[]espo.EmailAddressEntry", "every address")}
	case "phone":
		main.typ = "string"
		return []attribute{main,
			f.part("IsOptedOut", "bool"), f.part("IsInvalid", "bool"),
			f.part("Data", "[]espo.PhoneNumberEntry", "every number")}
	case "currency":
		main.typ = "espo.Number"
		if f.Decimal {
			main.typ = "espo.Decimal"
		}
		return []attribute{main,
			f.part("Currency", "string", "ISO 4217 code"),
			f.part("Converted", "espo.Number", "in the base currency", readOnly)}
	case "personName":
		main.typ = "string"
		main.notes = append(main.notes, "made of its parts", readOnly)
		upper := upperFirst(f.Name)
		return []attribute{main,
			{name: "salutation" + upper, typ: "string"}, {name: "first" + upper, typ: "string"},
			{name: "last" + upper, typ: "string"}, {name: "middle" + upper, typ: "string"}}
	case "datetimeOptional":
		main.typ = "espo.DateTime"
		return []attribute{main, f.part("Date", "espo.Date", "the day, where there is no time of day")}
	}
	return []attribute{main}
}

const readOnly = "read-only"

// notes says what the metadata demands of a value.
func (f Field) notes() []string {
	var notes []string
	if f.Note != "" {
		notes = append(notes, f.Note)
	}
	if f.Required {
		notes = append(notes, "required")
	}
	if f.MaxLength > 0 {
		notes = append(notes, fmt.Sprintf("at most %d characters", f.MaxLength))
	}
	switch {
	case f.Min != "" && f.Max != "":
		notes = append(notes, f.Min+" to "+f.Max)
	case f.Min != "":
		notes = append(notes, "at least "+f.Min)
	case f.Max != "":
		notes = append(notes, "at most "+f.Max)
	}
	if f.Default != "" && !f.ReadOnly {
		notes = append(notes, "default "+oneLine(f.Default))
	}
	if f.ReadOnly {
		notes = append(notes, readOnly)
	}
	return notes
}

// attributes returns every attribute of the entity type's records.
func (e *EntityType) attributes(facts Facts) []attribute {
	all := []attribute{serverMade("id", "string")}
	explicit, placed := map[string]bool{"id": true}, map[string]bool{"id": true}
	derived := map[string]attribute{} // what a field says of another field's attribute
	fields := make([]Field, 0, len(e.Fields))
	for _, f := range e.Fields {
		if f.Type == "foreign" {
			f = e.foreign(facts, f)
		}
		explicit[f.Name] = true
		fields = append(fields, f)
		for _, a := range f.attributes() {
			if a.name != f.Name {
				derived[a.name] = a
			}
		}
	}
	columns := e.columns()
	for _, f := range fields {
		for _, a := range f.attributes() {
			if placed[a.name] || explicit[a.name] && a.name != f.Name {
				continue // it has, or will have, a place of its own
			}
			placed[a.name] = true
			if a.name == f.Name {
				if d, ok := derived[a.name]; ok && len(d.notes) > 0 {
					a.typ, a.notes, a.field = d.typ, d.notes, nil
				}
				if c := columns[a.name]; c != "" {
					a.notes = append([]string{"column " + oneLine(c) + " of a link, where listed through it"}, a.notes...)
				}
				if f.GoType != "" {
					a.typ = f.GoType
				}
			}
			all = append(all, a)
		}
	}
	add := func(on bool, list ...attribute) {
		for _, a := range list {
			if on && !placed[a.name] {
				all = append(all, a)
			}
		}
	}
	add(e.Stream,
		serverMade("isFollowed", "bool", "by the caller"),
		serverMade("followersIds", "[]string", "link to User"),
		serverMade("followersNames", "espo.Names", "by id"))
	add(e.Stars, serverMade("isStarred", "bool", "by the caller"))
	add(e.Versioned, serverMade("versionNumber", "int64", "grows with every change"))
	add(true, serverMade("deleted", "bool"))
	return all
}

// serverMade is an attribute that every record of the kind has without a field.
func serverMade(name, typ string, notes ...string) attribute {
	return attribute{name: name, typ: typ, notes: append(notes, readOnly)}
}

// columns maps the attributes that show the column of a link, in records
// listed through that link, to the column.
func (e *EntityType) columns() map[string]string {
	byAttribute := map[string]string{}
	for _, link := range e.Links {
		for column, attribute := range link.Columns {
			byAttribute[attribute] = column
		}
	}
	return byAttribute
}

// foreign gives a field that shows a linked record's field the type of that
// field, where the metadata tells.
func (e *EntityType) foreign(facts Facts, f Field) Field {
	f.ReadOnly = true
	target := facts[e.Links[f.Foreign[0]].Entity]
	if target == nil {
		return f
	}
	i := slices.IndexFunc(target.Fields, func(t Field) bool { return t.Name == f.Foreign[1] })
	if i < 0 {
		return f
	}
	// Of the target's attributes only one comes along, under this name.
	t := target.Fields[i]
	switch t.Type {
	case "email", "phone", "personName":
		f.Type = "varchar"
	case "currency":
		f.Type = "float"
	case "datetimeOptional":
		f.Type = "datetime"
	default:
		if _, ok := plain[t.Type]; ok {
			f.Type = t.Type
		}
	}
	return f
}
