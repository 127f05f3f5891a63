package espo

import (
	"context"
	"net/http"
	"slices"
)

// Action does something to one record that is more than an update, such as
// "merge" or "convertCurrency", and returns the record as it then is. What
// data must hold depends on the action. See also [RecordService.Merge] and
// [RecordService.ConvertCurrency].
//
// POST Action. An action that the entity type does not have is [ErrNotFound].
func (s *RecordService[T]) Action(ctx context.Context, id, action string, data Attrs) (T, error) {
	if err := notEmpty("id or action", id, action); err != nil {
		return *new(T), err
	}
	if data == nil {
		data = Attrs{}
	}
	body := Attrs{"entityType": s.entityType, "id": id, "action": action, "data": data}
	return invokeRecord[T](ctx, s.client, http.MethodPost, body, "Action")
}

// Merge merges records into the one with the given id: attrs are the
// attributes that it gets, and what is linked to the others is linked to it.
// The others are deleted.
//
// POST Action, action merge. The user needs the right to edit the one and to
// delete the others.
func (s *RecordService[T]) Merge(ctx context.Context, id string, others []string, attrs Attrs) (T, error) {
	if len(others) == 0 || slices.Contains(others, "") || slices.Contains(others, id) {
		return *new(T), badInput("others", "there is none, or an empty one, or the record itself")
	}
	if attrs == nil {
		attrs = Attrs{}
	}
	return s.Action(ctx, id, "merge", Attrs{"sourceIdList": others, "attributes": attrs})
}

// ConvertCurrency converts amounts of a record to another currency, by the
// server's rates: those of the given fields, or of every field that holds an
// amount.
//
// POST Action, action convertCurrency. A currency that the server has no rate
// for is [ErrBadRequest].
func (s *RecordService[T]) ConvertCurrency(ctx context.Context, id, currency string, fields ...string) (T, error) {
	if err := notEmpty("currency", currency); err != nil {
		return *new(T), err
	}
	data := Attrs{"targetCurrency": currency}
	if len(fields) > 0 {
		data["fieldList"] = fields
	}
	return s.Action(ctx, id, "convertCurrency", data)
}
