package espotest

import (
	"fmt"

	"github.com/go-espo/espo/espotest/internal/schema"
)

// addUsers creates the users; a later one of the same name replaces an earlier.
func (s *crm) addUsers(users []login, roles []role) error {
	byName := map[string]role{}
	records := map[string]*record{}
	for _, r := range roles {
		byName[r.Name] = r
		if records[r.Name] == nil {
			records[r.Name] = s.store.insert(s.store.types["Role"], s.store.newID())
		}
		r.fill(records[r.Name])
	}
	last := map[string]int{}
	for i, u := range users {
		last[u.UserName] = i
	}
	e := s.store.types["User"]
	system := s.store.insert(e, "system")
	for name, v := range map[string]string{"name": "System", "userName": "system", "type": "system"} {
		system.put(name, v)
	}
	s.store.remove(system) // never in lists
	system.deleted = false

	creator := "system"
	for i, u := range users {
		if last[u.UserName] != i {
			continue
		}
		if u.Type == "" {
			u.Type = "regular"
		}
		rec := s.store.insert(e, s.store.newID())
		for name, v := range schema.Defaults(e) {
			if a := e.Attr(name); !a.NotStorable {
				rec.set(name, v)
			}
		}
		rec.set("userName", u.UserName)
		rec.set("type", u.Type)
		rec.set("isActive", true)
		rec.set("lastName", u.UserName)
		for name, v := range u.Attributes {
			rec.set(name, v)
		}
		rec.set("name", schema.JoinName(e.Fields["name"], rec.get))
		rec.set("createdAt", s.store.timestamp())
		rec.set("modifiedAt", s.store.timestamp())
		rec.set("createdById", creator)
		for name, v := range u.authAttributes() {
			rec.put(name, v)
		}
		added := &user{login: u, rec: rec}
		for _, name := range u.Roles {
			r, ok := byName[name]
			if !ok {
				return fmt.Errorf("user %s has an unknown role %q", u.UserName, name)
			}
			added.roles = append(added.roles, r)
			s.store.relate(rec, "roles", records[name].ID, nil)
		}
		s.users[rec.ID] = added
		if u.Type == "admin" && creator == "system" {
			creator = rec.ID
		}
	}
	return nil
}

// fill sets what the role's record says of it.
func (r role) fill(rec *record) {
	now := rec.st.timestamp()
	rec.set("name", r.Name)
	rec.set("createdAt", now)
	rec.set("modifiedAt", now)
	for name, l := range r.Permissions {
		rec.set(name, string(l))
	}
	data := map[string]any{}
	for name, e := range rec.st.types {
		a, ok := r.Scopes[name]
		if !ok {
			a, ok = r.Scopes["*"]
		}
		if !ok || e.ACL != true {
			continue
		}
		row := map[string]any{}
		for _, action := range []string{actionCreate, actionRead, actionEdit, actionDelete, actionStream} {
			row[action] = string(a.level(action))
		}
		data[name] = row
	}
	rec.set("data", data)
}

// authAttributes are the attributes of a user that say how it logs in.
func (u login) authAttributes() map[string]any {
	switch {
	case u.TOTPCode != nil:
		return map[string]any{"auth2FA": true}
	case u.Type != "api":
		return nil
	case u.HMACSecret != "":
		return map[string]any{"authMethod": "Hmac", "apiKey": u.APIKey}
	}
	return map[string]any{"authMethod": "ApiKey", "apiKey": u.APIKey}
}
