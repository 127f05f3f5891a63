package espo

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"

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

// id returns the id of the record at i, or "" when it has none.
func (p *Page[T]) id(i int) string {
	if p.ids != nil {
		return p.ids[i]
	}
	if idOf := idOf[T](); idOf != nil {
		return idOf(&p.Records[i])
	}
	return ""
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

// setTotal takes the total of an answer to a page that begins at offset and
// has size records when it is full; 0 is not known. A total that the page
// itself contradicts, or that is none, is not believed: then a page that may be
// full has more after it.
func (p *Page[T]) setTotal(total wireTotal, offset, size int) {
	n := len(p.Records)
	switch {
	case total == totalMore:
		p.More = true
	case total == totalEnd:
	case total >= 0 && (int(total) >= offset+n || n == 0):
		p.Total, p.Counted = int(total), true
		p.More = n > 0 && offset+n < int(total)
	default:
		p.More = n > 0 && n >= size
	}
}

// wireTotal is the total of a list on the wire.
type wireTotal int

const (
	totalMore wireTotal = -1       // not counted, and there is more after the page
	totalEnd  wireTotal = -2       // not counted, and there is nothing after the page
	totalNone wireTotal = -1 << 31 // not there
)

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]. What is not a whole
// number is not a total.
func (t *wireTotal) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*t = totalNone
	v, err := dec.ReadValue()
	if n, parseErr := strconv.ParseInt(string(v), 10, 32); err == nil && parseErr == nil {
		*t = wireTotal(n)
	}
	return err
}

// listPage sends a request for the page of a list of records that a T is read
// from.
//
//go:noinline
func listPage[T any](ctx context.Context, c *Client, q Query, req *request) (Page[T], error) {
	listing[T](req, q)
	return readPage[T](ctx, c, req, q.Offset, q.MaxSize)
}

// listing makes a request ask for the records, read into a T, that q matches.
func listing[T any](req *request, q Query) {
	err := q.validate()
	if err == nil {
		err = checkKinds[T](q.Where)
	}
	if err == nil {
		err = checkStruct[T]()
	}
	if req.err == nil {
		req.err = err
	}
	req.search = &q
	if q.NoTotal || q.Q != "" { // beside a filter, q alone does not turn the counting off
		req.header = http.Header{noTotal: {"true"}}
	}
}

// readPage sends a request whose reply is the page of a list from offset on,
// of size records at most when that is known.
//
//go:noinline
func readPage[T any](ctx context.Context, c *Client, req *request, offset, size int) (Page[T], error) {
	reply := wirePage[T]{Total: totalNone}
	reply.List.size = size
	if err := c.do(ctx, req, &reply); err != nil {
		return Page[T]{}, err
	}
	return reply.page(offset), nil
}

type wirePage[T any] struct {
	Total wireTotal   `json:"total"`
	List  wireList[T] `json:"list"`
}

func (p *wirePage[T]) proof() string { return p.List.proof() }

// page is the page that begins at offset.
func (p *wirePage[T]) page(offset int) Page[T] {
	page := Page[T]{Records: p.List.records, ids: p.List.ids}
	page.setTotal(p.Total, offset, p.List.size)
	return page
}

// wireList is a list of records on the wire.
type wireList[T any] struct {
	records []T
	size    int      // of a full page; 0 is not known
	ids     []string // kept apart where T has no field for them
	there   bool
	noID    bool // a record has none
}

func (l *wireList[T]) proof() string {
	switch {
	case !l.there:
		return "the reply has no list"
	case l.noID:
		return "the list holds something that is no record with an id"
	}
	return ""
}

func (l *wireList[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	l.records, l.ids, l.noID = nil, nil, false
	if l.there = dec.PeekKind() == '['; !l.there {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	idOf := idOf[T]()
	l.records = []T{}
	for dec.PeekKind() != ']' {
		if n := len(l.records); n == cap(l.records) && n >= 8 {
			// A page this long is mostly a full one.
			l.records = slices.Grow(l.records, max(l.size-n, n))
		}
		l.records = append(l.records, *new(T))
		id, err := decodeRecord(dec, &l.records[len(l.records)-1], idOf)
		if err != nil {
			return err
		}
		l.noID = l.noID || !validID(id)
		if idOf == nil {
			l.ids = append(l.ids, id)
		}
	}
	_, err := dec.ReadToken()
	return err
}

// idOf returns a function that reads the id of a T, or nil where T has no
// place for it.
//
//go:noinline
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

// count asks for the total alone.
//
//go:noinline
func count[T any](q Query, list func(Query) (Page[T], error)) (int, error) {
	if q.Q != "" {
		return 0, badInput("Query.Q", "gives no total; use TextFilter")
	}
	q.countOnly, q.MaxSize, q.Offset, q.NoTotal, q.Select = true, 0, 0, false, []string{"id"}
	page, err := list(q)
	if err == nil && !page.Counted {
		err = fmt.Errorf("espo: %w", ErrNotCounted)
	}
	return page.Total, err
}
