package espo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
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
	client *Client
	table  *table
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
	return &RecordService[T]{client, &table{client, entityType, reflect.TypeFor[T]()}}
}

// Records returns the service for an entity type without a struct for it.
func (c *Client) Records(entityType string) *RecordService[Record] {
	return Records[Record](c, entityType)
}

// Client returns the client that the service belongs to.
func (s *RecordService[T]) Client() *Client { return s.client }

// EntityType returns the name of the entity type.
func (s *RecordService[T]) EntityType() string { return s.table.entityType }

// Ref refers to a record of the entity type.
func (s *RecordService[T]) Ref(id string) Ref { return s.table.ref(id) }

// Get reads a record.
//
// GET {entityType}/{id}. A record that does not exist or is deleted is
// [ErrNotFound], although administrators still get one that is deleted; one
// that the user may not read is [ErrForbidden].
func (s *RecordService[T]) Get(ctx context.Context, id string, opts ...GetOption) (T, error) {
	var record T
	err := s.table.get(ctx, id, opts, &record)
	return record, err
}

func (t *table) get(ctx context.Context, id string, opts []GetOption, record any) error {
	return t.client.record(ctx, with(t.request("get", http.MethodGet, id), opts), record)
}

// Create creates a record and returns it as the server has stored it. What is
// zero in a struct is not sent and gets the server's default; an attribute
// that must be sent as null, false or 0 goes into the struct's Extra. What
// contradicts an address that was sent is left out, as for
// [RecordService.Update].
//
// POST {entityType}. A value that the server refuses is a [ValidationError], a
// record like one that exists is a [DuplicateError].
func (s *RecordService[T]) Create(ctx context.Context, record T, opts ...CreateOption) (T, error) {
	var created T
	err := s.table.create(ctx, record, opts, &created)
	return created, err
}

func (t *table) create(ctx context.Context, record any, opts []CreateOption, created any) error {
	return t.save(ctx, with(t.request("create", http.MethodPost).json(record), opts), created)
}

// Update changes exactly the given attributes of a record and returns it as
// the server has stored it. A nil value clears an attribute. Attributes that
// the entity type does not have are ignored by the server; with [Strict] they
// are an error.
//
// Servers answer with some attributes as they were before the update, such as
// emailAddressData when emailAddress was sent, or the accountsIds of a contact
// when accountId was. What contradicts the attributes that were sent is left out
// of the record returned, so that it can be sent back; [RecordService.Get] has
// it.
//
// Before EspoCRM 8.1.4 a server ignores a new emailAddress or phoneNumber
// without a word unless emailAddressData or phoneNumberData is sent too: the
// error is a [NotSupportedError]. The client asks once for the server's version
// to know.
//
// PUT {entityType}/{id}, or PATCH by [WithUpdateMethod]. With [IfVersion] an
// update of a record that has been changed meanwhile is a [ConflictError].
func (s *RecordService[T]) Update(ctx context.Context, id string, attrs Attrs, opts ...UpdateOption) (T, error) {
	var record T
	err := s.table.update(ctx, id, attrs, opts, &record)
	return record, err
}

func (t *table) update(ctx context.Context, id string, attrs Attrs, opts []UpdateOption, record any) error {
	if attrs == nil {
		attrs = Attrs{}
	}
	req := with(t.updating(id, attrs), opts)
	if req.options.header.Get(versionHeader) != "" {
		req.guards = t.entityType
	}
	return t.save(ctx, req, record)
}

// Delete deletes a record.
//
// DELETE {entityType}/{id}. A record that does not exist or is deleted
// already is [ErrNotFound], unless it was an earlier try of the same call that
// deleted it.
func (s *RecordService[T]) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return s.table.delete(ctx, id, opts)
}

func (t *table) delete(ctx context.Context, id string, opts []CallOption) error {
	err := t.client.doTrue(ctx, with(t.request("delete", http.MethodDelete, id), opts))
	if errors.Is(err, ErrOutcomeUnknown) && missing(err) {
		return nil // an earlier try has deleted it, and its answer got lost
	}
	return err
}

func (t *table) ref(id string) Ref { return Ref{Type: t.entityType, ID: id} }

// request makes a request for the entity type, or for one of its records.
func (t *table) request(what, method string, id ...string) *request {
	pattern := "{type}"
	if len(id) > 0 {
		pattern = "{type}/{id}"
	}
	req := newRequest(t.entityType+"."+what, method, pattern, append([]string{t.entityType}, id...)...)
	if err := checkStruct(t.kind); err != nil && req.err == nil {
		req.err = err
	}
	return req
}

// updating makes the request for an update.
func (t *table) updating(id string, body any) *request {
	req := t.request("update", t.client.updateMethod, id).json(body)
	if reachesOut(t.entityType, body) {
		req.effect = effectOnce
	}
	if addressAlone(body) {
		req.needing(featureAddressAlone)
	}
	return req
}

// save sends a request that writes a record, which is the reply.
func (t *table) save(ctx context.Context, req *request, record any) error {
	if !req.options.strict {
		return t.client.record(ctx, req, record)
	}
	raw, err := receiveRecord[jsontext.Value](ctx, t.client, req)
	if err != nil {
		return err
	}
	setZero(record)
	if err := json.Unmarshal(raw, record, jsonOptions); err != nil {
		setZero(record)
		reason, cause := misread(err)
		return req.failure(http.StatusOK, reason, cause)
	}
	return ignored(req, raw)
}

// ignored is the error for attributes of a request that its reply does not
// have.
func ignored(req *request, reply jsontext.Value) error {
	sent, err := attributes(req.body)
	if err != nil {
		return err
	}
	var stored map[string]jsontext.Value
	if err := json.Unmarshal(reply, &stored, jsonOptions); err != nil {
		return err
	}
	maps.DeleteFunc(sent, func(name string, _ jsontext.Value) bool { _, ok := stored[name]; return ok })
	if len(sent) == 0 {
		return nil
	}
	return &IgnoredError{Method: req.method, Path: req.escapedPath(), Attributes: slices.Sorted(maps.Keys(sent))}
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
	return pageOf[T](s.table.list(ctx, q, opts))
}

func (t *table) list(ctx context.Context, q Query, opts []CallOption) (page, error) {
	return t.client.listPage(ctx, t.kind, q, with(t.request("list", http.MethodGet), opts))
}

// First reads the first record that the query matches; [ErrNotFound] when
// there is none.
//
// GET {entityType}.
func (s *RecordService[T]) First(ctx context.Context, q Query, opts ...CallOption) (T, error) {
	record, err := s.table.first(ctx, q, opts)
	return recordOf[T](record), err
}

func (t *table) first(ctx context.Context, q Query, opts []CallOption) (record any, err error) {
	q.MaxSize, q.NoTotal = 1, true
	page, err := t.list(ctx, q, opts)
	if err == nil && page.n == 0 {
		err = fmt.Errorf("espo: no %s matches the query: %w", t.entityType, ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return page.at(0), nil
}

// Count returns the number of records that the query matches.
//
// GET {entityType}, of which only the total is read.
func (s *RecordService[T]) Count(ctx context.Context, q Query, opts ...CallOption) (int, error) {
	return s.table.count(ctx, q, opts)
}

func (t *table) count(ctx context.Context, q Query, opts []CallOption) (int, error) {
	return countParts(t.client, q, func(q Query) (page, error) { return t.list(ctx, q, opts) })
}

// Exists reports whether there is a record with this id, not deleted, that
// the user may read. One that the user may not read is [ErrForbidden], and an
// entity type that the server does not have is [ErrNotFound].
//
// GET {entityType}/{id}.
func (s *RecordService[T]) Exists(ctx context.Context, id string, opts ...CallOption) (bool, error) {
	return s.table.exists(ctx, id, opts)
}

func (t *table) exists(ctx context.Context, id string, opts []CallOption) (bool, error) {
	record, err := t.client.Records(t.entityType).Get(ctx, id, as(opts, Select("id", "deleted"))...)
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
func (s *RecordService[T]) GetMany(ctx context.Context, ids []string, opts ...GetOption) ([]T, error) {
	records, err := s.table.getMany(ctx, ids, opts)
	typed, _ := records.([]T)
	return typed, err
}

// getMany returns a []T.
func (t *table) getMany(ctx context.Context, ids []string, opts []GetOption) (any, error) {
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
	found := make(map[string]reflect.Value, len(wanted))
	for chunk := range slices.Chunk(wanted, idsPerURL) {
		parts, err := t.client.split(Query{Where: Where(In("id", chunk...)), Select: o.selected, NoTotal: true})
		for i := 0; i < len(parts) && err == nil; i++ {
			err = t.find(ctx, parts[i], found, opts)
		}
		if err != nil {
			return nil, err
		}
	}
	records := reflect.MakeSlice(reflect.SliceOf(t.kind), 0, len(found))
	for _, id := range ids {
		record, ok := found[id]
		if !ok {
			record, ok = found[strings.ToLower(id)]
		}
		if ok {
			records = reflect.Append(records, record)
		}
	}
	return records.Interface(), nil
}

// find reads all records that a query by ids matches into found.
func (t *table) find(ctx context.Context, q Query, found map[string]reflect.Value, opts []GetOption) error {
	fetch := func(ctx context.Context, q Query) (page, error) {
		return t.client.listPage(ctx, t.kind, q, with(t.request("list", http.MethodGet), headersOnly(opts)))
	}
	p := newPager(byID, q)
	page, err := first(ctx, &p, fetch) // all of them, unless the server's pages are small
	for more := true; more && err == nil; {
		for i := range page.n {
			id, record := page.id(i), reflect.ValueOf(page.at(i)).Elem()
			found[id] = record
			if folded := strings.ToLower(id); folded != id {
				found[folded] = record // databases do not tell small and capital letters apart
			}
		}
		if q, more, err = advance(&p, &page); more {
			page, err = fetch(ctx, q)
		}
	}
	return err
}

// idsPerURL keeps the URL of a query by ids under 6 KiB in each search form;
// servers commonly accept 8 KiB. Where [WithMaxURL] says less, it is split.
const idsPerURL = 100

// headersOnly are options but for a Select, which has been used.
func headersOnly(opts []GetOption) []GetOption {
	return slices.DeleteFunc(slices.Clone(opts), func(opt GetOption) bool { _, ok := opt.(getOption); return ok })
}
