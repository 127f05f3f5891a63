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

// OptedOut reads one page of the targets, of all entity types, that have opted
// out of a list.
//
// GET TargetList/{id}/optedOut.
func (s *TargetListService) OptedOut(ctx context.Context, id string, p Paging) (Page[SearchHit], error) {
	return listPage[SearchHit](ctx, s.client, p.query(), nil, "TargetList", id, "optedOut")
}

// OptOut marks a target, such as a contact, as one that has opted out of a
// list. A target that is not on the list is put on it.
//
// POST TargetList/action/optOut. A list or a target that does not exist is
// [ErrNotFound].
func (s *TargetListService) OptOut(ctx context.Context, id string, target Ref) error {
	return s.opt(ctx, "optOut", id, target)
}

// CancelOptOut takes an opt-out back.
//
// POST TargetList/action/cancelOptOut. A list or a target that does not exist
// is [ErrNotFound].
func (s *TargetListService) CancelOptOut(ctx context.Context, id string, target Ref) error {
	return s.opt(ctx, "cancelOptOut", id, target)
}

func (s *TargetListService) opt(ctx context.Context, action, id string, target Ref) error {
	if err := notEmpty("id", id); err != nil {
		return err
	}
	if err := target.check("target"); err != nil {
		return err
	}
	body := Attrs{"id": id, "targetType": target.Type, "targetId": target.ID}
	return s.client.setTrue(ctx, http.MethodPost, body, "TargetList", "action", action)
}
