package espo

import (
	"cmp"
	"context"
	"iter"
)

// UpsertAll updates or creates records, several at once; see
// [RecordService.Upsert] and [RecordService.CreateAll]. Match is what finds a
// record, such as the id that it has in another system, beside which
// SkipDuplicateCheck belongs.
//
// Where Match is one attribute with a text, the records of [BulkOptions].Lookup
// upserts are looked for in one request, and upserts with the same Match are
// done one after the other, in their order: the second one updates what the
// first has created. Others with the same Match may each create a record.
//
// GET {entityType} for each hundred, or for each where one request cannot tell;
// then POST {entityType} or PUT {entityType}/{id} for each.
func (s *RecordService[T]) UpsertAll(ctx context.Context, upserts []Upsert, o BulkOptions, opts ...CallOption) ([]BulkResult[Upsert, T], error) {
	return gather(len(upserts), s.UpsertEach(ctx, each(upserts), o, opts...))
}

// UpsertEach is [RecordService.UpsertAll] as [RecordService.CreateEach] is
// CreateAll. Results come in the order of upserts: a program that stores how
// many it has seen can leave these out when it is started again. An upsert that
// was done and not seen is done once more, and finds its record.
//
// It takes [BulkOptions].Lookup upserts before it sends the first.
//
// GET {entityType}, then POST {entityType} or PUT {entityType}/{id}, as UpsertAll.
func (s *RecordService[T]) UpsertEach(ctx context.Context, upserts iter.Seq2[Upsert, error], o BulkOptions, opts ...CallOption) iter.Seq[BulkResult[Upsert, T]] {
	return results[Upsert, T](s.table.upsertEach(ctx, upserts, o, opts))
}

//go:noinline
func (t *table) upsertEach(ctx context.Context, upserts iter.Seq2[Upsert, error], o BulkOptions, opts []CallOption) iter.Seq[bulkResult] {
	return func(yield func(bulkResult) bool) {
		refused := atOnce(opts)
		size := cmp.Or(o.Lookup, lookupSize)
		if refused != nil {
			size = 1 // nothing is sent
		}
		l := newLocator(t, opts)
		idOf := idOf(t.kind)
		work := func(ctx context.Context, item, record any) (created bool, err error) {
			u, _ := item.(*located)
			id := ""
			defer func() { l.finish(u, id, err) }()
			if err = l.wait(ctx, u); err != nil {
				return false, err
			}
			created, err = t.upsert(ctx, u, opts, record)
			if err == nil && idOf != nil {
				id = idOf(record)
			}
			return created, err
		}
		for r := range t.inOrder(ctx, anyOf(l.all(ctx, upserts, size)), o, refused, work) {
			if u, ok := r.input.(*located); ok {
				r.input = u.Upsert
			}
			if !yield(r) {
				return
			}
		}
	}
}
