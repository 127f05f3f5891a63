package espotest

import (
	"net/http"
	"strings"
)

// checkDuplicates refuses a record that agrees with another in one of the
// entity type's duplicate check fields.
func (c *call) checkDuplicates(e *entityType, mem map[string]any, self *record) *apiError {
	if len(e.DuplicateCheckFields) == 0 {
		return nil
	}
	var list []members
	for _, r := range c.store.all(e.Name) {
		if r == self || !duplicates(e, mem, r) || !c.user.may(actionRead, r) {
			continue
		}
		list = append(list, c.output(e, c.fetched(r)))
	}
	if len(list) == 0 {
		return nil
	}
	return &apiError{status: http.StatusConflict, reason: "duplicate", body: list}
}

func duplicates(e *entityType, mem map[string]any, r *record) bool {
	for _, name := range e.DuplicateCheckFields {
		f := e.Fields[name]
		if f == nil {
			continue
		}
		switch f.Type {
		case "email", "phone":
			for _, a := range addressesOf(f, mem[name], mem[name+"Data"]) {
				for _, b := range addressesOf(f, r.stored(name), r.stored(name+"Data")) {
					if strings.EqualFold(a, b) {
						return true
					}
				}
			}
		case "personName":
			first, _ := mem["firstName"].(string)
			last, _ := mem["lastName"].(string)
			if first != "" && last != "" && strings.EqualFold(first, r.str("firstName")) && strings.EqualFold(last, r.str("lastName")) {
				return true
			}
		default:
			if s, ok := mem[name].(string); ok && s != "" && strings.EqualFold(s, r.str(name)) {
				return true
			}
		}
	}
	return false
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
