package where

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a real EspoCRM answers to search parameters that it refuses.
func TestParseSearchParamsRefused(t *testing.T) {
	for _, c := range []struct {
		query  string
		status int
		reason string
	}{
		{"order=true", 400, "order value is bad."},
		{"order=x&where[0][type]=bogus", 400, "order value is bad."},
		{"boolFilterList[][x]=onlyMy", 400, "boolFilterList has non-string item."},
		{"where[]=x", 500, ""},
		{"where[0][type]=", 500, ""},
		{"where[0][attribute]=name", 500, ""},
		{"where[0][type]=equals", 500, ""},
		{"where[0][type][]=equals&where[0][attribute]=name", 500, ""},
		{"where[type]=isNotNull&where[attribute]=name", 500, ""},
		{"where[0][type]=equals&where[0][attribute][]=name", 500, ""},
		{"where[0][type]=isNull&where[0][attribute]=&where[0][field]=name", 500, ""},
		{"where[0][type]=and&where[0][value]=x", 500, ""},
		{"where[0][type]=or&where[0][value][]=x", 500, ""},
		{"where[0][type]=or&where[0][value][1][type]=isNull&where[0][value][1][attribute]=name", 500, ""},
		{"where[0][type]=today&where[0][attribute]=createdAt&where[0][dateTime]=true&where[0][timeZone][]=UTC", 500, ""},
		{"searchParams=", 400, "Invalid search params JSON."},
		{"searchParams={oops", 400, "Invalid search params JSON."},
		{"searchParams={}%20x", 400, "Invalid search params JSON."},
		{"searchParams[]=1", 400, "Invalid search params JSON."},
		{"searchParams=null", 500, ""},
		{"searchParams=1", 500, ""},
		{`searchParams={"where":"x"}`, 400, "where should be array."},
		{`searchParams={"where":[null]}`, 500, ""},
		{`searchParams={"where":[{"type":"isNull"}]}`, 500, ""},
		{`searchParams={"where":[{"type":"or","value":false}]}`, 500, ""},
		{`searchParams={"where":[{"type":"or","value":[1]}]}`, 500, ""},
		{`searchParams={"select":"id"}`, 400, "select should be array."},
		{`searchParams={"select":["id",null]}`, 400, "select has non-string item."},
		{`searchParams={"orderBy":1}`, 400, "orderBy should be string."},
		{`searchParams={"order":true}`, 400, "order should be string."},
		{`searchParams={"order":"x"}`, 400, "order value is bad."},
		{`searchParams={"offset":1.0}`, 400, "offset should be int."},
		{`searchParams={"offset":"x"}`, 400, "offset should be int."},
		{`searchParams={"offset":99999999999999999999}`, 400, "offset should be int."},
		{`searchParams={"maxSize":"2"}`, 400, "maxSize must be integer."},
		{`searchParams={"maxSize":2.0}`, 400, "maxSize must be integer."},
		{`searchParams={"maxSize":false}`, 400, "maxSize must be integer."},
		{`searchParams={"q":1,"maxSize":201}`, 400, "q must be string."},
		{`searchParams={"where":[{"type":"textFilter","value":["x"]}]}`, 500, ""},
		{`searchParams={"where":[{"type":"primary"}]}`, 500, ""},
		{`searchParams={"where":[{"type":"bool","value":"onlyMy"}]}`, 500, ""},
		{`searchParams={"where":[{"type":"and","value":[{"type":"textFilter","value":"x"}]}]}`, 500, ""},
		{`searchParams={"textFilter":1}`, 400, "textFilter should be string."},
		{`searchParams={"primaryFilter":1,"textFilter":1}`, 400, "primaryFilter should be string."},
		{`searchParams={"where":1,"textFilter":1}`, 400, "textFilter should be string."},
		{`searchParams={"where":1,"offset":"x"}`, 400, "where should be array."},
		{`searchParams={"where":1,"boolFilterList":"onlyMy"}`, 400, "boolFilterList should be array."},
		{`searchParams={"boolFilterList":[1],"order":"x"}`, 400, "boolFilterList has non-string item."},
		{`searchParams={"order":"x","where":[[]]}`, 400, "order value is bad."},
	} {
		_, err := Parse(c.query)
		if assert.NotNil(t, err, c.query) {
			assert.Equal(t, c.status, err.Status, c.query)
			assert.Equal(t, c.reason, err.Reason, c.query)
		}
	}
}

func TestParseSearchParams(t *testing.T) {
	isNull := []Item{{Type: "isNull", Attribute: "name"}}
	for _, c := range []struct {
		query string
		want  Params
	}{
		{"", Params{}},
		{"maxSize=abc", Params{HasMaxSize: true}},
		{"maxSize=2x&offset=1.5", Params{MaxSize: 2, HasMaxSize: true, Offset: 1}},
		{"maxSize=1e1", Params{MaxSize: 10, HasMaxSize: true}},
		{"maxSize=&offset=", Params{}},
		{"maxSize[]=2&offset[]=1&order[]=asc&orderBy[]=name&textFilter[]=x&q[]=x&primaryFilter[]=x", Params{}},
		{"maxSize=2&maxSize=3", Params{MaxSize: 3, HasMaxSize: true}},
		{"orderBy=name&order=DESC", Params{OrderBy: "name", Order: "desc"}},
		{"orderBy=0&order=0&textFilter=0&q=0&select=0&primaryFilter=0", Params{}},
		{"sortBy=name&asc=true", Params{OrderBy: "name", Order: "asc"}},
		{"sortBy=name&asc=1", Params{OrderBy: "name", Order: "desc"}},
		{"sortBy=num&orderBy=name&asc=true&order=desc", Params{OrderBy: "name", Order: "desc"}},
		{"select=id,name", Params{SelectList: []string{"id", "name"}, HasSelect: true}},
		{"select=", Params{}},
		{"select[]=id", Params{}},
		{"select=id&attributeSelect=id,name", Params{SelectList: []string{"id", "name"}, HasSelect: true}},
		{"select=id&attributeSelect=", Params{}},
		{"q=+a+", Params{Q: " a ", TextFilter: "a"}},
		{"q=a&textFilter=b", Params{Q: "a", TextFilter: "b"}},
		{"boolFilterList=onlyMy", Params{BoolFilters: []string{"onlyMy"}}},
		{"boolFilterList[a]=onlyMy&boolFilterList[]=followed", Params{BoolFilters: []string{"onlyMy", "followed"}}},
		{"where=x", Params{}},
		{"where[a][type]=isNull&where[a][attribute]=name", Params{Where: isNull}},
		{"where[0][type]=isNull&where[0][field]=name", Params{Where: isNull}},
		{"whereGroup[0][type]=isNull&whereGroup[0][attribute]=name&where[0][type]=bogus", Params{Where: isNull}},
		{"where[0][type]=isNull&where[0][attribute]=name&whereGroup=x", Params{}},
		{"where[0][type]=or", Params{Where: []Item{{Type: "or"}}}},
		{"where[0][type]=in&where[0][attribute]=name&where[0][value][]=a&where[0][value][]=b", Params{
			Where: []Item{{Type: "in", Attribute: "name", Value: []any{"a", "b"}}}}},
		{`searchParams={}&maxSize=3&q=a&where[]=x`, Params{Q: "a"}},
		{`searchParams=[1]`, Params{}},
		{`searchParams={"q":"a"}`, Params{TextFilter: "a"}},
		{`searchParams={"select":[],"boolFilterList":[],"where":{}}`, Params{
			HasSelect: true, SelectList: []string{}, BoolFilters: []string{}, Where: []Item{}}},
		{`searchParams={"offset":" 1","maxSize":0}`, Params{Offset: 1, HasMaxSize: true}},
		{`searchParams={"textFilter":"0"}`, Params{}},
		{`searchParams={"where":[{"type":"textFilter","value":"a"},{"type":"textFilter"}],"textFilter":"b"}`, Params{
			Where: []Item{}, TextFilter: "a"}},
		{`searchParams={"where":[{"type":"primary","value":"open"},{"type":"bool","value":["onlyMy"]},{"type":"isNull","attribute":"name"}]}`,
			Params{Where: isNull, PrimaryFilter: "open", BoolFilters: []string{"onlyMy"}}},
		{`searchParams={"where":[{"type":"not","value":[1]}]}`, Params{
			Where: []Item{{Type: "not", Value: []any{int64(1)}}}}},
		{`searchParams={"where":[{"type":"today","attribute":"createdAt","dateTime":1,"timeZone":""}]}`, Params{
			Where: []Item{{Type: "today", Attribute: "createdAt", DateTime: true, HasTimeZone: true}}}},
	} {
		got, err := Parse(c.query)
		if assert.Nil(t, err, c.query) {
			assert.Equal(t, c.want, got, c.query)
		}
	}
}

// encodeJSON and encodeFlat are the two ways in which a client may send
// parameters.
func encodeJSON(sp Params) string {
	m := map[string]any{"offset": sp.Offset, "orderBy": sp.OrderBy, "order": strings.ToUpper(sp.Order),
		"textFilter": sp.TextFilter, "primaryFilter": sp.PrimaryFilter}
	if sp.HasMaxSize {
		m["maxSize"] = sp.MaxSize
	}
	if sp.HasSelect {
		m["select"] = sp.SelectList
	}
	if sp.BoolFilters != nil {
		m["boolFilterList"] = sp.BoolFilters
	}
	var nodes func([]Item) []any
	nodes = func(items []Item) []any {
		list := make([]any, 0, len(items))
		for _, i := range items {
			m := map[string]any{"type": i.Type}
			if i.Attribute != "" {
				m["attribute"] = i.Attribute
			}
			if i.Items != nil {
				m["value"] = nodes(i.Items)
			} else if i.Value != nil {
				m["value"] = i.Value
			}
			if i.DateTime {
				m["dateTime"] = true
			}
			if i.HasTimeZone {
				m["timeZone"] = i.TimeZone
			}
			list = append(list, m)
		}
		return list
	}
	if sp.Where != nil {
		m["where"] = nodes(sp.Where)
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	query := "searchParams=" + url.QueryEscape(string(b))
	if sp.Q != "" {
		query += "&q=" + url.QueryEscape(sp.Q)
	}
	return query
}

func encodeFlat(sp Params) string {
	var pairs []string
	add := func(name, value string) {
		if value != "" {
			pairs = append(pairs, url.QueryEscape(name)+"="+url.QueryEscape(value))
		}
	}
	add("offset", strconv.Itoa(sp.Offset))
	if sp.HasMaxSize {
		add("maxSize", strconv.Itoa(sp.MaxSize))
	}
	add("orderBy", sp.OrderBy)
	add("order", sp.Order)
	add("attributeSelect", strings.Join(sp.SelectList, ","))
	add("textFilter", sp.TextFilter)
	add("q", sp.Q)
	add("primaryFilter", sp.PrimaryFilter)
	for _, f := range sp.BoolFilters {
		add("boolFilterList[]", f)
	}
	var value func(name string, v any)
	value = func(name string, v any) {
		switch v := v.(type) {
		case string:
			pairs = append(pairs, url.QueryEscape(name)+"="+url.QueryEscape(v))
		case []any:
			for i, v := range v {
				value(fmt.Sprintf("%s[%d]", name, i), v)
			}
		}
	}
	var nodes func(name string, items []Item)
	nodes = func(name string, items []Item) {
		for i, item := range items {
			node := fmt.Sprintf("%s[%d]", name, i)
			add(node+"[type]", item.Type)
			add(node+"[attribute]", item.Attribute)
			value(node+"[value]", item.Value)
			nodes(node+"[value]", item.Items)
			if item.DateTime {
				add(node+"[dateTime]", "true")
			}
			add(node+"[timeZone]", item.TimeZone)
		}
	}
	nodes("whereGroup", sp.Where)
	return strings.Join(pairs, "&")
}

// randomParams makes parameters that both encodings can carry: in a query
// string every value is a text and there are no empty lists.
func randomParams(rng *rand.Rand, text string) Params {
	word := func() string {
		if rng.IntN(4) == 0 && text != "" && strings.ToValidUTF8(text, "") == text && strings.TrimSpace(text) == text &&
			text != "0" && !strings.Contains(text, ",") {
			return text
		}
		return []string{"name", "createdAt", "a b", "x&y=z", "100%", "é[0]", "+1", "{}", `"\`, "null"}[rng.IntN(10)]
	}
	words := func() []string {
		list := make([]string, rng.IntN(3)+1)
		for i := range list {
			list[i] = word()
		}
		return list
	}
	maybe := func() string {
		if rng.IntN(2) == 0 {
			return ""
		}
		return word()
	}
	sp := Params{
		OrderBy: maybe(), Order: []string{"", "asc", "desc"}[rng.IntN(3)], Offset: rng.IntN(1000),
		TextFilter: maybe(), PrimaryFilter: maybe(),
	}
	if sp.TextFilter != "" && rng.IntN(2) == 0 {
		sp.Q = word()
	}
	if rng.IntN(2) == 0 {
		sp.MaxSize, sp.HasMaxSize = rng.IntN(300), true
	}
	if rng.IntN(2) == 0 {
		sp.SelectList, sp.HasSelect = words(), true
	}
	if rng.IntN(2) == 0 {
		sp.BoolFilters = words()
	}
	if rng.IntN(2) == 0 {
		sp.Where = randomItems(rng, word, 3)
	}
	return sp
}

// randomItems makes filters that hold others to a depth.
func randomItems(rng *rand.Rand, word func() string, depth int) []Item {
	list := make([]Item, rng.IntN(3)+1)
	for i := range list {
		item := Item{Type: "equals", Attribute: word()}
		switch rng.IntN(5) {
		case 0:
			item.Value = word()
		case 1:
			values := []any{}
			for range rng.IntN(3) + 1 {
				values = append(values, word())
			}
			item.Type, item.Value = "in", values
		case 2:
			if depth > 0 {
				item = Item{Type: []string{"and", "or"}[rng.IntN(2)], Items: randomItems(rng, word, depth-1)}
			}
		case 3:
			item.Type, item.DateTime = "today", true
			if rng.IntN(2) > 0 {
				item.TimeZone, item.HasTimeZone = word(), true
			}
		}
		list[i] = item
	}
	return list
}

func FuzzSearchParams(f *testing.F) {
	for _, query := range []string{
		"", "maxSize=5&offset=2", "where[0][type]=in&where[0][attribute]=name&where[0][value][]=a",
		`searchParams={"where":[{"type":"or","value":[{"type":"isNull","attribute":"name"}]}],"select":["id"]}`,
		"a[b[c]=1&[x]=2&a%00b=%zz&searchParams[]=1", "where[0][value][0][0][0]=&boolFilterList=x&q=0&sortBy=a&asc=1",
	} {
		f.Add(query, uint64(len(query)))
	}
	f.Fuzz(func(t *testing.T, query string, seed uint64) {
		// Whatever comes: an answer, never a panic.
		for _, query := range []string{query, "searchParams=" + query, "where[0]=" + query, "where[0]" + query} {
			if _, err := Parse(query); err != nil && err.Status < 400 {
				t.Errorf("%q: status %d", query, err.Status)
			}
		}
		sp := randomParams(rand.New(rand.NewPCG(seed, 0)), query)
		for _, encoded := range []string{encodeJSON(sp), encodeFlat(sp)} {
			got, err := Parse(encoded)
			require.Nil(t, err, encoded)
			require.Equal(t, sp, got, encoded)
		}
	})
}

// Any parameters, many times over, without the fuzzer.
func TestSearchParamsRoundTrip(t *testing.T) {
	for seed := range uint64(500) {
		sp := randomParams(rand.New(rand.NewPCG(seed, 1)), "text")
		for _, encoded := range []string{encodeJSON(sp), encodeFlat(sp)} {
			got, err := Parse(encoded)
			require.Nil(t, err, encoded)
			require.Equal(t, sp, got, encoded)
		}
	}
}
