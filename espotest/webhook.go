package espotest

import (
	"net/http"
	"strings"
)

func (s *Server) webhookRoutes() []route {
	return []route{{method: http.MethodPost, pattern: "Webhook", handle: (*call).createWebhook}}
}

// createWebhook is a create like any other but for its status.
func (c *call) createWebhook() (any, error) {
	c.params = map[string]string{"controller": "Webhook"}
	body, err := c.createRecord()
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusCreated, body: body}, nil
}

// webhookAfterCheck takes the event apart and gives a new webhook its secret.
func webhookAfterCheck(c *call, mem, before map[string]any) *apiError {
	event, _ := mem["event"].(string)
	entity, rest, _ := strings.Cut(event, ".")
	kind, field, _ := strings.Cut(rest, ".")
	if e := c.store.types[entity]; e == nil || !e.Object {
		return forbidden("Entity type is not available for Webhooks.")
	}
	switch kind {
	case "create", "update", "delete", "fieldUpdate":
	default:
		return forbidden("Event type is not supported.")
	}
	mem["entityType"], mem["type"], mem["field"] = entity, kind, emptyToNull(field)
	if before == nil {
		mem["secretKey"] = randomHex()
	}
	return nil
}
