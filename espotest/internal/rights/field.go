package rights

import (
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// portalFields are the fields that no role for portals opens.
var portalFields = map[string]map[string]FieldAccess{
	"Case": {
		"status": {espo.AccessYes, espo.AccessNo}, "isInternal": {espo.AccessNo, espo.AccessNo},
		"assignedUser": {espo.AccessYes, espo.AccessNo}, "teams": {espo.AccessNo, espo.AccessNo},
	},
}

// MayField reports whether the user may read or edit a field, where it may do so
// with the record.
func (u *User) MayField(action string, f *schema.Field) bool {
	if u.Admin() {
		return true
	}
	a, ok := u.fieldAccess(f.Of, f.Name)
	switch {
	case !ok:
		return true
	case action == Read:
		return a.Read != espo.AccessNo
	}
	return a.Edit != espo.AccessNo
}

// fieldAccess merges what the roles say of a field: one that allows it wins. ok
// is false when none says anything.
func (u *User) fieldAccess(scope, name string) (a FieldAccess, ok bool) {
	if u.Portal != nil {
		if a, ok = portalFields[scope][name]; ok {
			return a, true
		}
	}
	for _, r := range u.Roles() {
		own, says := r.Fields[scope][name]
		if !says {
			continue
		}
		if !ok {
			a = own
		}
		if ok = true; own.Read == espo.AccessYes {
			a.Read = own.Read
		}
		if own.Edit == espo.AccessYes {
			a.Edit = own.Edit
		}
	}
	return a, ok
}

// FieldTable returns the fields with rights of their own, as App/user shows
// them.
func (u *User) FieldTable(e *schema.EntityType) map[string]any {
	table := map[string]any{}
	if u.Admin() {
		return table
	}
	for _, f := range e.FieldList {
		if a, ok := u.fieldAccess(e.Name, f.Name); ok {
			table[f.Name] = map[string]any{Read: string(a.Read), Edit: string(a.Edit)}
		}
	}
	return table
}

// opened reports whether there are records of the type where the user is: portals
// do not have all.
func (u *User) opened(e *schema.EntityType) bool {
	return u.Portal == nil || !slices.Contains([]string{"EmailAccount", "EmailFilter", "EmailFolder", "GroupEmailFolder", "Team"}, e.Name)
}
