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

	OrderBy string // attribute; empty is the entity type's own order
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

const phpSpace = " \t\n\r\x00\x0b"

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
	case q.TextFilter != "" && q.Q != "":
		return badInput("Query.Q", "is given beside TextFilter")
	case q.TextFilter == "0" || q.PrimaryFilter == "0" || strings.Trim(q.Q, phpSpace) == "0": // PHP takes it for nothing
		return badInput("Query", "EspoCRM ignores the filter \"0\"; as a text, \"0*\" finds what begins with it")
	case q.Q != "" && strings.Trim(q.Q, phpSpace) == "":
		return badInput("Query.Q", "is only white space, which EspoCRM ignores")
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
	if slices.Contains(q.BoolFilters, "") {
		return badInput("Query.BoolFilters", "one is empty")
	}
	for _, f := range q.Where {
		if err := f.validate(); err != nil {
			return err
		}
	}
	return nil
}

// checkAttribute refuses what cannot be the name of an attribute.
func checkAttribute(argument, name string) error {
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' {
			continue
		}
		return badInput(argument, "%q is not the name of an attribute", name)
	}
	switch {
	case name == "":
		return badInput(argument, "the attribute is empty")
	case name[0] >= '0' && name[0] <= '9':
		return badInput(argument, "%q begins with a digit, which no attribute does", name)
	}
	return nil
}

func (f Filter) validate() error {
	argument := "Filter " + f.Type
	shape, known := filterShapes[f.Type]
	switch {
	case f.Type == "":
		return badInput("Filter", "has no type")
	case f.Type == "not" || f.Type == "subQueryIn" || f.Type == "subQueryNotIn":
		return badInput(argument, "EspoCRM refuses it in a request; use a type such as notEquals or notIn")
	case !known && !f.custom:
		return badInput(argument, "is not a type of EspoCRM; Custom makes one that an extension has added")
	case f.TimeZone != "" && !f.DateTime:
		return badInput(argument, "has a time zone although DateTime is not set")
	case f.DateTime && known && !shape.date:
		return badInput(argument, "is not about dates and takes no time zone")
	}
	if shape.items {
		items, ok := f.Value.([]Filter)
		if !ok || len(items) == 0 || f.Attribute != "" {
			return badInput(argument, "takes one filter or more, and no attribute")
		}
		for _, item := range items {
			if err := item.validate(); err != nil {
				return err
			}
		}
		return nil
	}
	if f.Attribute != "" || !f.custom {
		if err := checkAttribute(argument, f.Attribute); err != nil {
			return err
		}
	}
	if f.custom {
		return nil
	}
	return shape.check(argument, f.Value)
}

// filterShape is what a type of filter takes.
type filterShape struct {
	values int // 0 none, 1 a scalar, 2 a list, 3 a list of two, 4 a whole number
	items  bool
	date   bool
}

func (s filterShape) check(argument string, value any) error {
	if s.values == 0 {
		if value != nil {
			return badInput(argument, "takes no value")
		}
		return nil
	}
	encoded, err := json.Marshal(value, jsonOptions)
	if err != nil {
		return badInput(argument, "%v", err)
	}
	var list []jsontext.Value
	kind := jsontext.Value(encoded).Kind()
	if kind == '[' {
		if err := json.Unmarshal(encoded, &list); err != nil {
			return badInput(argument, "%v", err)
		}
	}
	switch {
	case kind == 'n' && s.values != 2 && s.values != 3:
		return badInput(argument, "has no value; IsNull asks for null")
	case (s.values == 1 || s.values == 4) && kind == '[':
		return badInput(argument, "takes one value, not a list")
	case kind == '{':
		return badInput(argument, "%T is neither text nor a number, a date or a boolean", value)
	case s.values == 4:
		if n, err := strconv.ParseInt(string(encoded), 10, 64); err != nil || n < 0 {
			return badInput(argument, "takes a whole number that is not negative")
		}
	case s.values == 1:
	case kind != '[':
		return badInput(argument, "takes a list")
	case s.values == 2 && len(list) == 0:
		return badInput(argument, "the list is empty")
	case s.values == 3 && len(list) != 2:
		return badInput(argument, "takes two values, from and to")
	}
	for _, item := range list {
		switch item.Kind() {
		case 'n': // matches nothing, without a word
			return badInput(argument, "the list holds null; IsNull asks for it")
		case '[', '{':
			return badInput(argument, "the list holds a list or an object")
		}
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
