package schema

import (
	"cmp"
)

// DuplicateAttributes are the attributes by which the field finds duplicates.
// A person has the same first and the same last name as another, or lacks the same
// one.
func (f *Field) DuplicateAttributes() []string {
	switch f.Type {
	case "email", "phone":
		return []string{f.Name, f.Name + "Data"}
	case "personName":
		return []string{"lastName", "firstName"}
	default:
		return []string{f.Name}
	}
}

// made is what administrators have set.
func (f *Field) made() Params { return f.params }

// FieldAttributes returns the attributes of a field in the order of an export.
func (e *EntityType) FieldAttributes(name string) []string {
	f := e.Fields[name]
	if f == nil {
		return nil
	}
	parts := func(names ...string) (attrs []string) {
		for _, n := range names {
			if e.Attr(n) != nil {
				attrs = append(attrs, n)
			}
		}
		return attrs
	}
	switch f.Type {
	case "personName":
		return parts("salutationName", "firstName", "lastName", "middleName", name)
	case "currency":
		return parts(name+"Currency", name)
	case "address":
		return parts(name+"Street", name+"City", name+"State", name+"Country", name+"PostalCode")
	case "email", "phone":
		return []string{name}
	}
	var attrs []string
	for _, n := range e.AttrNames {
		if a := e.Attrs[n]; a.Field == f {
			attrs = append(attrs, n)
		}
	}
	return attrs
}

// AuditedAttributes are the attributes of a field that a note shows.
func AuditedAttributes(f *Field) []string {
	switch f.Type {
	case "currency":
		return []string{f.Name, f.Name + "Currency"}
	case "datetimeOptional":
		return []string{f.Name, f.Name + "Date"}
	case "link", "file", "image":
		return []string{f.Name + "Id", f.Name + "Name"}
	case "linkParent":
		return []string{f.Name + "Id", f.Name + "Type", f.Name + "Name"}
	}
	return []string{f.Name}
}

// StyleOf is the style of a status.
func (f *Field) StyleOf(status any) string {
	s, _ := status.(string)
	return cmp.Or(f.Style[s], "default")
}
