package espo

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
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

// page is a Page without its type.
type page struct {
	records any // a []T
	n       int // their number
	idOf    identity

	total   int
	counted bool
	more    bool
	ids     []string // of records, where T does not have them
}

// pageOf is the Page that a page is.
func pageOf[T any](p page, err error) (Page[T], error) {
	records, _ := p.records.([]T)
	return Page[T]{Records: records, Total: p.total, Counted: p.counted, More: p.more, ids: p.ids}, err
}

// typeless is the page that a Page is.
func typeless[T any](p Page[T]) page {
	return page{
		records: p.Records, n: len(p.Records), idOf: idOf(reflect.TypeFor[T]()),
		total: p.Total, counted: p.Counted, more: p.More, ids: p.ids,
	}
}

// at points to the record at i.
func (p *page) at(i int) any {
	return reflect.ValueOf(p.records).Index(i).Addr().Interface()
}

// id returns the id of the record at i, or "" when it has none.
func (p *page) id(i int) string {
	switch {
	case p.ids != nil:
		return p.ids[i]
	case p.idOf != nil:
		return p.idOf(p.at(i))
	}
	return ""
}

// skip leaves out the first n records.
func (p *page) skip(n int) {
	p.records = reflect.ValueOf(p.records).Slice(n, p.n).Interface()
	p.n -= n
	if p.ids != nil {
		p.ids = p.ids[n:]
	}
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
func (p *page) setTotal(total wireTotal, offset, size int) {
	switch {
	case total == totalMore:
		p.more = true
	case total == totalEnd:
	case total >= 0 && (int(total) >= offset+p.n || p.n == 0):
		p.total, p.counted = int(total), true
		p.more = p.n > 0 && offset+p.n < int(total)
	default:
		p.more = p.n > 0 && p.n >= size
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

// listPage sends a request for the page of a list of records that values of a
// type are read from.
func (c *Client) listPage(ctx context.Context, kind reflect.Type, q Query, req *request) (page, error) {
	listing(kind, req, q)
	return c.readPage(ctx, kind, req, q.Offset, q.MaxSize)
}

// listing makes a request ask for the records, read into values of a type, that
// q matches.
func listing(kind reflect.Type, req *request, q Query) {
	err := q.validate()
	if err == nil {
		err = checkKinds(kind, q.Where)
	}
	if err == nil {
		err = checkStruct(kind)
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
func (c *Client) readPage(ctx context.Context, kind reflect.Type, req *request, offset, size int) (page, error) {
	reply := wirePage{Total: totalNone, List: recordList{kind: kind, size: size}}
	if err := c.do(ctx, req, &reply); err != nil {
		return page{}, err
	}
	return reply.List.page(reply.Total, offset), nil
}

type wirePage struct {
	Total wireTotal  `json:"total"`
	List  recordList `json:"list"`
}

func (p *wirePage) proof() string { return p.List.proof() }

// recordList is a list of records on the wire.
type recordList struct {
	kind    reflect.Type
	records reflect.Value // a []T
	idOf    identity
	size    int      // of a full page; 0 is not known
	ids     []string // kept apart where T has no field for them
	there   bool
	noID    bool // a record has none
}

func (l *recordList) proof() string {
	switch {
	case !l.there:
		return "the reply has no list"
	case l.noID:
		return "the list holds something that is not a record with an id"
	}
	return ""
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (l *recordList) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	l.ids, l.noID = nil, false
	slice := reflect.SliceOf(l.kind)
	l.records = reflect.New(slice).Elem()
	l.idOf = idOf(l.kind)
	if l.there = dec.PeekKind() == '['; !l.there {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	l.records.Set(reflect.MakeSlice(slice, 0, 0))
	for n := 0; dec.PeekKind() != ']'; n++ {
		if n == l.records.Cap() {
			more := 1
			if n >= 8 { // a page this long is mostly a full one
				more = max(l.size-n, n)
			}
			l.records.Grow(more)
		}
		l.records.SetLen(n + 1)
		id, err := decodeRecord(dec, l.records.Index(n).Addr().Interface(), l.idOf)
		if err != nil {
			return err
		}
		l.noID = l.noID || !validID(id)
		if l.idOf == nil {
			l.ids = append(l.ids, id)
		}
	}
	_, err := dec.ReadToken()
	return err
}

// page is the page of the list that begins at offset.
func (l *recordList) page(total wireTotal, offset int) page {
	p := page{records: l.records.Interface(), n: l.records.Len(), idOf: l.idOf, ids: l.ids}
	p.setTotal(total, offset, l.size)
	return p
}

// count asks for the total alone.
func count(q Query, list func(Query) (page, error)) (int, error) {
	if q.Q != "" {
		return 0, badInput("Query.Q", "gives no total; use TextFilter")
	}
	q.countOnly, q.MaxSize, q.Offset, q.NoTotal, q.Select = true, 0, 0, false, []string{"id"}
	p, err := list(q)
	if err == nil && !p.counted {
		err = fmt.Errorf("espo: %w", ErrNotCounted)
	}
	return p.total, err
}
