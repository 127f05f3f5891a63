package rights

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/store"
)

// Access is what a role may do with one entity type.
type Access struct {
	Create, Read, Edit, Delete, Stream Level
}

// FieldAccess is what a role may do with one field, yes or no.
type FieldAccess struct {
	Read, Edit Level
}

// Role is a set of rights.
type Role struct {
	Name        string
	Scopes      map[string]Access // by entity type or scope; "*" is every other
	Fields      map[string]map[string]FieldAccess
	Permissions map[string]Level
}

// scope returns what the role says of an entity type or another scope. ok is
// false when it says nothing.
func (r Role) scope(name string) (a Access, ok bool) {
	if a, ok = r.Scopes[name]; !ok {
		a, ok = r.Scopes["*"]
	}
	return a, ok
}

// Fill sets what the role's record says of it.
func (r Role) Fill(rec *store.Record) {
	now := rec.Store.Timestamp()
	rec.Set("name", r.Name)
	rec.Set("createdAt", now)
	rec.Set("modifiedAt", now)
	for name, l := range r.Permissions {
		rec.Set(name, string(l))
	}
	data := map[string]any{}
	for name, e := range rec.Store.Types {
		a, ok := r.scope(name)
		if !ok || e.ACL != true {
			continue
		}
		row := map[string]any{}
		for _, action := range []string{Create, Read, Edit, Delete, Stream} {
			row[action] = string(a.Level(action))
		}
		data[name] = row
	}
	rec.Set("data", data)
}

// Roles are the roles of an installation that were given to it, by the ids of
// their records. Others say all in their records.
type Roles map[string]Role

// of returns the role of a record. What a given role allows lasts until somebody
// changes the data of its record.
func (given Roles) of(rec *store.Record) Role {
	r := Role{Name: rec.Str("name"), Permissions: map[string]Level{}}
	for _, name := range Permissions {
		r.Permissions[name] = Level(rec.Str(name))
	}
	r.Fields = parseFields(rec.Get("fieldData"))
	if g, ok := given[rec.ID]; ok {
		r.Scopes = g.Scopes
		return r
	}
	r.Scopes = parseScopes(rec.Get("data"))
	return r
}

// parseScopes reads the data of a role's record: false, true or an object of
// actions for each scope. What an object does not name is no, but to stream is
// as to read, and to create is yes.
func parseScopes(data any) map[string]Access {
	scopes := map[string]Access{}
	object, _ := data.(map[string]any)
	for name, v := range object {
		switch v := v.(type) {
		case bool:
			if scopes[name] = (Access{}); v {
				scopes[name] = Access{LevelYes, LevelYes, LevelYes, LevelYes, LevelNo}
			}
		case map[string]any:
			level := func(action string, missing Level) Level {
				if s, ok := v[action].(string); ok {
					return Level(s)
				}
				return missing
			}
			read := level(Read, LevelNo)
			scopes[name] = Access{
				Create: level(Create, LevelYes), Read: read, Edit: level(Edit, LevelNo),
				Delete: level(Delete, LevelNo), Stream: level(Stream, read),
			}
		}
	}
	return scopes
}

// parseFields reads the fieldData of a role's record.
func parseFields(data any) map[string]map[string]FieldAccess {
	fields := map[string]map[string]FieldAccess{}
	object, _ := data.(map[string]any)
	for scope, v := range object {
		own, _ := v.(map[string]any)
		fields[scope] = map[string]FieldAccess{}
		for name, v := range own {
			access, _ := v.(map[string]any)
			read, _ := access[Read].(string)
			edit, _ := access[Edit].(string)
			fields[scope][name] = FieldAccess{Read: Level(read), Edit: Level(edit)}
		}
	}
	return fields
}

// rolesOf returns the roles of a user: its own and those of its teams or, in a
// portal, its own for portals and those of the portal.
func (given Roles) rolesOf(u, portal *store.Record) []Role {
	st := u.Store
	entity := "Role"
	var ids []string
	if portal != nil {
		entity = "PortalRole"
		ids = slices.Concat(st.Linked(u, "portalRoles"), st.Linked(portal, "portalRoles"))
	} else {
		ids = slices.Clone(st.Linked(u, "roles"))
		for _, team := range st.Linked(u, "teams") {
			ids = append(ids, st.Linked(st.Find("Team", team), "roles")...)
		}
	}
	roles := make([]Role, 0, len(ids))
	for _, id := range ids {
		roles = append(roles, given.of(st.Find(entity, id)))
	}
	return roles
}
