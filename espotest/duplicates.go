package espotest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// checkDuplicates refuses a record that agrees with another in one of the
// entity type's duplicate check fields.
func (c *call) checkDuplicates(e *schema.EntityType, mem map[string]any, self *record) *answer.Error {
	var list []answer.Object
	for _, r := range c.store.duplicates(e, mem) {
		if r != self && c.user.may(actionRead, r) {
			list = append(list, c.output(e, c.fetched(r)))
		}
	}
	if len(list) == 0 {
		return nil
	}
	return &answer.Error{Status: http.StatusConflict, Reason: "duplicate", Body: list}
}

// duplicates returns the records that agree with the values in one of the
// entity type's duplicate check fields.
func (st *store) duplicates(e *schema.EntityType, mem map[string]any) []*record {
	var checks []predicate
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
	var found []*record
	for _, r := range st.all(e.Name) {
		if slices.ContainsFunc(checks, func(agrees predicate) bool { return agrees(r) }) {
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
func duplicateCheck(e *schema.EntityType, f *schema.Field, mem map[string]any) predicate {
	name := f.Name
	a := e.Attr(name)
	switch f.Type {
	case "email", "phone":
		data := e.Attr(name + "Data")
		own := valuesOf(f, mem[name], mem[name+"Data"])
		return func(r *record) bool {
			return r.at(a) != nil && slices.ContainsFunc(valuesOf(f, r.at(a), r.at(data)), func(theirs string) bool {
				return slices.ContainsFunc(own, func(s string) bool { return strings.EqualFold(s, theirs) })
			})
		}
	case "personName":
		first, _ := mem["firstName"].(string)
		last, _ := mem["lastName"].(string)
		if first == "" || last == "" {
			return nil
		}
		return func(r *record) bool {
			return strings.EqualFold(first, r.str("firstName")) && strings.EqualFold(last, r.str("lastName"))
		}
	}
	s, _ := mem[name].(string)
	if s == "" {
		return nil
	}
	return func(r *record) bool {
		theirs, _ := r.at(a).(string)
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

// userNameTaken refuses the user name of another user.
func userNameTaken(c *call, mem, before map[string]any) *answer.Error {
	name, _ := mem["userName"].(string)
	if before != nil && before["userName"] == name {
		return nil
	}
	for _, u := range c.store.all("User") {
		if u.str("userName") == name {
			return &answer.Error{Status: http.StatusConflict, Reason: "userNameExists"}
		}
	}
	return nil
}
