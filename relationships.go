package espo

import (
	"context"
	"iter"
	"net/http"
	"slices"
)

// RelatedService has the records that are linked to one record through one
// link, such as the contacts of an account.
type RelatedService[T any] struct {
	client *Client
	parent Ref
	link   string
}

// Related returns the service for a link of a record, whose records are read
// into T:
//
//	contacts := espo.Related[espo.Contact](client, "Account", id, "contacts")
func Related[T any](client *Client, entityType, id, link string) *RelatedService[T] {
	return &RelatedService[T]{client: client, parent: Ref{Type: entityType, ID: id}, link: link}
}

// Related returns the service for a link of a record, without a struct for
// the linked records.
func (c *Client) Related(entityType, id, link string) *RelatedService[Record] {
	return Related[Record](c, entityType, id, link)
}

// List reads one page of the linked records.
//
// GET {entityType}/{id}/{link}. A link that the entity type does not have is
// [ErrNotFound], as is a record that does not exist.
func (s *RelatedService[T]) List(ctx context.Context, q Query, opts ...CallOption) (Page[T], error) {
	return listPage[T](ctx, s.client, q, opts, s.parent.Type, s.parent.ID, s.link)
}

// All reads every linked record that the query matches; see
// [RecordService.All].
func (s *RelatedService[T]) All(ctx context.Context, q Query, opts ...CallOption) iter.Seq2[T, error] {
	return iterate(ctx, q, func(ctx context.Context, q Query) (Page[T], error) {
		return s.List(ctx, q, opts...)
	})
}

// Count returns the number of linked records that the query matches.
func (s *RelatedService[T]) Count(ctx context.Context, q Query, opts ...CallOption) (int, error) {
	q.MaxSize, q.Offset, q.NoTotal, q.Select = countOnly, 0, false, []string{"id"}
	page, err := s.List(ctx, q, opts...)
	return page.Total, err
}

// Link adds records to the link. Records that are linked already stay so.
//
// POST {entityType}/{id}/{link}. A record that does not exist is
// [ErrNotFound]. When the server says that it has done nothing, the error is
// [ErrNothingDone].
func (s *RelatedService[T]) Link(ctx context.Context, ids ...string) error {
	return s.change(ctx, http.MethodPost, ids)
}

// Unlink takes records out of the link; the records themselves stay.
//
// DELETE {entityType}/{id}/{link}, with the ids in the body.
func (s *RelatedService[T]) Unlink(ctx context.Context, ids ...string) error {
	return s.change(ctx, http.MethodDelete, ids)
}

// LinkWhere links every record that the filters match, which must be at least
// one. Servers allow it for few links, such as the leads of a target list,
// and answer [ErrForbidden] for the others.
//
// POST {entityType}/{id}/{link} with massRelate.
func (s *RelatedService[T]) LinkWhere(ctx context.Context, where ...Filter) error {
	if len(where) == 0 {
		return badInput("where", "has no filter")
	}
	for _, f := range where {
		if err := f.validate(); err != nil {
			return err
		}
	}
	return s.send(ctx, http.MethodPost, Attrs{"massRelate": true, "where": where})
}

func (s *RelatedService[T]) change(ctx context.Context, method string, ids []string) error {
	if len(ids) == 0 || slices.Contains(ids, "") {
		return badInput("ids", "there is none, or an empty one")
	}
	if len(ids) == 1 {
		return s.send(ctx, method, Attrs{"id": ids[0]})
	}
	return s.send(ctx, method, Attrs{"ids": ids})
}

func (s *RelatedService[T]) send(ctx context.Context, method string, body Attrs) error {
	req, err := newRequest(method, s.parent.Type, s.parent.ID, s.link)
	if err != nil {
		return err
	}
	req.body = body
	return s.client.doTrue(ctx, req)
}

// doTrue sends a request that the server answers with true, or with false
// when there was nothing to do.
func (c *Client) doTrue(ctx context.Context, req *request) error {
	var done bool
	err := c.do(ctx, req, &done)
	if err == nil && !done {
		err = req.wrap(ErrNothingDone)
	}
	return err
}

// Link links a record to another one; see [RelatedService.Link].
func (s *RecordService[T]) Link(ctx context.Context, id, link, foreignID string) error {
	return s.client.Related(s.entityType, id, link).Link(ctx, foreignID)
}

// LinkMany links a record to others; see [RelatedService.Link].
func (s *RecordService[T]) LinkMany(ctx context.Context, id, link string, foreignIDs []string) error {
	return s.client.Related(s.entityType, id, link).Link(ctx, foreignIDs...)
}

// Unlink removes the link between a record and another one; see
// [RelatedService.Unlink].
func (s *RecordService[T]) Unlink(ctx context.Context, id, link, foreignID string) error {
	return s.client.Related(s.entityType, id, link).Unlink(ctx, foreignID)
}

// UnlinkMany removes the links between a record and others; see
// [RelatedService.Unlink].
func (s *RecordService[T]) UnlinkMany(ctx context.Context, id, link string, foreignIDs []string) error {
	return s.client.Related(s.entityType, id, link).Unlink(ctx, foreignIDs...)
}
