package app

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
)

// JobNames are the jobs that can be scheduled.
func JobNames(c *crm.Call) (any, *answer.Error) {
	if !c.User.Admin() {
		return nil, answer.Forbidden("")
	}
	return []string{
		"AuthTokenControl", "CheckEmailAccounts", "CheckInboundEmails", "Cleanup", "ControlKnowledgeBaseArticleStatus",
		"ProcessMassEmail", "ProcessWebhookQueue", "SendEmailNotifications", "SendEmailReminders", "SendScheduledEmails",
		"SubmitPopupReminders",
	}, nil
}

const greeting = "EspoCRM REST API"

// Greet answers at the address of the API itself: GET api/v1/.
func Greet(c *crm.Call) (any, *answer.Error) {
	if !c.Has(release.GreetingJSON) {
		return answer.Reply{Raw: []byte(greeting)}, nil
	}
	return greeting, nil
}

// CurrentUser is the start of every session: who the user is and what it may do.
func CurrentUser(c *crm.Call) (any, *answer.Error) {
	var token any
	u := userAttributes(c)
	if c.Token != nil {
		token = c.Token.Token
		u["token"] = token
	}
	settings := map[string]any{}
	for _, name := range []string{
		"version", "timeZone", "currencyList", "defaultCurrency", "baseCurrency", "recordListMaxSizeLimit",
		"attachmentUploadMaxSize", "attachmentUploadChunkSize",
	} {
		settings[name] = c.Store.Settings[name]
	}
	return map[string]any{
		"user": u, "token": token, "language": c.Store.Settings["language"], "acl": c.ACLOf(c.User),
		"preferences": map[string]any{"id": c.User.Rec.ID}, "settings": settings,
		"appParams": map[string]any{"maxUploadSize": int64(64)},
	}, nil
}

// userAttributes is the user's own record, as the user may see it.
func userAttributes(c *crm.Call) map[string]any {
	r := c.User.Rec
	mem := c.Fetched(r)
	u := map[string]any{}
	for _, m := range c.Output(r.Entity, mem) {
		u[m.Name] = m.Value
	}
	for _, name := range []string{"description", "deleteId", "workingTimeCalendarName", "layoutSetName"} {
		delete(u, name)
	}
	for _, suffix := range []string{"Ids", "Names", "Columns"} {
		u["teams"+suffix] = r.Get("teams" + suffix)
	}
	if c.Portal != nil {
		u["portalId"] = c.Portal.ID
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

// DestroyAuthToken ends the login that has the token:
// POST App/destroyAuthToken.
func DestroyAuthToken(c *crm.Call) (any, *answer.Error) {
	token, _ := c.Data["token"].(string)
	if token == "" {
		return nil, answer.BadRequest("No `token`.")
	}
	return c.Auth.Drop(token), nil
}
