package espo

import (
	"context"
	"net/http"
)

// TargetListService has the records of the entity type TargetList, and which
// of their targets do not want to be written to.
type TargetListService struct {
	*RecordService[TargetList]
}

// Target is somebody on a target list: an account, a contact, a lead or a user.
type Target struct {
	EntityType string `json:"_scope,omitzero"`
	ID         string `json:"id,omitzero"`
	Name       string `json:"name,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Ref returns the record of the target.
func (t Target) Ref() Ref { return Ref{Type: t.EntityType, ID: t.ID} }

// OptedOut is the targets, of all entity types, that have opted out of a list:
// GET TargetList/{id}/optedOut.
func (s *TargetListService) OptedOut(id string) *PagedService[Target] {
	return &PagedService[Target]{readOnly{client: s.client, operation: "TargetList.optedOut", pattern: "TargetList/{id}/optedOut", args: []string{id}}}
}

// OptOut marks a target, such as a contact, as one that has opted out of a
// list. A target that is not on the list is put on it.
//
// POST TargetList/action/optOut. A list or a target that does not exist is
// [ErrNotFound].
func (s *TargetListService) OptOut(ctx context.Context, id string, target Ref, opts ...CallOption) error {
	return s.opt(ctx, "optOut", id, target, opts)
}

// CancelOptOut takes an opt-out back.
//
// POST TargetList/action/cancelOptOut. A list or a target that does not exist
// is [ErrNotFound].
func (s *TargetListService) CancelOptOut(ctx context.Context, id string, target Ref, opts ...CallOption) error {
	return s.opt(ctx, "cancelOptOut", id, target, opts)
}

func (s *TargetListService) opt(ctx context.Context, action, id string, target Ref, opts []CallOption) error {
	if err := notEmpty("id", id); err != nil {
		return err
	}
	if err := target.check("target"); err != nil {
		return err
	}
	body := Attrs{"id": id, "targetType": target.Type, "targetId": target.ID}
	req := newRequest("TargetList."+action, http.MethodPost, "TargetList/action/{action}", action).json(body).having(effectState)
	return s.client.doTrue(ctx, with(req, opts))
}
