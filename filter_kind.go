package espo

import (
	"reflect"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// dateKind says what an attribute holds.
type dateKind int

const (
	otherKind dateKind = iota
	dateOnly
	dateAndTime
)

var dateKindsByType sync.Map // map[string]dateKind by reflect.Type

// dateKinds returns the attributes of a struct that are dates or date-times.
func dateKinds(t reflect.Type) map[string]dateKind {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	if known, ok := dateKindsByType.Load(t); ok {
		return known.(map[string]dateKind)
	}
	kinds := make(map[string]dateKind)
	for _, f := range reflect.VisibleFields(t) {
		if !f.IsExported() {
			continue
		}
		of := f.Type
		if of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		switch of {
		case reflect.TypeFor[Date]():
			kinds[jsonName(f)] = dateOnly
		case reflect.TypeFor[DateTime](), reflect.TypeFor[time.Time]():
			kinds[jsonName(f)] = dateAndTime
		}
	}
	dateKindsByType.Store(t, kinds)
	return kinds
}

// checkKinds refuses valid filters that take a date of a record type for a
// date-time, or the other way round: the server would answer with the wrong
// records.
func checkKinds(kind reflect.Type, filters []Filter) error {
	if len(filters) == 0 {
		return nil
	}
	return checkDateKinds(dateKinds(kind), filters)
}

func checkDateKinds(kinds map[string]dateKind, filters []Filter) error {
	for _, f := range filters {
		if nested, ok := f.Value.([]Filter); ok {
			if err := checkDateKinds(kinds, nested); err != nil {
				return err
			}
		}
		if kind := kinds[f.Attribute]; kind != otherKind && !f.custom {
			if err := f.checkKind(kind); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f Filter) checkKind(kind dateKind) error {
	argument := "Filter " + f.Type
	shape, _ := f.shape()
	switch {
	case shape.days && kind == dateOnly && f.DateTime:
		return badInput(argument, "%s is a date: end the filter with Date, not with In or InZone", f.Attribute)
	case shape.days && kind == dateAndTime && !f.DateTime:
		return badInput(argument, "%s is a date-time: end the filter with In or InZone, not with Date", f.Attribute)
	case !shape.compares:
		return nil
	}
	for _, v := range scalarsOf(f.Value) {
		if _, ok := dayIn(v); ok && kind == dateAndTime {
			return badInput(argument, "%s is a date-time, but %s a day: use a DateTime, or On, Before, After or BetweenDays with In", f.Attribute, v)
		}
		if _, ok := momentIn(v); ok && kind == dateOnly {
			return badInput(argument, "%s is a date, but %s a moment: use a Date", f.Attribute, v)
		}
	}
	return nil
}

// scalarsOf returns the values of a filter as they go on the wire.
func scalarsOf(value any) []jsontext.Value {
	encoded, err := json.Marshal(value, jsonOptions)
	if err != nil {
		return nil // what validate has told already
	}
	if jsontext.Value(encoded).Kind() != '[' {
		return []jsontext.Value{encoded}
	}
	var list []jsontext.Value
	if err := json.Unmarshal(encoded, &list); err != nil {
		return nil
	}
	return list
}
