package espo

import (
	"iter"
	"reflect"
	"sync"
)

// table is what a RecordService works with, without its type parameter. Every
// package that uses the library compiles the methods of generic types anew, for
// each entity type that the client has a service for: so they do no more than to
// turn a T into a table's any and back. A record is passed as a *T, and records
// as a []T.
type table struct {
	client     *Client
	entityType string
	kind       reflect.Type // T
}

// recordOf is the T that a *T points to, or a zero one.
func recordOf[T any](record any) T {
	if p, ok := record.(*T); ok && p != nil {
		return *p
	}
	return *new(T)
}

// recordsIn yields the records of pages.
//
//go:noinline
func recordsIn[T any](pages iter.Seq2[page, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for p, err := range pages {
			if err != nil {
				yield(*new(T), err)
				return
			}
			records, _ := p.records.([]T)
			for i := range records {
				if !yield(records[i], nil) {
					return
				}
			}
		}
	}
}

// identity reads the id of the record that it is given a pointer to.
type identity func(record any) string

var identities sync.Map // identity by reflect.Type

// idOf returns the identity of a type, or nil where that has no place for an id.
func idOf(kind reflect.Type) identity {
	if known, ok := identities.Load(kind); ok {
		return known.(identity)
	}
	found := findID(kind)
	identities.Store(kind, found)
	return found
}

func findID(kind reflect.Type) identity {
	switch kind {
	case reflect.TypeFor[Record]():
		return func(record any) string { return record.(*Record).ID() }
	case reflect.TypeFor[Attrs]():
		return func(record any) string { return Record(*record.(*Attrs)).ID() }
	}
	if kind.Kind() != reflect.Struct {
		return nil
	}
	for i := range kind.NumField() {
		if f := kind.Field(i); jsonName(f) == "id" && f.Type.Kind() == reflect.String && f.IsExported() {
			return func(record any) string { return reflect.ValueOf(record).Elem().Field(i).String() }
		}
	}
	return nil
}

// setZero makes what record points to a zero value.
func setZero(record any) { reflect.ValueOf(record).Elem().SetZero() }
