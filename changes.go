package espo

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Cursor is how far a reader of [RecordService.Changes] has come. Store it in
// the same transaction as the records that came with it. The empty Cursor is
// the beginning, when every record is new. Its text may be stored for years; it
// holds no secrets.
type Cursor string

// ChangeOptions says which changes are read, and how.
type ChangeOptions struct {
	Where  []Filter // of which records; one that no longer matches is not read; FindDeleted finds it
	Select []string // the attributes to read; empty means all of those that a list has

	BatchSize   int // records of a batch; 0 is 200
	Concurrency int // pages that are read at once, see [Concurrency]; 0 is 1

	// Settle is how old a change must be, 10 seconds by default. It covers what
	// the clocks of the server's machines differ by, and the time that a write
	// takes: within it, a change can still come before one that is there.
	Settle time.Duration
}

// ChangeBatch is a part of what has changed.
type ChangeBatch[T any] struct {
	Records []T    // as they are now, in the order of their ids; may be empty
	Cursor  Cursor // where to go on after them
}

// Changes reads the records that were created or changed since a cursor, in
// batches, up to [ChangeOptions].Settle before now. It ends there: call it again
// later with the cursor of the last batch. To copy an entity type:
//
//	for batch, err := range client.Contacts.Changes(ctx, cursor, espo.ChangeOptions{}) {
//		if err != nil {
//			return err
//		}
//		if err := save(batch.Records, batch.Cursor); err != nil { // in one transaction
//			return err
//		}
//	}
//
// Each record comes at least once after each of its changes, as it is when it is
// read: several changes in a row may come as one. A reader that was stopped goes
// on after its last batch. Time is cut into windows, which each call closes with
// an end by the server's clock: within a window records come in the order of
// their ids, so that it does not matter which are written meanwhile. Those leave
// the window, and come in the next one.
//
// Deletions do not come, see [RecordService.FindDeleted], nor records that the
// user may not read. A link that is made or removed from its other side does not
// come either, even where it changes an attribute of the record: linking a case to
// an account with [Related] and the link cases changes the case's accountId, and
// leaves its modifiedAt as it was. (A contact's modifiedAt moves on when it is
// linked to an account.) An accountId that [RecordService.Update] writes does
// come. To find the others, read all records now and then with Select "accountId"
// and [Concurrency], and compare.
//
// An entity type without modifiedAt is refused by the server, and a T without
// an id by an [InputError].
//
// GET {entityType}, once for the time and once for each page.
func (s *RecordService[T]) Changes(ctx context.Context, since Cursor, o ChangeOptions, opts ...CallOption) iter.Seq2[ChangeBatch[T], error] {
	return func(yield func(ChangeBatch[T], error) bool) {
		for batch, err := range s.table.changes(ctx, since, o, opts) {
			records, _ := batch.records.([]T)
			if !yield(ChangeBatch[T]{Records: records, Cursor: batch.cursor}, err) {
				return
			}
		}
	}
}

// changeBatch is a ChangeBatch without its type.
type changeBatch struct {
	records any // a []T
	cursor  Cursor
}

//go:noinline
func (t *table) changes(ctx context.Context, since Cursor, o ChangeOptions, opts []CallOption) iter.Seq2[changeBatch, error] {
	return func(yield func(changeBatch, error) bool) {
		if idOf(t.kind) == nil {
			yield(changeBatch{}, badInput("T", "%s has no field for the id", t.kind))
			return
		}
		w, err := t.client.changeWindow(ctx, t.entityType, since, o, opts)
		if err != nil {
			yield(changeBatch{}, err)
			return
		}
		if !w.from.Before(w.until.Time) {
			return // nothing can have changed yet
		}
		size := cmp.Or(o.BatchSize, maxPage)
		none := reflect.Zero(reflect.SliceOf(t.kind))
		batch := none
		for p, err := range t.all(ctx, w.query(o), o.options(opts)) {
			if err != nil {
				yield(changeBatch{}, err)
				return
			}
			for i := 0; i < p.n; {
				n := min(size-batch.Len(), p.n-i)
				batch = reflect.AppendSlice(batch, reflect.ValueOf(p.records).Slice(i, i+n))
				i += n
				if batch.Len() < size {
					break
				}
				w.last = p.id(i - 1)
				if !yield(changeBatch{batch.Interface(), w.cursor()}, nil) {
					return
				}
				batch = none
			}
		}
		yield(changeBatch{batch.Interface(), changeWindow{from: w.until}.cursor()}, nil)
	}
}

// check refuses what cannot be.
func (o ChangeOptions) check() error {
	switch {
	case o.BatchSize < 0:
		return badInput("ChangeOptions.BatchSize", "%d is negative", o.BatchSize)
	case o.Concurrency < 0:
		return badInput("ChangeOptions.Concurrency", "%d is negative", o.Concurrency)
	case o.Settle < 0:
		return badInput("ChangeOptions.Settle", "%s is negative", o.Settle)
	}
	return nil
}

// options are those of the lists that are read.
func (o ChangeOptions) options(opts []CallOption) []AllOption {
	return as[AllOption](opts, Concurrency(cmp.Or(o.Concurrency, 1)))
}

// changeWindow is what a call of Changes reads.
func (c *Client) changeWindow(ctx context.Context, entityType string, since Cursor, o ChangeOptions, opts []CallOption) (changeWindow, error) {
	w, err := since.window()
	if err == nil {
		err = o.check()
	}
	if err == nil {
		err = atOnce(opts)
	}
	if err != nil {
		return w, err
	}
	open := w.until.IsZero()
	if open {
		w.until = NewDateTime(time.Now()) // of the same length as the server's time
	}
	// A list of several parts is not in the order of the ids, which a cursor needs.
	if parts, err := c.split(w.query(o)); err != nil || len(parts) > 1 {
		return w, cmp.Or(err, badInput("ChangeOptions.Where", "is too long for one URL: its ids must be fewer"))
	}
	if open {
		var now time.Time
		now, err = c.serverTime(ctx, entityType, opts)
		w.until = NewDateTime(now.Add(-cmp.Or(o.Settle, 10*time.Second)))
	}
	return w, err
}

// serverTime is what the server's clock says.
func (c *Client) serverTime(ctx context.Context, entityType string, opts []CallOption) (time.Time, error) {
	var resp Response
	_, err := c.Records(entityType).List(ctx, Query{Select: []string{"id"}, MaxSize: 1, NoTotal: true}, append(slices.Clip(opts), StoreResponse(&resp))...)
	if err != nil {
		return time.Time{}, err
	}
	now, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return time.Time{}, fmt.Errorf("espo: GET %s: the reply does not say the server's time: %w", entityType, err)
	}
	return now, nil
}

// changeWindow is a span of time, and how far it was read.
type changeWindow struct {
	from  DateTime // changes after it; zero is the beginning
	until DateTime // the last one; zero is not known yet
	last  string   // the id up to which records were read
}

// query asks for the records of the window that are left.
func (w changeWindow) query(o ChangeOptions) Query {
	return Query{Where: append(slices.Clip(o.Where), w.filters()...), Select: o.Select}
}

// filters are the conditions for the records of the window that are left.
func (w changeWindow) filters() []Filter {
	var filters []Filter
	if w.from.IsZero() {
		filters = append(filters, Or(IsNull("modifiedAt"), LessOrEqual("modifiedAt", w.until)))
	} else {
		filters = append(filters, GreaterThan("modifiedAt", w.from), LessOrEqual("modifiedAt", w.until))
	}
	if w.last != "" {
		filters = append(filters, GreaterThan("id", w.last))
	}
	return filters
}

// cursorForm names the form of a cursor, so that another one can be told apart.
const cursorForm = "1"

// cursor is the text of a window: form, from, until and last.
func (w changeWindow) cursor() Cursor {
	return Cursor(strings.Join([]string{cursorForm, w.from.String(), w.until.String(), w.last}, "|"))
}

// window reads what changeWindow.cursor has written.
func (c Cursor) window() (w changeWindow, err error) {
	if c == "" {
		return w, nil
	}
	parts := strings.Split(string(c), "|")
	if len(parts) != 4 || parts[0] != cursorForm || parts[1]+parts[2] == "" || parts[3] != "" && (parts[2] == "" || !validID(parts[3])) {
		return w, badInput("Cursor", "%.80q is not a cursor", string(c))
	}
	for i, t := range []*DateTime{&w.from, &w.until} {
		if err := t.UnmarshalText([]byte(parts[i+1])); err != nil || t.String() != parts[i+1] {
			return w, badInput("Cursor", "%.80q is not a cursor", string(c))
		}
	}
	w.last = parts[3]
	return w, nil
}
