package crm

import (
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/store"
)

// HookedRecord is what a webhook is to be told of one record.
type HookedRecord struct {
	WebhookID string
	Event     string
	TargetID  string // the record; its entity type is in the event
	Body      jsontext.Value
	Item      *store.Record // its WebhookQueueItem, once it has been taken up
}

// webhooksFor returns the active webhooks for an event on a record.
func webhooksFor(c *Call, r *store.Record, kind string) []*store.Record {
	var hooks []*store.Record
	for _, w := range c.Store.All("Webhook") {
		if w.Str("entityType") == r.Entity.Name && w.Str("type") == kind && w.Get("isActive") == true &&
			(w.Get("skipOwn") != true || w.Str("createdById") != c.User.Rec.ID) {
			hooks = append(hooks, w)
		}
	}
	return hooks
}

// tellWebhook queues what a webhook is to be told. It is encoded here, under
// the lock, since the body may share values with the store.
func tellWebhook(c *Call, w, r *store.Record, body answer.Object) {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err) // values of JSON, decoded from it
	}
	c.Hooked = append(c.Hooked, HookedRecord{WebhookID: w.ID, Event: w.Str("event"), TargetID: r.ID, Body: b})
}

// hookCreate queues a new record as it has been saved: without what is loaded
// for an answer.
func hookCreate(c *Call, r *store.Record, mem map[string]any) {
	for _, w := range webhooksFor(c, r, "create") {
		// The name of who created it is looked up later only.
		body := slices.DeleteFunc(c.Output(r.Entity, mem), func(m answer.Member) bool { return m.Name == "createdByName" })
		if r.Entity.Stream {
			body = append(body, answer.Member{Name: "isFollowed", Value: false})
		}
		if r.Entity.Stars {
			body = append(body, answer.Member{Name: "isStarred", Value: false})
		}
		tellWebhook(c, w, r, body)
	}
}

// hookUpdate queues what has changed.
func hookUpdate(c *Call, r *store.Record, mem, before map[string]any) {
	changed := map[string]any{}
	for name, v := range mem {
		if name != "versionNumber" && Changed(mem, before, name) {
			changed[name] = v
		}
	}
	if len(changed) == 0 {
		return
	}
	for _, w := range webhooksFor(c, r, "update") {
		tellWebhook(c, w, r, append(c.Output(r.Entity, changed), answer.Member{Name: "id", Value: r.ID}))
	}
	for _, w := range webhooksFor(c, r, "fieldUpdate") {
		body, hit := answer.Object{{Name: "id", Value: r.ID}}, false
		for _, name := range r.Entity.AttrNames {
			a := r.Entity.Attrs[name]
			if a.Field == nil || a.Field.Name != w.Str("field") || !c.Visible(a) {
				continue
			}
			body = append(body, answer.Member{Name: name, Value: mem[name]})
			_, now := changed[name]
			hit = hit || now
		}
		if hit {
			tellWebhook(c, w, r, body)
		}
	}
}

func hookDelete(c *Call, r *store.Record) {
	for _, w := range webhooksFor(c, r, "delete") {
		tellWebhook(c, w, r, answer.Object{{Name: "id", Value: r.ID}})
	}
}
