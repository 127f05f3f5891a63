package espo

import (
	"context"
	"iter"
)

// UpsertAll updates or creates records, several at once; see
// [RecordService.Upsert] and [RecordService.CreateAll]. Match is what finds a
// record, such as the id that it has in another system. Two of them with the
// same Match may each create a record: keep them apart, for example in a map.
//
// GET {entityType}, then POST {entityType} or PUT {entityType}/{id}, for each.
func (s *RecordService[T]) UpsertAll(ctx context.Context, upserts []Upsert, o BulkOptions, opts ...CallOption) ([]BulkResult[Upsert, T], error) {
	return gather(len(upserts), s.UpsertEach(ctx, each(upserts), o, opts...))
}

// UpsertEach is [RecordService.UpsertAll] as [RecordService.CreateEach] is
// CreateAll.
//
// GET {entityType}, then POST {entityType} or PUT {entityType}/{id}, for each.
func (s *RecordService[T]) UpsertEach(ctx context.Context, upserts iter.Seq2[Upsert, error], o BulkOptions, opts ...CallOption) iter.Seq[BulkResult[Upsert, T]] {
	return inOrder(ctx, upserts, o, atOnce(opts), func(ctx context.Context, u Upsert) (T, bool, error) {
		return s.Upsert(ctx, u, opts...)
	})
}
