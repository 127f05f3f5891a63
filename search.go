package espo

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-querystring/query"
)

// Query says which records to list, and how. The zero Query is every record
// in the entity type's own order.
type Query struct {
	Where []Filter // all of them must hold

	// Select are the attributes to read; empty means all of those that a list
	// has. The server adds some of its own, such as id.
	Select []string

	OrderBy string // attribute of the entity type, not of a link's; empty is the entity type's own order
	Order   Order  // only with OrderBy; empty is Asc

	Offset  int // records to skip
	MaxSize int // records of one page; 0 is the server's default, mostly 20; servers allow at most 200

	TextFilter    string   // full text search; with * as a wildcard
	Q             string   // as TextFilter in the web client's search box; the total is not counted
	PrimaryFilter string   // a filter that the entity type defines, such as "customers"
	BoolFilters   []string // such as "onlyMy"; at least one of them must hold

	NoTotal bool // do not count the total, which is faster

	countOnly bool // the total and no records
}

// Order is the direction of an order.
type Order string

// The directions.
const (
	Asc  Order = "asc"
	Desc Order = "desc"
)

// queryParams is a Query as it goes on the wire.
type queryParams struct {
	Where         []Filter `json:"where,omitempty" url:"-"`
	Select        []string `json:"select,omitempty" url:"select,comma,omitempty"`
	OrderBy       string   `json:"orderBy,omitzero" url:"orderBy,omitempty"`
	Order         Order    `json:"order,omitzero" url:"order,omitempty"`
	Offset        int      `json:"offset,omitzero" url:"offset,omitempty"`
	MaxSize       *int     `json:"maxSize,omitzero" url:"maxSize,omitempty"`
	TextFilter    string   `json:"textFilter,omitzero" url:"textFilter,omitempty"`
	Q             string   `json:"q,omitzero" url:"q,omitempty"`
	PrimaryFilter string   `json:"primaryFilter,omitzero" url:"primaryFilter,omitempty"`
	BoolFilters   []string `json:"boolFilterList,omitempty" url:"boolFilterList,brackets,omitempty"`
}

// encode makes the URL's query.
func (q Query) encode(form SearchForm) (string, error) {
	if err := q.validate(); err != nil {
		return "", err
	}
	p := queryParams{
		Where: q.Where, Select: q.Select, OrderBy: q.OrderBy, Order: q.Order, Offset: q.Offset,
		TextFilter: q.TextFilter, Q: q.Q, PrimaryFilter: q.PrimaryFilter, BoolFilters: q.BoolFilters,
	}
	switch {
	case q.countOnly:
		p.MaxSize = new(int)
	case q.MaxSize > 0:
		p.MaxSize = &q.MaxSize
	}
	if len(q.Where) > 0 && form == SearchJSON {
		b, err := json.Marshal(p, jsonOptions)
		if err != nil {
			return "", badInput("Query.Where", "%v", err)
		}
		return "searchParams=" + url.QueryEscape(string(b)), nil
	}
	values, err := query.Values(p)
	if err != nil {
		return "", badInput("Query", "%v", err)
	}
	name := "where"
	if form == SearchAliases {
		name = "whereGroup"
		if s, ok := values["select"]; ok {
			delete(values, "select")
			values["attributeSelect"] = s
		}
	}
	if err := phpItems(values, name, q.Where); err != nil {
		return "", err
	}
	return values.Encode(), nil
}

func (q Query) validate() error {
	switch {
	case q.Offset < 0:
		return badInput("Query.Offset", "%d is negative", q.Offset)
	case q.MaxSize < 0:
		return badInput("Query.MaxSize", "%d is negative", q.MaxSize)
	case q.Order != "" && q.Order != Asc && q.Order != Desc:
		return badInput("Query.Order", "%q is neither Asc nor Desc", q.Order)
	case q.Order != "" && q.OrderBy == "":
		return badInput("Query.Order", "is given without OrderBy")
	case slices.Contains(q.BoolFilters, ""):
		return badInput("Query.BoolFilters", "one is empty")
	}
	if err := q.validateTexts(); err != nil {
		return err
	}
	if q.OrderBy != "" {
		if err := checkAttribute("Query.OrderBy", q.OrderBy); err != nil {
			return err
		}
	}
	for _, a := range q.Select {
		if err := checkAttribute("Query.Select", a); err != nil {
			return err
		}
	}
	return validateFilters(q.Where)
}

// validateTexts refuses texts that PHP takes for nothing.
func (q Query) validateTexts() error {
	trimmed := strings.Trim(q.Q, " \t\n\r\x00\x0b")
	switch {
	case q.TextFilter != "" && q.Q != "":
		return badInput("Query.Q", "is given beside TextFilter")
	case q.TextFilter == "0" || q.PrimaryFilter == "0" || trimmed == "0":
		return badInput("Query", "EspoCRM ignores the filter \"0\"; as a text, \"0*\" finds what begins with it")
	case q.Q != "" && trimmed == "":
		return badInput("Query.Q", "is only white space, which EspoCRM ignores")
	}
	return nil
}

// phpItems writes filters as PHP reads them from a query: name[0][type]=….
func phpItems(out url.Values, name string, items []Filter) error {
	for i, f := range items {
		prefix := name + "[" + strconv.Itoa(i) + "]"
		out.Set(prefix+"[type]", f.Type)
		if f.Attribute != "" {
			out.Set(prefix+"[attribute]", f.Attribute)
		}
		if f.DateTime {
			out.Set(prefix+"[dateTime]", "1")
		}
		if f.TimeZone != "" {
			out.Set(prefix+"[timeZone]", f.TimeZone)
		}
		if nested, ok := f.Value.([]Filter); ok {
			if err := phpItems(out, prefix+"[value]", nested); err != nil {
				return err
			}
			continue
		}
		if f.Value == nil {
			continue
		}
		b, err := json.Marshal(f.Value, jsonOptions)
		if err != nil {
			return badInput("Filter "+f.Type, "%v", err)
		}
		if err := phpValue(out, prefix+"[value]", b); err != nil {
			return badInput("Filter "+f.Type, "%v", err)
		}
	}
	return nil
}

// phpValue writes a JSON scalar or a list of scalars. Booleans become 1 and 0.
func phpValue(out url.Values, name string, v jsontext.Value) error {
	switch v.Kind() {
	case '"':
		var s string
		if err := json.Unmarshal(v, &s); err != nil {
			return err
		}
		out.Add(name, s)
	case '0':
		out.Add(name, string(v))
	case 't':
		out.Add(name, "1")
	case 'f':
		out.Add(name, "0")
	case '[':
		var list []jsontext.Value
		if err := json.Unmarshal(v, &list); err != nil {
			return err
		}
		for _, item := range list {
			if item.Kind() == '[' {
				return errors.New("a list in a list needs SearchJSON")
			}
			if err := phpValue(out, name+"[]", item); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("%s needs SearchJSON", strings.TrimSpace(string(v)))
	}
	return nil
}
