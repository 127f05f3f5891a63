package where

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/collation"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// comparisons are the filter types that compare one value with another.
var comparisons = map[string]func(order int) bool{
	"equals":              func(o int) bool { return o == 0 },
	"notEquals":           func(o int) bool { return o != 0 },
	"greaterThan":         func(o int) bool { return o > 0 },
	"lessThan":            func(o int) bool { return o < 0 },
	"greaterThanOrEquals": func(o int) bool { return o >= 0 },
	"lessThanOrEquals":    func(o int) bool { return o <= 0 },
}

// compileComparison compares with one value. Null is compared by equality
// only, and an array is a list of alternatives.
func compileComparison(op string, value any, a *schema.Attribute, get func(*store.Record) any) (predicate, *answer.Error) {
	switch {
	case php.IsList(value):
		return compileIn(op != "notEquals", php.Values(value), a, get)
	case value == nil && op == "equals":
		return func(r *store.Record) bool { return get(r) == nil }, nil
	case value == nil && op == "notEquals":
		return func(r *store.Record) bool { return get(r) != nil }, nil
	case value == nil:
		return never, nil
	}
	o, holds := newOperand(value, a), comparisons[op]
	return func(r *store.Record) bool {
		v := get(r)
		return v != nil && holds(o.compare(v))
	}, nil
}

func compileIn(in bool, values []any, a *schema.Attribute, get func(*store.Record) any) (predicate, *answer.Error) {
	if slices.ContainsFunc(values, php.IsList) {
		return nil, answer.Crash()
	}
	if len(values) == 0 {
		if in {
			return never, nil
		}
		return always, nil
	}
	var operands []*operand
	for _, v := range values {
		if v != nil {
			operands = append(operands, newOperand(v, a))
		} else if !in {
			return never, nil // nothing is known to differ from null
		}
	}
	return func(r *store.Record) bool {
		v := get(r)
		return v != nil && in == slices.ContainsFunc(operands, func(o *operand) bool { return o.compare(v) == 0 })
	}, nil
}

// compileBetween takes the first two values, of which neither may be null.
func compileBetween(item Item, a *schema.Attribute, get func(*store.Record) any) (predicate, *answer.Error) {
	if !php.IsList(item.Value) || len(php.Values(item.Value)) < 2 {
		return nil, answer.BadRequest("Bad where item 'between'.")
	}
	values := bounds(item.Value)
	if slices.ContainsFunc(values, func(v any) bool { return v == nil || php.IsList(v) }) {
		return never, nil
	}
	from, to := newOperand(values[0], a), newOperand(values[1], a)
	return func(r *store.Record) bool {
		v := get(r)
		return v != nil && from.compare(v) >= 0 && to.compare(v) <= 0
	}, nil
}

// bounds are the values of an array at 0 and 1; nil where there is none.
func bounds(v any) []any {
	switch v := v.(type) {
	case []any:
		return v[:2]
	case map[string]any:
		return []any{v["0"], v["1"]}
	}
	return []any{nil, nil}
}

// compileLike is for the filters by a part of a text. lookup applies the match
// to a record's text, and tells whether there is one at all.
func compileLike(item Item, lookup func(*store.Record, func(string) bool) (matched, known bool)) (predicate, *answer.Error) {
	text, scalar := php.String(item.Value)
	if !scalar {
		text = "Array" // PHP's name for any
	}
	switch item.Type {
	case "like", "notLike":
		if item.Value == nil || !scalar {
			return never, nil
		}
	case "startsWith":
		text += "%"
	case "endsWith":
		text = "%" + text
	default:
		text = "%" + text + "%"
	}
	match := func(s string) bool { return collation.Like(text, s) }
	if strings.HasPrefix(item.Type, "not") {
		return func(r *store.Record) bool {
			matched, known := lookup(r, match)
			return known && !matched
		}, nil
	}
	return func(r *store.Record) bool {
		matched, _ := lookup(r, match)
		return matched
	}, nil
}

func allOf(all []predicate) predicate {
	if len(all) == 1 {
		return all[0]
	}
	return func(r *store.Record) bool {
		for _, match := range all {
			if !match(r) {
				return false
			}
		}
		return true
	}
}

// operand is a value of a filter, made ready to be compared with an attribute.
type operand struct {
	text   string
	num    float64
	number bool   // it is a number, so that texts are compared with it as numbers
	exact  bool   // the column holds numbers in texts
	dates  bool   // the column holds dates
	date   string // as a date-time; "" when it is none
}

func newOperand(v any, a *schema.Attribute) *operand {
	o := &operand{}
	o.text, _ = php.String(v)
	switch v := v.(type) {
	case string:
		o.num, _ = strconv.ParseFloat(php.NumericPrefix(v), 64)
	case bool:
		o.number, o.num = true, boolNumber(v)
		o.text = strconv.FormatFloat(o.num, 'f', -1, 64)
	default:
		o.number = true
		o.num, _ = php.Number(v)
	}
	switch a.Kind {
	case schema.KindDate, schema.KindDateTime, schema.KindDateTimeOptional:
		o.dates, o.date = true, dateTimeText(o.text)
	case schema.KindDecimal:
		o.exact = true
	case schema.KindCurrency:
		o.exact = a.Field.Decimal
	}
	return o
}

func boolNumber(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// compare orders a record's value, which is not null, against the operand.
func (o *operand) compare(v any) int {
	switch v := v.(type) {
	case string:
		switch {
		case o.dates && o.number:
			return cmp.Compare(dateNumber(v), o.num)
		case o.dates && len(v) == len(o.date):
			return strings.Compare(v, o.date)
		case o.dates:
			return strings.Compare(dateTimeText(v), o.date)
		case o.number || o.exact:
			n, _ := strconv.ParseFloat(php.NumericPrefix(v), 64)
			return cmp.Compare(n, o.num)
		}
		return collation.Compare(v, o.text)
	case bool:
		return cmp.Compare(boolNumber(v), o.num)
	case int64, float64:
		n, _ := php.Number(v)
		return cmp.Compare(n, o.num)
	}
	if text := jsonText(v); !o.number {
		return collation.Compare(text, o.text)
	}
	return cmp.Compare(0, o.num) // as a number, a list or an object is 0
}

// dateTimeText completes a date or a date-time to the second; "" stands for
// what is neither, and is before all others. A time zone does not count.
func dateTimeText(s string) string {
	if len(s) > len(time.DateTime) {
		s = s[:len(time.DateTime)]
	}
	s = strings.Replace(s, "T", " ", 1)
	for _, layout := range []string{time.DateTime, time.DateOnly, "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateTime)
		}
	}
	return ""
}

// dateNumber is a date as the number that the database takes it for.
func dateNumber(s string) float64 {
	n, _ := strconv.ParseFloat(strings.NewReplacer("-", "", " ", "", ":", "").Replace(s), 64)
	return n
}

// columnText is a value as the database turns it into text.
func columnText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatFloat(boolNumber(v), 'f', -1, 64)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return jsonText(v)
}
