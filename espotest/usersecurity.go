package espotest

import (
	"maps"
	"slices"
)

// userBeforeCheck completes a new user: an API user is called by its user name.
func userBeforeCheck(_ *call, mem map[string]any) *apiError {
	switch mem["type"] {
	case "api":
		mem["lastName"] = mem["userName"]
	case "system", "super-admin":
		return forbidden("Not allowed 'type'.")
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
func userItem(c *call, r *record, item members) members {
	var out members
	for _, m := range item {
		out = append(out, m)
		if u := c.users[r.ID]; m.name == "apiKey" && u != nil && u.HMACSecret != "" && c.user.admin() {
			out = append(out, member{"secretKey", u.HMACSecret})
		}
	}
	if !item.has("name") {
		out = append(out, member{"name", r.get("userName")})
	}
	return out
}

// userLoad adds when the user was last there and, for administrators, the
// secret.
func userLoad(c *call, mem map[string]any, r *record) {
	mem["lastAccess"] = c.auth.lastAccess(r.ID)
	if u := c.users[r.ID]; u != nil && u.HMACSecret != "" {
		mem["secretKey"] = u.HMACSecret
	}
}

// userAfterSave lets a new user in.
func userAfterSave(c *call, r *record, mem, _ map[string]any) {
	u := c.users[r.ID]
	if u == nil {
		u = &user{rec: r}
		c.users[r.ID] = u
	}
	u.UserName, u.Type = r.str("userName"), r.str("type")
	if r.str("authMethod") == "Hmac" && u.HMACSecret == "" {
		u.HMACSecret = randomHex()
	}
	if key := r.str("apiKey"); key != "" {
		u.APIKey = key
	}
	if password, _ := mem["password"].(string); password != "" {
		u.Password = password
		c.auth.dropAll(u)
	}
	r.put("password", absent)
}

// managed returns the user that the body names, for administrators.
func (c *call) managed() (*user, *apiError) {
	id, _ := c.data["id"].(string)
	switch u := c.users[id]; {
	case id == "":
		return nil, badRequest("")
	case !c.user.admin():
		return nil, forbidden("")
	case u == nil || u.rec.deleted:
		return nil, notFound("")
	default:
		return u, nil
	}
}

func (c *call) newAPIKey() (any, *apiError) {
	u, err := c.managed()
	if err != nil {
		return nil, err
	}
	if u.Type != "api" {
		return nil, forbidden("")
	}
	u.APIKey = randomHex()
	u.rec.set("apiKey", u.APIKey)
	mem := c.fetched(u.rec)
	c.load(mem, u.rec)
	if u.HMACSecret != "" {
		u.HMACSecret = randomHex()
		mem["secretKey"] = u.HMACSecret
	}
	return c.output(u.rec.entity, mem), nil
}

func (c *call) changePassword() (any, *apiError) {
	password, _ := c.data["password"].(string)
	current, _ := c.data["currentPassword"].(string)
	if password == "" || current == "" {
		return nil, badRequest("No `password` or `currentPassword`.")
	}
	if c.user.Password == "" || !equal(c.user.Password, current) {
		return nil, forbidden("Wrong password.")
	}
	c.user.Password = password
	return true, nil
}

func (c *call) mailPassword() (any, *apiError) {
	u, err := c.managed()
	if err != nil {
		return nil, err
	}
	if u.rec.str("emailAddress") == "" {
		return nil, forbidden("Generate new password: Can't process because user doesn't have email address.")
	}
	if !c.hasSMTP() {
		return nil, forbidden("Generate new password: Can't process because SMTP is not configured.")
	}
	u.Password = randomHex()
	c.post(email{To: u.rec.str("emailAddress"), Subject: "EspoCRM User Access Info"})
	return true, nil
}

func (c *call) mailRecovery() (any, *apiError) {
	u, err := c.managed()
	if err != nil {
		return nil, err
	}
	return c.recovery(u)
}

// recovery sends an e-mail, which would have the id of a request for a new
// password.
func (c *call) recovery(u *user) (any, *apiError) {
	if u.rec.str("emailAddress") == "" {
		return nil, failedWith("No email address.")
	}
	if !c.hasSMTP() {
		return nil, failedWith("Password recovery: SMTP credentials are not defined.")
	}
	c.post(email{To: u.rec.str("emailAddress"), Subject: "Password Change Request"})
	return true, nil
}

func (c *call) requestPassword() (any, *apiError) {
	name, _ := c.data["userName"].(string)
	address, _ := c.data["emailAddress"].(string)
	if name == "" || address == "" {
		return nil, badRequest("")
	}
	for _, u := range c.users {
		if u.UserName == name && !u.rec.deleted && lower(u.rec.str("emailAddress")) == lower(address) {
			return c.recovery(u)
		}
	}
	return nil, notFound("")
}

// passwordByRequest never knows the request: there is none with an id.
func (c *call) passwordByRequest() (any, *apiError) {
	id, _ := c.data["requestId"].(string)
	password, _ := c.data["password"].(string)
	if id == "" || password == "" {
		return nil, badRequest("")
	}
	return nil, notFound("Password recovery: Request not found by id.")
}

func (c *call) userACL() (any, *apiError) {
	u := c.users[c.params["id"]]
	switch {
	case u == nil || u.rec.deleted:
		return nil, notFound("")
	case !c.user.admin() && u != c.user:
		return nil, forbidden("")
	}
	return c.aclOf(u), nil
}

// usersAccess is a list of users with what each may do with a record.
func (c *call) usersAccess() (any, *apiError) {
	e := c.store.types[c.params["controller"]]
	if e == nil {
		return nil, serverError()
	}
	r, err := c.subject(e, c.params["id"])
	if err != nil {
		return nil, err
	}
	sp, err := c.searchParams()
	if err != nil {
		return nil, err
	}
	users := c.store.types["User"]
	page, err := c.search(users, sp, c.store.all("User"))
	if err != nil {
		return nil, err
	}
	attrs := c.listAttributes(users, sp)
	list := make([]members, len(page.records))
	for i, rec := range page.records {
		levels := members{}
		for _, action := range []string{actionRead, actionEdit, actionDelete, actionStream} {
			u := c.users[rec.ID]
			levels = append(levels, member{action, u != nil && u.may(action, r)})
		}
		list[i] = append(c.item(rec, attrs), member{"recordAccessLevels", levels})
	}
	return members{{"total", int64(page.total)}, {"list", list}}, nil
}

func (c *call) setPosition() (any, *apiError) {
	id, _ := c.data["id"].(string)
	team := c.store.find("Team", c.params["id"])
	position, _ := c.data["position"].(string)
	switch {
	case !c.user.admin():
		return nil, forbidden("")
	case id == "":
		return nil, badRequest("Bad userId.")
	case team == nil:
		return nil, notFound("")
	}
	if positions, _ := team.get("positionList").([]any); position != "" && !slices.Contains(positions, any(position)) {
		return nil, badRequest("Not allowed position.")
	}
	if c.store.columnsOf(team, "users", id) != nil {
		c.store.relate(team, "users", id, map[string]any{"role": emptyToNull(position)})
	}
	return true, nil
}

// preferencesUser returns the user of the path, whose preferences the caller
// may read and change.
func (c *call) preferencesUser() (*user, *apiError) {
	u := c.users[c.params["id"]]
	switch {
	case !c.user.admin() && u != c.user:
		return nil, forbidden("")
	case u == nil || u.rec.deleted:
		return nil, notFound("")
	}
	return u, nil
}

func (c *call) readPreferences() (any, *apiError) {
	u, err := c.preferencesUser()
	if err != nil {
		return nil, err
	}
	mem := fieldDefaults(c.store.types["Preferences"])
	maps.Copy(mem, u.preferences)
	mem["id"], mem["name"] = u.rec.ID, u.rec.get("name")
	return mem, nil
}

func (c *call) updatePreferences() (any, *apiError) {
	u, err := c.preferencesUser()
	if err != nil {
		return nil, err
	}
	if u.preferences == nil {
		u.preferences = map[string]any{}
	}
	maps.Copy(u.preferences, c.input(c.store.types["Preferences"], c.data, false))
	return c.readPreferences()
}

func (c *call) resetPreferences() (any, *apiError) {
	u, err := c.preferencesUser()
	if err != nil {
		return nil, err
	}
	u.preferences = nil
	return c.readPreferences()
}
