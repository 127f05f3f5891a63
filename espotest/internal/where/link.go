package where

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// compileLink is for the filters by what a record is linked with.
func (env *Env) compileLink(item Item) (predicate, *answer.Error) {
	l := env.link(item.Attribute)
	switch item.Type {
	case "isUserFromTeams":
		return env.compileUserFromTeams(item, l)
	case "inCategory":
		return env.compileInCategory(item, l)
	}
	ids := env.linkedIDs(l)
	switch item.Type {
	case "isLinked":
		return func(r *store.Record) bool { return len(ids(r)) > 0 }, nil
	case "isNotLinked":
		return func(r *store.Record) bool { return len(ids(r)) == 0 }, nil
	}
	if item.DateTime {
		item.Value = nil
	}
	// notLinkedWith takes "" and 0 for ids.
	if !php.IsList(item.Value) && !php.Truthy(item.Value) && (item.Value == nil || item.Type != "notLinkedWith") {
		return nil, answer.BadRequest("Bad where item. Empty value.")
	}
	toOne := l.Type == "belongsTo" || l.Type == "hasOne"
	if l.Type == "hasChildren" || toOne && item.Type == "linkedWithAll" {
		return nil, answer.BadRequest("Bad where item. Not supported relation type.")
	}
	wanted := IDs(item.Value)
	linkedWithAny := func(r *store.Record) bool {
		return slices.ContainsFunc(ids(r), func(id string) bool { return slices.Contains(wanted, id) })
	}
	switch item.Type {
	case "linkedWith":
		return linkedWithAny, nil
	case "notLinkedWith":
		// Nothing is not "not that": so it is where the id stands in the record.
		unlinkedToo := l.Type != "belongsTo" || php.IsList(item.Value) && len(wanted) == 0
		return func(r *store.Record) bool { return !linkedWithAny(r) && (unlinkedToo || len(ids(r)) > 0) }, nil
	}
	return func(r *store.Record) bool {
		have := ids(r)
		return !slices.ContainsFunc(wanted, func(id string) bool { return !slices.Contains(have, id) })
	}, nil
}

// linkedIDs returns the ids at the other end of a link.
func (env *Env) linkedIDs(l *schema.Link) func(*store.Record) []string {
	if l.Type != "belongsTo" {
		return func(r *store.Record) []string { return env.Store.Linked(r, l.Name) }
	}
	attr := l.Name + "Id"
	return func(r *store.Record) []string {
		if id := r.Str(attr); id != "" {
			return []string{id}
		}
		return nil
	}
}

// compileUserFromTeams matches records whose linked user is in one of the teams.
func (env *Env) compileUserFromTeams(item Item, l *schema.Link) (predicate, *answer.Error) {
	if l.Type != "belongsTo" || l.Entity != "User" {
		return nil, answer.BadRequest("Not supported link '%s' in where item.", item.Attribute)
	}
	if item.Value == nil {
		return always, nil
	}
	teams, attr := IDs(item.Value), l.Name+"Id"
	return func(r *store.Record) bool {
		user := env.Store.Find("User", r.Str(attr))
		return user != nil && slices.ContainsFunc(env.Store.Linked(user, "teams"), func(id string) bool {
			return slices.Contains(teams, id)
		})
	}, nil
}

// compileInCategory matches records in a category or in one below it.
func (env *Env) compileInCategory(item Item, l *schema.Link) (predicate, *answer.Error) {
	category := env.Store.Types[l.Entity]
	if category == nil || category.Fields["childList"] == nil {
		return nil, answer.ServerError()
	}
	if item.Value == nil {
		return always, nil
	}
	wanted, ids := IDs(item.Value), env.linkedIDs(l)
	return func(r *store.Record) bool {
		for _, id := range ids(r) {
			for c, depth := env.Store.Find(l.Entity, id), 0; c != nil && depth < 100; depth++ {
				if slices.Contains(wanted, c.ID) {
					return true
				}
				c = env.Store.Find(l.Entity, c.Str("parentId"))
			}
		}
		return false
	}, nil
}
