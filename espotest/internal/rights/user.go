package rights

import (
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Access is what a role may do with one entity type.
type Access struct {
	Create, Read, Edit, Delete, Stream espo.AccessLevel
}

// Role is a set of rights.
type Role struct {
	Name        string
	Scopes      map[string]Access // by entity type or scope; "*" is every other
	Permissions map[string]espo.AccessLevel
}

// Login is what a user is let in by, and what it has from the start.
type Login struct {
	UserName           string
	Password           string
	Type               string // "regular", "admin", "api"
	APIKey, HMACSecret string
	TOTPCode           func() string // nil without a second factor
	Roles              []string      // names
	Attributes         espo.Attrs
}

// User is a user with its record.
type User struct {
	Login
	Rec         *store.Record
	Roles       []Role
	Preferences map[string]any // what the user has set
}

// Admin reports whether the user is an administrator.
func (u *User) Admin() bool { return u.Type == "admin" }

// HasScope reports whether a role of the user names a scope that is no entity
// type, or everything.
func (u *User) HasScope(name string) bool {
	return u.Admin() || slices.ContainsFunc(u.Roles, func(r Role) bool {
		a, ok := r.Scopes[name]
		if !ok {
			a = r.Scopes["*"]
		}
		return a != Access{}
	})
}

// Active reports whether the user can log in.
func (u *User) Active() bool { return !u.Rec.Deleted && u.Rec.Get("isActive") == true }

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
		a, ok := r.Scopes[name]
		if !ok {
			a, ok = r.Scopes["*"]
		}
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

// AuthAttributes are the attributes of a user that say how it logs in.
func (u Login) AuthAttributes() map[string]any {
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
