package where

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
)

// Item is a node of the filter. Items are the nodes below and, or. Value
// has what JSON has: nil, bool, int64, float64, string, []any, map[string]any.
type Item struct {
	Type, Attribute string
	Value           any
	Items           []Item
	DateTime        bool
	TimeZone        string
	HasTimeZone     bool // an empty time zone is an error where an absent one is UTC
}

// itemsOf reads a list of nodes. The server has no message for malformed
// ones: it fails.
func itemsOf(raw []any) ([]Item, *answer.Error) {
	items := make([]Item, 0, len(raw))
	for _, v := range raw {
		node, ok := v.(*php.Array)
		if !ok {
			return nil, answer.Crash()
		}
		item, err := newItem(node)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// itemKeys are the names that a node may have. "field" is that of "attribute"
// in older clients.
var itemKeys = []string{"type", "attribute", "field", "value", "dateTime", "timeZone"}

func newItem(node *php.Array) (item Item, err *answer.Error) {
	attribute := node.Get("attribute")
	if attribute == nil {
		attribute = node.Get("field")
	}
	var okType, okAttribute bool
	item.Type, okType = php.String(node.Get("type"))
	item.Attribute, okAttribute = php.String(attribute)
	switch {
	case !okType || !okAttribute:
		return item, answer.Crash()
	case !php.True(item.Type) || slices.ContainsFunc(node.Keys, func(k string) bool { return !slices.Contains(itemKeys, k) }):
		return item, answer.ServerError()
	}
	value := node.Get("value")
	switch item.Type {
	case "and", "or":
		list, ok := value.(*php.Array)
		if value != nil && (!ok || !list.IsSequence()) {
			return item, answer.ServerError()
		}
		if list != nil {
			item.Items, err = itemsOf(list.Values())
		}
		return item, err
	case "not", "subQueryIn", "subQueryNotIn":
		// Refused wherever they stand, whatever they hold.
	default:
		if !php.True(item.Attribute) {
			return item, answer.ServerError()
		}
	}
	item.Value = php.Plain(value)
	item.DateTime = php.True(node.Get("dateTime"))
	if tz := node.Get("timeZone"); tz != nil && item.DateTime {
		if item.TimeZone, item.HasTimeZone = php.String(tz); !item.HasTimeZone {
			return item, answer.Crash()
		}
	}
	return item, nil
}
