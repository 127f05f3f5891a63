package rights

import (
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/schema"
)

// portalFields are the fields that no role for portals opens.
var portalFields = map[string]map[string]FieldAccess{
	"Case": {
		"status": {LevelYes, LevelNo}, "isInternal": {LevelNo, LevelNo},
	},
	"KnowledgeBaseArticle": {
		"portals": {LevelNo, LevelNo}, "order": {LevelYes, LevelNo}, "status": {LevelNo, LevelNo}, "assignedUser": {LevelNo, LevelNo},
	},
	"Call":    {"users": {LevelYes, LevelNo}, "leads": {LevelNo, LevelNo}},
	"Meeting": {"users": {LevelYes, LevelNo}, "leads": {LevelNo, LevelNo}},
}

// portalFieldsOfAll are those of every entity type.
var portalFieldsOfAll = map[string]FieldAccess{
	"assignedUser": {LevelYes, LevelNo}, "assignedUsers": {LevelYes, LevelNo}, "teams": {LevelNo, LevelNo}, "collaborators": {LevelNo, LevelNo},
}

// portalField returns what users of portals may do with a field, if roles have no
// say in it.
func portalField(scope, name string) (a FieldAccess, ok bool) {
	if a, ok = portalFields[scope][name]; !ok {
		a, ok = portalFieldsOfAll[name]
	}
	return a, ok
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
		return a.Read != LevelNo
	}
	return a.Edit != LevelNo
}

// partSuffixes are the ends of the names of fields that are a part of another.
var partSuffixes = []string{"Street", "City", "State", "Country", "PostalCode", "Currency", "IsOptedOut", "IsInvalid", "Date"}

// wholeOf returns the name of the field that a field may be a part of.
func wholeOf(name string) string {
	if slices.Contains([]string{"salutationName", "firstName", "middleName", "lastName"}, name) {
		return "name"
	}
	for _, suffix := range partSuffixes {
		if whole, ok := strings.CutSuffix(name, suffix); ok {
			return whole
		}
	}
	return ""
}

// fieldAccess merges what the roles say of a field: one that allows it wins. ok
// is false when none says anything.
func (u *User) fieldAccess(scope, name string) (a FieldAccess, ok bool) {
	if u.Portal != nil {
		if a, ok = portalField(scope, name); ok {
			return a, true
		}
	}
	for _, r := range u.Roles() {
		own, says := r.Fields[scope][name]
		if !says {
			own, says = r.Fields[scope][wholeOf(name)]
		}
		if !says {
			continue
		}
		if !ok {
			a = own
		}
		if ok = true; own.Read == LevelYes {
			a.Read = own.Read
		}
		if own.Edit == LevelYes {
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
		if a, ok := u.fieldAccess(e.Name, f.Name); ok && !u.isPart(e.Name, f.Name) {
			table[f.Name] = map[string]any{Read: string(a.Read), Edit: string(a.Edit)}
		}
	}
	return table
}

// isPart reports whether the rights to a field are those of the field that it is a
// part of.
func (u *User) isPart(scope, name string) bool {
	_, fixed := portalField(scope, name)
	return !fixed && !slices.ContainsFunc(u.Roles(), func(r Role) bool { _, ok := r.Fields[scope][name]; return ok }) && wholeOf(name) != ""
}

// opened reports whether there are records of the type where the user is: portals
// do not have all.
func (u *User) opened(e *schema.EntityType) bool {
	return u.Portal == nil || !slices.Contains([]string{"EmailAccount", "EmailFilter", "EmailFolder", "GroupEmailFolder", "Team"}, e.Name)
}
