package crm

import (
	"fmt"
	"slices"

	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// ACLOf is what a user may do.
func (s *CRM) ACLOf(u *rights.User) map[string]any {
	acl := map[string]any{"table": u.Table(s.Store.Types), "fieldTable": s.aclFieldTable()}
	for _, p := range rights.Permissions {
		if s.Store.Types["Role"].HasField(p) { // it came with some version
			acl[p] = string(u.Permission(p))
		}
	}
	return acl
}

func (s *CRM) aclFieldTable() map[string]any {
	table := map[string]any{}
	for name, e := range s.Store.Types {
		if e.ACL == true && !slices.Contains(noController, name) {
			table[name] = map[string]any{}
		}
	}
	return table
}

// AddUsers creates the users; a later one of the same name replaces an earlier.
func (s *CRM) AddUsers(users []rights.Login, roles []rights.Role) error {
	byName := map[string]rights.Role{}
	records := map[string]*store.Record{}
	for _, r := range roles {
		byName[r.Name] = r
		if records[r.Name] == nil {
			records[r.Name] = s.Store.Insert(s.Store.Types["Role"], s.Store.NewID())
		}
		r.Fill(records[r.Name])
	}
	last := map[string]int{}
	for i, u := range users {
		last[u.UserName] = i
	}
	e := s.Store.Types["User"]
	system := s.Store.Insert(e, "system")
	for name, v := range map[string]string{"name": "System", "userName": "system", "type": "system"} {
		system.Put(name, v)
	}
	s.Store.Remove(system) // never in lists
	system.Deleted = false

	creator := "system"
	for i, u := range users {
		if last[u.UserName] != i {
			continue
		}
		if u.Type == "" {
			u.Type = "regular"
		}
		rec := s.Store.Insert(e, s.Store.NewID())
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
		rec.Set("createdAt", s.Store.Timestamp())
		rec.Set("modifiedAt", s.Store.Timestamp())
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
			s.Store.Relate(rec, "roles", records[name].ID, nil)
		}
		s.Users[rec.ID] = added
		if u.Type == "admin" && creator == "system" {
			creator = rec.ID
		}
	}
	return nil
}
