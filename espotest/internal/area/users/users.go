package users

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
)

// managed returns the user that the body names, for administrators.
func managed(c *crm.Call) (*rights.User, *answer.Error) {
	id, _ := c.Data["id"].(string)
	switch u := c.Users[id]; {
	case id == "":
		return nil, answer.BadRequest("")
	case !c.User.Admin():
		return nil, answer.Forbidden("")
	case u == nil || u.Rec.Deleted:
		return nil, answer.NotFound("")
	default:
		return u, nil
	}
}

// NewAPIKey gives an API user another key: POST UserSecurity/apiKey/generate.
func NewAPIKey(c *crm.Call) (any, *answer.Error) {
	u, err := managed(c)
	if err != nil {
		return nil, err
	}
	if u.Type != "api" {
		return nil, answer.Forbidden("")
	}
	u.APIKey = crm.RandomHex()
	u.Rec.Set("apiKey", u.APIKey)
	mem := c.Fetched(u.Rec)
	c.Load(mem, u.Rec)
	if u.HMACSecret != "" {
		u.HMACSecret = crm.RandomHex()
		mem["secretKey"] = u.HMACSecret
	}
	return c.Output(u.Rec.Entity, mem), nil
}

// ChangePassword changes the password of the user itself:
// PUT UserSecurity/password.
func ChangePassword(c *crm.Call) (any, *answer.Error) {
	password, _ := c.Data["password"].(string)
	current, _ := c.Data["currentPassword"].(string)
	if password == "" || current == "" {
		return nil, answer.BadRequest("No `password` or `currentPassword`.")
	}
	u := c.Users[c.User.Rec.ID] // not the one that a portal has
	if u.Password == "" || !crm.Equal(u.Password, current) {
		return nil, answer.Forbidden("Wrong password.")
	}
	u.Password = password
	return true, nil
}

// MailPassword sends a user a new password:
// POST UserSecurity/password/generate.
func MailPassword(c *crm.Call) (any, *answer.Error) {
	u, err := managed(c)
	if err != nil {
		return nil, err
	}
	if u.Rec.Str("emailAddress") == "" {
		return nil, answer.Forbidden("Generate new password: Can't process because user doesn't have email address.")
	}
	if !c.HasSMTP() {
		return nil, answer.Forbidden("Generate new password: Can't process because SMTP is not configured.")
	}
	u.Password = crm.RandomHex()
	c.Post(crm.Email{To: u.Rec.Str("emailAddress"), Subject: "EspoCRM User Access Info"})
	return true, nil
}

// MailRecovery sends a user a link to set a new password:
// POST UserSecurity/password/recovery.
func MailRecovery(c *crm.Call) (any, *answer.Error) {
	u, err := managed(c)
	if err != nil {
		return nil, err
	}
	return recovery(c, u)
}

// recovery sends an e-mail, which would have the id of a request for a new
// password.
func recovery(c *crm.Call, u *rights.User) (any, *answer.Error) {
	if u.Rec.Str("emailAddress") == "" {
		return nil, answer.FailedWith("No email address.")
	}
	if !c.HasSMTP() {
		return nil, answer.FailedWith("Password recovery: SMTP credentials are not defined.")
	}
	c.Post(crm.Email{To: u.Rec.Str("emailAddress"), Subject: "Password Change Request"})
	return true, nil
}

// RequestPassword sends the same link to a user who gives its user name and
// address:
// POST User/passwordChangeRequest.
func RequestPassword(c *crm.Call) (any, *answer.Error) {
	name, _ := c.Data["userName"].(string)
	address, _ := c.Data["emailAddress"].(string)
	if name == "" || address == "" {
		return nil, answer.BadRequest("")
	}
	for _, u := range c.Users {
		if u.UserName == name && !u.Rec.Deleted && crm.Lower(u.Rec.Str("emailAddress")) == crm.Lower(address) {
			return recovery(c, u)
		}
	}
	return nil, answer.NotFound("")
}

// PasswordByRequest never knows the request: there is none with an id.
func PasswordByRequest(c *crm.Call) (any, *answer.Error) {
	id, _ := c.Data["requestId"].(string)
	password, _ := c.Data["password"].(string)
	if id == "" || password == "" {
		return nil, answer.BadRequest("")
	}
	return nil, answer.NotFound("Password recovery: Request not found by id.")
}

// UserACL reads the rights of a user: GET User/{id}/acl.
func UserACL(c *crm.Call) (any, *answer.Error) {
	u := c.Users[c.Params["id"]]
	switch {
	case !c.User.Admin() && c.Params["id"] != c.User.Rec.ID:
		return nil, answer.Forbidden("")
	case u == nil || u.Rec.Deleted:
		return nil, answer.NotFound("")
	}
	return c.ACLOf(u), nil
}

// AccessOfUsers is a list of users with what each may do with a record.
func AccessOfUsers(c *crm.Call) (any, *answer.Error) {
	e := c.Store.Types[c.Params["controller"]]
	if e == nil {
		return nil, answer.ServerError()
	}
	r, err := c.Subject(e, c.Params["id"])
	if err != nil {
		return nil, err
	}
	sp, err := c.SearchParams()
	if err != nil {
		return nil, err
	}
	users := c.Store.Types["User"]
	page, err := c.Search(users, sp, c.Store.All("User"))
	if err != nil {
		return nil, err
	}
	attrs := c.ListAttributes(users, sp)
	list := make([]answer.Object, len(page.Records))
	for i, rec := range page.Records {
		levels := answer.Object{}
		for _, action := range []string{rights.Read, rights.Edit, rights.Delete, rights.Stream} {
			u := c.Users[rec.ID]
			levels = append(levels, answer.Member{Name: action, Value: u != nil && u.May(action, r)})
		}
		list[i] = append(c.Item(rec, attrs), answer.Member{Name: "recordAccessLevels", Value: levels})
	}
	return answer.Object{{Name: "total", Value: int64(page.Total)}, {Name: "list", Value: list}}, nil
}

// SetPosition sets the position of a user in a team:
// PUT Team/{id}/userPosition.
func SetPosition(c *crm.Call) (any, *answer.Error) {
	id, _ := c.Data["id"].(string)
	team := c.Store.Find("Team", c.Params["id"])
	position, _ := c.Data["position"].(string)
	switch {
	case !c.User.Admin():
		return nil, answer.Forbidden("")
	case id == "":
		return nil, answer.BadRequest("Bad userId.")
	case team == nil:
		return nil, answer.NotFound("")
	}
	if positions, _ := team.Get("positionList").([]any); position != "" && !slices.Contains(positions, any(position)) {
		return nil, answer.BadRequest("Not allowed position.")
	}
	if c.Store.ColumnsOf(team, "users", id) != nil {
		c.Store.Relate(team, "users", id, map[string]any{"role": php.EmptyToNull(position)})
	}
	return true, nil
}
