package espo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// modifyTries bounds how often Modify begins anew after a conflict.
const modifyTries = 20

// Modify reads a record, lets change alter it, and sends the attributes that
// change has altered, guarded by the version that was read. When someone else
// was first, it begins anew: change may be called more than once and should
// do nothing but alter the record. Without a difference nothing is sent. An
// error of change ends it and is returned as it is. With [IfVersion] only that
// version is modified: a conflict is final.
//
// A field set to its zero value is sent as null, or as false, 0, [] or {} for
// a field of such a type. Attributes that T does not name and that are not in
// its Extra stay as they are. What is said of addresses at
// [RecordService.Update] holds here too.
//
// The guard needs optimistic concurrency control, which Account has and
// Contact, for one, does not: where the record has no versionNumber, the last
// writer of an attribute wins. Account, Opportunity, Case and Task have it since
// EspoCRM 9.1: when a record of these has no versionNumber, the error is a
// [NotSupportedError], unless [Unguarded] accepts that. A record that was last
// saved before its entity type had the control has the versionNumber null: its
// first change goes out without a guard, and gives it one. With [IfVersion] it
// is [ErrConflict].
//
// The guard is not enough for a counter, or for another value that must take
// in every change of it:
//
//   - The server lets an outdated update pass when the values that it sends are
//     already there, as when two callers both make 6 of a 5. Modify recognises
//     that by the version in the answer. When the record then is as change
//     wants it, it is a success; when it is not, the error is
//     [ErrOutcomeUnknown].
//   - The server compares the version and writes the record in two steps. Of
//     two updates within the same few milliseconds both can pass, and one of
//     them is lost; nothing in the answers tells.
//
// What does count right is a record for each change, of an entity type of your
// own with a link to what is counted, and [RelatedService.Count] of these.
//
// GET {entityType}/{id}, then PUT {entityType}/{id} as Update does.
func (s *RecordService[T]) Modify(ctx context.Context, id string, change func(*T) error, opts ...ModifyOption) (T, error) {
	record, err := s.table.modify(ctx, id, func(record any) error {
		r, _ := record.(*T)
		return change(r)
	}, opts)
	return recordOf[T](record), err
}

// modify returns what points to the record, or nil.
func (t *table) modify(ctx context.Context, id string, change func(record any) error, opts []ModifyOption) (any, error) {
	o, err := collect(opts)
	if err != nil {
		return nil, err
	}
	if o.unguarded && o.header.Get(versionHeader) != "" {
		return nil, badInput("Unguarded", "is given beside IfVersion")
	}
	m := modification{table: t, id: id, change: change, given: opts, version: o.header.Get(versionHeader), options: o}
	delays := conflictDelays.start()
	for try := 1; ; try++ {
		record, err := m.try(ctx)
		var conflict *ConflictError
		again := errors.As(err, &conflict) && !errors.Is(err, ErrOutcomeUnknown) && m.version == ""
		if !again || try == modifyTries {
			return record, err
		}
		if err := t.client.wait(ctx, delays.NextBackOff()); err != nil {
			return nil, fmt.Errorf("espo: modify %s/%s: %w", t.entityType, id, err)
		}
	}
}

// modification is a call of Modify.
type modification struct {
	table   *table
	id      string
	change  func(record any) error
	given   []ModifyOption
	version string      // of an IfVersion among them
	options callOptions // all of them
}

// readRecord is a record as it was read.
type readRecord struct {
	record  any   // points to it
	guarded bool  // whether the record has a versionNumber
	version int64 // 0 also in a record that was last saved before it could have one
}

// try makes the change once.
func (m *modification) try(ctx context.Context) (any, error) {
	before, attrs, err := m.plan(ctx)
	if err != nil {
		return nil, err
	}
	if len(attrs) == 0 {
		return before.record, nil
	}
	if err := m.checkGuard(ctx, before); err != nil {
		return nil, err
	}
	guard := before.version
	req := with(m.table.updating(m.id, attrs), m.given)
	if m.version != "" {
		guard, _ = strconv.ParseInt(m.version, 10, 64)
	} else if guard > 0 {
		req.options.set(versionHeader, strconv.FormatInt(guard, 10))
	}
	raw, err := receiveRecord[jsontext.Value](ctx, m.table.client, req)
	if err != nil {
		return nil, err
	}
	after, err := m.decode(req.method, raw)
	if err != nil {
		return nil, &unknownOutcome{err} // the update itself was done
	}
	if req.options.strict {
		if err := ignored(req, raw); err != nil {
			return after.record, err
		}
	}
	if !before.guarded || after.version <= guard+1 {
		return after.record, nil
	}
	// The update passed although it was outdated, or the server has written the
	// record more than once.
	present, attrs, err := m.plan(ctx)
	switch {
	case err != nil:
		return nil, &unknownOutcome{err}
	case len(attrs) > 0:
		return nil, fmt.Errorf("espo: modify %s/%s: the record was changed by someone else to the same values: %w",
			m.table.entityType, m.id, ErrOutcomeUnknown)
	}
	return present.record, nil
}

// checkGuard refuses to change a record that the server does not guard as it
// should, or not by the version that was asked for.
func (m *modification) checkGuard(ctx context.Context, before readRecord) error {
	t := m.table
	switch {
	case before.guarded && before.version == 0 && m.version != "":
		return fmt.Errorf("espo: modify %s/%s: the record has no version to compare with %s: %w", t.entityType, m.id, m.version, ErrConflict)
	case before.guarded || m.options.unguarded:
		return nil
	case m.version != "" || slices.Contains(guardedSince, t.entityType):
		return t.client.unguarded(ctx, t.entityType, m.options)
	}
	return nil
}

// plan reads the record and returns the attributes that change alters.
func (m *modification) plan(ctx context.Context) (before readRecord, attrs map[string]jsontext.Value, err error) {
	raw, err := receiveRecord[jsontext.Value](ctx, m.table.client, with(m.table.request("get", http.MethodGet, m.id), as[GetOption](m.options.shared)))
	if err != nil {
		return before, nil, err
	}
	if before, err = m.decode(http.MethodGet, raw); err != nil {
		return before, nil, err
	}
	// change works on a value of its own: it may alter what a map or a slice
	// of the other one holds.
	altered, err := m.decode(http.MethodGet, raw)
	if err != nil {
		return before, nil, err
	}
	if err := m.change(altered.record); err != nil {
		return before, nil, err
	}
	attrs, err = difference(m.table.kind, before.record, altered.record)
	if _, ok := attrs["id"]; ok && err == nil {
		err = badInput("Modify", "the id of a record cannot be changed")
	}
	return before, attrs, err
}

func (m *modification) decode(method string, raw jsontext.Value) (r readRecord, err error) {
	r.record = reflect.New(m.table.kind).Interface()
	var head struct {
		Version jsontext.Value `json:"versionNumber"`
	}
	err = json.Unmarshal(raw, &head, jsonOptions)
	if err == nil && head.Version != nil {
		r.guarded = true
		err = json.Unmarshal(head.Version, &r.version, jsonOptions)
	}
	if err == nil {
		err = json.Unmarshal(raw, r.record, jsonOptions)
	}
	if err != nil {
		e := &Error{Method: method, Path: m.table.entityType + "/" + m.id, Status: http.StatusOK, Body: clip(raw, maxErrorBody)}
		e.Reason, e.cause = misread(err)
		return r, e
	}
	return r, nil
}

// difference returns the attributes whose values differ, with their values in
// after.
func difference(kind reflect.Type, before, after any) (map[string]jsontext.Value, error) {
	was, err := attributes(before)
	if err != nil {
		return nil, err
	}
	is, err := attributes(after)
	if err != nil {
		return nil, err
	}
	diff := make(map[string]jsontext.Value)
	for name, value := range is {
		if old, ok := was[name]; !ok || string(old) != string(value) {
			diff[name] = value
		}
	}
	for name := range was {
		if _, ok := is[name]; !ok {
			diff[name] = emptyValue(structOf(kind), name)
		}
	}
	return diff, nil
}

// attributes encodes a record and takes it apart, in a form that can be
// compared.
func attributes(record any) (map[string]jsontext.Value, error) {
	b, err := json.Marshal(record, sendOptions, json.Deterministic(true))
	if err != nil {
		return nil, badInput("record", "%v", err)
	}
	var m map[string]jsontext.Value
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, badInput("record", "it is not encoded as a JSON object")
	}
	return m, nil
}

// emptyValue is what a field that has become zero, and is therefore left out
// by omitzero, means on the wire. t is nil for what is not a struct.
func emptyValue(t reflect.Type, name string) jsontext.Value {
	null := jsontext.Value("null")
	if t == nil {
		return null
	}
	for _, f := range reflect.VisibleFields(t) {
		if jsonName(f) != name {
			continue
		}
		switch f.Type.Kind() {
		case reflect.Bool:
			return jsontext.Value("false")
		case reflect.Slice:
			return jsontext.Value("[]")
		case reflect.Map:
			return jsontext.Value("{}")
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
			reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
			reflect.Float32, reflect.Float64:
			return jsontext.Value("0")
		}
	}
	return null
}

// jsonName is the attribute that a struct's field stands for.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		return f.Name
	}
	return name
}
