package espo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// All reads every record that the query matches, page by page, in constant
// memory: while the caller works on one page the next one is fetched. It ends
// with the first error, which comes with the zero value of T. It can be ranged over
// more than once, and begins anew each time.
//
// Without OrderBy, or with OrderBy "id", it pages by id: each page costs the
// same, and no record is skipped or repeated although others are created or
// deleted meanwhile. With another order it pages by offset, which can do both.
// Pages that repeat themselves are [ErrPages].
//
// Query.MaxSize is the size of a page, 200 by default; it does not limit the
// whole. [Concurrency] reads several pages at once. See [Collect].
//
// GET {entityType}, once for each page.
func (s *RecordService[T]) All(ctx context.Context, q Query, opts ...AllOption) iter.Seq2[T, error] {
	return recordsIn[T](s.table.all(ctx, q, opts))
}

//go:noinline
func (t *table) all(ctx context.Context, q Query, opts []AllOption) iter.Seq2[page, error] {
	return iterateParts(ctx, t.client, q, opts, t.list)
}

// Collect gathers what an iterator such as that of [RecordService.All] yields.
// Beside an error it returns what came before.
func Collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for v, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, v)
	}
	return all, nil
}

// Limit yields the first n values of an iterator, and an error that comes
// before them.
func Limit[T any](seq iter.Seq2[T, error], n int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		left := n
		if left <= 0 {
			return
		}
		for v, err := range seq {
			if !yield(v, err) || err != nil {
				return
			}
			if left--; left == 0 {
				return
			}
		}
	}
}

// Pages makes an iterator of a method that lists one page, as All is made of
// List. list is given q with the Offset, and with the size that its pages
// should have; it ends with a page whose More is false. It is called from a
// goroutine of its own, while the caller works on the page before. Pages that
// repeat themselves are [ErrPages].
//
// It is for lists that have no method here, such as one of an extension:
//
//	rows := espo.Pages(ctx, espo.Query{}, func(ctx context.Context, q espo.Query) (espo.Page[Row], error) {
//		var reply Reply // a struct with the fields Total and List
//		err := client.Do(ctx, espo.Request{Path: []string{"MyReport", "rows"}, Query: url.Values{
//			"offset": {strconv.Itoa(q.Offset)}, "maxSize": {strconv.Itoa(q.MaxSize)},
//		}}, &reply)
//		return espo.Page[Row]{Records: reply.List, More: q.Offset+len(reply.List) < reply.Total}, err
//	})
func Pages[T any](ctx context.Context, q Query, list func(context.Context, Query) (Page[T], error)) iter.Seq2[T, error] {
	return recordsIn[T](iterate(ctx, byPosition, q, nil, func(ctx context.Context, q Query) (page, error) {
		p, err := list(ctx, q)
		return typeless(p), err
	}))
}

type fetched struct {
	page page
	err  error
}

// iterate yields page after page.
//
//go:noinline
func iterate(ctx context.Context, by pagedBy, q Query, opts []CallOption, fetch func(context.Context, Query) (page, error)) iter.Seq2[page, error] {
	q.Where = slices.Clip(q.Where)
	return func(yield func(page, error) bool) {
		if err := atOnce(opts); err != nil { // the next page is fetched while this one is worked on
			yield(page{}, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		var pending chan fetched
		defer func() {
			cancel()
			if pending != nil { // the caller has stopped: leave no goroutine behind
				<-pending
			}
		}()
		p := newPager(by, q)
		now, err := first(ctx, &p, fetch)
		for {
			var next Query
			more := false
			if err == nil {
				next, more, err = advance(&p, &now)
			}
			if err != nil {
				yield(page{}, err)
				return
			}
			if more {
				pending = make(chan fetched, 1)
				go func(to chan<- fetched) {
					page, err := fetch(ctx, next)
					to <- fetched{page, err}
				}(pending)
			}
			if !yield(now, nil) || !more {
				return
			}
			f := <-pending
			pending = nil
			now, err = f.page, f.err
		}
	}
}

// pagedBy says how the page after one is asked for.
type pagedBy int

const (
	byID       pagedBy = iota // by the id of the last record, or by offset when there is another order
	byNumber                  // by the number of the last note; the list has this order only
	byOffset                  // by offset, in whatever order
	byPosition                // by offset; the list has one order only, and counts by itself
)

// pager makes the query of each page.
type pager struct {
	q     Query
	key   string   // attribute to page by; empty by offset
	desc  bool     // the order of the key
	where []Filter // without the condition of the key
	last  string   // key of the record before the page

	// A page that was seen before is found by the method of Brent: each page is
	// compared with one that is remembered, and that one is replaced after 1, 2,
	// 4, 8 … pages. So memory stays constant, and no circle goes unnoticed.
	seen    uint64
	since   int // pages that were compared with it
	replace int // after so many pages
	repeats int
}

func newPager(by pagedBy, q Query) pager {
	p := pager{q: q, where: q.Where}
	p.q.NoTotal = by != byPosition
	switch {
	case by == byNumber:
		p.key, p.desc = "number", true
	case by == byID && (q.OrderBy == "" || q.OrderBy == "id"):
		p.key, p.desc = "id", q.Order == Desc
		p.q.OrderBy = "id"
		if p.q.Order == "" {
			p.q.Order = Asc
		}
	}
	return p
}

// first fetches the first page. Without a size of the caller's, it gives way
// to a server whose limit is lower than usual.
func first(ctx context.Context, p *pager, fetch func(context.Context, Query) (page, error)) (page, error) {
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
func advance(p *pager, page *page) (next Query, more bool, err error) {
	if page.n == 0 {
		return Query{}, false, nil
	}
	if err := fresh(p, page); err != nil || !isMore(p, page) {
		return Query{}, false, err
	}
	if p.key == "" {
		p.q.Offset += page.n
		return p.q, true, nil
	}
	if err := place(p, page); err != nil {
		return Query{}, false, err
	}
	p.q.Offset = 0
	p.q.Where = append(slices.Clip(p.where), p.after(p.last))
	return p.q, true, nil
}

// fresh refuses a page that was read before.
func fresh(p *pager, page *page) error {
	if p.repeated(page.fingerprint(), page.n) {
		return fmt.Errorf("espo: a page that was read before comes again: %w", ErrPages)
	}
	return nil
}

// isMore reports whether there are records after a page. A server that counts
// although it was asked not to may count wrongly: only a page that is not full
// ends the list then.
func isMore(p *pager, page *page) bool {
	return page.more || page.counted && page.n >= p.q.MaxSize
}

// place refuses a page whose records are not where they should be, and notes
// the last of them.
func place(p *pager, page *page) error {
	first, last := page.key(p.key, 0), page.key(p.key, page.n-1)
	if last == "0" { // a note without a number
		return fmt.Errorf("espo: the last record of a page has no %s: %w", p.key, ErrPages)
	}
	if p.last != "" && (first == p.last || p.backwards(p.last, first)) || p.backwards(first, last) {
		return fmt.Errorf("espo: the record with the %s %s is not in its place: %w", p.key, first, ErrPages)
	}
	p.last = last
	return nil
}

// after is the condition for the records after the one with this key.
func (p *pager) after(key string) Filter {
	var value any = key
	if p.key == "number" {
		value = Number(key)
	}
	if p.desc {
		return LessThan(p.key, value)
	}
	return GreaterThan(p.key, value)
}

// from is the condition for the record with this id and those after it.
func (p *pager) from(id string) Filter {
	if p.desc {
		return LessOrEqual(p.key, id)
	}
	return GreaterOrEqual(p.key, id)
}

// key is what the record at i is paged by.
func (p *page) key(name string, i int) string {
	if note, ok := p.at(i).(*Note); ok && name == "number" {
		return strconv.FormatInt(note.Number, 10)
	}
	return p.id(i)
}

var fingerprintSeed = maphash.MakeSeed()

// fingerprint is a digest of the ids of a page.
func (p *page) fingerprint() uint64 {
	var h maphash.Hash
	h.SetSeed(fingerprintSeed)
	for i := range p.n {
		id := p.id(i)
		if id == "" { // in a page that is not one of a server's
			id = fmt.Sprintf("%v", reflect.ValueOf(p.at(i)).Elem())
		}
		_, _ = h.WriteString(id)
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

// repeated notes a page of n records and reports whether it has come before. A
// page of one record can come again by offset when another record is created
// before it; ten times in a row it does not.
func (p *pager) repeated(fingerprint uint64, n int) bool {
	if p.replace > 0 && fingerprint == p.seen {
		p.repeats++
		if n > 1 || p.key != "" || p.repeats == 10 {
			return true
		}
	}
	if p.since++; p.since >= p.replace {
		p.seen, p.since, p.replace = fingerprint, 0, max(1, 2*p.replace)
	}
	return false
}

// backwards reports whether the key b comes before a in the order of the list.
// Databases order ids in different ways; all of them agree on the digits and
// small letters that EspoCRM makes them of.
func (p *pager) backwards(a, b string) bool {
	const usual = "0123456789abcdefghijklmnopqrstuvwxyz"
	if strings.Trim(a, usual) != "" || strings.Trim(b, usual) != "" {
		return false
	}
	order := strings.Compare(a, b)
	if p.key == "number" {
		order = cmp.Or(cmp.Compare(len(a), len(b)), order)
	}
	if p.desc {
		order = -order
	}
	return order > 0
}
