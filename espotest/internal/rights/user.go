package rights

import (
	"slices"
	"sync/atomic"

	"github.com/go-espo/espo/espotest/internal/store"
)

// Login is what a user is let in by, and what it has from the start.
type Login struct {
	UserName           string
	Password           string
	Type               string // "regular", "admin", "api", "portal"
	APIKey, HMACSecret string
	TOTPCode           func() string // nil without a second factor
	Roles              []string      // names
	Attributes         map[string]any
}

// User is a user with its record.
type User struct {
	Login
	Rec         *store.Record
	Portal      *store.Record  // that it is in; nil for the application itself
	Preferences map[string]any // what the user has set

	given Roles
	roles atomic.Pointer[[]Role]
}

// NewUser returns the user of a record.
func NewUser(login Login, rec *store.Record, given Roles) *User {
	return &User{Login: login, Rec: rec, given: given}
}

// In returns the user as it is in a portal, where it has other rights.
func (u *User) In(portal *store.Record) *User {
	in := NewUser(u.Login, u.Rec, u.given)
	in.Portal, in.Preferences = portal, u.Preferences
	return in
}

// Roles are the user's roles. As the server does, the user keeps them from the
// first question on, until [User.Forget].
func (u *User) Roles() []Role {
	if p := u.roles.Load(); p != nil {
		return *p
	}
	var roles []Role
	if u.Rec != nil {
		roles = u.given.rolesOf(u.Rec, u.Portal)
	}
	u.roles.Store(&roles)
	return roles
}

// Forget makes the user's roles be read anew.
func (u *User) Forget() { u.roles.Store(nil) }

// Admin reports whether the user is an administrator.
func (u *User) Admin() bool { return u.Type == "admin" }

// HasScope reports whether a role of the user names a scope that is not an entity
// type, or everything.
func (u *User) HasScope(name string) bool {
	return u.Admin() || slices.ContainsFunc(u.Roles(), func(r Role) bool {
		a, _ := r.scope(name)
		return a != Access{}
	})
}

// Active reports whether the user can log in.
func (u *User) Active() bool { return !u.Rec.Deleted && u.Rec.Get("isActive") == true }

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
