package espotest

import (
	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/store"
)

// access is what a role may do with one entity type.
type access struct {
	Create, Read, Edit, Delete, Stream espo.AccessLevel
}

// role is a set of rights.
type role struct {
	Name        string
	Scopes      map[string]access // by entity type or scope; "*" is every other
	Permissions map[string]espo.AccessLevel
}

// login is what a user is let in by, and what it has from the start.
type login struct {
	UserName           string
	Password           string
	Type               string // "regular", "admin", "api"
	APIKey, HMACSecret string
	TOTPCode           func() string // nil without a second factor
	Roles              []string      // names
	Attributes         espo.Attrs
}

// user is a user with its record.
type user struct {
	login
	rec         *store.Record
	roles       []role
	preferences map[string]any // what the user has set
}

func (u *user) admin() bool { return u.Type == "admin" }
