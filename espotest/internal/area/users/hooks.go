package users

import (
	"net/http"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// UserNameTaken refuses the user name of another user.
func UserNameTaken(c *crm.Call, mem, before map[string]any) *answer.Error {
	name, _ := mem["userName"].(string)
	if before != nil && before["userName"] == name {
		return nil
	}
	for _, u := range c.Store.All("User") {
		if u.Str("userName") == name {
			return &answer.Error{Status: http.StatusConflict, Reason: "userNameExists"}
		}
	}
	return nil
}

// UserBeforeCheck completes a new user: an API user is called by its user name.
func UserBeforeCheck(c *crm.Call, mem map[string]any) *answer.Error {
	teams, _ := mem["teamsIds"].([]any)
	if id := mem["defaultTeamId"]; id != nil && !slices.Contains(teams, id) && mem["type"] != "portal" {
		r := c.Store.Find("User", c.Params["id"])
		if r == nil || r.Get("defaultTeamId") != id {
			return answer.Invalid("User", "defaultTeam", "isUserTeam")
		}
	}
	switch mem["type"] {
	case "api":
		mem["lastName"] = mem["userName"]
	case "system", "super-admin":
		return answer.Forbidden("Not allowed 'type'.")
	}
	return nil
}

// UserBeforeSave fills in what a new user has by its type.
func UserBeforeSave(c *crm.Call, mem, before map[string]any) {
	if before != nil {
		if before["id"] == c.User.Rec.ID { // nobody can lock himself out
			mem["type"], mem["isActive"] = before["type"], before["isActive"]
		}
		if mem["type"] == "portal" && before["type"] != "portal" {
			mem["teamsIds"], mem["teamsNames"] = []any{}, map[string]any{}
		}
		return
	}
	switch mem["type"] {
	case "api":
		mem["apiKey"] = crm.RandomHex()
	case "portal":
		mem["defaultTeamId"] = nil
		fallthrough
	default:
		mem["authMethod"] = nil
	}
	delete(mem, "sendAccessInfo")
	if _, given := mem["avatarId"]; !given {
		mem["avatarId"] = nil
	}
	_, first := mem["firstName"]
	_, last := mem["lastName"]
	if !first || !last {
		mem["name"] = mem["userName"] // until the record is read again
	}
}

// UserItem adds what lists of users have besides attributes: a name, if only
// the user name, and for administrators the secrets.
func UserItem(c *crm.Call, r *store.Record, item answer.Object) answer.Object {
	var out answer.Object
	for _, m := range item {
		out = append(out, m)
		if u := c.Users[r.ID]; m.Name == "apiKey" && u != nil && u.HMACSecret != "" && c.User.Admin() {
			out = append(out, answer.Member{Name: "secretKey", Value: u.HMACSecret})
		}
	}
	if !item.Has("name") {
		out = append(out, answer.Member{Name: "name", Value: r.Get("userName")})
	}
	return out
}

// UserLoad adds when the user was last there and, for administrators, the
// secret.
func UserLoad(c *crm.Call, mem map[string]any, r *store.Record) {
	mem["lastAccess"] = c.Auth.LastAccess(r.ID)
	if u := c.Users[r.ID]; u != nil && u.HMACSecret != "" {
		mem["secretKey"] = u.HMACSecret
	}
}

// UserAfterSave lets a new user in.
func UserAfterSave(c *crm.Call, r *store.Record, mem, before map[string]any) {
	u := c.Users[r.ID]
	if u == nil {
		u = rights.NewUser(rights.Login{}, r, c.Roles)
		c.Users[r.ID] = u
	}
	u.UserName, u.Type = r.Str("userName"), r.Str("type")
	if r.Str("authMethod") == "Hmac" && u.HMACSecret == "" {
		u.HMACSecret = crm.RandomHex()
	}
	if key := r.Str("apiKey"); key != "" {
		u.APIKey = key
	}
	if crm.Changed(mem, before, "rolesIds", "teamsIds") {
		u.Forget()
	}
	if password, _ := mem["password"].(string); password != "" {
		u.Password = password
		c.Auth.DropAll(u)
	}
	r.Put("password", store.Absent)
}
