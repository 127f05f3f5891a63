package espo

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
)

// ListService is a list of records that can only be read, such as the
// followers of a record.
type ListService[T any] struct{ list readOnly }

// readOnly is a list that can only be read, without the type of its records.
type readOnly struct {
	client    *Client
	operation string
	pattern   string
	args      []string
	by        pagedBy    // of a ListService
	values    url.Values // of a PagedService, beside those of the paging
	header    http.Header
	needs     *feature
	err       error // why it cannot be read
}

// List reads one page of the list.
//
// The endpoint, and the errors beside those of every list, stand at the method
// that has returned the ListService. A record that the list belongs to and that
// does not exist is [ErrNotFound].
func (s *ListService[T]) List(ctx context.Context, q Query, opts ...CallOption) (Page[T], error) {
	return pageOf[T](s.list.filtered(ctx, reflect.TypeFor[T](), q, opts))
}

// All reads every record of the list that the query matches; see
// [RecordService.All].
func (s *ListService[T]) All(ctx context.Context, q Query, opts ...CallOption) iter.Seq2[T, error] {
	kind := reflect.TypeFor[T]()
	return recordsIn[T](iterate(ctx, s.list.by, q, opts, func(ctx context.Context, q Query) (page, error) {
		return s.list.filtered(ctx, kind, q, opts)
	}))
}

// PagedService is a list that can only be read, and that knows neither filters
// nor orders, such as the results of a search.
type PagedService[T any] struct{ list readOnly }

// List reads one page of the list.
//
// The endpoint, and the errors beside those of every list, stand at the method
// that has returned the PagedService. A record that the list belongs to and
// that does not exist is [ErrNotFound].
func (s *PagedService[T]) List(ctx context.Context, p Paging, opts ...CallOption) (Page[T], error) {
	return pageOf[T](s.list.paged(ctx, reflect.TypeFor[T](), p, opts))
}

// All reads the whole list, page by page, in constant memory. It ends with the
// first error, which comes with the zero value of T. It can be ranged over more than
// once, and begins anew each time. It pages by offset: what others create or
// delete meanwhile can make it skip or repeat a record.
func (s *PagedService[T]) All(ctx context.Context, opts ...CallOption) iter.Seq2[T, error] {
	kind := reflect.TypeFor[T]()
	return recordsIn[T](iterate(ctx, byPosition, Query{}, opts, func(ctx context.Context, q Query) (page, error) {
		return s.list.paged(ctx, kind, Paging{Offset: q.Offset, MaxSize: q.MaxSize}, opts)
	}))
}

// request makes the request for a page.
func (l *readOnly) request(opts []CallOption) *request {
	return with(newRequest(l.operation, http.MethodGet, l.pattern, l.args...).needing(l.needs), opts)
}

// filtered reads a page of a ListService.
func (l *readOnly) filtered(ctx context.Context, kind reflect.Type, q Query, opts []CallOption) (page, error) {
	if l.err != nil {
		return page{}, l.err
	}
	return l.client.listPage(ctx, kind, q, l.request(opts))
}

// paged reads a page of a PagedService.
func (l *readOnly) paged(ctx context.Context, kind reflect.Type, p Paging, opts []CallOption) (page, error) {
	req := l.request(opts)
	if l.err != nil {
		return page{}, l.err
	}
	if err := p.query().validate(); err != nil {
		return page{}, err
	}
	values := url.Values{}
	for name, list := range l.values {
		values[name] = list
	}
	if p.Offset > 0 {
		values.Set("offset", strconv.Itoa(p.Offset))
	}
	if p.MaxSize > 0 {
		values.Set("maxSize", strconv.Itoa(p.MaxSize))
	}
	req.header = l.header
	return l.client.readPage(ctx, kind, req.ask(values), p.Offset, p.MaxSize)
}
