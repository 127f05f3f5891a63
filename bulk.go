package espo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
)

// ErrNotTried matches the error of a record that was not sent, because the
// context ended or the server no longer accepted the credentials before its
// turn came.
var ErrNotTried = errors.New("not tried")

// BulkOptions says how CreateAll, UpdateAll, UpsertAll and DeleteAll work,
// and their kin for records that come one by one.
type BulkOptions struct {
	Concurrency int // calls at once; 0 is 8

	// Lookup is how many records UpsertAll and UpsertEach look for in one
	// request; 0 is 100. With 1 each is looked for right before it is written.
	Lookup int
}

// defaultConcurrency keeps a server busy without crowding out its other users.
const defaultConcurrency = 8

// BulkResult is what has come of one of many records.
type BulkResult[In, Out any] struct {
	Index   int // in the input
	Input   In
	Record  Out  // as the server has stored it; zero with an Err, unless that is an IgnoredError
	Created bool // of an Upsert: whether the record is new
	Err     error
}

// BulkUpdate is an update of one of many records.
type BulkUpdate struct {
	ID    string
	Attrs Attrs
}

// BulkError says that not all of many records went through. [errors.Is] and
// [errors.As] find the errors of the single ones.
type BulkError struct {
	Total  int
	Failed int // tried, and failed
	Left   int // not tried: see ErrNotTried

	errs []error
}

func (e *BulkError) Error() string {
	s := fmt.Sprintf("espo: %d of %d records failed", e.Failed, e.Total)
	if e.Left > 0 {
		s += fmt.Sprintf(", %d were not tried", e.Left)
	}
	if len(e.errs) > 0 {
		s += "; the first: " + e.errs[0].Error()
	}
	return s
}

func (e *BulkError) Unwrap() []error { return e.errs }

// CreateAll creates records, several at once, and returns a result for each,
// in the order of the input. One that fails does not stop the others; then the
// error is a [BulkError]. When ctx ends, the records whose turn has not come
// have the error [ErrNotTried], and those under way the error of ctx: whether
// the server has created these is not known.
//
// POST {entityType} for each record; see [RecordService.Create].
func (s *RecordService[T]) CreateAll(ctx context.Context, records []T, o BulkOptions, opts ...CreateOption) ([]BulkResult[T, T], error) {
	return gather(len(records), s.CreateEach(ctx, each(records), o, opts...))
}

// CreateEach is [RecordService.CreateAll] for more records than memory should
// hold: it takes them one after the other and yields their results in the same
// order, with no more than a few times the concurrency between them. A caller
// who stops early cancels the calls that are under way. An error that records
// yields is a result of its own, and the last one: so what [RecordService.All]
// yields of one server can be created on another.
//
// records is called from a goroutine of its own.
//
// POST {entityType} for each record.
func (s *RecordService[T]) CreateEach(ctx context.Context, records iter.Seq2[T, error], o BulkOptions, opts ...CreateOption) iter.Seq[BulkResult[T, T]] {
	return results[T, T](s.table.createEach(ctx, anyOf(records), o, opts))
}

//go:noinline
func (t *table) createEach(ctx context.Context, records iter.Seq2[any, error], o BulkOptions, opts []CreateOption) iter.Seq[bulkResult] {
	return t.inOrder(ctx, records, o, atOnce(opts), func(ctx context.Context, item, record any) (bool, error) {
		return false, t.create(ctx, item, opts, record)
	})
}

// UpdateAll changes records, several at once; see [RecordService.CreateAll].
// Changes of the same record may be done in any order.
//
// PUT {entityType}/{id} for each record; see [RecordService.Update].
func (s *RecordService[T]) UpdateAll(ctx context.Context, updates []BulkUpdate, o BulkOptions, opts ...UpdateOption) ([]BulkResult[BulkUpdate, T], error) {
	return gather(len(updates), s.UpdateEach(ctx, each(updates), o, opts...))
}

// UpdateEach is [RecordService.UpdateAll] as [RecordService.CreateEach] is
// CreateAll.
//
// PUT {entityType}/{id} for each record.
func (s *RecordService[T]) UpdateEach(ctx context.Context, updates iter.Seq2[BulkUpdate, error], o BulkOptions, opts ...UpdateOption) iter.Seq[BulkResult[BulkUpdate, T]] {
	return results[BulkUpdate, T](s.table.updateEach(ctx, anyOf(updates), o, opts))
}

//go:noinline
func (t *table) updateEach(ctx context.Context, updates iter.Seq2[any, error], o BulkOptions, opts []UpdateOption) iter.Seq[bulkResult] {
	return t.inOrder(ctx, updates, o, atOnce(opts), func(ctx context.Context, item, record any) (bool, error) {
		u, _ := item.(BulkUpdate)
		return false, t.update(ctx, u.ID, u.Attrs, opts, record)
	})
}

// DeleteAll deletes records, several at once; see [RecordService.CreateAll].
// The results have the id as Input and as Record. [MassActionService.Delete]
// deletes on the server in one request.
//
// DELETE {entityType}/{id} for each record; see [RecordService.Delete].
func (s *RecordService[T]) DeleteAll(ctx context.Context, ids []string, o BulkOptions, opts ...CallOption) ([]BulkResult[string, string], error) {
	return gather(len(ids), s.DeleteEach(ctx, each(ids), o, opts...))
}

// DeleteEach is [RecordService.DeleteAll] as [RecordService.CreateEach] is
// CreateAll.
//
// DELETE {entityType}/{id} for each record.
func (s *RecordService[T]) DeleteEach(ctx context.Context, ids iter.Seq2[string, error], o BulkOptions, opts ...CallOption) iter.Seq[BulkResult[string, string]] {
	return s.table.deleteEach(ctx, ids, o, opts)
}

//go:noinline
func (t *table) deleteEach(ctx context.Context, ids iter.Seq2[string, error], o BulkOptions, opts []CallOption) iter.Seq[BulkResult[string, string]] {
	ofIDs := table{t.client, t.entityType, reflect.TypeFor[string]()}
	return results[string, string](ofIDs.inOrder(ctx, anyOf(ids), o, atOnce(opts), func(ctx context.Context, item, deleted any) (bool, error) {
		id, _ := item.(string)
		err := t.delete(ctx, id, opts)
		if deleted, ok := deleted.(*string); ok && err == nil {
			*deleted = id
		}
		return false, err
	}))
}

// each yields the values of a slice.
//
//go:noinline
func each[V any](values []V) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// anyOf yields values without their type.
//
//go:noinline
func anyOf[V any](values iter.Seq2[V, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for v, err := range values {
			if !yield(v, err) {
				return
			}
		}
	}
}

// results yields results with their types.
//
//go:noinline
func results[In, Out any](seq iter.Seq[bulkResult]) iter.Seq[BulkResult[In, Out]] {
	return func(yield func(BulkResult[In, Out]) bool) {
		for r := range seq {
			in, _ := r.input.(In) // nil, where In is an interface
			if !yield(BulkResult[In, Out]{Index: r.index, Input: in, Record: recordOf[Out](r.record), Created: r.created, Err: r.err}) {
				return
			}
		}
	}
}

// gather collects results and sums up their errors.
//
//go:noinline
func gather[In, Out any](n int, seq iter.Seq[BulkResult[In, Out]]) ([]BulkResult[In, Out], error) {
	results := make([]BulkResult[In, Out], 0, n)
	sum := &BulkError{Total: n}
	for r := range seq {
		results = append(results, r)
		sum.add(r.Index, r.Err)
	}
	return results, sum.orNil()
}

// add counts the outcome of one record.
func (e *BulkError) add(index int, err error) {
	switch {
	case errors.Is(err, ErrNotTried):
		e.Left++
	case err != nil:
		e.Failed++
	default:
		return
	}
	e.errs = append(e.errs, fmt.Errorf("record %d: %w", index, err))
}

func (e *BulkError) orNil() error {
	if len(e.errs) == 0 {
		return nil
	}
	return e
}

// inOrder calls call for each item, at most o.Concurrency at once, and yields
// the results in the order of the items. With refused not nil, that is what
// comes of each of them. call sets what record points to.
//
//go:noinline
func (t *table) inOrder(ctx context.Context, items iter.Seq2[any, error], o BulkOptions, refused error, call func(ctx context.Context, item, record any) (created bool, err error)) iter.Seq[bulkResult] {
	return func(yield func(bulkResult) bool) {
		b := &bulk{kind: t.kind, refused: refused, call: call}
		b.all(ctx, o, items, yield)
	}
}

// bulk is many calls of the same kind under way.
type bulk struct {
	kind    reflect.Type // of the records
	call    func(ctx context.Context, item, record any) (created bool, err error)
	refused error                 // why nothing is sent
	stopped atomic.Pointer[error] // why no more is sent
}

// bulkResult is a BulkResult without its types.
type bulkResult struct {
	index   int
	input   any
	record  any // points to it; nil where there is none
	created bool
	err     error
}

// run calls for one item.
func (b *bulk) run(ctx context.Context, index int, item any) bulkResult {
	r := bulkResult{index: index, input: item}
	if err := b.stopped.Load(); err != nil {
		r.err = fmt.Errorf("espo: %w: %w", ErrNotTried, *err)
		return r
	}
	if err := ctx.Err(); err != nil {
		r.err = fmt.Errorf("espo: %w: %w", ErrNotTried, err)
		return r
	}
	if b.refused != nil {
		r.err = b.refused
		return r
	}
	r.record = reflect.New(b.kind).Interface()
	r.created, r.err = b.call(ctx, item, r.record)
	if errors.Is(r.err, ErrUnauthorized) {
		// The others would fail as well, and servers lock out those who go on
		// trying.
		b.stopped.CompareAndSwap(nil, &r.err)
	}
	return r
}

// all runs for every item, and yields the results in their order.
func (b *bulk) all(ctx context.Context, o BulkOptions, items iter.Seq2[any, error], yield func(bulkResult) bool) {
	n := o.Concurrency
	if n <= 0 {
		n = defaultConcurrency
	}
	ctx, cancel := context.WithCancel(ctx)
	// A slow call keeps back the results after it: the window is wider than
	// what runs at once, so that it does not keep back the calls.
	window := make([]chan bulkResult, 0, 4*n)
	calls := make(chan func(), cap(window))
	var workers sync.WaitGroup
	defer workers.Wait()
	defer close(calls)
	defer cancel()
	for range n {
		workers.Go(func() {
			for call := range calls {
				call()
			}
		})
	}
	next, stop := iter.Pull2(items)
	defer stop()
	for i, more := 0, true; ; {
		for more && len(window) < cap(window) {
			item, err, ok := next()
			if more = ok && err == nil; !ok {
				break
			}
			index, result := i, make(chan bulkResult, 1)
			calls <- func() {
				if err != nil {
					result <- bulkResult{index: index, input: item, err: err}
					return
				}
				result <- b.run(ctx, index, item)
			}
			window = append(window, result)
			i++
		}
		if len(window) == 0 || !yield(<-window[0]) {
			return
		}
		window = slices.Delete(window, 0, 1)
	}
}
