package espo_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/go-espo/espo"
)

// No query is sent that the server would refuse, or worse, ignore in part.
func TestImpossibleQueries(t *testing.T) {
	f := func(filter espo.Filter) espo.Query { return espo.Query{Where: espo.Where(filter)} }
	day := espo.NewDate(2026, 1, 1)
	for name, q := range map[string]espo.Query{
		"text that PHP ignores": {TextFilter: "0"}, "q that PHP ignores": {Q: " 0"}, "q of spaces": {Q: " \t"}, "filter that PHP ignores": {PrimaryFilter: "0"},
		"order by 0": {OrderBy: "0"}, "select of 0": {Select: []string{"0"}}, "negative offset": {Offset: -1}, "negative size": {MaxSize: -2}, "size for the total": {MaxSize: -1},
		"order of no attribute": {Order: espo.Desc}, "no such order": {OrderBy: "name", Order: "up"},
		"two texts": {TextFilter: "a", Q: "b"}, "order by two": {OrderBy: "a,b"}, "order by an expression": {OrderBy: "SUM:(amount)"},
		"select of nothing": {Select: []string{""}}, "select of two in one": {Select: []string{"id,name"}}, "empty bool filter": {BoolFilters: []string{""}},

		"no type": f(espo.Filter{Attribute: "a"}), "unknown type": f(espo.Filter{Type: "equal", Attribute: "a", Value: 1}),
		"not": f(espo.Filter{Type: "not", Value: espo.Where(espo.IsNull("a"))}), "subquery": f(espo.Filter{Type: "subQueryIn", Value: espo.Attrs{}}),
		"subquery of CustomFilter": f(espo.CustomFilter(espo.Filter{Type: "subQueryIn", Attribute: "id"})), "not of CustomFilter": f(espo.CustomFilter(espo.Filter{Type: "not"})),
		"no attribute": f(espo.Equal("", 1)), "attribute with a space": f(espo.IsNull("a b")), "attribute in brackets": f(espo.IsNull("a[b]")),
		"attribute of CustomFilter": f(espo.CustomFilter(espo.Filter{Type: "x", Attribute: "a b"})), "CustomFilter without a type": f(espo.CustomFilter(espo.Filter{Attribute: "a"})),
		"CustomFilter of a type that every server has": f(espo.CustomFilter(espo.Filter{Type: "today", Attribute: "a"})),

		"equal to nil": f(espo.Equal("a", nil)), "equal to a nil pointer": f(espo.Equal("a", (*string)(nil))), "equal to no time": f(espo.Equal("a", (*time.Time)(nil))),
		"equal to a zero time": f(espo.Equal("a", time.Time{})), "equal to a zero Date": f(espo.Equal("a", espo.Date{})),
		"equal to a zero DateTime": f(espo.Equal("a", espo.DateTime{})), "equal to no number": f(espo.Equal("a", espo.Number(""))),
		"equal to NaN": f(espo.Equal("a", math.NaN())), "equal to a list": f(espo.Equal("a", []string{"b"})), "equal to a map": f(espo.Equal("a", espo.Attrs{"b": 1})),
		"equal to a function": f(espo.Equal("a", func() {})), "equal to a bad number": f(espo.Equal("a", espo.Number("1,5"))),
		"equal to a wrong date": f(espo.Equal("a", espo.Date{Year: 2026, Month: 2, Day: 30})), "equal to a filter": f(espo.Equal("a", espo.IsNull("b"))),
		"in nothing": f(espo.In[string]("a")), "in null": f(espo.In[any]("a", "b", nil)), "in lists": f(espo.In("a", []int{1}, []int{2})),
		"in a string": f(espo.Filter{Type: "in", Attribute: "a", Value: "b"}), "in nil": f(espo.Filter{Type: "in", Attribute: "a"}),
		"linked with nothing": f(espo.LinkedWith("teams")), "array of nothing": f(espo.ArrayAnyOf("tags")),
		"null with a value":  f(espo.Filter{Type: "isNull", Attribute: "a", Value: 1}),
		"today with a value": f(espo.Filter{Type: "today", Attribute: "a", Value: "2026-01-01"}),
		"on no day":          f(espo.On("a", espo.Date{}).Date()), "between a day and none": f(espo.BetweenDays("a", day, espo.Date{}).Date()),
		"between one": f(espo.Filter{Type: "between", Attribute: "a", Value: []int{1}}), "between three": f(espo.Filter{Type: "between", Attribute: "a", Value: []int{1, 2, 3}}),
		"between nothing": f(espo.Filter{Type: "between", Attribute: "a"}), "between a text": f(espo.Filter{Type: "between", Attribute: "a", Value: "1-2"}),
		"last -1 days": f(espo.LastDays("a", -1).Date()), "last 1.5 days": f(espo.Filter{Type: "lastXDays", Attribute: "a", Value: 1.5}),
		"last few days": f(espo.Filter{Type: "lastXDays", Attribute: "a", Value: "3"}), "last days": f(espo.Filter{Type: "lastXDays", Attribute: "a"}),
		"zone of a text":       f(espo.Filter{Type: "equals", Attribute: "a", Value: "b", DateTime: true, TimeZone: "Europe/Kyiv"}),
		"zone without a time":  f(espo.Filter{Type: "on", Attribute: "a", Value: day, TimeZone: "Europe/Kyiv"}),
		"and of nothing":       f(espo.And()),
		"or of nothing":        f(espo.Or()),
		"or with an attribute": f(espo.Filter{Type: "or", Attribute: "a", Value: espo.Where(espo.IsNull("b"))}),
		"or of no filters":     f(espo.Filter{Type: "or", Value: "b"}),
		"inside or":            f(espo.Or(espo.IsNull("a"), espo.Equal("b", nil))),
		"deep inside":          f(espo.And(espo.Or(espo.And(espo.LastDays("a", -1).Date())))),
	} {
		for _, form := range []espo.SearchForm{espo.SearchJSON, espo.SearchPHP, espo.SearchAliases} {
			query, _, err := encoder(t, form)(q)
			var input *espo.InputError
			assert.ErrorAs(t, err, &input, "%s, form %d", name, form)
			assert.Empty(t, query, name)
		}
	}
}
