package espotest

import (
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/collation"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// whereEnv is what a filter is judged against.
type whereEnv struct {
	entity          *schema.EntityType
	store           *store.Store
	now             time.Time
	timeZone        *time.Location // the server's; UTC when nil
	fiscalYearShift int            // in months
	// mayRead tells whether the user may filter by an attribute, mayLink
	// whether by a link; by everything when nil.
	mayRead func(*schema.Attribute) bool
	mayLink func(*schema.Link) bool
}

func (env *whereEnv) zone() *time.Location {
	if env.timeZone == nil {
		return time.UTC
	}
	return env.timeZone
}

// predicate tells whether a record matches. As in SQL, what is unknown does
// not match; nothing here negates a predicate, so that false can stand for it.
type predicate func(*store.Record) bool

func always(*store.Record) bool { return true }

func never(*store.Record) bool { return false }

// compileWhere checks a filter and turns it into a function. The items must
// all match.
func compileWhere(items []whereItem, env *whereEnv) (func(rec *store.Record) bool, *answer.Error) {
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
func (env *whereEnv) check(items []whereItem) *answer.Error {
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

func (env *whereEnv) checkItem(item whereItem) *answer.Error {
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
	switch a := env.entity.Attr(name); {
	case a == nil && env.entity.HasExtra(name):
		return answer.ServerError()
	case a == nil:
		return answer.BadRequest("Not existing attribute '%s' in where.", name)
	case env.mayRead != nil && !env.mayRead(a):
		return answer.Refused("Forbidden attribute '%s' in where.", name)
	}
	return nil
}

func (env *whereEnv) checkLink(item whereItem) *answer.Error {
	l := env.link(item.Attribute)
	if l == nil {
		return answer.BadRequest("Not existing relation '%s' in where.", item.Attribute)
	}
	if env.mayLink != nil && !env.mayLink(l) {
		return answer.Refused("Forbidden relation '%s' in where.", item.Attribute)
	}
	if l.Type == "belongsToParent" {
		return answer.Refused("Bad relation '%s' in where.", item.Attribute)
	}
	switch item.Type {
	case "linkedWith", "notLinkedWith", "linkedWithAll":
		for _, id := range idValues(item.Value) {
			if env.store.Find(l.Entity, id) == nil {
				return answer.Refused("Record '%s' `%s` not found.", l.Entity, id)
			}
		}
	}
	return nil
}

// link returns a link; a file field is one, too.
func (env *whereEnv) link(name string) *schema.Link {
	if l := env.entity.Links[name]; l != nil {
		return l
	}
	if f := env.entity.Fields[name]; f != nil && (f.Type == "file" || f.Type == "image") {
		return &schema.Link{Name: name, Type: "belongsTo", Entity: "Attachment"}
	}
	return nil
}

func (env *whereEnv) compileAll(items []whereItem) (predicate, *answer.Error) {
	all, err := env.compileList(items)
	if err != nil {
		return nil, err
	}
	return allOf(all), nil
}

func (env *whereEnv) compileAny(items []whereItem) (predicate, *answer.Error) {
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

func (env *whereEnv) compileList(items []whereItem) ([]predicate, *answer.Error) {
	list := make([]predicate, len(items))
	for i, item := range items {
		var err *answer.Error
		if list[i], err = env.compile(item); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (env *whereEnv) compile(item whereItem) (predicate, *answer.Error) {
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
func compileColumn(item whereItem) (predicate, *answer.Error) {
	switch item.Type {
	case "columnEquals", "columnNotEquals", "columnIn", "columnNotIn", "columnLike", "columnIsNull", "columnIsNotNull":
		return nil, answer.BadRequest("Bad where item 'column'.")
	}
	return nil, answer.BadRequest("Unknown where item type '%s'.", item.Type)
}

// compileArray is for the fields that hold a list of strings.
func (env *whereEnv) compileArray(item whereItem) (predicate, *answer.Error) {
	name := item.Attribute
	isArray := env.entity.Attr(name).Kind == schema.KindArray
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

// idValues are the ids that a link filter names; nulls are none.
func idValues(v any) []string {
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

// adminLinks are the entity types that only administrators may filter by a link
// to.
var adminLinks = []string{"DashboardTemplate", "LayoutSet", "Portal", "PortalRole", "Role", "UserData"}

// whereEnv is what the filters of a call are judged against.
func (c *call) whereEnv(e *schema.EntityType) *whereEnv {
	return &whereEnv{
		entity: e, store: c.store, now: c.store.Now(), timeZone: c.location(),
		fiscalYearShift: php.IntVal(c.store.Settings["fiscalYearShift"]),
		mayRead:         c.visible,
		mayLink: func(l *schema.Link) bool {
			f := e.Fields[l.Name]
			return c.user.admin() || (f == nil || c.visibleField(f)) && !slices.Contains(adminLinks, l.Entity)
		},
	}
}
