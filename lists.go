package espo

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// ListService is a list of records that can only be read, such as the
// followers of a record.
type ListService[T any] struct {
	client    *Client
	operation string
	pattern   string
	args      []string
	by        pagedBy
	needs     *feature
	err       error // why it cannot be read
}

// List reads one page of the list.
//
// The endpoint, and the errors beside those of every list, stand at the method
// that has returned the ListService. A record that the list belongs to and that
// does not exist is [ErrNotFound].
func (s *ListService[T]) List(ctx context.Context, q Query, opts ...CallOption) (Page[T], error) {
	if s.err != nil {
		return Page[T]{}, s.err
	}
	return listPage[T](ctx, s.client, q, with(newRequest(s.operation, http.MethodGet, s.pattern, s.args...).needing(s.needs), opts))
}

// All reads every record of the list that the query matches; see
// [RecordService.All].
func (s *ListService[T]) All(ctx context.Context, q Query, opts ...CallOption) iter.Seq2[T, error] {
	return iterate(ctx, s.by, q, opts, func(ctx context.Context, q Query) (Page[T], error) { return s.List(ctx, q, opts...) })
}

// PagedService is a list that can only be read, and that knows neither filters
// nor orders, such as the results of a search.
type PagedService[T any] struct {
	client    *Client
	operation string
	pattern   string
	args      []string
	values    url.Values // beside those of the paging
	header    http.Header
	needs     *feature
	err       error // why it cannot be read
}

// List reads one page of the list.
//
// The endpoint, and the errors beside those of every list, stand at the method
// that has returned the PagedService. A record that the list belongs to and
// that does not exist is [ErrNotFound].
func (s *PagedService[T]) List(ctx context.Context, p Paging, opts ...CallOption) (Page[T], error) {
	req := with(newRequest(s.operation, http.MethodGet, s.pattern, s.args...).needing(s.needs), opts)
	if s.err != nil {
		return Page[T]{}, s.err
	}
	if err := p.query().validate(); err != nil {
		return Page[T]{}, err
	}
	values := url.Values{}
	for name, list := range s.values {
		values[name] = list
	}
	if p.Offset > 0 {
		values.Set("offset", strconv.Itoa(p.Offset))
	}
	if p.MaxSize > 0 {
		values.Set("maxSize", strconv.Itoa(p.MaxSize))
	}
	req.header = s.header
	return readPage[T](ctx, s.client, req.ask(values), p.Offset, p.MaxSize)
}

// All reads the whole list, page by page, in constant memory. It ends with the
// first error, which comes with the zero value of T. It can be ranged over more than
// once, and begins anew each time. It pages by offset: what others create or
// delete meanwhile can make it skip or repeat a record.
func (s *PagedService[T]) All(ctx context.Context, opts ...CallOption) iter.Seq2[T, error] {
	return iterate(ctx, byPosition, Query{}, opts, func(ctx context.Context, q Query) (Page[T], error) {
		return s.List(ctx, Paging{Offset: q.Offset, MaxSize: q.MaxSize}, opts...)
	})
}
