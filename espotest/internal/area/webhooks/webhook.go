package webhooks

import (
	"net/http"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
)

// CreateWebhook is a create like any other but for its status.
func CreateWebhook(c *crm.Call) (any, *answer.Error) {
	c.Params = map[string]string{"controller": "Webhook"}
	body, err := crm.CreateRecord(c)
	if err != nil {
		return nil, err
	}
	return answer.Reply{Status: http.StatusCreated, Body: body}, nil
}

// WebhookAfterCheck takes the event apart and gives a new webhook its secret.
// The event cannot change later.
func WebhookAfterCheck(c *crm.Call, mem, before map[string]any) *answer.Error {
	if url, _ := mem["url"].(string); url != before["url"] && !c.InternalHooks && c.Has(release.InternalHooksRefused) && !reachable(c, url) {
		return answer.Invalid("Webhook", "url", "notInternal")
	}
	if mem["skipOwn"] == true && mem["userId"] == nil && (before != nil || c.User.Admin()) {
		mem["skipOwn"] = false // there is no user whose own it could be
	}
	if before != nil {
		if mem["event"] != before["event"] {
			return answer.Forbidden("Event can't be changed.")
		}
		return nil
	}
	event, _ := mem["event"].(string)
	entity, rest, _ := strings.Cut(event, ".")
	kind, field, _ := strings.Cut(rest, ".")
	e := c.Store.Types[entity]
	if e == nil || !e.Object {
		return answer.Forbidden("Entity type is not available for Webhooks.")
	}
	switch kind {
	case "create", "update", "delete":
	case "fieldUpdate":
		if field == "" {
			return answer.Forbidden("Field is empty.")
		}
		if !e.HasField(field) {
			return answer.Forbidden("Field does not exist.")
		}
	default:
		return answer.Forbidden("Not supported event.")
	}
	mem["entityType"], mem["type"], mem["field"] = entity, kind, php.EmptyToNull(field)
	mem["secretKey"] = crm.RandomHex()
	if !c.User.Admin() {
		mem["userId"] = c.User.Rec.ID
	}
	return nil
}

// entityOf is the entity type that an event names.
func entityOf(event string) string {
	entity, _, _ := strings.Cut(event, ".")
	return entity
}
