package espo

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"strings"
)

// idLength is that of the ids that EspoCRM gives.
const idLength = 17

// NewID returns an id for a record that is still to be created, for
// [RecordService.CreateOnce]: 17 hexadecimal digits, as EspoCRM's own ids have.
// They are random, so that nobody else makes the same.
func NewID() string {
	b := make([]byte, (idLength+1)/2)
	_, _ = rand.Read(b) // which never fails
	return hex.EncodeToString(b)[:idLength]
}

// CreateOnce creates a record with the given id, of [NewID], unless there is one
// with this id, and returns it as the server has it. However often it is called
// with the same id, there is one record: so a program that keeps the id before
// the call can repeat the call after a lost answer or a crash.
//
// [RecordService.Create] cannot do that, since the server gives each new record
// another id. CreateOnce is an import of a single row:
//
//   - The user needs the right to the scope Import, besides the rights to create
//     and to read the record.
//   - A record that is there is returned as it is, whatever it holds; one that
//     was deleted is created anew.
//   - There is no search for duplicates, and the server does not fill in what it
//     would fill in for Create, such as the assigned user of a meeting.
//   - Each call leaves an Import record and its file on the server.
//
// What the server refuses is an [ImportRowError]; EspoCRM 9.0 tells only
// administrators why, so that it is [ErrNothingDone] for others. After
// [ErrOutcomeUnknown], call it again with the same id. An e-mail that is to be
// sent is an [InputError].
//
// POST Import/file, POST Import, GET {entityType}/{id}.
func (s *RecordService[T]) CreateOnce(ctx context.Context, id string, record T, opts ...CallOption) (T, error) {
	var created T
	err := s.table.createOnce(ctx, id, record, opts, &created)
	return created, err
}

func (t *table) createOnce(ctx context.Context, id string, record any, opts []CallOption, created any) error {
	if err := checkStruct(t.kind); err != nil {
		return err
	}
	one := single{client: t.client, entityType: t.entityType, id: id, opts: opts}
	if err := one.run(ctx, record); err != nil {
		return err
	}
	err := t.get(ctx, id, as[GetOption](opts), created)
	if one.created == 0 && missing(err) {
		err = one.refusal(ctx)
	}
	return err
}

// single is the import of one record.
type single struct {
	client         *Client
	entityType, id string
	opts           []CallOption

	importID string
	created  int
}

// run imports the record, which has no effect where there is one with the id.
func (o *single) run(ctx context.Context, record any) error {
	params, err := o.params(record)
	if err != nil {
		return err
	}
	if params.AttachmentID, err = o.client.Imports.upload(ctx, strings.NewReader("id\n"+o.id+"\n"), effectState, o.opts); err != nil {
		return err
	}
	req := newRequest("Import.run", http.MethodPost, "Import").json(params).having(effectState)
	result, err := receive[ImportResult](ctx, o.client, with(req, o.opts))
	o.importID, o.created = result.ID, result.Created
	return err
}

// params says how to import the record.
func (o *single) params(record any) (importParams, error) {
	if o.id == "" || len(o.id) > idLength || strings.ContainsFunc(o.id, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	}) {
		return importParams{}, badInput("id", "%.40q is not 1 to %d letters and digits", o.id, idLength)
	}
	attrs, err := attributes(record)
	if err != nil {
		return importParams{}, err
	}
	if own, ok := attrs["id"]; ok && string(own) != `"`+o.id+`"` {
		return importParams{}, badInput("record", "has another id")
	}
	delete(attrs, "id")
	if reachesOut(o.entityType, attrs) {
		return importParams{}, badInput("record", "is an e-mail to be sent, or a user to be written to")
	}
	defaults := make(Attrs, len(attrs))
	for name, value := range attrs {
		defaults[name] = value
	}
	options := ImportOptions{EntityType: o.entityType, AttachmentID: "-", Columns: []string{"id"}, Defaults: defaults, SkipDuplicateCheck: true}
	return options.params()
}

// refusal is the error for a record that the import has not created.
func (o *single) refusal(ctx context.Context) error {
	rows, err := o.client.Imports.Errors(o.importID).List(ctx, Query{MaxSize: 1, NoTotal: true}, o.opts...)
	switch {
	case err != nil:
		return fmt.Errorf("espo: %s/%s was not created, and the reason cannot be read: %w", o.entityType, o.id, err)
	case len(rows.Records) == 0:
		return fmt.Errorf("espo: %s/%s was not created: %w", o.entityType, o.id, ErrNothingDone)
	}
	return &ImportRowError{EntityType: o.entityType, ID: o.id, Row: rows.Records[0]}
}

// ImportRowError says that the server has not created the record of a
// [RecordService.CreateOnce]. It matches [ErrBadRequest] when the server refuses
// a value, [ErrForbidden] when the user may not create it, and [ErrConflict] when
// another record has a value that only one may have.
type ImportRowError struct {
	EntityType string
	ID         string
	Row        ImportFailedRow
}

func (e *ImportRowError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "espo: %s/%s was not created", e.EntityType, e.ID)
	if e.Row.Type != "" {
		text.WriteString(": " + e.Row.Type)
	}
	for _, f := range e.Row.Failures {
		fmt.Fprintf(&text, "; field %s: %s", f.Field, f.Rule)
	}
	return printable(text.String())
}

// Is reports whether target is the sentinel of the type of the row's error.
func (e *ImportRowError) Is(target error) bool {
	switch e.Row.Type {
	case "Validation":
		return target == ErrBadRequest
	case "No-Access":
		return target == ErrForbidden
	case "Integrity-Constraint-Violation":
		return target == ErrConflict
	}
	return false
}

// Format prints the text of the error alone.
func (e *ImportRowError) Format(f fmt.State, _ rune) { show(f, e) }

// NewRecord is a record that is created with an id.
type NewRecord[T any] struct {
	ID     string // of [NewID]
	Record T
}

// CreateOnceAll is [RecordService.CreateOnce] for many records, several at once,
// and returns a result for each, in the order of the input; see
// [RecordService.CreateAll]. After an error it can be called again with the same
// input.
//
// POST Import/file, POST Import, GET {entityType}/{id} for each record.
func (s *RecordService[T]) CreateOnceAll(ctx context.Context, records []NewRecord[T], o BulkOptions, opts ...CallOption) ([]BulkResult[NewRecord[T], T], error) {
	return gather(len(records), s.CreateOnceEach(ctx, each(records), o, opts...))
}

// CreateOnceEach is [RecordService.CreateOnceAll] as [RecordService.CreateEach]
// is CreateAll.
//
// POST Import/file, POST Import, GET {entityType}/{id} for each record.
func (s *RecordService[T]) CreateOnceEach(ctx context.Context, records iter.Seq2[NewRecord[T], error], o BulkOptions, opts ...CallOption) iter.Seq[BulkResult[NewRecord[T], T]] {
	return results[NewRecord[T], T](s.table.createOnceEach(ctx, anyOf(records), o, opts))
}

//go:noinline
func (t *table) createOnceEach(ctx context.Context, records iter.Seq2[any, error], o BulkOptions, opts []CallOption) iter.Seq[bulkResult] {
	return t.inOrder(ctx, records, o, atOnce(opts), func(ctx context.Context, item, created any) (bool, error) {
		r := reflect.ValueOf(item) // a NewRecord
		return false, t.createOnce(ctx, r.FieldByName("ID").String(), r.FieldByName("Record").Interface(), opts, created)
	})
}
