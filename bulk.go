package espo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
)

// ErrNotTried matches the error of a record that was not sent, because the
// context ended or the server no longer accepted the credentials before its
// turn came.
var ErrNotTried = errors.New("not tried")

// BulkOptions says how CreateAll, UpdateAll and DeleteAll work.
type BulkOptions struct {
	Concurrency int          // calls at once; 0 is 8
	Options     []CallOption // of every call
}

// defaultConcurrency keeps a server busy without crowding out its other users.
const defaultConcurrency = 8

// Result is what has come of one of many records.
type Result[T any] struct {
	Index  int // in the input
	Record T   // as the server has stored it; the id for DeleteAll; zero with an Err
	Err    error
}

// Change is an update of one record.
type Change struct {
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
func (s *RecordService[T]) CreateAll(ctx context.Context, records []T, o BulkOptions) ([]Result[T], error) {
	return gather(len(records), s.CreateEach(ctx, slices.Values(records), o))
}

// CreateEach is [RecordService.CreateAll] for more records than memory should
// hold: it takes them one after the other and yields their results in the same
// order, with no more than a few times the concurrency between them. A caller
// who stops early cancels the calls that are under way.
func (s *RecordService[T]) CreateEach(ctx context.Context, records iter.Seq[T], o BulkOptions) iter.Seq[Result[T]] {
	return inOrder(ctx, records, o, func(ctx context.Context, record T) (T, error) {
		return s.Create(ctx, record, o.Options...)
	})
}

// UpdateAll changes records, several at once; see [RecordService.CreateAll].
// Changes of the same record may be done in any order.
//
// PUT {entityType}/{id} for each record; see [RecordService.Update].
func (s *RecordService[T]) UpdateAll(ctx context.Context, changes []Change, o BulkOptions) ([]Result[T], error) {
	return gather(len(changes), inOrder(ctx, slices.Values(changes), o, func(ctx context.Context, c Change) (T, error) {
		return s.Update(ctx, c.ID, c.Attrs, o.Options...)
	}))
}

// DeleteAll deletes records, several at once; see [RecordService.CreateAll].
// [MassActionService.Delete] deletes on the server in one request.
//
// DELETE {entityType}/{id} for each record; see [RecordService.Delete].
func (s *RecordService[T]) DeleteAll(ctx context.Context, ids []string, o BulkOptions) ([]Result[string], error) {
	return gather(len(ids), inOrder(ctx, slices.Values(ids), o, func(ctx context.Context, id string) (string, error) {
		if err := s.Delete(ctx, id, o.Options...); err != nil {
			return "", err
		}
		return id, nil
	}))
}

// gather collects results and sums up their errors.
func gather[T any](n int, seq iter.Seq[Result[T]]) ([]Result[T], error) {
	results := make([]Result[T], 0, n)
	sum := &BulkError{Total: n}
	for r := range seq {
		results = append(results, r)
		switch {
		case errors.Is(r.Err, ErrNotTried):
			sum.Left++
		case r.Err != nil:
			sum.Failed++
		default:
			continue
		}
		sum.errs = append(sum.errs, fmt.Errorf("record %d: %w", r.Index, r.Err))
	}
	if len(sum.errs) > 0 {
		return results, sum
	}
	return results, nil
}

// inOrder calls do for each item, at most o.Concurrency at once, and yields
// the results in the order of the items.
func inOrder[In, Out any](ctx context.Context, items iter.Seq[In], o BulkOptions, do func(context.Context, In) (Out, error)) iter.Seq[Result[Out]] {
	return func(yield func(Result[Out]) bool) {
		n := o.Concurrency
		if n <= 0 {
			n = defaultConcurrency
		}
		ctx, cancel := context.WithCancel(ctx)
		var stopped atomic.Pointer[error] // why no more is sent
		run := func(index int, item In) Result[Out] {
			if err := stopped.Load(); err != nil {
				return Result[Out]{Index: index, Err: fmt.Errorf("espo: %w: %w", ErrNotTried, *err)}
			}
			if err := ctx.Err(); err != nil {
				return Result[Out]{Index: index, Err: fmt.Errorf("espo: %w: %w", ErrNotTried, err)}
			}
			record, err := do(ctx, item)
			if errors.Is(err, ErrUnauthorized) {
				// The others would fail as well, and servers lock out those who
				// go on trying.
				stopped.CompareAndSwap(nil, &err)
			}
			return Result[Out]{Index: index, Record: record, Err: err}
		}

		// A slow call keeps back the results after it: the window is wider than
		// what runs at once, so that it does not keep back the calls.
		window := make([]chan Result[Out], 0, 4*n)
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
		next, stop := iter.Pull(items)
		defer stop()
		for i, more := 0, true; ; {
			for more && len(window) < cap(window) {
				var item In
				if item, more = next(); !more {
					break
				}
				index, result := i, make(chan Result[Out], 1)
				calls <- func() { result <- run(index, item) }
				window = append(window, result)
				i++
			}
			if len(window) == 0 || !yield(<-window[0]) {
				return
			}
			window = slices.Delete(window, 0, 1)
		}
	}
}
