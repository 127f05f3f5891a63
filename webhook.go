package espo

import (
	"context"
	"net/http"
	"strings"
)

// WebhookService registers webhooks: addresses that the server posts records
// to when they are created, changed or deleted. A [WebhookHandler] receives
// them. Webhooks are the caller's own: an API user whose role has the scope
// Webhook, or an administrator, who sees all of them.
type WebhookService struct {
	*RecordService[Webhook]
}

// WebhookKind is what must happen to a record.
type WebhookKind string

// The kinds of events.
const (
	WebhookCreate      WebhookKind = "create"
	WebhookUpdate      WebhookKind = "update"
	WebhookFieldUpdate WebhookKind = "fieldUpdate" // one field has changed
	WebhookDelete      WebhookKind = "delete"
)

// WebhookEvent is an event that a webhook is for, "Account.update" or
// "Account.fieldUpdate.description" on the wire.
type WebhookEvent struct {
	EntityType string
	Kind       WebhookKind
	Field      string // of a fieldUpdate only
}

// ParseWebhookEvent reads the wire's form of an event.
func ParseWebhookEvent(s string) (WebhookEvent, error) {
	e := splitWebhookEvent(s)
	return e, e.validate()
}

func splitWebhookEvent(s string) WebhookEvent {
	entityType, rest, _ := strings.Cut(s, ".")
	kind, field, _ := strings.Cut(rest, ".")
	return WebhookEvent{EntityType: entityType, Kind: WebhookKind(kind), Field: field}
}

// String returns the wire's form.
func (e WebhookEvent) String() string {
	s := e.EntityType + "." + string(e.Kind)
	if e.Field != "" {
		s += "." + e.Field
	}
	return s
}

func (e WebhookEvent) validate() error {
	switch e.Kind {
	case WebhookCreate, WebhookUpdate, WebhookDelete, WebhookFieldUpdate:
	default:
		return badInput("WebhookEvent.Kind", "%q is not a kind of event", string(e.Kind))
	}
	switch {
	case e.EntityType == "" || strings.Contains(e.EntityType, "."):
		return badInput("WebhookEvent.EntityType", "%q is not an entity type", e.EntityType)
	case (e.Kind == WebhookFieldUpdate) != (e.Field != "") || strings.Contains(e.Field, "."):
		return badInput("WebhookEvent.Field", "%q does not go with %s", e.Field, e.Kind)
	}
	return nil
}

// MarshalText returns the wire's form.
func (e WebhookEvent) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads the wire's form, of kinds that are not known here too.
func (e *WebhookEvent) UnmarshalText(b []byte) error {
	*e = splitWebhookEvent(string(b))
	return nil
}

// Webhook is a registered webhook. Entity type "Webhook".
type Webhook struct {
	ID             string       `json:"id,omitzero"`    // read-only
	Event          WebhookEvent `json:"event,omitzero"` // required; cannot be changed
	URL            string       `json:"url,omitzero"`   // required; at most 512 characters
	IsActive       bool         `json:"isActive,omitzero"`
	SkipOwn        bool         `json:"skipOwn,omitzero"`   // not for what the webhook's own user does; EspoCRM 9.2 and later
	SecretKey      Secret       `json:"secretKey,omitzero"` // signs the deliveries; read-only
	Description    string       `json:"description,omitzero"`
	UserID         string       `json:"userId,omitzero"` // the API user it is for; administrators only
	UserName       string       `json:"userName,omitzero"`
	CreatedAt      DateTime     `json:"createdAt,omitzero"`      // read-only
	ModifiedAt     DateTime     `json:"modifiedAt,omitzero"`     // read-only
	CreatedByID    string       `json:"createdById,omitzero"`    // read-only
	CreatedByName  string       `json:"createdByName,omitzero"`  // read-only
	ModifiedByID   string       `json:"modifiedById,omitzero"`   // read-only
	ModifiedByName string       `json:"modifiedByName,omitzero"` // read-only
	Deleted        bool         `json:"deleted,omitzero"`        // read-only

	// Extra holds the attributes that this type does not name, such as the
	// parts of the event.
	Extra Attrs `json:",embed"`
}

// Secret returns what a [WebhookHandler] needs to check the webhook's
// deliveries.
func (w Webhook) Secret() WebhookSecret {
	return WebhookSecret{WebhookID: w.ID, Event: w.Event, Key: w.SecretKey}
}

// Register registers a webhook, of which Event and URL are required, and that
// is active at once. The SecretKey in the reply is needed to check the
// deliveries: see [Webhook.Secret]. The server delivers in batches, mostly once
// a minute, by its scheduled jobs.
//
// POST Webhook. An entity type without webhooks and a field that does not
// exist are [ErrForbidden]. A [ValidationError] with the rule notInternal
// refuses an address that is not public: EspoCRM 9.3.2 and later. SkipOwn needs
// EspoCRM 9.2 or later: older servers would ignore it.
func (s *WebhookService) Register(ctx context.Context, w Webhook, opts ...CreateOption) (Webhook, error) {
	if err := w.validate(); err != nil {
		return Webhook{}, err
	}
	req := with(s.table.request("create", http.MethodPost).json(w), opts)
	if w.SkipOwn {
		req.needing(featureSkipOwn)
	}
	var stored Webhook
	err := s.table.save(ctx, req, &stored)
	return stored, err
}

// Deactivate stops a webhook's deliveries; what happens meanwhile is not
// delivered later.
//
// PUT Webhook/{id} with isActive.
func (s *WebhookService) Deactivate(ctx context.Context, id string, opts ...UpdateOption) (Webhook, error) {
	return s.Update(ctx, id, Attrs{"isActive": false}, opts...)
}

// Activate starts a webhook's deliveries again.
//
// PUT Webhook/{id} with isActive.
func (s *WebhookService) Activate(ctx context.Context, id string, opts ...UpdateOption) (Webhook, error) {
	return s.Update(ctx, id, Attrs{"isActive": true}, opts...)
}
