package espotest

import (
	"maps"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// userBeforeCheck completes a new user: an API user is called by its user name.
func userBeforeCheck(_ *call, mem map[string]any) *answer.Error {
	switch mem["type"] {
	case "api":
		mem["lastName"] = mem["userName"]
	case "system", "super-admin":
		return answer.Forbidden("Not allowed 'type'.")
	}
	return nil
}

func userBeforeSave(_ *call, mem, before map[string]any) {
	if before != nil {
		return
	}
	switch mem["type"] {
	case "api":
		mem["apiKey"] = randomHex()
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

// userItem adds what lists of users have besides attributes: a name, if only
// the user name, and for administrators the secrets.
func userItem(c *call, r *store.Record, item answer.Object) answer.Object {
	var out answer.Object
	for _, m := range item {
		out = append(out, m)
		if u := c.users[r.ID]; m.Name == "apiKey" && u != nil && u.HMACSecret != "" && c.user.Admin() {
			out = append(out, answer.Member{Name: "secretKey", Value: u.HMACSecret})
		}
	}
	if !item.Has("name") {
		out = append(out, answer.Member{Name: "name", Value: r.Get("userName")})
	}
	return out
}

// userLoad adds when the user was last there and, for administrators, the
// secret.
func userLoad(c *call, mem map[string]any, r *store.Record) {
	mem["lastAccess"] = c.auth.lastAccess(r.ID)
	if u := c.users[r.ID]; u != nil && u.HMACSecret != "" {
		mem["secretKey"] = u.HMACSecret
	}
}

// userAfterSave lets a new user in.
func userAfterSave(c *call, r *store.Record, mem, _ map[string]any) {
	u := c.users[r.ID]
	if u == nil {
		u = &rights.User{Rec: r}
		c.users[r.ID] = u
	}
	u.UserName, u.Type = r.Str("userName"), r.Str("type")
	if r.Str("authMethod") == "Hmac" && u.HMACSecret == "" {
		u.HMACSecret = randomHex()
	}
	if key := r.Str("apiKey"); key != "" {
		u.APIKey = key
	}
	if password, _ := mem["password"].(string); password != "" {
		u.Password = password
		c.auth.dropAll(u)
	}
	r.Put("password", store.Absent)
}

// managed returns the user that the body names, for administrators.
func (c *call) managed() (*rights.User, *answer.Error) {
	id, _ := c.data["id"].(string)
	switch u := c.users[id]; {
	case id == "":
		return nil, answer.BadRequest("")
	case !c.user.Admin():
		return nil, answer.Forbidden("")
	case u == nil || u.Rec.Deleted:
		return nil, answer.NotFound("")
	default:
		return u, nil
	}
}

func (c *call) newAPIKey() (any, *answer.Error) {
	u, err := c.managed()
	if err != nil {
		return nil, err
	}
	if u.Type != "api" {
		return nil, answer.Forbidden("")
	}
	u.APIKey = randomHex()
	u.Rec.Set("apiKey", u.APIKey)
	mem := c.fetched(u.Rec)
	c.load(mem, u.Rec)
	if u.HMACSecret != "" {
		u.HMACSecret = randomHex()
		mem["secretKey"] = u.HMACSecret
	}
	return c.output(u.Rec.Entity, mem), nil
}

func (c *call) changePassword() (any, *answer.Error) {
	password, _ := c.data["password"].(string)
	current, _ := c.data["currentPassword"].(string)
	if password == "" || current == "" {
		return nil, answer.BadRequest("No `password` or `currentPassword`.")
	}
	if c.user.Password == "" || !equal(c.user.Password, current) {
		return nil, answer.Forbidden("Wrong password.")
	}
	c.user.Password = password
	return true, nil
}

func (c *call) mailPassword() (any, *answer.Error) {
	u, err := c.managed()
	if err != nil {
		return nil, err
	}
	if u.Rec.Str("emailAddress") == "" {
		return nil, answer.Forbidden("Generate new password: Can't process because user doesn't have email address.")
	}
	if !c.hasSMTP() {
		return nil, answer.Forbidden("Generate new password: Can't process because SMTP is not configured.")
	}
	u.Password = randomHex()
	c.post(email{To: u.Rec.Str("emailAddress"), Subject: "EspoCRM User Access Info"})
	return true, nil
}

func (c *call) mailRecovery() (any, *answer.Error) {
	u, err := c.managed()
	if err != nil {
		return nil, err
	}
	return c.recovery(u)
}

// recovery sends an e-mail, which would have the id of a request for a new
// password.
func (c *call) recovery(u *rights.User) (any, *answer.Error) {
	if u.Rec.Str("emailAddress") == "" {
		return nil, answer.FailedWith("No email address.")
	}
	if !c.hasSMTP() {
		return nil, answer.FailedWith("Password recovery: SMTP credentials are not defined.")
	}
	c.post(email{To: u.Rec.Str("emailAddress"), Subject: "Password Change Request"})
	return true, nil
}

func (c *call) requestPassword() (any, *answer.Error) {
	name, _ := c.data["userName"].(string)
	address, _ := c.data["emailAddress"].(string)
	if name == "" || address == "" {
		return nil, answer.BadRequest("")
	}
	for _, u := range c.users {
		if u.UserName == name && !u.Rec.Deleted && lower(u.Rec.Str("emailAddress")) == lower(address) {
			return c.recovery(u)
		}
	}
	return nil, answer.NotFound("")
}

// passwordByRequest never knows the request: there is none with an id.
func (c *call) passwordByRequest() (any, *answer.Error) {
	id, _ := c.data["requestId"].(string)
	password, _ := c.data["password"].(string)
	if id == "" || password == "" {
		return nil, answer.BadRequest("")
	}
	return nil, answer.NotFound("Password recovery: Request not found by id.")
}

func (c *call) userACL() (any, *answer.Error) {
	u := c.users[c.params["id"]]
	switch {
	case u == nil || u.Rec.Deleted:
		return nil, answer.NotFound("")
	case !c.user.Admin() && u != c.user:
		return nil, answer.Forbidden("")
	}
	return c.aclOf(u), nil
}

// usersAccess is a list of users with what each may do with a record.
func (c *call) usersAccess() (any, *answer.Error) {
	e := c.store.Types[c.params["controller"]]
	if e == nil {
		return nil, answer.ServerError()
	}
	r, err := c.subject(e, c.params["id"])
	if err != nil {
		return nil, err
	}
	sp, err := c.searchParams()
	if err != nil {
		return nil, err
	}
	users := c.store.Types["User"]
	page, err := c.search(users, sp, c.store.All("User"))
	if err != nil {
		return nil, err
	}
	attrs := c.listAttributes(users, sp)
	list := make([]answer.Object, len(page.records))
	for i, rec := range page.records {
		levels := answer.Object{}
		for _, action := range []string{rights.Read, rights.Edit, rights.Delete, rights.Stream} {
			u := c.users[rec.ID]
			levels = append(levels, answer.Member{Name: action, Value: u != nil && u.May(action, r)})
		}
		list[i] = append(c.item(rec, attrs), answer.Member{Name: "recordAccessLevels", Value: levels})
	}
	return answer.Object{{Name: "total", Value: int64(page.total)}, {Name: "list", Value: list}}, nil
}

func (c *call) setPosition() (any, *answer.Error) {
	id, _ := c.data["id"].(string)
	team := c.store.Find("Team", c.params["id"])
	position, _ := c.data["position"].(string)
	switch {
	case !c.user.Admin():
		return nil, answer.Forbidden("")
	case id == "":
		return nil, answer.BadRequest("Bad userId.")
	case team == nil:
		return nil, answer.NotFound("")
	}
	if positions, _ := team.Get("positionList").([]any); position != "" && !slices.Contains(positions, any(position)) {
		return nil, answer.BadRequest("Not allowed position.")
	}
	if c.store.ColumnsOf(team, "users", id) != nil {
		c.store.Relate(team, "users", id, map[string]any{"role": php.EmptyToNull(position)})
	}
	return true, nil
}

// preferencesUser returns the user of the path, whose preferences the caller
// may read and change.
func (c *call) preferencesUser() (*rights.User, *answer.Error) {
	u := c.users[c.params["id"]]
	switch {
	case !c.user.Admin() && u != c.user:
		return nil, answer.Forbidden("")
	case u == nil || u.Rec.Deleted:
		return nil, answer.NotFound("")
	}
	return u, nil
}

func (c *call) readPreferences() (any, *answer.Error) {
	u, err := c.preferencesUser()
	if err != nil {
		return nil, err
	}
	mem := schema.Defaults(c.store.Types["Preferences"])
	maps.Copy(mem, u.Preferences)
	mem["id"], mem["name"] = u.Rec.ID, u.Rec.Get("name")
	return mem, nil
}

func (c *call) updatePreferences() (any, *answer.Error) {
	u, err := c.preferencesUser()
	if err != nil {
		return nil, err
	}
	if u.Preferences == nil {
		u.Preferences = map[string]any{}
	}
	maps.Copy(u.Preferences, c.input(c.store.Types["Preferences"], c.data, false))
	return c.readPreferences()
}

func (c *call) resetPreferences() (any, *answer.Error) {
	u, err := c.preferencesUser()
	if err != nil {
		return nil, err
	}
	u.Preferences = nil
	return c.readPreferences()
}
