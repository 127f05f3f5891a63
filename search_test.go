package espo_test

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// encoder returns a function that gives the raw query, and the headers, of a
// list in the given form.
func encoder(t require.TestingT, form espo.SearchForm) func(espo.Query, ...espo.CallOption) (string, http.Header, error) {
	var got *http.Request
	client, err := espo.NewClient("https://example.com"+mount, espo.APIKey("key"), espo.WithSearchForm(form), espo.WithServerVersion("9.3"),
		espo.WithHTTPClient(&http.Client{Transport: exchange(func(r *http.Request) (*http.Response, error) {
			got = r
			return answer(r, 200, `{"total":0,"list":[]}`), nil
		})}))
	require.NoError(t, err)
	return func(q espo.Query, opts ...espo.CallOption) (string, http.Header, error) {
		got = nil
		_, err := client.Accounts.List(context.Background(), q, opts...)
		if got == nil {
			return "", nil, err
		}
		return got.URL.RawQuery, got.Header, err
	}
}

// readable undoes the escapes of a query.
func readable(t *testing.T, query string) string {
	t.Helper()
	s, err := url.QueryUnescape(query)
	require.NoError(t, err)
	return s
}

func TestQueryForms(t *testing.T) {
	full := espo.Query{
		Where: espo.Where(espo.IsTrue("a")), Select: []string{"id", "name"}, OrderBy: "createdAt", Order: espo.Desc, Offset: 40, MaxSize: 20,
		TextFilter: "x y", PrimaryFilter: "customers", BoolFilters: []string{"onlyMy", "followed"}, NoTotal: true,
	}
	flat := full
	flat.Where = nil
	const flatForm = "boolFilterList[]=onlyMy&boolFilterList[]=followed&maxSize=20&offset=40&order=desc&orderBy=createdAt&primaryFilter=customers&select=id,name&textFilter=x y"
	for _, c := range []struct {
		form  espo.SearchForm
		query espo.Query
		want  string
	}{
		{espo.SearchJSON, espo.Query{}, ""},
		{espo.SearchJSON, espo.Query{Q: "a"}, "q=a"},
		{espo.SearchJSON, flat, flatForm},
		{espo.SearchPHP, flat, flatForm},
		{espo.SearchAliases, flat, "attributeSelect=id,name&" + strings.Replace(flatForm, "select=id,name&", "", 1)},
		{espo.SearchJSON, full, `searchParams={"where":[{"type":"isTrue","attribute":"a"}],"select":["id","name"],"orderBy":"createdAt","order":"desc","offset":40,"maxSize":20,"textFilter":"x y","primaryFilter":"customers","boolFilterList":["onlyMy","followed"]}`},
		{espo.SearchPHP, full, flatForm + "&where[0][attribute]=a&where[0][type]=isTrue"},
		{espo.SearchAliases, full, "attributeSelect=id,name&" + strings.Replace(flatForm, "select=id,name&", "", 1) + "&whereGroup[0][attribute]=a&whereGroup[0][type]=isTrue"},
	} {
		query, header, err := encoder(t, c.form)(c.query)
		require.NoError(t, err)
		assert.Equal(t, c.want, readable(t, query))
		want := ""
		if c.query.NoTotal || c.query.Q != "" {
			want = "true"
		}
		assert.Equal(t, want, header.Get("X-No-Total"))
	}
}

// The caller's slices are not changed or kept.
func TestQueryIsNotChanged(t *testing.T) {
	where := make([]espo.Filter, 1, 8)
	where[0] = espo.IsTrue("a")
	sel := make([]string, 1, 8)
	sel[0] = "id"
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"total":-1,"list":[{"id":"1"}]}`) })
	_, err := espo.Collect(espo.Limit(client.Accounts.All(t.Context(), espo.Query{Where: where, Select: sel}), 1))
	require.NoError(t, err)
	_, err = client.Accounts.List(t.Context(), espo.Query{Where: where, Select: sel})
	require.NoError(t, err)
	assert.Equal(t, espo.Filter{}, where[:2][1])
	assert.Empty(t, sel[:2][1])
}

// Generators of valid queries.
var (
	attributeNames = rapid.StringMatching(`[a-zA-Z][a-zA-Z0-9_]{0,11}(\.[a-z]{1,4})?`)
	texts          = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "0", "1", "null", "[]", "a&b=c", "where[0][type]", "+", "%20", "ї", "\"", "a,b", "\n"}))
	scalars        = rapid.OneOf(
		rapid.Map(texts, func(s string) any { return s }),
		rapid.Map(rapid.IntRange(-1e9, 1e9), func(n int) any { return n }),
		rapid.Map(rapid.IntRange(-1e9, 1e9), func(n int) any { return float64(n) / 8 }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(moments, func(t time.Time) any { return espo.NewDateTime(t) }),
		rapid.Map(moments, func(t time.Time) any { return espo.DateOf(t) }),
	)
)

func filterOf(depth int) *rapid.Generator[espo.Filter] {
	return rapid.Custom(func(t *rapid.T) espo.Filter {
		a := attributeNames.Draw(t, "attribute")
		ids := func() []string { return rapid.SliceOfN(texts, 1, 4).Draw(t, "ids") }
		day := func() espo.Date { return espo.DateOf(moments.Draw(t, "day")) }
		n := func() int { return rapid.IntRange(0, 10_000).Draw(t, "n") }
		zoned := func(f espo.DayFilter) espo.Filter {
			if rapid.Bool().Draw(t, "zoned") {
				return f.InZone(rapid.SampledFrom([]string{"UTC", "Europe/Kyiv", "Etc/GMT+3"}).Draw(t, "zone"))
			}
			return f.Date()
		}
		kinds := map[string]func() espo.Filter{
			"compare": func() espo.Filter {
				compare := rapid.SampledFrom([]func(string, any) espo.Filter{
					espo.Equal, espo.NotEqual, espo.GreaterThan, espo.GreaterOrEqual, espo.LessThan, espo.LessOrEqual,
				}).Draw(t, "compare")
				return compare(a, scalars.Draw(t, "value"))
			},
			"text": func() espo.Filter {
				text := rapid.SampledFrom([]func(string, string) espo.Filter{
					espo.Contains, espo.NotContains, espo.StartsWith, espo.EndsWith, espo.Like, espo.NotLike,
				}).Draw(t, "text")
				return text(a, texts.Draw(t, "part"))
			},
			"list": func() espo.Filter {
				list := rapid.SampledFrom([]func(string, ...any) espo.Filter{espo.In[any], espo.NotIn[any]}).Draw(t, "list")
				return list(a, rapid.SliceOfN(scalars, 1, 4).Draw(t, "values")...)
			},
			"ids": func() espo.Filter {
				list := rapid.SampledFrom([]func(string, ...string) espo.Filter{
					espo.LinkedWith, espo.NotLinkedWith, espo.LinkedWithAll, espo.IsUserFromTeams, espo.InCategory, espo.ArrayAnyOf, espo.ArrayNoneOf, espo.ArrayAllOf,
				}).Draw(t, "ids of")
				return list(a, ids()...)
			},
			"bare": func() espo.Filter {
				return rapid.SampledFrom([]func(string) espo.Filter{
					espo.IsNull, espo.IsNotNull, espo.Ever, espo.IsTrue, espo.IsFalse, espo.IsLinked, espo.IsNotLinked, espo.ArrayIsEmpty, espo.ArrayIsNotEmpty,
				}).Draw(t, "bare")(a)
			},
			"period": func() espo.Filter {
				return zoned(rapid.SampledFrom([]func(string) espo.DayFilter{
					espo.Today, espo.Past, espo.Future, espo.LastSevenDays, espo.CurrentMonth, espo.NextMonth, espo.LastQuarter, espo.LastFiscalYear,
				}).Draw(t, "period")(a))
			},
			"day": func() espo.Filter {
				return zoned(rapid.SampledFrom([]func(string, espo.Date) espo.DayFilter{espo.On, espo.NotOn, espo.Before, espo.After}).Draw(t, "on")(a, day()))
			},
			"days": func() espo.Filter {
				return zoned(rapid.SampledFrom([]func(string, int) espo.DayFilter{espo.LastDays, espo.NextDays, espo.OlderThanDays, espo.AfterDays}).Draw(t, "days")(a, n()))
			},
			"between": func() espo.Filter {
				days := []espo.Date{day(), day()}
				slices.SortFunc(days, espo.Date.Compare)
				return zoned(espo.BetweenDays(a, days[0], days[1]))
			},
		}
		if depth > 0 {
			kinds["group"] = func() espo.Filter {
				group := rapid.SampledFrom([]func(...espo.Filter) espo.Filter{espo.And, espo.Or}).Draw(t, "group")
				return group(rapid.SliceOfN(filterOf(depth-1), 1, 3).Draw(t, "filters")...)
			}
		}
		return kinds[rapid.SampledFrom(slices.Sorted(maps.Keys(kinds))).Draw(t, "kind")]()
	})
}

var queries = rapid.Custom(func(t *rapid.T) espo.Query {
	notIgnored := texts.Filter(func(s string) bool { return s != "0" })
	q := espo.Query{
		Where:         rapid.SliceOfN(filterOf(3), 0, 4).Draw(t, "where"),
		Select:        rapid.SliceOfN(attributeNames, 0, 4).Draw(t, "select"),
		Offset:        rapid.IntRange(0, 1000).Draw(t, "offset"),
		MaxSize:       rapid.IntRange(0, 200).Draw(t, "max size"),
		PrimaryFilter: notIgnored.Draw(t, "primary filter"),
		BoolFilters:   rapid.SliceOfN(attributeNames, 0, 3).Draw(t, "bool filters"),
		NoTotal:       rapid.Bool().Draw(t, "no total"),
	}
	if rapid.Bool().Draw(t, "ordered") {
		q.OrderBy = attributeNames.Draw(t, "order by")
		q.Order = rapid.SampledFrom([]espo.Order{"", espo.Asc, espo.Desc}).Draw(t, "order")
	}
	if text := notIgnored.Draw(t, "text"); rapid.Bool().Draw(t, "q") {
		if trimmed := strings.Trim(text, " \t\n\r\x00\x0b"); trimmed != "" && trimmed != "0" {
			q.Q = text
		}
	} else {
		q.TextFilter = text
	}
	return q
})

// comparableQuery gives a query a form in which two can be compared, with values
// as text, as the PHP forms have them.
func comparableQuery(t require.TestingT, q espo.Query, typed bool) espo.Query {
	var filters func([]espo.Filter) []espo.Filter
	value := func(v any) any {
		if v == nil {
			return nil
		}
		b, err := json.Marshal(v)
		require.NoError(t, err)
		return plainValue(t, b, typed)
	}
	filters = func(items []espo.Filter) []espo.Filter {
		var out []espo.Filter
		for _, f := range items {
			plain := espo.Filter{Type: f.Type, Attribute: f.Attribute, DateTime: f.DateTime, TimeZone: f.TimeZone}
			if nested, ok := f.Value.([]espo.Filter); ok {
				plain.Value = filters(nested)
			} else {
				plain.Value = value(f.Value)
			}
			out = append(out, plain)
		}
		return out
	}
	q.Where = filters(q.Where)
	if q.Q != "" { // a text filter without a total: that is all it is in searchParams
		q.TextFilter, q.Q, q.NoTotal = strings.Trim(q.Q, " \t\n\r\x00\x0b"), "", true
	}
	q.Select = append([]string(nil), q.Select...)
	q.BoolFilters = append([]string(nil), q.BoolFilters...)
	return q
}

func plainValue(t require.TestingT, v jsontext.Value, typed bool) any {
	switch v.Kind() {
	case '[':
		var items []jsontext.Value
		require.NoError(t, json.Unmarshal(v, &items))
		var list []any
		for _, item := range items {
			list = append(list, plainValue(t, item, typed))
		}
		return list
	case '0':
		f, err := strconv.ParseFloat(string(v), 64)
		require.NoError(t, err)
		if !typed {
			return strconv.FormatFloat(f, 'g', -1, 64)
		}
		return f
	case 't', 'f':
		if !typed {
			return map[jsontext.Kind]string{'t': "1", 'f': "0"}[v.Kind()]
		}
		return v.Kind() == 't'
	case '"':
		var s string
		require.NoError(t, json.Unmarshal(v, &s))
		if f, err := strconv.ParseFloat(s, 64); err == nil && !typed {
			return strconv.FormatFloat(f, 'g', -1, 64) // PHP has no other form of a number
		}
		return s
	}
	return nil
}

// Every valid query is sent in a form that a server reads as the same query.
func sameQueryArrives(t *rapid.T) {
	q := queries.Draw(t, "query")
	for _, form := range []espo.SearchForm{espo.SearchJSON, espo.SearchPHP, espo.SearchAliases} {
		raw, header, err := encoder(t, form)(q)
		require.NoError(t, err)
		got, err := espotest.Request{Method: "GET", Path: "Account", Query: raw, Header: header}.Search()
		require.NoError(t, err, raw)
		typed := form == espo.SearchJSON
		require.Equal(t, comparableQuery(t, q, typed), comparableQuery(t, got, typed), raw)
	}
}

func TestQueryArrives(t *testing.T) { rapid.Check(t, sameQueryArrives) }

func FuzzQuery(f *testing.F) { f.Fuzz(rapid.MakeFuzz(sameQueryArrives)) }
