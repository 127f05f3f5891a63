package where

import (
	"math"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
)

// Params is what a list request asks for.
type Params struct {
	Where         []Item
	SelectList    []string
	HasSelect     bool
	OrderBy       string
	Order         string // "asc", "desc" or "", whatever the case on the wire
	Offset        int
	MaxSize       int
	HasMaxSize    bool
	TextFilter    string // what to search for, be it from textFilter or from q
	Q             string // the parameter q of a query string: no total is counted then
	PrimaryFilter string
	BoolFilters   []string
}

// WithoutPage asks for everything that matches, and not for a page of it.
func (sp Params) WithoutPage() Params {
	sp.Offset, sp.MaxSize, sp.HasMaxSize = 0, math.MaxInt, true
	return sp
}

// Parse reads the search parameters of a query string: the JSON in
// searchParams if it is there, else the single parameters.
func Parse(rawQuery string) (Params, *answer.Error) {
	return ParseLimited(release.Default, rawQuery, math.MaxInt)
}

// ParseLimited is Parse as a release does it, with a limit of maxSize.
func ParseLimited(r release.Release, rawQuery string, limit int) (Params, *answer.Error) {
	query := php.ParseQuery(rawQuery)
	raw := flatten(query, r.Has(release.SearchAliases))
	if v := query.Get("searchParams"); v != nil {
		text, ok := v.(string)
		if !ok {
			return Params{}, answer.BadRequest("Invalid search params JSON.")
		}
		decoded, err := php.DecodeJSONArrays(text)
		if err != nil {
			return Params{}, answer.BadRequest("Invalid search params JSON.")
		}
		if raw, ok = decoded.(*php.Array); !ok {
			return Params{}, answer.Crash()
		}
	}
	sp, apiErr := fromArray(raw, limit)
	if apiErr != nil {
		return Params{}, apiErr
	}
	// Only the parameter of the query string switches the total off; beside
	// searchParams it does nothing else.
	sp.Q, _ = query.Get("q").(string)
	if sp.Q == "0" {
		sp.Q = ""
	}
	return sp, nil
}

// selectList returns the names that a request selects, nil without any.
func selectList(query *php.Array, names string, aliases bool) *php.Array {
	if v, ok := query.Vals["attributeSelect"]; ok && aliases {
		names, _ = v.(string)
	}
	if names == "" || names == "0" {
		return nil
	}
	list := php.NewArray()
	for name := range strings.SplitSeq(names, ",") {
		list.Push(name)
	}
	return list
}

// flatten collects the single parameters of a query string under the
// names of the JSON form. What has the wrong shape is dropped, as are "" and "0".
func flatten(query *php.Array, aliases bool) *php.Array {
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
		raw.Set("maxSize", php.Int(s))
	}
	if s, ok := query.Get("offset").(string); ok {
		raw.Set("offset", php.Int(s))
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

	if list := selectList(query, text("select"), aliases); list != nil {
		raw.Set("select", list)
	}

	where := query.Get("where")
	if v, ok := query.Vals["whereGroup"]; ok && aliases {
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

// FromArray takes the search parameters from a request's body, without a limit
// of the page.
func FromArray(raw *php.Array) (Params, *answer.Error) {
	return fromArray(raw, math.MaxInt)
}

// fromArray checks the parameters in the order in which the server does,
// which decides on the reason when several are wrong.
func fromArray(raw *php.Array, limit int) (sp Params, err *answer.Error) {
	if err := sp.setMaxSize(raw.Get("maxSize"), limit); err != nil {
		return sp, err
	}
	q, ok := raw.Get("q").(string)
	if !ok && raw.Get("q") != nil {
		return sp, answer.BadRequest("q must be string.")
	}
	if sp.SelectList, err = stringList(raw, "select"); err != nil {
		return sp, err
	}
	sp.HasSelect = raw.Get("select") != nil
	if sp.OrderBy, err = stringParam(raw, "orderBy"); err != nil {
		return sp, err
	}
	if sp.Order, err = stringParam(raw, "order"); err != nil {
		return sp, err
	}
	if sp.BoolFilters, err = stringList(raw, "boolFilterList"); err != nil {
		return sp, err
	}
	if sp.PrimaryFilter, err = stringParam(raw, "primaryFilter"); err != nil {
		return sp, err
	}
	if sp.TextFilter, err = stringParam(raw, "textFilter"); err != nil {
		return sp, err
	}
	if sp.TextFilter == "" {
		sp.TextFilter = strings.Trim(q, " \t\n\r\x00\x0b") // what PHP trims
	}
	if !php.True(sp.TextFilter) {
		sp.TextFilter = ""
	}
	where, ok := raw.Get("where").(*php.Array)
	if !ok && raw.Get("where") != nil {
		return sp, answer.BadRequest("where should be array.")
	}
	if err := sp.setOffset(raw.Get("offset")); err != nil {
		return sp, err
	}
	switch order := strings.ToLower(sp.Order); order {
	case "", "asc", "desc":
		sp.Order = order
	default:
		return sp, answer.BadRequest("order value is bad.")
	}
	if where != nil {
		nodes, err := sp.unwrap(where.Values())
		if err != nil {
			return sp, err
		}
		if sp.Where, err = itemsOf(nodes); err != nil {
			return sp, err
		}
	}
	return sp, nil
}

func (sp *Params) setMaxSize(v any, limit int) *answer.Error {
	switch v := v.(type) {
	case nil:
	case int64:
		if sp.MaxSize, sp.HasMaxSize = php.ToInt(v), true; sp.MaxSize > limit {
			return answer.Forbidden("Max size should not exceed %d. Use offset and limit.", limit)
		}
	default:
		return answer.BadRequest("maxSize must be integer.")
	}
	return nil
}

func (sp *Params) setOffset(v any) *answer.Error {
	switch v := v.(type) {
	case nil:
		return nil
	case int64:
		sp.Offset = php.ToInt(v)
		return nil
	case string:
		if php.IsNumeric(v) {
			sp.Offset = php.ToInt(php.Int(v))
			return nil
		}
	}
	return answer.BadRequest("offset should be int.")
}

// unwrap takes the filters out of the where that have parameters of their own,
// but may stand there as well, and returns the other nodes.
func (sp *Params) unwrap(nodes []any) ([]any, *answer.Error) {
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
				sp.TextFilter = text
			}
		case "primary":
			switch {
			case !scalar:
				return nil, answer.Crash()
			case !php.True(text):
				return nil, answer.ServerError()
			}
			sp.PrimaryFilter = text
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
				sp.BoolFilters = append(sp.BoolFilters, name)
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
