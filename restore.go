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
	return s.table.restore(ctx, id, opts)
}

func (t *table) restore(ctx context.Context, id string, opts []CallOption) error {
	if err := notEmpty("id", id); err != nil {
		return err
	}
	return t.client.doTrue(ctx, with(t.action("restore", "restoreDeleted").json(Attrs{"id": id}), opts))
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
	var draft T
	err := s.table.duplicateAttributes(ctx, id, opts, &draft)
	return draft, err
}

func (t *table) duplicateAttributes(ctx context.Context, id string, opts []CallOption, draft any) error {
	if err := notEmpty("id", id); err != nil {
		return err
	}
	req := t.action("duplicateAttributes", "getDuplicateAttributes").json(Attrs{"id": id})
	err := t.client.do(ctx, with(req, opts), &draftReply{record: draft})
	if err != nil {
		setZero(draft)
	}
	return err
}

// action makes a request for an action of the entity type's controller.
func (t *table) action(what, action string) *request {
	req := newRequest(t.entityType+"."+what, http.MethodPost, "{type}/action/{action}", t.entityType, action)
	if err := checkStruct(t.kind); err != nil && req.err == nil {
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
	req := s.table.action("unlinkAll", "unlinkAll").json(Attrs{"id": id, "link": link}).having(effectState)
	return s.client.doTrue(ctx, with(req, opts))
}

// draftReply is the reply to getDuplicateAttributes: a record without an id.
type draftReply struct {
	record  any // points to what it is read into
	deleted *bool
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (r *draftReply) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	setZero(r.record) // an earlier try may have left something
	r.deleted = nil
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
	return json.Unmarshal(raw, r.record, jsonOptions)
}

func (r *draftReply) proof() string { return lacking(r.deleted != nil, "deleted") }
