package where

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// compileAttribute is for the filters by the value of an attribute.
func (env *Env) compileAttribute(item Item) (predicate, *answer.Error) {
	a := env.Entity.Attr(item.Attribute)
	if a.Field != nil && a.Field.Name == a.Name {
		switch a.Field.Type {
		case "email", "phone":
			return env.compileAddress(asEquals(item, env))
		case "personName":
			return compilePersonName(asEquals(item, env))
		}
	}
	switch {
	case a.Kind == schema.KindBool && a.IsLoose(env.Entity):
		return compileLooseBool(item)
	case !env.inDatabase(a):
		if !knownType(item.Type) {
			return nil, answer.BadRequest("Unknown where item type '%s'.", item.Type)
		}
		return nil, answer.ServerError()
	case a.Kind == schema.KindFloat && a.NotStorable && !comparesFloats(item.Type):
		return nil, answer.ServerError()
	case a.Kind == schema.KindVarchar && (a.Computed != "" || a.NotStorable) && ordersTexts(item.Type):
		return nil, answer.ServerError()
	}
	return env.compileValues(item, a, func(r *store.Record) any { return r.At(a) })
}

// asEquals writes a filter that comes down to one value as an equals: the
// attributes that are kept elsewhere know that, and no other comparison.
func asEquals(item Item, env *Env) Item {
	switch {
	case item.Type == "isTrue", item.Type == "isFalse":
		item.Type, item.Value = "equals", item.Type == "isTrue"
	case (item.Type == "on" || item.Type == "today") && !item.DateTime:
		item.Type, item.Value = "equals", dayFilter(item, env)[0].value
	}
	return item
}

// inDatabase tells whether a filter can reach an attribute; the server fails
// on the others.
func (env *Env) inDatabase(a *schema.Attribute) bool {
	switch a.Kind {
	case schema.KindLinkMultiple, schema.KindLinkNames, schema.KindLinkColumns, schema.KindLinkTypes:
		return false
	case schema.KindLinkName:
		l := env.Entity.Links[a.Link]
		return (l == nil || l.Type != "belongsToParent") && !a.UnstoredLink()
	case schema.KindLink:
		return !a.UnstoredLink()
	case schema.KindForeign:
		return true
	}
	if !a.NotStorable || a.Field == nil || a.Field.Type == "currencyConverted" || a.Field.Type == "phone" && a.Kind == schema.KindVarchar {
		return true
	}
	return a.Computed != "" && !unfiltered[a.Name]
}

// unfiltered are computed attributes that the database cannot filter by.
var unfiltered = map[string]bool{"duration": true, "hasPortalUser": true}

// comparesFloats tells whether a filter type works on amounts that the database
// converts as it reads them.
func comparesFloats(t string) bool {
	switch t {
	case "in", "notIn", "like", "notLike", "contains", "notContains", "startsWith", "endsWith":
		return false
	}
	return true
}

// ordersTexts tells whether a filter type asks for what is greater: the database
// knows only of equality where a text is kept elsewhere.
func ordersTexts(t string) bool {
	switch t {
	case "notOn", "on", "today", "equals", "notEquals":
		return false
	}
	return comparisons[t] != nil || isDateFilter(t)
}

// knownType tells whether a filter type by attribute exists.
func knownType(t string) bool {
	switch t {
	case "isNull", "isNotNull", "ever", "isTrue", "isFalse", "in", "notIn", "between", "notOn", "like", "notLike",
		"contains", "notContains", "startsWith", "endsWith", "expression":
		return true
	}
	return comparisons[t] != nil || isDateFilter(t)
}

// compileValues compares what get returns in the way of the attribute's column.
func (env *Env) compileValues(item Item, a *schema.Attribute, get func(*store.Record) any) (predicate, *answer.Error) {
	switch item.Type {
	case "isNull":
		return func(r *store.Record) bool { return get(r) == nil }, nil
	case "isNotNull", "ever":
		return func(r *store.Record) bool { return get(r) != nil }, nil
	case "isTrue":
		return compileComparison("equals", true, a, get)
	case "isFalse":
		return compileComparison("equals", false, a, get)
	case "in", "notIn":
		if !php.IsList(item.Value) {
			return nil, answer.BadRequest("Bad where item '%s'.", item.Type)
		}
		return compileIn(item.Type == "in", php.Values(item.Value), a, get)
	case "notOn":
		return compileComparison("notEquals", item.Value, a, get)
	case "between":
		if !item.DateTime {
			return compileBetween(item, a, get)
		}
	case "like", "notLike", "contains", "notContains", "startsWith", "endsWith":
		return compileLike(item, func(r *store.Record, match func(string) bool) (matched, known bool) {
			v := get(r)
			return v != nil && match(columnText(v)), v != nil
		})
	case "expression":
		return never, nil
	}
	if comparisons[item.Type] != nil {
		return compileComparison(item.Type, item.Value, a, get)
	}
	if !isDateFilter(item.Type) {
		return nil, answer.BadRequest("Unknown where item type '%s'.", item.Type)
	}
	return env.compileDays(item, a, get)
}

// compileDays is a filter by day or by period.
func (env *Env) compileDays(item Item, a *schema.Attribute, get func(*store.Record) any) (predicate, *answer.Error) {
	parts, err := dateFilter(item, env)
	if err != nil {
		return nil, err
	}
	moments, err := compileAll(parts, a, get)
	day := env.Entity.Attr(a.Name + "Date")
	if err != nil || a.Kind != schema.KindDateTimeOptional || !item.DateTime || day == nil {
		return moments, err
	}
	days, err := env.compileWholeDays(item, day)
	if err != nil {
		return nil, err
	}
	return func(r *store.Record) bool {
		if r.At(day) != nil {
			return days(r)
		}
		return moments(r)
	}, nil
}

// compileWholeDays is a filter by day of what has no time of day: days are
// compared, those of the server's time zone, whatever that of the filter.
func (env *Env) compileWholeDays(item Item, day *schema.Attribute) (predicate, *answer.Error) {
	get := func(r *store.Record) any { return r.At(day) }
	if item.Type == "between" {
		return compileBetween(item, day, get)
	}
	item.TimeZone, item.HasTimeZone, item.DateTime = "", false, false
	return compileAll(dayFilter(item, env), day, get)
}

// compileAll are comparisons that must all hold.
func compileAll(parts []comparison, a *schema.Attribute, get func(*store.Record) any) (predicate, *answer.Error) {
	all := make([]predicate, len(parts))
	for i, p := range parts {
		var err *answer.Error
		if all[i], err = compileComparison(p.op, p.value, a, get); err != nil {
			return nil, err
		}
	}
	return allOf(all), nil
}
