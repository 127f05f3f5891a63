package espo

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// KnownIDs are the ids of the records that a copy of an entity type holds.
type KnownIDs interface {
	// After returns the first n ids that come after the given one, in the order
	// of their bytes; fewer only at the end. "" is before all.
	After(ctx context.Context, id string, n int) ([]string, error)
}

// deletedSpan is how many ids are counted at once.
const deletedSpan = 2000

// FindDeleted yields the ids of known that the server no longer has: the records
// were deleted, the user may no longer read them, or they no longer match o.Where.
// The copy must be one of [RecordService.Changes] with the same o.Where, up to
// since, the cursor of its last batch. Of o, Where and Concurrency count.
//
// It counts the records between two ids that were not changed after the cursor,
// all of which the copy has, and halves a span in which they are fewer than those
// of the copy: a million records of which none was changed or deleted take 500
// requests that carry no records, and each one that was some ten more. What is
// found missing is asked for once more before it is yielded.
//
// GET {entityType}.
func (s *RecordService[T]) FindDeleted(ctx context.Context, known KnownIDs, since Cursor, o ChangeOptions, opts ...CallOption) iter.Seq2[string, error] {
	return s.table.client.findDeleted(ctx, s.table.entityType, known, since, o, opts)
}

//go:noinline
func (c *Client) findDeleted(ctx context.Context, entityType string, known KnownIDs, since Cursor, o ChangeOptions, opts []CallOption) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		w, err := since.window()
		if err == nil {
			err = o.check()
		}
		if err == nil {
			err = atOnce(opts)
		}
		if err == nil && known == nil {
			err = badInput("known", "is nil")
		}
		d := deletions{known: known, records: c.Records(entityType), o: o, opts: opts, synced: w.from}
		for after := ""; err == nil; {
			var ids []string
			if ids, err = known.After(ctx, after, deletedSpan); err == nil {
				err = inOrderOfBytes(after, ids)
			}
			if err != nil {
				break
			}
			if len(ids) == 0 || !d.span(ctx, after, ids, yield) || len(ids) < deletedSpan {
				return
			}
			after = ids[len(ids)-1]
		}
		yield("", err)
	}
}

// inOrderOfBytes refuses ids that are not in order, of which some would not be
// looked for.
func inOrderOfBytes(after string, ids []string) error {
	for _, id := range ids {
		if id <= after || !validID(id) {
			return badInput("known", "the id %.40q is not in its place after %.40q", id, after)
		}
		after = id
	}
	return nil
}

// deletions looks for deleted records.
type deletions struct {
	known   KnownIDs
	records *RecordService[Record]
	o       ChangeOptions
	opts    []CallOption
	synced  DateTime // the copy has what was not changed after it; zero is not known
}

// span looks for deleted records among ids, which follow after. It reports
// whether to go on.
func (d *deletions) span(ctx context.Context, after string, ids []string, yield func(string, error) bool) bool {
	where := append(slices.Clip(d.o.Where), LessOrEqual("id", ids[len(ids)-1]))
	if after != "" {
		where = append(where, GreaterThan("id", after))
	}
	if len(ids) > 1 && !d.synced.IsZero() {
		n, err := d.records.Count(ctx, Query{Where: append(slices.Clip(where), changeWindow{until: d.synced}.filters()...)}, d.opts...)
		switch {
		case err == nil && n == len(ids):
			return true
		case err == nil && len(ids) > maxPage:
			half := len(ids) / 2
			return d.span(ctx, after, ids[:half], yield) && d.span(ctx, ids[half-1], ids[half:], yield)
		case err != nil && !errors.Is(err, ErrNotCounted):
			yield("", err)
			return false
		}
	}
	missing, err := d.missing(ctx, where, ids)
	if err != nil {
		yield("", err)
		return false
	}
	for _, id := range missing {
		if !yield(id, nil) {
			return false
		}
	}
	return true
}

// missing are the ids that the server does not have.
func (d *deletions) missing(ctx context.Context, where []Filter, ids []string) ([]string, error) {
	gone, err := d.without(ctx, where, ids)
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	return d.without(ctx, append(slices.Clip(d.o.Where), In("id", gone...)), gone)
}

// without are the ids that are not among the records that match.
func (d *deletions) without(ctx context.Context, where []Filter, ids []string) ([]string, error) {
	there := make(map[string]bool, len(ids))
	for record, err := range d.records.All(ctx, Query{Where: where, Select: []string{"id"}}, d.o.options(d.opts)...) {
		if err != nil {
			return nil, err
		}
		there[record.ID()] = true
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return there[id] }), nil
}
