package espo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// RecordService reads and writes the records of one entity type as values of
// T: a struct such as [Account] or one of your own, or [Record].
//
// A struct names attributes by its json tags. Fields should have omitzero, so
// that Create leaves out what is not set, and one field of type [Attrs] with
// the tag `json:",embed"` keeps the attributes that the struct does not name.
type RecordService[T any] struct {
	client     *Client
	entityType string
}

// Records returns the service for an entity type whose records are read into
// T:
//
//	type Project struct {
//		ID     string      `json:"id,omitzero"`
//		Name   string      `json:"name,omitzero"`
//		Budget espo.Number `json:"budget,omitzero"`
//	}
//	projects := espo.Records[Project](client, "CProject")
func Records[T any](client *Client, entityType string) *RecordService[T] {
	return &RecordService[T]{client: client, entityType: entityType}
}

// Records returns the service for an entity type without a struct for it.
func (c *Client) Records(entityType string) *RecordService[Record] {
	return Records[Record](c, entityType)
}

// EntityType returns the name of the entity type.
func (s *RecordService[T]) EntityType() string { return s.entityType }

// Get reads a record.
//
// GET {entityType}/{id}. A record that does not exist or is deleted is
// [ErrNotFound], although administrators still get one that is deleted; one
// that the user may not read is [ErrForbidden].
func (s *RecordService[T]) Get(ctx context.Context, id string, opts ...CallOption) (T, error) {
	return s.call(ctx, http.MethodGet, nil, opts, id)
}

// Create creates a record and returns it as the server has stored it. What is
// zero in a struct is not sent and gets the server's default; an attribute
// that must be sent as null, false or 0 goes into the struct's Extra.
//
// POST {entityType}. A value that the server refuses is a [ValidationError], a
// record like one that exists is a [DuplicateError].
func (s *RecordService[T]) Create(ctx context.Context, record T, opts ...CallOption) (T, error) {
	return s.call(ctx, http.MethodPost, record, opts)
}

// Update changes exactly the given attributes of a record and returns it as
// the server has stored it. A nil value clears an attribute. Attributes that
// the entity type does not have are ignored by the server.
//
// PUT {entityType}/{id}, or PATCH by [WithUpdateMethod]. With [Version] an
// update of a record that has been changed meanwhile is a [ConflictError].
func (s *RecordService[T]) Update(ctx context.Context, id string, attrs Attrs, opts ...CallOption) (T, error) {
	if attrs == nil {
		attrs = Attrs{}
	}
	return s.call(ctx, s.client.updateMethod, attrs, opts, id)
}

// Delete deletes a record.
//
// DELETE {entityType}/{id}. A record that does not exist or is deleted
// already is [ErrNotFound], unless it was an earlier try of the same call that
// deleted it.
func (s *RecordService[T]) Delete(ctx context.Context, id string, opts ...CallOption) error {
	req, err := newRequest(http.MethodDelete, s.entityType, id)
	if err != nil {
		return err
	}
	if err := req.apply(s.client, opts); err != nil {
		return err
	}
	err = s.client.doTrue(ctx, req)
	if errors.Is(err, ErrOutcomeUnknown) && missing(err) {
		return nil // an earlier try has deleted it, and its answer got lost
	}
	return err
}

// call sends a request whose reply is a record.
func (s *RecordService[T]) call(ctx context.Context, method string, body any, opts []CallOption, id ...string) (T, error) {
	req, err := newRequest(method, append([]string{s.entityType}, id...)...)
	if err != nil {
		return *new(T), err
	}
	req.body = body
	if req.effect == effectState && reachesOut(s.entityType, body) {
		req.effect = effectOnce
	}
	if err := req.apply(s.client, opts); err != nil {
		return *new(T), err
	}
	return receiveRecord[T](ctx, s.client, req)
}

// reachesOut reports whether an update with this body sends an e-mail, each
// time that it is carried out.
func reachesOut(entityType string, body any) bool {
	value := func(name string) string {
		switch body := body.(type) {
		case Attrs:
			if b, err := json.Marshal(body[name], jsonOptions); err == nil {
				return string(b)
			}
		case map[string]jsontext.Value:
			return string(body[name])
		}
		return ""
	}
	switch entityType {
	case "Email":
		return value("status") == `"`+string(EmailStatusSending)+`"`
	case "User":
		return value("sendAccessInfo") == "true"
	}
	return false
}

// List reads one page of records. For all of them, whatever their number, use
// [RecordService.All].
//
// GET {entityType}.
func (s *RecordService[T]) List(ctx context.Context, q Query, opts ...CallOption) (Page[T], error) {
	return listPage[T](ctx, s.client, q, opts, s.entityType)
}

// First reads the first record that the query matches; [ErrNotFound] when
// there is none.
//
// GET {entityType}.
func (s *RecordService[T]) First(ctx context.Context, q Query, opts ...CallOption) (T, error) {
	q.MaxSize, q.NoTotal = 1, true
	page, err := s.List(ctx, q, opts...)
	if err == nil && len(page.Records) == 0 {
		err = fmt.Errorf("espo: no %s matches the query: %w", s.entityType, ErrNotFound)
	}
	if err != nil {
		return *new(T), err
	}
	return page.Records[0], nil
}

// Count returns the number of records that the query matches.
//
// GET {entityType}, of which only the total is read.
func (s *RecordService[T]) Count(ctx context.Context, q Query, opts ...CallOption) (int, error) {
	return countParts(s.client, q, opts, func(q Query) (Page[T], error) { return s.List(ctx, q, opts...) })
}

// Exists reports whether there is a record with this id, not deleted, that
// the user may read. One that the user may not read is [ErrForbidden], and an
// entity type that the server does not have is [ErrNotFound].
//
// GET {entityType}/{id}.
func (s *RecordService[T]) Exists(ctx context.Context, id string, opts ...CallOption) (bool, error) {
	record, err := s.client.Records(s.entityType).Get(ctx, id, append(slices.Clip(opts), Select("id", "deleted"))...)
	if missing(err) {
		return false, nil
	}
	return err == nil && !record.Bool("deleted"), err // administrators still get what is deleted
}

// GetMany reads the records with the given ids, in that order, in as few
// requests as the length of URLs allows. Records that do not exist or that
// the user may not read are left out.
//
// GET {entityType}, once for every 100 ids.
func (s *RecordService[T]) GetMany(ctx context.Context, ids []string, opts ...CallOption) ([]T, error) {
	o, err := collect(opts)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(ids))
	var wanted []string
	for _, id := range ids {
		if id == "" {
			return nil, badInput("id", "is empty")
		}
		if !seen[id] {
			seen[id] = true
			wanted = append(wanted, id)
		}
	}
	found := make(map[string]T, len(wanted))
	for chunk := range slices.Chunk(wanted, idsPerURL) {
		q := Query{Where: Where(In("id", chunk...)), Select: o.selected, NoTotal: true}
		fetch := func(ctx context.Context, q Query) (Page[T], error) { return s.List(ctx, q, headersOnly(o)) }
		p := newPager(byID, q)
		page, err := first(ctx, &p, fetch) // all of them, unless the server's pages are small
		for more := true; more && err == nil; {
			for i, record := range page.Records {
				found[page.id(i)] = record
				if folded := strings.ToLower(page.id(i)); folded != page.id(i) {
					found[folded] = record // databases do not tell small and capital letters apart
				}
			}
			if q, more, err = advance(&p, &page); more {
				page, err = fetch(ctx, q)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	records := make([]T, 0, len(found))
	for _, id := range ids {
		record, ok := found[id]
		if !ok {
			record, ok = found[strings.ToLower(id)]
		}
		if ok {
			records = append(records, record)
		}
	}
	return records, nil
}

// idsPerURL keeps the URL of a query by ids under 6 KiB in each search form;
// servers commonly accept 8 KiB.
const idsPerURL = 100

// headersOnly passes on the headers of options whose Select has been used.
func headersOnly(o callOptions) CallOption {
	return func(to *callOptions) {
		for k, v := range o.header {
			to.set(k, v[0])
		}
	}
}

// Upsert updates the record whose attributes equal match, or creates one of
// match and attrs together when there is none, and reports whether it did.
// When the server names a single duplicate of the new record, that one is
// updated with match and attrs, so that it is the one that matches from then
// on.
//
// More than one matching record is [ErrAmbiguous]; more than one duplicate is
// a [DuplicateError]. Nothing is written then. With match empty, only the
// server's own search for duplicates decides.
//
// GET {entityType}, then POST {entityType} or PUT {entityType}/{id}. The server
// does not do these as one: two calls of Upsert at once can create two records.
func (s *RecordService[T]) Upsert(ctx context.Context, match, attrs Attrs, opts ...CallOption) (record T, created bool, err error) {
	// A record may be deleted between finding and updating it: then it is
	// looked for again.
	for range 3 {
		var id string
		if id, err = s.match(ctx, match); err != nil {
			return record, false, err
		}
		update := attrs
		if id == "" {
			update = make(Attrs, len(match)+len(attrs))
			maps.Copy(update, match)
			maps.Copy(update, attrs)
			record, err = s.call(ctx, http.MethodPost, update, opts)
			var dup *DuplicateError
			if !errors.As(err, &dup) || len(dup.Records) != 1 {
				return record, err == nil, err
			}
			id = dup.Records[0].ID()
		}
		record, err = s.Update(ctx, id, update, opts...)
		if !missing(err) {
			break
		}
	}
	return record, false, err
}

// match returns the id of the only record whose attributes equal those given,
// or "" when there is none.
func (s *RecordService[T]) match(ctx context.Context, attrs Attrs) (string, error) {
	if len(attrs) == 0 {
		return "", nil
	}
	q := Query{Select: []string{"id"}, MaxSize: 2, NoTotal: true}
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		if value := attrs[name]; value == nil {
			q.Where = append(q.Where, IsNull(name))
		} else {
			q.Where = append(q.Where, Equal(name, value))
		}
	}
	if err := checkKinds[T](q.Where); err != nil {
		return "", err
	}
	page, err := s.client.Records(s.entityType).List(ctx, q)
	switch {
	case err != nil:
		return "", err
	case len(page.Records) > 1:
		return "", fmt.Errorf("espo: upsert of %s: %w", s.entityType, ErrAmbiguous)
	case len(page.Records) == 1:
		return page.Records[0].ID(), nil
	}
	return "", nil
}
