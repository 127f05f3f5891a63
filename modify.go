package espo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
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
// error of change ends it and is returned as it is. With [Version] only that
// version is modified: a conflict is final.
//
// A field set to its zero value is sent as null, or as false, 0, [] or {} for
// a field of such a type. Attributes that T does not name and that are not in
// its Extra stay as they are.
//
// The guard needs optimistic concurrency control, which Account has and
// Contact, for one, does not: where the record has no versionNumber, the last
// writer of an attribute wins.
//
// GET {entityType}/{id}, then PUT {entityType}/{id} as Update does.
func (s *RecordService[T]) Modify(ctx context.Context, id string, change func(*T) error, opts ...CallOption) (T, error) {
	var zero T
	o, err := collect(opts)
	if err != nil {
		return zero, err
	}
	delays := s.client.retry.delays()
	for try := 1; ; try++ {
		record, err := s.modify(ctx, id, change, o)
		var conflict *ConflictError
		if !errors.As(err, &conflict) || try == modifyTries || o.header.Get("X-Version-Number") != "" {
			return record, err
		}
		if err := s.client.retry.Wait(ctx, delays.NextBackOff()/10); err != nil {
			return zero, fmt.Errorf("espo: modify %s/%s: %w", s.entityType, id, err)
		}
	}
}

func (s *RecordService[T]) modify(ctx context.Context, id string, change func(*T) error, o callOptions) (T, error) {
	var zero T
	raw, err := Records[jsontext.Value](s.client, s.entityType).Get(ctx, id, headersOnly(o))
	if err != nil {
		return zero, err
	}
	// change works on a value of its own: it may alter what a map or a slice
	// of the other one holds.
	before, err := decodeAs[T](raw)
	if err != nil {
		return zero, err
	}
	record, err := decodeAs[T](raw)
	if err != nil {
		return zero, err
	}
	if err := change(&record); err != nil {
		return zero, err
	}
	attrs, err := difference(&before, &record)
	if err != nil {
		return zero, err
	}
	if len(attrs) == 0 {
		return before, nil
	}
	if _, ok := attrs["id"]; ok {
		return zero, badInput("Modify", "the id of a record cannot be changed")
	}
	guard, err := decodeAs[struct {
		Version int64 `json:"versionNumber"`
	}](raw)
	if err != nil {
		return zero, err
	}
	opts := []CallOption{headersOnly(o)}
	if guard.Version > 0 && o.header.Get("X-Version-Number") == "" {
		opts = append(opts, Version(guard.Version))
	}
	return s.call(ctx, s.client.updateMethod, attrs, opts, id)
}

func decodeAs[T any](raw jsontext.Value) (v T, err error) {
	if err = json.Unmarshal(raw, &v, jsonOptions); err != nil {
		err = fmt.Errorf("espo: decode a record: %w", err)
	}
	return v, err
}

// difference returns the attributes whose values differ, with their values in
// after.
func difference[T any](before, after *T) (map[string]jsontext.Value, error) {
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
			diff[name] = emptyValue(reflect.TypeFor[T](), name)
		}
	}
	return diff, nil
}

// attributes encodes a record and takes it apart, in a form that can be
// compared.
func attributes(record any) (map[string]jsontext.Value, error) {
	b, err := json.Marshal(record, jsonOptions, json.Deterministic(true))
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
// by omitzero, means on the wire.
func emptyValue(t reflect.Type, name string) jsontext.Value {
	null := jsontext.Value("null")
	if t.Kind() != reflect.Struct {
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
