package espotest

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/go-espo/espo"
)

// The users that every server has, besides [WithUser]'s.
const (
	AdminUser     = "admin" // an administrator
	AdminPassword = "admin-password"

	// FullAPIKey is the key of api-key-user, an API user with every right.
	FullAPIKey = "11111111111111111111111111111111"
	// HMACAPIKey and HMACSecret are the credentials of api-hmac-user, an API
	// user with every right.
	HMACAPIKey = "22222222222222222222222222222222"
	HMACSecret = "33333333333333333333333333333333"
	// LimitedAPIKey is the key of api-limited-user, who may read only the
	// accounts and leads assigned to it, and create leads.
	LimitedAPIKey = "44444444444444444444444444444444"

	// TOTPUser is a regular user without a role who needs a second factor. Its
	// code is TOTPCode.
	TOTPUser     = "totp-user"
	TOTPPassword = "Totp-password-1"
	TOTPCode     = "123456"
)

// Access is what a role may do with one entity type. Empty is
// [espo.AccessNo]. Create knows [espo.AccessYes] and [espo.AccessNo] only.
type Access struct {
	Create, Read, Edit, Delete, Stream espo.AccessLevel
}

// FullAccess allows everything.
var FullAccess = Access{Create: espo.AccessYes, Read: espo.AccessAll, Edit: espo.AccessAll, Delete: espo.AccessAll, Stream: espo.AccessAll}

// Role is a set of rights.
type Role struct {
	Name string
	// Scopes has the rights by entity type or scope; "*" is every other.
	Scopes map[string]Access
	// Permissions are the role's others, such as espo.AccessYes for
	// "exportPermission" or espo.AccessAll for "assignmentPermission". Empty is
	// espo.AccessNo.
	Permissions map[string]espo.AccessLevel
}

// FullRole is the name of the stock role with every right.
const FullRole = "Full"

const limitedRole = "Limited"

// User is a user of the server.
type User struct {
	UserName string
	Password string
	Type     string // "regular" when empty; "admin", "api"
	// APIKey and, for HMAC, HMACSecret let a user of type api in.
	APIKey, HMACSecret string
	// TOTPCode, when set, makes a login need the code that it returns.
	TOTPCode func() string
	// Roles are names of roles.
	Roles []string
	// Attributes are more of the user record's attributes, such as firstName.
	Attributes espo.Attrs
}

// Format prints the user without its credentials.
func (u User) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "espotest.User(%s)", u.UserName)
}

// LogValue prints the user without its credentials.
func (u User) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(u)) }

// user is a user with its record.
type user struct {
	User
	rec         *record
	roles       []Role
	preferences map[string]any // what the user has set
}

func (u *user) admin() bool { return u.Type == "admin" }

func stockUsers() []User {
	return []User{
		{UserName: AdminUser, Password: AdminPassword, Type: "admin", Attributes: map[string]any{"lastName": "Admin"}},
		{UserName: "api-key-user", Type: "api", APIKey: FullAPIKey, Roles: []string{FullRole}},
		{UserName: "api-hmac-user", Type: "api", APIKey: HMACAPIKey, HMACSecret: HMACSecret, Roles: []string{FullRole}},
		{UserName: "api-limited-user", Type: "api", APIKey: LimitedAPIKey, Roles: []string{limitedRole}},
		{
			UserName: TOTPUser, Password: TOTPPassword, TOTPCode: func() string { return TOTPCode },
			Attributes: map[string]any{"lastName": TOTPUser},
		},
	}
}

func stockRoles() []Role {
	full := map[string]espo.AccessLevel{}
	for _, p := range permissions {
		full[p] = espo.AccessAll
	}
	maps.Copy(full, map[string]espo.AccessLevel{
		"auditPermission": espo.AccessYes, "exportPermission": espo.AccessYes, "massUpdatePermission": espo.AccessYes,
		"dataPrivacyPermission": espo.AccessYes, "portalPermission": espo.AccessNo,
	})
	return []Role{
		{Name: FullRole, Scopes: map[string]Access{"*": FullAccess}, Permissions: full},
		{Name: limitedRole, Scopes: map[string]Access{
			"Account": {Read: espo.AccessOwn}, "Lead": {Create: espo.AccessYes, Read: espo.AccessOwn},
		}},
	}
}

// addUsers creates the users; a later one of the same name replaces an earlier.
func (s *Server) addUsers(users []User, roles []Role) error {
	byName := map[string]Role{}
	records := map[string]*record{}
	for _, r := range slices.Concat(stockRoles(), roles) {
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
		for name, v := range fieldDefaults(e) {
			if a := e.attr(name); !a.NotStorable {
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
		rec.set("name", joinName(e.Fields["name"], rec.get))
		rec.set("createdAt", s.store.timestamp())
		rec.set("modifiedAt", s.store.timestamp())
		rec.set("createdById", creator)
		for name, v := range u.authAttributes() {
			rec.put(name, v)
		}
		added := &user{User: u, rec: rec}
		for _, name := range u.Roles {
			r, ok := byName[name]
			if !ok {
				return fmt.Errorf("espotest: user %s has an unknown role %q", u.UserName, name)
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
func (r Role) fill(rec *record) {
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
func (u User) authAttributes() map[string]any {
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

// joinName joins first and last name, as EspoCRM does by default.
func joinName(f *field, get func(string) any) any {
	name := ""
	parts := nameParts(f.Name)
	for _, part := range []string{parts[1], parts[3]} {
		if s, _ := get(part).(string); s != "" {
			if name != "" {
				name += " "
			}
			name += s
		}
	}
	if name == "" {
		return nil
	}
	return name
}
