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
	acl := map[string]any{"table": u.Table(s.Store.Types), "fieldTable": s.aclFieldTable(u)}
	permissions := rights.Permissions
	if u.Portal != nil {
		permissions = rights.PortalPermissions
	}
	for _, p := range permissions {
		if s.Store.Types["Role"].HasField(p) { // it came with some version
			acl[p] = string(u.Permission(p))
		}
	}
	return acl
}

func (s *CRM) aclFieldTable(u *rights.User) map[string]any {
	table := map[string]any{}
	for name, e := range s.Store.Types {
		if e.ACL == true && !slices.Contains(noController, name) {
			table[name] = u.FieldTable(e)
		}
	}
	return table
}

// AddUsers creates the users; a later one of the same name replaces an earlier.
func (s *CRM) AddUsers(users []rights.Login, roles []rights.Role) error {
	records := map[string]*store.Record{}
	for _, r := range roles {
		if records[r.Name] == nil {
			records[r.Name] = s.Store.Insert(s.Store.Types["Role"], s.Store.NewID())
		}
		r.Fill(records[r.Name])
		s.Roles[records[r.Name].ID] = r
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
		added := rights.NewUser(u, rec, s.Roles)
		for _, name := range u.Roles {
			if records[name] == nil {
				return fmt.Errorf("user %s has an unknown role %q", u.UserName, name)
			}
			s.Store.Relate(rec, "roles", records[name].ID, nil)
		}
		s.Users[rec.ID] = added
		if u.Type == "admin" && creator == "system" {
			creator = rec.ID
		}
	}
	return nil
}
