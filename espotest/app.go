package espotest

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
)

func (c *call) greet() (any, *answer.Error) { return "EspoCRM REST API", nil }

// appUser is the start of every session: who the user is and what it may do.
func (c *call) appUser() (any, *answer.Error) {
	var token any
	u := c.userAttributes()
	if c.token != nil {
		token = c.token.token
		u["token"] = token
	}
	settings := map[string]any{}
	for _, name := range []string{
		"version", "timeZone", "currencyList", "defaultCurrency", "baseCurrency", "recordListMaxSizeLimit",
		"attachmentUploadMaxSize", "attachmentUploadChunkSize",
	} {
		settings[name] = c.store.Settings[name]
	}
	return map[string]any{
		"user": u, "token": token, "language": c.store.Settings["language"], "acl": c.aclOf(c.user),
		"preferences": map[string]any{"id": c.user.Rec.ID}, "settings": settings,
		"appParams": map[string]any{"maxUploadSize": int64(64)},
	}, nil
}

// aclOf is what a user may do.
func (s *crm) aclOf(u *rights.User) map[string]any {
	acl := map[string]any{"table": u.Table(s.store.Types), "fieldTable": s.aclFieldTable()}
	for _, p := range rights.Permissions {
		acl[p] = string(u.Permission(p))
	}
	return acl
}

// userAttributes is the user's own record, as the user may see it.
func (c *call) userAttributes() map[string]any {
	r := c.user.Rec
	mem := c.fetched(r)
	u := map[string]any{}
	for _, m := range c.output(r.Entity, mem) {
		u[m.Name] = m.Value
	}
	for _, name := range []string{"description", "deleteId", "workingTimeCalendarName", "layoutSetName"} {
		delete(u, name)
	}
	for _, suffix := range []string{"Ids", "Names", "Columns"} {
		u["teams"+suffix] = r.Get("teams" + suffix)
	}
	u["ipAddress"] = "127.0.0.1"
	for _, name := range []string{"emailAddressList", "userEmailAddressList"} {
		list := []any{}
		if a := r.Get("emailAddress"); a != nil {
			list = append(list, a)
		}
		u[name] = list
	}
	u["excludeFromReplyEmailAddressList"] = []any{}
	return u
}

func (s *crm) aclFieldTable() map[string]any {
	table := map[string]any{}
	for name, e := range s.store.Types {
		if e.ACL == true && !slices.Contains(noController, name) {
			table[name] = map[string]any{}
		}
	}
	return table
}

func (c *call) destroyAuthToken() (any, *answer.Error) {
	token, _ := c.data["token"].(string)
	if token == "" {
		return nil, answer.BadRequest("No `token`.")
	}
	return c.auth.drop(token), nil
}

// adminOnly stands for what only an administrator may do and what changes
// nothing that a client can see.
func (c *call) adminOnly() (any, *answer.Error) {
	if !c.user.Admin() {
		return nil, answer.Forbidden("")
	}
	return true, nil
}
