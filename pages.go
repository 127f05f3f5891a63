package espo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Page is one page of a list.
type Page[T any] struct {
	Records []T
	Total   int  // records that the query matches on all pages; 0 unless Counted
	Counted bool // whether the server has counted the total
	More    bool // whether there are records after this page

	ids []string // of Records, where T does not have them
}

// id returns the id of the record at i.
func (p *Page[T]) id(i int) string {
	if p.ids != nil {
		return p.ids[i]
	}
	return idOf[T]()(&p.Records[i])
}

// Paging says which page of a list that knows neither filters nor orders. The
// zero Paging is the first page, as large as the server makes it.
type Paging struct {
	Offset  int // records to skip
	MaxSize int // records of one page; 0 is the server's default, mostly 20; servers allow at most 200
}

func (p Paging) query() Query { return Query{Offset: p.Offset, MaxSize: p.MaxSize} }

// maxPage is the largest page that servers give, unless set otherwise.
const maxPage = 200

// setTotal takes the total of an answer to a page that begins at offset.
func (p *Page[T]) setTotal(total, offset int) {
	if total >= 0 {
		p.Total, p.Counted = total, true
		p.More = offset+len(p.Records) < total
	} else {
		p.More = total == totalMore
	}
}

// listPage reads the page of records at a path.
func listPage[T any](ctx context.Context, c *Client, q Query, opts []CallOption, path ...string) (Page[T], error) {
	req, err := c.listRequest(q, opts, path...)
	if err != nil {
		return Page[T]{}, err
	}
	return readPage[T](ctx, c, req, q.Offset, q.MaxSize)
}

// listRequest makes the request for a list at a path.
func (c *Client) listRequest(q Query, opts []CallOption, path ...string) (*request, error) {
	req, err := newRequest(http.MethodGet, path...)
	if err != nil {
		return nil, err
	}
	o, err := collect(opts)
	if err != nil {
		return nil, err
	}
	q.Select = append(slices.Clip(q.Select), o.selected...)
	if req.query, err = q.encode(c.searchForm); err != nil {
		return nil, err
	}
	if q.NoTotal || q.Q != "" { // beside a filter, q alone does not turn the counting off
		o.set("X-No-Total", "true")
	}
	req.header = o.header
	return req, nil
}

// readPage sends a request whose reply is the page of a list from offset on,
// of size records at most when that is known.
func readPage[T any](ctx context.Context, c *Client, req *request, offset, size int) (Page[T], error) {
	var reply wirePage[T]
	reply.List.readIDs = idOf[T]() == nil
	reply.List.size = size
	if err := c.do(ctx, req, &reply); err != nil {
		return Page[T]{}, err
	}
	page := Page[T]{Records: reply.List.records, ids: reply.List.ids}
	page.setTotal(reply.Total, offset)
	return page, nil
}

// totalMore stands for the total when it was not counted and there is more
// after the page; -2 when there is nothing more.
const totalMore = -1

type wirePage[T any] struct {
	Total int         `json:"total"`
	List  wireList[T] `json:"list"`
}

type wireList[T any] struct {
	records []T
	size    int // of a full page; 0 is not known
	ids     []string
	readIDs bool // keep the ids apart, because T has no field for them
}

func (l *wireList[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	l.records, l.ids = nil, nil
	if dec.PeekKind() != '[' { // null, or what is no list
		return json.UnmarshalDecode(dec, &l.records)
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		if n := len(l.records); n == cap(l.records) && n >= 8 {
			// A page this long is mostly a full one.
			l.records = slices.Grow(l.records, max(l.size-n, n))
		}
		l.records = append(l.records, *new(T))
		record := &l.records[len(l.records)-1]
		if !l.readIDs {
			if err := json.UnmarshalDecode(dec, record); err != nil {
				return err
			}
			continue
		}
		raw, err := dec.ReadValue()
		if err != nil {
			return err
		}
		var head struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(raw, &head, jsonOptions); err != nil {
			return err
		}
		if err := json.Unmarshal(raw, record, jsonOptions); err != nil {
			return err
		}
		l.ids = append(l.ids, head.ID)
	}
	_, err := dec.ReadToken()
	return err
}

// idOf returns a function that reads the id of a T, or nil where T has no
// place for it.
func idOf[T any]() func(*T) string {
	switch any((*T)(nil)).(type) {
	case *Record:
		return func(record *T) string { return any(record).(*Record).ID() }
	case *Attrs:
		return func(record *T) string { return Record(*any(record).(*Attrs)).ID() }
	}
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct {
		return nil
	}
	for i := range t.NumField() {
		if f := t.Field(i); jsonName(f) == "id" && f.Type.Kind() == reflect.String && f.IsExported() {
			return func(record *T) string { return reflect.ValueOf(record).Elem().Field(i).String() }
		}
	}
	return nil
}

// All reads every record that the query matches, page by page, in constant
// memory: while the caller works on one page the next one is fetched. It ends
// with the first error, which comes beside a zero T. It can be ranged over
// more than once, and begins anew each time.
//
// Without OrderBy, or with OrderBy "id", it pages by id: each page costs the
// same, and no record is skipped or repeated although others are created or
// deleted meanwhile. With another order it pages by offset, which can do both.
//
// Query.MaxSize is the size of a page, 200 by default; it does not limit the
// whole. See [Collect].
//
// GET {entityType}, once for each page.
func (s *RecordService[T]) All(ctx context.Context, q Query, opts ...CallOption) iter.Seq2[T, error] {
	return iterate(ctx, q, func(ctx context.Context, q Query) (Page[T], error) {
		return s.List(ctx, q, opts...)
	})
}

// Collect gathers what an iterator such as that of All yields, at most limit
// values; 0 is no limit. It returns what it has beside an error.
func Collect[T any](seq iter.Seq2[T, error], limit int) ([]T, error) {
	var all []T
	for v, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, v)
		if len(all) == limit {
			break
		}
	}
	return all, nil
}

type fetched[T any] struct {
	page Page[T]
	err  error
}

// iterate yields the records of page after page.
func iterate[T any](ctx context.Context, q Query, fetch func(context.Context, Query) (Page[T], error)) iter.Seq2[T, error] {
	q.NoTotal = true
	q.Where = slices.Clip(q.Where)
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var pending chan fetched[T]
		defer func() {
			cancel()
			if pending != nil { // the caller has stopped: leave no goroutine behind
				<-pending
			}
		}()
		p := newPager(q)
		page, err := first(ctx, &p, fetch)
		for {
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			next, more, advanceErr := advance(&p, &page)
			if more {
				pending = make(chan fetched[T], 1)
				go func(to chan<- fetched[T]) {
					page, err := fetch(ctx, next)
					to <- fetched[T]{page, err}
				}(pending)
			}
			for _, record := range page.Records {
				if !yield(record, nil) {
					return
				}
			}
			switch {
			case advanceErr != nil:
				err = advanceErr
			case !more:
				return
			default:
				f := <-pending
				pending = nil
				page, err = f.page, f.err
			}
		}
	}
}

// pager makes the query of each page.
type pager struct {
	q      Query
	byKey  bool
	where  []Filter // without the condition of the key
	lastID string
}

func newPager(q Query) pager {
	p := pager{q: q, where: q.Where, byKey: q.OrderBy == "" || q.OrderBy == "id"}
	if p.byKey {
		p.q.OrderBy = "id"
		if p.q.Order == "" {
			p.q.Order = Asc
		}
	}
	return p
}

// first fetches the first page. Without a size of the caller's, it gives way
// to a server whose limit is lower than usual.
func first[T any](ctx context.Context, p *pager, fetch func(context.Context, Query) (Page[T], error)) (Page[T], error) {
	if p.q.MaxSize > 0 {
		return fetch(ctx, p.q)
	}
	p.q.MaxSize = maxPage
	page, err := fetch(ctx, p.q)
	var e *Error
	if errors.Is(err, ErrForbidden) && errors.As(err, &e) {
		var limit int
		if _, scanErr := fmt.Sscanf(e.Reason, "Max size should not exceed %d", &limit); scanErr == nil && 0 < limit && limit < maxPage {
			p.q.MaxSize = limit
			page, err = fetch(ctx, p.q)
		}
	}
	return page, err
}

// advance returns the query of the page after this one, if there is one.
func advance[T any](p *pager, page *Page[T]) (next Query, more bool, err error) {
	n := len(page.Records)
	if n == 0 || !page.More {
		return Query{}, false, nil
	}
	if !p.byKey {
		p.q.Offset += n
		return p.q, true, nil
	}
	id := page.id(n - 1)
	if id == "" || id == p.lastID {
		return Query{}, false, errors.New("espo: a page of the list ends without a new id, so that the next one cannot be told")
	}
	p.lastID = id
	after := GreaterThan("id", id)
	if p.q.Order == Desc {
		after = LessThan("id", id)
	}
	p.q.Offset = 0
	p.q.Where = append(slices.Clip(p.where), after)
	return p.q, true, nil
}
