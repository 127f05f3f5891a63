package espotest

import (
	"fmt"
	"log/slog"
	"maps"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/rights"
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

// login is the user as the installation takes it.
func (u User) login() rights.Login {
	return rights.Login{
		UserName: u.UserName, Password: u.Password, Type: u.Type, APIKey: u.APIKey, HMACSecret: u.HMACSecret,
		TOTPCode: u.TOTPCode, Roles: u.Roles, Attributes: u.Attributes,
	}
}

// rights is the role as the installation takes it.
func (r Role) rights() rights.Role {
	scopes := make(map[string]rights.Access, len(r.Scopes))
	for name, a := range r.Scopes {
		scopes[name] = a.rights()
	}
	permissions := make(map[string]rights.Level, len(r.Permissions))
	for name, level := range r.Permissions {
		permissions[name] = rights.Level(level)
	}
	return rights.Role{Name: r.Name, Scopes: scopes, Permissions: permissions}
}

// rights is the access as the installation takes it.
func (a Access) rights() rights.Access {
	return rights.Access{
		Create: rights.Level(a.Create), Read: rights.Level(a.Read), Edit: rights.Level(a.Edit),
		Delete: rights.Level(a.Delete), Stream: rights.Level(a.Stream),
	}
}

func stockUsers() []rights.Login {
	return []rights.Login{
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

func stockRoles() []rights.Role {
	full := map[string]rights.Level{}
	for _, p := range rights.Permissions {
		full[p] = rights.LevelAll
	}
	maps.Copy(full, map[string]rights.Level{
		"auditPermission": rights.LevelYes, "exportPermission": rights.LevelYes, "massUpdatePermission": rights.LevelYes,
		"dataPrivacyPermission": rights.LevelYes, "portalPermission": rights.LevelNo, "lockPermission": rights.LevelNo,
	})
	return []rights.Role{
		{Name: FullRole, Scopes: map[string]rights.Access{"*": FullAccess.rights()}, Permissions: full},
		{Name: limitedRole, Scopes: map[string]rights.Access{
			"Account": {Read: rights.LevelOwn}, "Lead": {Create: rights.LevelYes, Read: rights.LevelOwn},
		}},
	}
}
