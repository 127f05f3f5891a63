package espotest

import (
	"fmt"

	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// addUsers creates the users; a later one of the same name replaces an earlier.
func (s *crm) addUsers(users []rights.Login, roles []rights.Role) error {
	byName := map[string]rights.Role{}
	records := map[string]*store.Record{}
	for _, r := range roles {
		byName[r.Name] = r
		if records[r.Name] == nil {
			records[r.Name] = s.store.Insert(s.store.Types["Role"], s.store.NewID())
		}
		r.Fill(records[r.Name])
	}
	last := map[string]int{}
	for i, u := range users {
		last[u.UserName] = i
	}
	e := s.store.Types["User"]
	system := s.store.Insert(e, "system")
	for name, v := range map[string]string{"name": "System", "userName": "system", "type": "system"} {
		system.Put(name, v)
	}
	s.store.Remove(system) // never in lists
	system.Deleted = false

	creator := "system"
	for i, u := range users {
		if last[u.UserName] != i {
			continue
		}
		if u.Type == "" {
			u.Type = "regular"
		}
		rec := s.store.Insert(e, s.store.NewID())
		for name, v := range schema.Defaults(e) {
			if a := e.Attr(name); !a.NotStorable {
				rec.Set(name, v)
			}
		}
		rec.Set("userName", u.UserName)
		rec.Set("type", u.Type)
		rec.Set("isActive", true)
		rec.Set("lastName", u.UserName)
		for name, v := range u.Attributes {
			rec.Set(name, v)
		}
		rec.Set("name", schema.JoinName(e.Fields["name"], rec.Get))
		rec.Set("createdAt", s.store.Timestamp())
		rec.Set("modifiedAt", s.store.Timestamp())
		rec.Set("createdById", creator)
		for name, v := range u.AuthAttributes() {
			rec.Put(name, v)
		}
		added := &rights.User{Login: u, Rec: rec}
		for _, name := range u.Roles {
			r, ok := byName[name]
			if !ok {
				return fmt.Errorf("user %s has an unknown role %q", u.UserName, name)
			}
			added.Roles = append(added.Roles, r)
			s.store.Relate(rec, "roles", records[name].ID, nil)
		}
		s.users[rec.ID] = added
		if u.Type == "admin" && creator == "system" {
			creator = rec.ID
		}
	}
	return nil
}
