package espo

import (
	"context"
	"iter"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// WebhookFailure is a record that the server has given up delivering to a
// webhook. Entity type "WebhookQueueItem".
type WebhookFailure struct {
	ID         string         `json:"id"`
	Number     int64          `json:"number"` // the place in the order of the events
	Event      WebhookEvent   `json:"event"`
	WebhookID  string         `json:"webhookId"`
	TargetType string         `json:"targetType"` // the record's entity type
	TargetID   string         `json:"targetId"`   // the record
	Data       jsontext.Value `json:"data"`       // the record's JSON, byte for byte as it would have been delivered
	Attempts   int            `json:"attempts"`   // how many times the server has tried
	CreatedAt  DateTime       `json:"createdAt"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Delivery returns what the server has not delivered as if it had, in a batch of
// its own. Its [WebhookRecord] has the digest that it would have had: what was
// handled, although its answer got lost, is recognised by it.
func (f WebhookFailure) Delivery() WebhookDelivery {
	body := slices.Concat([]byte("["), f.Data, []byte("]"))
	return WebhookDelivery{ID: digest(f.WebhookID, body), WebhookID: f.WebhookID, Event: f.Event, Body: body}
}

// Failed yields what the server has given up delivering to webhooks, oldest
// first: after four tries, or after one whose answer was such as 400, 413, 422,
// 429, 502 or 504. It is kept for ten days, and goes when its webhook is deleted
// or deactivated. The filters of q, of which there need be none, choose among it,
// such as Equal("webhookId", id).
//
// What has been taken care of is deleted by client.Records("WebhookQueueItem"),
// or recognised by its digest when it comes the next time.
//
// GET WebhookQueueItem, for administrators only: all others get [ErrForbidden].
// It needs EspoCRM 8.0 or later.
func (s *WebhookService) Failed(ctx context.Context, q Query, opts ...AllOption) iter.Seq2[WebhookFailure, error] {
	q.Where = append(slices.Clip(q.Where), Equal("status", "Failed"))
	items := Records[WebhookFailure](s.client, "WebhookQueueItem").table
	return recordsIn[WebhookFailure](iterateParts(ctx, s.client, q, opts, func(ctx context.Context, q Query, opts []CallOption) (page, error) {
		req := with(items.request("list", http.MethodGet), opts).needing(featureWebhookQueue)
		return s.client.listPage(ctx, items.kind, q, req)
	}))
}
