package where

import (
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Env is what a filter is judged against.
type Env struct {
	Entity          *schema.EntityType
	Store           *store.Store
	Now             time.Time
	TimeZone        *time.Location // the server's; UTC when nil
	FiscalYearShift int            // in months
	// MayRead tells whether the user may filter by an attribute, mayLink
	// whether by a link; by everything when nil.
	MayRead func(*schema.Attribute) bool
	MayLink func(*schema.Link) bool
	// Special is what an item matches by a rule of the entity type's own, nil where
	// it has none.
	Special func(Item) func(*store.Record) bool
}

func (env *Env) zone() *time.Location {
	if env.TimeZone == nil {
		return time.UTC
	}
	return env.TimeZone
}

// predicate tells whether a record matches. As in SQL, what is unknown does
// not match; nothing here negates a predicate, so that false can stand for it.
type predicate func(*store.Record) bool

func always(*store.Record) bool { return true }

func never(*store.Record) bool { return false }

// Compile checks a filter and turns it into a function. The items must
// all match.
func Compile(items []Item, env *Env) (func(rec *store.Record) bool, *answer.Error) {
	if err := env.check(items); err != nil {
		return nil, err
	}
	return env.compileAll(items)
}

// linkFilterTypes are the types whose attribute is a link.
var linkFilterTypes = []string{
	"isLinked", "isNotLinked", "linkedWith", "notLinkedWith", "linkedWithAll", "isUserFromTeams", "inCategory",
}

// check does what the server does before it looks at any item closely.
func (env *Env) check(items []Item) *answer.Error {
	for _, item := range items {
		if err := env.checkItem(item); err != nil {
			return err
		}
		if err := env.check(item.Items); err != nil {
			return err
		}
	}
	return nil
}

func (env *Env) checkItem(item Item) *answer.Error {
	switch item.Type {
	case "not", "subQueryIn", "subQueryNotIn":
		return answer.Refused("Sub-queries are forbidden in where.")
	}
	name := item.Attribute
	switch {
	case name == "":
		return nil
	case strings.ContainsAny(name, ".:") || php.IsNumeric(name):
		return answer.Refused("Complex expressions are forbidden in where.")
	case slices.Contains(linkFilterTypes, item.Type):
		return env.checkLink(item)
	}
	switch a := env.Entity.Attr(name); {
	case a == nil && env.Entity.HasExtra(name):
		return answer.ServerError()
	case a == nil:
		return answer.BadRequest("Not existing attribute '%s' in where.", name)
	case env.MayRead != nil && !env.MayRead(a):
		return answer.Refused("Forbidden attribute '%s' in where.", name)
	}
	return nil
}

func (env *Env) checkLink(item Item) *answer.Error {
	l := env.link(item.Attribute)
	if l == nil {
		return answer.BadRequest("Not existing relation '%s' in where.", item.Attribute)
	}
	if env.MayLink != nil && !env.MayLink(l) {
		return answer.Refused("Forbidden relation '%s' in where.", item.Attribute)
	}
	if l.Type == "belongsToParent" {
		return answer.Refused("Bad relation '%s' in where.", item.Attribute)
	}
	entity := l.Entity
	switch item.Type {
	case "linkedWith", "notLinkedWith", "linkedWithAll", "inCategory":
	case "isUserFromTeams":
		entity = "Team"
	default:
		return nil
	}
	for _, id := range IDs(item.Value) {
		if env.Store.Release.Has(release.LinkedWithChecked) && env.Store.Find(entity, id) == nil {
			return answer.Refused("Record '%s' `%s` not found.", entity, id)
		}
	}
	return nil
}

// link returns a link; a file field is one, too.
func (env *Env) link(name string) *schema.Link {
	if l := env.Entity.Links[name]; l != nil {
		return l
	}
	if f := env.Entity.Fields[name]; f != nil && (f.Type == "file" || f.Type == "image") {
		return &schema.Link{Name: name, Type: "belongsTo", Entity: "Attachment"}
	}
	return nil
}

func (env *Env) compileAll(items []Item) (predicate, *answer.Error) {
	all, err := env.compileList(items)
	if err != nil {
		return nil, err
	}
	return allOf(all), nil
}

func (env *Env) compileAny(items []Item) (predicate, *answer.Error) {
	alternatives, err := env.compileList(items)
	if err != nil {
		return nil, err
	}
	if len(alternatives) == 0 {
		return always, nil
	}
	return func(r *store.Record) bool {
		for _, match := range alternatives {
			if match(r) {
				return true
			}
		}
		return false
	}, nil
}

func (env *Env) compileList(items []Item) ([]predicate, *answer.Error) {
	list := make([]predicate, len(items))
	for i, item := range items {
		var err *answer.Error
		if list[i], err = env.compile(item); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (env *Env) compile(item Item) (predicate, *answer.Error) {
	switch item.Type {
	case "and":
		return env.compileAll(item.Items)
	case "or":
		return env.compileAny(item.Items)
	case "any":
		return always, nil
	case "none":
		return never, nil
	}
	if env.Special != nil {
		if match := env.Special(item); match != nil {
			return match, nil
		}
	}
	if strings.HasPrefix(item.Type, "column") {
		return compileColumn(item)
	}
	if slices.Contains(linkFilterTypes, item.Type) {
		return env.compileLink(item)
	}
	if item.DateTime && !isDateFilter(item.Type) {
		item.Value = nil // only date filters keep their value
	}
	if strings.HasPrefix(item.Type, "array") {
		return env.compileArray(item)
	}
	return env.compileAttribute(item)
}

// compileColumn refuses filters by the columns of a link: the server knows
// their types, but lets no list request say which column.
func compileColumn(item Item) (predicate, *answer.Error) {
	switch item.Type {
	case "columnEquals", "columnNotEquals", "columnIn", "columnNotIn", "columnLike", "columnIsNull", "columnIsNotNull":
		return nil, answer.BadRequest("Bad where item 'column'.")
	}
	return nil, answer.BadRequest("Unknown where item type '%s'.", item.Type)
}

// IDs are the ids that a link filter names; nulls are none.
func IDs(v any) []string {
	var ids []string
	for _, v := range php.Values(v) {
		if s, ok := php.String(v); ok && php.True(s) {
			ids = append(ids, s)
		}
	}
	return ids
}

// jsonText is how the database keeps a list or an object.
func jsonText(v any) string {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return ""
	}
	return string(b)
}
