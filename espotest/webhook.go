package espotest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/store"
)

// createWebhook is a create like any other but for its status.
func (c *call) createWebhook() (any, *answer.Error) {
	c.params = map[string]string{"controller": "Webhook"}
	body, err := c.createRecord()
	if err != nil {
		return nil, err
	}
	return answer.Reply{Status: http.StatusCreated, Body: body}, nil
}

// webhookAfterCheck takes the event apart and gives a new webhook its secret.
// The event does not change later.
func webhookAfterCheck(c *call, mem, before map[string]any) *answer.Error {
	if before != nil {
		mem["event"] = before["event"]
		return nil
	}
	event, _ := mem["event"].(string)
	entity, rest, _ := strings.Cut(event, ".")
	kind, field, _ := strings.Cut(rest, ".")
	e := c.store.Types[entity]
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
	mem["secretKey"] = randomHex()
	if !c.user.Admin() {
		mem["userId"] = c.user.Rec.ID
	}
	return nil
}

// hookedRecord is what a webhook is to be told of one record.
type hookedRecord struct {
	webhookID string
	body      jsontext.Value
}

// webhooksFor returns the active webhooks for an event on a record.
func (c *call) webhooksFor(r *store.Record, kind string) []*store.Record {
	var hooks []*store.Record
	for _, w := range c.store.All("Webhook") {
		if w.Str("entityType") == r.Entity.Name && w.Str("type") == kind && w.Get("isActive") == true &&
			(w.Get("skipOwn") != true || w.Str("createdById") != c.user.Rec.ID) {
			hooks = append(hooks, w)
		}
	}
	return hooks
}

// tellWebhook queues what a webhook is to be told. It is encoded here, under
// the lock, since the body may share values with the store.
func (c *call) tellWebhook(w *store.Record, body answer.Object) {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err) // values of JSON, decoded from it
	}
	c.hooked = append(c.hooked, hookedRecord{w.ID, b})
}

// hookCreate queues a new record as it has been saved: without what is loaded
// for an answer.
func (c *call) hookCreate(r *store.Record, mem map[string]any) {
	for _, w := range c.webhooksFor(r, "create") {
		// The name of who created it is looked up later only.
		body := slices.DeleteFunc(c.output(r.Entity, mem), func(m answer.Member) bool { return m.Name == "createdByName" })
		if r.Entity.Stream {
			body = append(body, answer.Member{Name: "isFollowed", Value: false})
		}
		if r.Entity.Stars {
			body = append(body, answer.Member{Name: "isStarred", Value: false})
		}
		c.tellWebhook(w, body)
	}
}

// hookUpdate queues what has changed.
func (c *call) hookUpdate(r *store.Record, mem, before map[string]any) {
	changed := map[string]any{}
	for name, v := range mem {
		if name != "versionNumber" && !php.Same(v, before[name]) {
			changed[name] = v
		}
	}
	if len(changed) == 0 {
		return
	}
	for _, w := range c.webhooksFor(r, "update") {
		c.tellWebhook(w, append(c.output(r.Entity, changed), answer.Member{Name: "id", Value: r.ID}))
	}
	for _, w := range c.webhooksFor(r, "fieldUpdate") {
		body, hit := answer.Object{{Name: "id", Value: r.ID}}, false
		for _, name := range r.Entity.AttrNames {
			a := r.Entity.Attrs[name]
			if a.Field == nil || a.Field.Name != w.Str("field") || !c.visible(a) {
				continue
			}
			body = append(body, answer.Member{Name: name, Value: mem[name]})
			_, now := changed[name]
			hit = hit || now
		}
		if hit {
			c.tellWebhook(w, body)
		}
	}
}

func (c *call) hookDelete(r *store.Record) {
	for _, w := range c.webhooksFor(r, "delete") {
		c.tellWebhook(w, answer.Object{{Name: "id", Value: r.ID}})
	}
}
