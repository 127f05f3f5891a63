package espo

import (
	"context"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Restore brings a deleted record back, with its links. It stays the same
// otherwise: neither who has modified it nor its stream shows it. For
// administrators.
//
// POST {entityType}/action/restoreDeleted. A record that is not deleted is
// [ErrConflict], before EspoCRM 10.0 [ErrForbidden]; one that never was, or
// that the server has cleaned up since, is [ErrNotFound].
func (s *RecordService[T]) Restore(ctx context.Context, id string, opts ...CallOption) error {
	if err := notEmpty("id", id); err != nil {
		return err
	}
	return s.client.doTrue(ctx, with(s.action("restore", "restoreDeleted").json(Attrs{"id": id}), opts))
}

// DuplicateAttributes reads what a copy of a record begins with, as the web
// client does: everything but what the server gives anew, such as id, number
// and status. Files are copied at once, and the result has the ids of the
// copies. To create the copy:
//
//	draft, err := client.Cases.DuplicateAttributes(ctx, id)
//	draft.Name += " (copy)"
//	again, err := client.Cases.Create(ctx, draft, espo.DuplicateOf(id), espo.SkipDuplicateCheck())
//
// POST {entityType}/action/getDuplicateAttributes. Who may not create records
// of the entity type gets [ErrForbidden].
func (s *RecordService[T]) DuplicateAttributes(ctx context.Context, id string, opts ...CallOption) (T, error) {
	if err := notEmpty("id", id); err != nil {
		return *new(T), err
	}
	reply, err := receive[draftReply[T]](ctx, s.client, with(s.action("duplicateAttributes", "getDuplicateAttributes").json(Attrs{"id": id}), opts))
	return reply.record, err
}

// action makes a request for an action of the entity type's controller.
func (s *RecordService[T]) action(what, action string) *request {
	req := newRequest(s.entityType+"."+what, http.MethodPost, "{type}/action/{action}", s.entityType, action)
	if err := checkStruct[T](); err != nil && req.err == nil {
		req.err = err
	}
	return req
}

// UnlinkAll takes all targets of one kind from a list: link is "accounts",
// "contacts", "leads" or "users".
//
// POST TargetList/action/unlinkAll. A link of another kind is [ErrBadRequest].
func (s *TargetListService) UnlinkAll(ctx context.Context, id, link string, opts ...CallOption) error {
	if err := notEmpty("id or link", id, link); err != nil {
		return err
	}
	req := s.action("unlinkAll", "unlinkAll").json(Attrs{"id": id, "link": link}).having(effectState)
	return s.client.doTrue(ctx, with(req, opts))
}

// draftReply is the reply to getDuplicateAttributes: a record without an id.
type draftReply[T any] struct {
	record  T
	deleted *bool
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (r *draftReply[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*r = draftReply[T]{}
	raw, err := dec.ReadValue()
	if err != nil || raw.Kind() != '{' { // as a record, null or a text has nothing
		return err
	}
	var head struct {
		Deleted *bool `json:"deleted"`
	}
	if err := json.Unmarshal(raw, &head, jsonOptions); err != nil {
		return err
	}
	r.deleted = head.Deleted
	return json.Unmarshal(raw, &r.record, jsonOptions)
}

func (r *draftReply[T]) proof() string { return lacking(r.deleted != nil, "deleted") }
