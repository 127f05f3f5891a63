package where

import (
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Candidates returns the records, by id, among which those are that match all of
// the items: fewer than all where an item asks for ids, for a linked record or
// for an address. The items themselves still have to be tested.
func Candidates(st *store.Store, e *schema.EntityType, items []Item) []*store.Record {
	var from, to string
	for _, item := range items {
		if records, ok := equalTo(st, e, item); ok {
			return records
		}
		id, ok := plainText(item)
		if !ok || item.Attribute != "id" {
			continue
		}
		switch item.Type {
		case "greaterThan", "greaterThanOrEquals":
			from = max(from, id)
		case "lessThan", "lessThanOrEquals":
			id += "0" // the first that is greater
			if to == "" || id < to {
				to = id
			}
		}
	}
	return st.Between(e.Name, from, to)
}

// plainText is an item's value if it is one that stands in the way of ids.
func plainText(item Item) (string, bool) {
	s, ok := item.Value.(string)
	return s, ok && !item.DateTime && store.PlainID(s)
}

// equalTo returns the candidates for an item that asks for equality. ok is false
// when no index knows them.
func equalTo(st *store.Store, e *schema.EntityType, item Item) (records []*store.Record, ok bool) {
	a := e.Attr(item.Attribute)
	if a == nil || item.DateTime || item.Type != "equals" && item.Type != "in" || item.Type == "in" && !php.IsList(item.Value) {
		return nil, false
	}
	var values []string
	for _, v := range php.Values(item.Value) {
		s, ok := v.(string)
		if !ok {
			return nil, false
		}
		values = append(values, s)
	}
	if f := a.Field; f != nil && f.Name == a.Name && (f.Type == "email" || f.Type == "phone") {
		return st.WithAddress(a, e.Name, values), true
	}
	for _, s := range values {
		if !store.PlainID(s) {
			return nil, false
		}
	}
	if a.Kind == schema.KindID {
		return st.WithIDs(e.Name, values), true
	}
	return st.WithLink(a, e.Name, values)
}
