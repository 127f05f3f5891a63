package espo

import (
	"cmp"
	"context"
	"net/http"
	"slices"
)

// Action is something to do to one record that is more than an update.
type Action struct {
	Name string // such as "merge" or "convertCurrency"
	Data Attrs  // what it must hold depends on the action
}

// Action does something to one record that is more than an update, and returns
// the record as it then is. See also [RecordService.Merge] and
// [RecordService.ConvertCurrency].
//
// POST Action. An action that the entity type does not have is [ErrNotFound].
func (s *RecordService[T]) Action(ctx context.Context, id string, a Action, opts ...CallOption) (T, error) {
	var record T
	err := s.table.act(ctx, id, a, opts, &record)
	return record, err
}

func (t *table) act(ctx context.Context, id string, a Action, opts []CallOption, record any) error {
	if err := cmp.Or(notEmpty("id or Action.Name", id, a.Name), checkStruct(t.kind)); err != nil {
		return err
	}
	if a.Data == nil {
		a.Data = Attrs{}
	}
	body := Attrs{"entityType": t.entityType, "id": id, "action": a.Name, "data": a.Data}
	req := newRequest(t.entityType+"."+a.Name, http.MethodPost, "Action").json(body)
	return t.client.record(ctx, with(req, opts), record)
}

// Merge merges records into the one with the given id: attrs are the
// attributes that it gets, and what is linked to the others is linked to it.
// The others are deleted.
//
// POST Action, action merge. The user needs the right to edit the one and to
// delete the others.
func (s *RecordService[T]) Merge(ctx context.Context, id string, others []string, attrs Attrs, opts ...CallOption) (T, error) {
	var record T
	err := s.table.merge(ctx, id, others, attrs, opts, &record)
	return record, err
}

func (t *table) merge(ctx context.Context, id string, others []string, attrs Attrs, opts []CallOption, record any) error {
	if len(others) == 0 || slices.Contains(others, "") || slices.Contains(others, id) {
		return badInput("others", "there is none, or an empty one, or the record itself")
	}
	if attrs == nil {
		attrs = Attrs{}
	}
	return t.act(ctx, id, Action{Name: "merge", Data: Attrs{"sourceIdList": others, "attributes": attrs}}, opts, record)
}

// CurrencyConversion says how [RecordService.ConvertCurrency] converts.
type CurrencyConversion struct {
	To     string   // currency to convert to
	Fields []string // that hold the amounts; every field that does when empty
}

// ConvertCurrency converts amounts of a record to another currency, by the
// server's rates: those of the given fields, or of every field that holds an
// amount.
//
// POST Action, action convertCurrency. A currency that the server has no rate
// for is [ErrBadRequest].
func (s *RecordService[T]) ConvertCurrency(ctx context.Context, id string, conv CurrencyConversion, opts ...CallOption) (T, error) {
	var record T
	err := s.table.convertCurrency(ctx, id, conv, opts, &record)
	return record, err
}

func (t *table) convertCurrency(ctx context.Context, id string, conv CurrencyConversion, opts []CallOption, record any) error {
	if err := notEmpty("CurrencyConversion.To", conv.To); err != nil {
		return err
	}
	data := Attrs{"targetCurrency": conv.To}
	if len(conv.Fields) > 0 {
		data["fieldList"] = conv.Fields
	}
	return t.act(ctx, id, Action{Name: "convertCurrency", Data: data}, opts, record)
}
