package crm

import (
	"net/http"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Editable returns a record that the user may change.
func (c *Call) Editable(e *schema.EntityType, id string) (*store.Record, *answer.Error) {
	return c.allowed(rights.Edit, e, id)
}

// Subject returns a record that the user may read, for an endpoint that is not
// the record's own: such a one gives no reasons.
func (c *Call) Subject(e *schema.EntityType, id string) (*store.Record, *answer.Error) {
	return c.allowed(rights.Read, e, id)
}

func (c *Call) allowed(action string, e *schema.EntityType, id string) (*store.Record, *answer.Error) {
	r := c.Store.Find(e.Name, id)
	if r == nil {
		return nil, answer.NotFound("")
	}
	if !c.User.May(action, r) {
		return nil, answer.Forbidden("")
	}
	return r, nil
}

// NoAction is the answer to an action that a controller does not have.
func (c *Call) NoAction(action string) *answer.Error {
	return answer.NotFound("Action %s '%s' does not exist in controller '%s'.", c.Req.Method, action, c.Params["controller"])
}

// noController are the entity types that the API does not have.
var noController = []string{
	"ArrayValue", "Autofollow", "Currency", "LayoutRecord", "PasswordChangeRequest", "Reminder", "StreamSubscription",
	"UniqueId", "UserData", "UserReaction",
}

// adminControllers are the entity types that only administrators reach.
var adminControllers = []string{
	"AddressCountry", "AppLogRecord", "AppSecret", "AuthLogRecord", "AuthToken", "AuthenticationProvider",
	"DashboardTemplate", "EmailAddress", "EmailQueueItem", "Extension", "InboundEmail", "Job", "LayoutSet",
	"LeadCaptureLogRecord", "OAuthAccount", "OAuthProvider", "PhoneNumber", "Portal", "PortalRole",
	"ScheduledJob", "ScheduledJobLogRecord", "WebhookEventQueueItem", "WebhookQueueItem",
}

// Entity returns the entity type that a path names.
func (c *Call) Entity(name string) (*schema.EntityType, *answer.Error) {
	e := c.Store.Types[name]
	missing := e == nil || slices.Contains(noController, name) || name == "WebhookQueueItem" && !c.Has(release.WebhookQueue)
	if missing {
		return nil, answer.NotFound("Controller '%s' does not exist.", name)
	}
	return e, nil
}

// controller returns the entity type of a route for all of them, unless the
// user may have nothing to do with it.
func (c *Call) controller() (*schema.EntityType, *answer.Error) {
	name := c.Params["controller"]
	e, err := c.Entity(name)
	if err != nil {
		return nil, err
	}
	switch {
	case c.User.Admin():
	case name == "Integration", name == "ActionHistoryRecord" && c.Req.Method != http.MethodGet && c.Req.Method != http.MethodDelete:
		return nil, answer.Forbidden("")
	case slices.Contains(adminControllers, name), (name == "Import" || name == "ExternalAccount") && c.User.Level(e, rights.Read) == rights.LevelNo,
		name == "EmailAccount" && !c.User.Allows("EmailAccountScope"), name == "Webhook" && c.User.Type != "api":
		return nil, answer.Forbidden("No access to '%s'.", name)
	}
	return e, nil
}
