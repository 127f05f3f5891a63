package espo

import (
	"reflect"
	"slices"
	"strings"
	"sync"
)

// notEmpty refuses an id, or another argument, that is empty.
func notEmpty(argument string, values ...string) error {
	if slices.Contains(values, "") {
		return badInput(argument, "is empty")
	}
	return nil
}

// checkIDs refuses a list of ids without one, or with an empty one.
func checkIDs(argument string, ids []string) error {
	if len(ids) == 0 || slices.Contains(ids, "") {
		return badInput(argument, "there is none, or an empty one")
	}
	return nil
}

// structOf is t, or what a t points to, and nil where that is not a struct.
func structOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	return t
}

var checkedStructs sync.Map // error, or nil, by reflect.Type

// checkStruct refuses a struct with a field that no attribute can ever be read
// into: names of attributes begin with a small letter, so that a field without a
// tag would always be empty.
func checkStruct(kind reflect.Type) error {
	t := structOf(kind)
	if t == nil {
		return nil
	}
	if known, ok := checkedStructs.Load(t); ok {
		err, _ := known.(error)
		return err
	}
	var found error
	for _, f := range reflect.VisibleFields(t) {
		tag := f.Tag.Get("json")
		name, _, _ := strings.Cut(tag, ",")
		if f.IsExported() && !f.Anonymous && name == "" && !strings.Contains(tag, ",embed") && !strings.Contains(tag, ",inline") {
			found = badInput(t.String(), "the field %s has no name in a json tag, such as `json:%q`", f.Name, strings.ToLower(f.Name[:1])+f.Name[1:]+",omitzero")
			break
		}
	}
	checkedStructs.Store(t, found)
	return found
}
