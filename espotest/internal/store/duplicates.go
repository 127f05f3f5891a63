package store

import (
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/schema"
)

// Duplicates returns the records that agree with the values in one of the
// entity type's duplicate check fields.
func (st *Store) Duplicates(e *schema.EntityType, mem map[string]any) []*Record {
	t := st.tables[e.Name]
	var found []*Record
	for _, name := range e.DuplicateCheckFields {
		f := e.Fields[name]
		if f == nil {
			continue
		}
		if agrees := duplicateCheck(e, f, mem); agrees != nil {
			for _, r := range t.listed(t.likely(e, f, mem)) {
				if agrees(r) {
					found = append(found, r)
				}
			}
		}
	}
	return inOrder(found)
}

// likely returns the records that may have one of the values of the field.
func (t *collection) likely(e *schema.EntityType, f *schema.Field, mem map[string]any) []*Record {
	var records []*Record
	for _, name := range f.DuplicateAttributes() {
		if a := e.Attr(name); a != nil {
			records = append(records, t.duplicates.find(t.order, a, mem[name])...)
		}
		if s, _ := mem[name].(string); f.Type == "personName" && s != "" {
			break // who agrees in both is among those who agree in one
		}
	}
	return records
}

// fold is the same for all strings that [strings.EqualFold] takes for equal.
func fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// duplicateCheck returns what finds a record that agrees with the values of a
// field; nil when there is nothing to agree with.
func duplicateCheck(e *schema.EntityType, f *schema.Field, mem map[string]any) func(*Record) bool {
	name := f.Name
	a := e.Attr(name)
	switch f.Type {
	case "email", "phone":
		data := e.Attr(name + "Data")
		own := valuesOf(f, mem[name], mem[name+"Data"])
		return func(r *Record) bool {
			return r.At(a) != nil && slices.ContainsFunc(valuesOf(f, r.At(a), r.At(data)), func(theirs string) bool {
				return slices.ContainsFunc(own, func(s string) bool { return strings.EqualFold(s, theirs) })
			})
		}
	case "personName":
		first, _ := mem["firstName"].(string)
		last, _ := mem["lastName"].(string)
		if first == "" && last == "" {
			return nil
		}
		return func(r *Record) bool {
			return strings.EqualFold(first, r.Str("firstName")) && strings.EqualFold(last, r.Str("lastName"))
		}
	}
	s, _ := mem[name].(string)
	if s == "" {
		return nil
	}
	return func(r *Record) bool {
		theirs, _ := r.At(a).(string)
		return strings.EqualFold(s, theirs)
	}
}

// valuesOf returns what a field is compared by: its value and, of e-mail
// addresses and phone numbers, those of the list.
func valuesOf(f *schema.Field, primary, data any) []string {
	var out []string
	if s, ok := primary.(string); ok {
		out = append(out, s)
	}
	list, _ := data.([]any)
	for _, x := range list {
		m, _ := x.(map[string]any)
		if s, ok := m[f.Name].(string); ok {
			out = append(out, s)
		}
	}
	return out
}
