package where

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/collation"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/store"
)

// compileAddress is for emailAddress and phoneNumber: a record has any number
// of them, and a filter looks at all.
func (env *Env) compileAddress(item Item) (predicate, *answer.Error) {
	name := item.Attribute
	hasAny := func(match func(string) bool) predicate {
		return func(r *store.Record) bool { return slices.ContainsFunc(r.Addresses(name), match) }
	}
	hasNone := func(match func(string) bool) predicate {
		return func(r *store.Record) bool { return !slices.ContainsFunc(r.Addresses(name), match) }
	}
	all := func(string) bool { return true }
	switch item.Type {
	case "isNull":
		return hasNone(all), nil
	case "isNotNull", "ever":
		return hasAny(all), nil
	case "equals", "notEquals", "in", "notIn":
		if item.Value == nil && item.Type == "equals" {
			return hasNone(all), nil
		}
		if item.Value == nil && item.Type == "notEquals" {
			return hasAny(all), nil
		}
		if (item.Type == "in" || item.Type == "notIn") && !php.IsList(item.Value) {
			return nil, answer.BadRequest("Bad where item '%s'.", item.Type)
		}
		values, ok := php.Strings(item.Value)
		if !ok {
			return nil, answer.Crash()
		}
		match := func(s string) bool {
			return slices.ContainsFunc(values, func(v string) bool { return collation.Compare(s, v) == 0 })
		}
		if item.Type == "equals" || item.Type == "in" {
			return hasAny(match), nil
		}
		return hasNone(match), nil
	case "like", "notLike", "contains", "notContains", "startsWith", "endsWith":
		return compileLike(item, func(r *store.Record, match func(string) bool) (matched, known bool) {
			return slices.ContainsFunc(r.Addresses(name), match), true
		})
	case "expression":
		return never, nil
	}
	if !knownType(item.Type) {
		return nil, answer.BadRequest("Unknown where item type '%s'.", item.Type)
	}
	if comparisons[item.Type] != nil && item.Value == nil {
		return never, nil
	}
	return nil, answer.ServerError()
}

// compilePersonName is for a name that is kept in parts.
func compilePersonName(item Item) (predicate, *answer.Error) {
	switch item.Type {
	case "equals":
		if php.IsList(item.Value) {
			return nil, answer.ServerError()
		}
		text, _ := php.String(item.Value)
		match := func(s string) bool { return collation.Compare(s, text) == 0 }
		return func(r *store.Record) bool {
			matched, _ := r.MatchName(match)
			return matched
		}, nil
	case "like", "notLike", "contains", "notContains", "startsWith", "endsWith":
		return compileLike(item, (*store.Record).MatchName)
	}
	if !knownType(item.Type) {
		return nil, answer.BadRequest("Unknown where item type '%s'.", item.Type)
	}
	return nil, answer.ServerError()
}

// compileLooseBool is for flags that are kept elsewhere, such as those of the
// primary e-mail address: absent counts as false, and only a flag's own filters
// work.
func compileLooseBool(item Item) (predicate, *answer.Error) {
	var want bool
	value, isBool := item.Value.(bool)
	switch {
	case item.Type == "isTrue":
		want = true
	case item.Type == "isFalse":
	case item.Type == "equals" && isBool:
		want = value
	case item.Type == "notEquals" && isBool:
		want = !value
	case !knownType(item.Type):
		return nil, answer.BadRequest("Unknown where item type '%s'.", item.Type)
	default:
		return nil, answer.ServerError()
	}
	return func(r *store.Record) bool {
		v, _ := r.Get(item.Attribute).(bool)
		return v == want
	}, nil
}
