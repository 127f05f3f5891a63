package espotest

import (
	"net/http"
	"slices"
	"strings"
)

// checkDuplicates refuses a record that agrees with another in one of the
// entity type's duplicate check fields.
func (c *call) checkDuplicates(e *entityType, mem map[string]any, self *record) *apiError {
	var list []members
	for _, r := range c.store.duplicates(e, mem) {
		if r != self && c.user.may(actionRead, r) {
			list = append(list, c.output(e, c.fetched(r)))
		}
	}
	if len(list) == 0 {
		return nil
	}
	return &apiError{status: http.StatusConflict, reason: "duplicate", body: list}
}

// duplicates returns the records that agree with the values in one of the
// entity type's duplicate check fields.
func (st *store) duplicates(e *entityType, mem map[string]any) []*record {
	checks := duplicateChecks(e, mem)
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

// duplicateChecks returns what finds a record that agrees with the values.
func duplicateChecks(e *entityType, mem map[string]any) []predicate {
	var checks []predicate
	for _, name := range e.DuplicateCheckFields {
		f := e.Fields[name]
		if f == nil {
			continue
		}
		switch f.Type {
		case "email", "phone":
			own, a, data := addressesOf(f, mem[name], mem[name+"Data"]), e.attr(name), e.attr(name+"Data")
			if len(own) == 0 {
				continue
			}
			checks = append(checks, func(r *record) bool {
				return r.at(a) != nil && slices.ContainsFunc(addressesOf(f, r.at(a), r.at(data)), func(theirs string) bool {
					return slices.ContainsFunc(own, func(s string) bool { return strings.EqualFold(s, theirs) })
				})
			})
		case "personName":
			first, _ := mem["firstName"].(string)
			last, _ := mem["lastName"].(string)
			if first != "" && last != "" {
				checks = append(checks, func(r *record) bool {
					return strings.EqualFold(first, r.str("firstName")) && strings.EqualFold(last, r.str("lastName"))
				})
			}
		default:
			a := e.attr(name)
			if s, _ := mem[name].(string); s != "" {
				checks = append(checks, func(r *record) bool {
					theirs, _ := r.at(a).(string)
					return strings.EqualFold(s, theirs)
				})
			}
		}
	}
	return checks
}

func addressesOf(f *field, primary, data any) []string {
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
func userNameTaken(c *call, mem, before map[string]any) *apiError {
	name, _ := mem["userName"].(string)
	if before != nil && before["userName"] == name {
		return nil
	}
	for _, u := range c.store.all("User") {
		if u.str("userName") == name {
			return &apiError{status: http.StatusConflict, reason: "userNameExists"}
		}
	}
	return nil
}
