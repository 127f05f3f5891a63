package espo

import (
	"context"
	"net/http"
)

// Attendee is somebody who is invited to a meeting or a call.
type Attendee struct {
	EntityType       string           `json:"_scope,omitzero"` // "User", "Contact" or "Lead"
	ID               string           `json:"id,omitzero"`
	Name             string           `json:"name,omitzero"`
	EmailAddress     string           `json:"emailAddress,omitzero"`
	AcceptanceStatus AcceptanceStatus `json:"acceptanceStatus,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Attendees reads who is invited to a meeting or a call: ref is its entity
// type, "Meeting" or "Call", and id.
//
// GET Meeting/{id}/attendees or GET Call/{id}/attendees.
func (s *ActivityService) Attendees(ctx context.Context, ref Ref, opts ...CallOption) ([]Attendee, error) {
	return receiveList[Attendee](ctx, s.client, with(ref.request("attendees", http.MethodGet, "attendees"), opts))
}

// AcceptanceStatus is how somebody has answered an invitation. A server may
// have others.
type AcceptanceStatus string

// The answers to an invitation.
const (
	AcceptanceNone      AcceptanceStatus = "None" // not yet answered
	AcceptanceAccepted  AcceptanceStatus = "Accepted"
	AcceptanceTentative AcceptanceStatus = "Tentative"
	AcceptanceDeclined  AcceptanceStatus = "Declined"
)

// SetAcceptance accepts or declines an invitation to a meeting or a call for
// the caller.
//
// POST {type}/action/setAcceptanceStatus. A status that is none of the options
// is [ErrBadRequest].
func (s *ActivityService) SetAcceptance(ctx context.Context, ref Ref, status AcceptanceStatus, opts ...CallOption) error {
	if err := ref.check("ref"); err != nil {
		return err
	}
	if err := notEmpty("status", string(status)); err != nil {
		return err
	}
	req := newRequest(ref.Type+".setAcceptance", http.MethodPost, "{type}/action/setAcceptanceStatus", ref.Type)
	return s.client.doTrue(ctx, with(req.json(Attrs{"id": ref.ID, "status": status}).having(effectState), opts))
}
