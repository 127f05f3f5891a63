package store

import (
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/schema"
)

// Duplicates returns the records that agree with the values in one of the
// entity type's duplicate check fields.
func (st *Store) Duplicates(e *schema.EntityType, mem map[string]any) []*Record {
	var checks []func(*Record) bool
	for _, name := range e.DuplicateCheckFields {
		if f := e.Fields[name]; f != nil && st.tables[e.Name].saw(f, mem) {
			if agrees := duplicateCheck(e, f, mem); agrees != nil {
				checks = append(checks, agrees)
			}
		}
	}
	if len(checks) == 0 {
		return nil
	}
	var found []*Record
	for _, r := range st.All(e.Name) {
		if slices.ContainsFunc(checks, func(agrees func(*Record) bool) bool { return agrees(r) }) {
			found = append(found, r)
		}
	}
	return found
}

// see notes a value of an attribute that finds duplicates.
func (t *collection) see(f *schema.Field, v any) {
	for _, s := range valuesOf(f, v, v) {
		t.seen[fold(s)] = true
	}
}

// saw reports whether a record ever had one of the values of the field.
func (t *collection) saw(f *schema.Field, mem map[string]any) bool {
	return slices.ContainsFunc(f.DuplicateAttributes(), func(name string) bool {
		return slices.ContainsFunc(valuesOf(f, mem[name], mem[name]), func(s string) bool { return t.seen[fold(s)] })
	})
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
		if first == "" || last == "" {
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
