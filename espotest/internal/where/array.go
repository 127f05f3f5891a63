package where

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/collation"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// compileArray is for the fields that hold a list of strings.
func (env *Env) compileArray(item Item) (predicate, *answer.Error) {
	name := item.Attribute
	isArray := env.Entity.Attr(name).Kind == schema.KindArray
	has := func(r *store.Record, s string) bool {
		list, _ := r.Get(name).([]any)
		return isArray && slices.ContainsFunc(list, func(v any) bool {
			have, _ := v.(string)
			return collation.Compare(have, s) == 0
		})
	}
	empty := func(r *store.Record) bool {
		list, _ := r.Get(name).([]any)
		return !isArray || len(list) == 0
	}
	reason := "Bad where item 'array'. No value."
	switch item.Type {
	case "arrayIsEmpty":
		return empty, nil
	case "arrayIsNotEmpty":
		return func(r *store.Record) bool { return !empty(r) }, nil
	case "arrayAnyOf":
		reason = "Bad where item. No value."
	case "arrayNoneOf", "arrayAllOf":
	default:
		return nil, answer.BadRequest("Unknown where item type '%s'.", item.Type)
	}
	if !php.Truthy(item.Value) && !php.IsList(item.Value) {
		return nil, answer.BadRequest("%s", reason)
	}
	values, ok := php.Strings(item.Value)
	if !ok {
		return nil, answer.Crash()
	}
	anyOf := func(r *store.Record) bool {
		return slices.ContainsFunc(values, func(s string) bool { return has(r, s) })
	}
	switch item.Type {
	case "arrayAnyOf":
		return anyOf, nil
	case "arrayNoneOf":
		return func(r *store.Record) bool { return !anyOf(r) }, nil
	}
	return func(r *store.Record) bool {
		return !slices.ContainsFunc(values, func(s string) bool { return !has(r, s) })
	}, nil
}
