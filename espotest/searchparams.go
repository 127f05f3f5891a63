package espotest

import (
	"math"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
)

// searchParams is what a list request asks for.
type searchParams struct {
	where         []whereItem
	selectList    []string
	hasSelect     bool
	orderBy       string
	order         string // "asc", "desc" or "", whatever the case on the wire
	offset        int
	maxSize       int
	hasMaxSize    bool
	textFilter    string // what to search for, be it from textFilter or from q
	q             string // the parameter q of a query string: no total is counted then
	primaryFilter string
	boolFilters   []string
}

// whereItem is a node of the filter. Items are the nodes below and, or. Value
// has what JSON has: nil, bool, int64, float64, string, []any, map[string]any.
type whereItem struct {
	Type, Attribute string
	Value           any
	Items           []whereItem
	DateTime        bool
	TimeZone        string
	HasTimeZone     bool // an empty time zone is an error where an absent one is UTC
}

// searchParams are the search parameters of a list request, whose maxSize may
// not be over the limit.
func (c *call) searchParams() (searchParams, *answer.Error) {
	return limitedSearchParams(c.req.URL.RawQuery, c.maxListSize())
}

// parseSearchParams reads the search parameters of a query string: the JSON in
// searchParams if it is there, else the single parameters.
func parseSearchParams(rawQuery string) (searchParams, *answer.Error) {
	return limitedSearchParams(rawQuery, math.MaxInt)
}

func limitedSearchParams(rawQuery string, limit int) (searchParams, *answer.Error) {
	query := php.ParseQuery(rawQuery)
	raw := flatSearchParams(query)
	if v := query.Get("searchParams"); v != nil {
		text, ok := v.(string)
		if !ok {
			return searchParams{}, answer.BadRequest("Invalid search params JSON.")
		}
		decoded, err := php.DecodeJSONArrays(text)
		if err != nil {
			return searchParams{}, answer.BadRequest("Invalid search params JSON.")
		}
		if raw, ok = decoded.(*php.Array); !ok {
			return searchParams{}, answer.Crash()
		}
	}
	sp, apiErr := limitedSearchParamsFrom(raw, limit)
	if apiErr != nil {
		return searchParams{}, apiErr
	}
	// Only the parameter of the query string switches the total off; beside
	// searchParams it does nothing else.
	sp.q, _ = query.Get("q").(string)
	if sp.q == "0" {
		sp.q = ""
	}
	return sp, nil
}

// flatSearchParams collects the single parameters of a query string under the
// names of the JSON form. What has the wrong shape is dropped, as are "" and "0".
func flatSearchParams(query *php.Array) *php.Array {
	raw := php.NewArray()
	text := func(name string) string {
		if s, _ := query.Get(name).(string); s != "0" {
			return s
		}
		return ""
	}
	copyText := func(name string) {
		if s := text(name); s != "" {
			raw.Set(name, s)
		}
	}
	if s, ok := query.Get("maxSize").(string); ok && s != "" {
		raw.Set("maxSize", int64(php.Int(s)))
	}
	if s, ok := query.Get("offset").(string); ok {
		raw.Set("offset", int64(php.Int(s)))
	}

	orderBy, order := text("orderBy"), text("order")
	if orderBy == "" {
		orderBy = text("sortBy")
	}
	if asc := text("asc"); order == "" && asc != "" {
		order = "desc"
		if asc == "true" {
			order = "asc"
		}
	}
	raw.Set("orderBy", orderBy)
	raw.Set("order", order)

	sel := text("select")
	if v, ok := query.Vals["attributeSelect"]; ok {
		sel, _ = v.(string)
	}
	if sel != "" && sel != "0" {
		list := php.NewArray()
		for name := range strings.SplitSeq(sel, ",") {
			list.Push(name)
		}
		raw.Set("select", list)
	}

	where := query.Get("where")
	if v, ok := query.Vals["whereGroup"]; ok {
		where = v
	}
	if _, ok := where.(*php.Array); ok {
		raw.Set("where", where)
	}

	copyText("textFilter")
	if q := text("q"); q != "" {
		raw.Set("q", q)
	}
	copyText("primaryFilter")
	if s := text("boolFilterList"); s != "" {
		list := php.NewArray()
		list.Push(s)
		raw.Set("boolFilterList", list)
	} else if list, ok := query.Get("boolFilterList").(*php.Array); ok {
		raw.Set("boolFilterList", list)
	}
	return raw
}

func searchParamsFrom(raw *php.Array) (searchParams, *answer.Error) {
	return limitedSearchParamsFrom(raw, math.MaxInt)
}

// limitedSearchParamsFrom checks the parameters in the order in which the server does,
// which decides on the reason when several are wrong.
func limitedSearchParamsFrom(raw *php.Array, limit int) (sp searchParams, err *answer.Error) {
	switch v := raw.Get("maxSize").(type) {
	case nil:
	case int64:
		if sp.maxSize, sp.hasMaxSize = int(v), true; sp.maxSize > limit {
			return sp, answer.Forbidden("Max size should not exceed %d. Use offset and limit.", limit)
		}
	default:
		return sp, answer.BadRequest("maxSize must be integer.")
	}
	q, ok := raw.Get("q").(string)
	if !ok && raw.Get("q") != nil {
		return sp, answer.BadRequest("q must be string.")
	}
	if sp.selectList, err = stringList(raw, "select"); err != nil {
		return sp, err
	}
	sp.hasSelect = raw.Get("select") != nil
	if sp.orderBy, err = stringParam(raw, "orderBy"); err != nil {
		return sp, err
	}
	if sp.order, err = stringParam(raw, "order"); err != nil {
		return sp, err
	}
	if sp.boolFilters, err = stringList(raw, "boolFilterList"); err != nil {
		return sp, err
	}
	if sp.primaryFilter, err = stringParam(raw, "primaryFilter"); err != nil {
		return sp, err
	}
	if sp.textFilter, err = stringParam(raw, "textFilter"); err != nil {
		return sp, err
	}
	if sp.textFilter == "" {
		sp.textFilter = strings.Trim(q, " \t\n\r\x00\x0b") // what PHP trims
	}
	if !php.True(sp.textFilter) {
		sp.textFilter = ""
	}
	where, ok := raw.Get("where").(*php.Array)
	if !ok && raw.Get("where") != nil {
		return sp, answer.BadRequest("where should be array.")
	}
	switch v := raw.Get("offset").(type) {
	case nil:
	case int64:
		sp.offset = int(v)
	case string:
		if !php.IsNumeric(v) {
			return sp, answer.BadRequest("offset should be int.")
		}
		sp.offset = php.Int(v)
	default:
		return sp, answer.BadRequest("offset should be int.")
	}
	switch order := strings.ToLower(sp.order); order {
	case "", "asc", "desc":
		sp.order = order
	default:
		return sp, answer.BadRequest("order value is bad.")
	}
	if where != nil {
		nodes, err := sp.unwrap(where.Values())
		if err != nil {
			return sp, err
		}
		if sp.where, err = whereItems(nodes); err != nil {
			return sp, err
		}
	}
	return sp, nil
}

// unwrap takes the filters out of the where that have parameters of their own,
// but may stand there as well, and returns the other nodes.
func (sp *searchParams) unwrap(nodes []any) ([]any, *answer.Error) {
	rest := make([]any, 0, len(nodes))
	for _, v := range nodes {
		node, _ := v.(*php.Array)
		if node == nil {
			return nil, answer.Crash()
		}
		value := node.Get("value")
		text, scalar := php.String(value)
		switch node.Get("type") {
		case "textFilter":
			if !scalar {
				return nil, answer.Crash()
			}
			if php.True(text) {
				sp.textFilter = text
			}
		case "primary":
			switch {
			case !scalar:
				return nil, answer.Crash()
			case !php.True(text):
				return nil, answer.ServerError()
			}
			sp.primaryFilter = text
		case "bool":
			list, ok := value.(*php.Array)
			if !ok {
				return nil, answer.ServerError()
			}
			for _, v := range list.Values() {
				name, ok := php.String(v)
				if !ok {
					return nil, answer.ServerError()
				}
				sp.boolFilters = append(sp.boolFilters, name)
			}
		default:
			rest = append(rest, v)
		}
	}
	return rest, nil
}

func stringParam(raw *php.Array, name string) (string, *answer.Error) {
	switch v := raw.Get(name).(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	}
	return "", answer.BadRequest("%s should be string.", name)
}

func stringList(raw *php.Array, name string) ([]string, *answer.Error) {
	switch v := raw.Get(name).(type) {
	case nil:
		return nil, nil
	case *php.Array:
		list := make([]string, 0, len(v.Keys))
		for _, item := range v.Values() {
			s, ok := item.(string)
			if !ok {
				return nil, answer.BadRequest("%s has non-string item.", name)
			}
			list = append(list, s)
		}
		return list, nil
	}
	return nil, answer.BadRequest("%s should be array.", name)
}

// whereItems reads a list of nodes. The server has no message for malformed
// ones: it fails.
func whereItems(raw []any) ([]whereItem, *answer.Error) {
	items := make([]whereItem, 0, len(raw))
	for _, v := range raw {
		node, ok := v.(*php.Array)
		if !ok {
			return nil, answer.Crash()
		}
		item, err := newWhereItem(node)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// whereKeys are the names that a node may have. "field" is that of "attribute"
// in older clients.
var whereKeys = []string{"type", "attribute", "field", "value", "dateTime", "timeZone"}

func newWhereItem(node *php.Array) (item whereItem, err *answer.Error) {
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
	case !php.True(item.Type) || slices.ContainsFunc(node.Keys, func(k string) bool { return !slices.Contains(whereKeys, k) }):
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
			item.Items, err = whereItems(list.Values())
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
