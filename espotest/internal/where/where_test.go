package where

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// whereCase is a filter that a real EspoCRM 9.1.7 was asked with, and what it
// answered.
type whereCase struct {
	Type      string          `json:"t"`
	Attribute string          `json:"a"`
	Value     json.RawMessage `json:"v"`
	DateTime  bool            `json:"dt"`
	TimeZone  string          `json:"tz"`

	Matched string `json:"m"` // the initials of the records' names
	Status  int    `json:"s"` // when it is not 200
	Reason  string `json:"r"`

	Total    int    `json:"n"`
	From, To string // the least and the greatest value among the matches
	Shift    *int   `json:"shift"` // the fiscal year's shift for the following
}

func readCases(t *testing.T, name string) []whereCase {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	require.NoError(t, err)
	defer f.Close()
	var cases []whereCase
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var c whereCase
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c), lines.Text())
		cases = append(cases, c)
	}
	require.NotEmpty(t, cases)
	return cases
}

func (c whereCase) String() string {
	return strings.Join([]string{c.Type, c.Attribute, string(c.Value), c.TimeZone}, " ")
}

// item is the case's filter, by way of the JSON that a request has.
func (c whereCase) item(t *testing.T) Item {
	t.Helper()
	node := map[string]any{"type": c.Type, "attribute": c.Attribute}
	if c.Value != nil {
		node["value"] = c.Value
	}
	if c.DateTime {
		node["dateTime"] = true
	}
	if c.TimeZone != "" {
		node["timeZone"] = c.TimeZone
	}
	text, err := json.Marshal(map[string]any{"where": []any{node}})
	require.NoError(t, err)
	sp, apiErr := Parse("searchParams=" + url.QueryEscape(string(text)))
	require.Nil(t, apiErr)
	return sp.Where[0]
}

// things is the entity type that the cases were asked of.
func things(t *testing.T) (*store.Store, *schema.EntityType) {
	t.Helper()
	e := &schema.EntityType{Name: "Thing", Facts: schema.Facts{Fields: map[string]*schema.Field{}, Links: map[string]*schema.Link{
		"createdBy":    {Type: "belongsTo", Entity: "User"},
		"assignedUser": {Type: "belongsTo", Entity: "User"},
		"teams":        {Type: "hasMany", Entity: "Team"},
	}}}
	for _, f := range []schema.Field{
		{Name: "name", Type: "varchar"}, {Name: "description", Type: "text"}, {Name: "createdAt", Type: "datetime"},
		{Name: "createdBy", Type: "link"}, {Name: "assignedUser", Type: "link"}, {Name: "teams", Type: "linkMultiple"},
		{Name: "multi", Type: "multiEnum"}, {Name: "arr", Type: "array"}, {Name: "check", Type: "checklist"},
		{Name: "num", Type: "int"}, {Name: "flt", Type: "float"}, {Name: "flag", Type: "bool"},
		{Name: "cur", Type: "currency"}, {Name: "curCurrency", Type: "enum"}, {Name: "curConverted", Type: "currencyConverted"},
		{Name: "dec", Type: "currency", Decimal: true}, {Name: "decCurrency", Type: "enum"}, {Name: "decConverted", Type: "currencyConverted"},
		{Name: "day", Type: "date"}, {Name: "moment", Type: "datetime"},
		{Name: "opt", Type: "datetimeOptional"}, {Name: "optDate", Type: "date"},
		{Name: "kind", Type: "enum"}, {Name: "body", Type: "text"}, {Name: "json", Type: "jsonObject"},
		{Name: "var", Type: "varchar"}, {Name: "mail", Type: "url"},
	} {
		e.Fields[f.Name] = &f
		e.FieldNames = append(e.FieldNames, f.Name)
	}
	user := &schema.EntityType{Name: "User", FieldNames: []string{"name"}, Facts: schema.Facts{
		Fields: map[string]*schema.Field{"name": {Name: "name", Type: "varchar"}}}}
	team := &schema.EntityType{Name: "Team", FieldNames: []string{"name"}, Facts: schema.Facts{
		Fields: map[string]*schema.Field{"name": {Name: "name", Type: "varchar"}}}}
	types := map[string]*schema.EntityType{"Thing": e, "User": user, "Team": team}
	for _, e := range types {
		e.Derive(types)
	}
	now := time.Date(2026, 11, 24, 7, 24, 30, 0, time.UTC)
	return store.New(release.Default, types, nil, func() time.Time { return now }), e
}

func addRecord(st *store.Store, e *schema.EntityType, id string, values map[string]any) *store.Record {
	r := st.Insert(e, id)
	for name, v := range values {
		r.Set(name, v)
	}
	return r
}

func (c whereCase) compile(t *testing.T, st *store.Store, e *schema.EntityType, shift int) (predicate, *answer.Error) {
	t.Helper()
	env := &Env{Entity: e, Store: st, Now: st.Now(), FiscalYearShift: shift}
	match, err := Compile([]Item{c.item(t)}, env)
	if c.Status != 0 {
		if assert.NotNil(t, err, "no error for %s", c) {
			assert.Equal(t, c.Status, err.Status, "status of %s", c)
			assert.Equal(t, c.Reason, err.Reason, "reason of %s", c)
		}
		return nil, err
	}
	if err != nil {
		assert.Fail(t, "unexpected error", "%s: %d %s", c, err.Status, err.Reason)
	}
	return match, err
}

func TestWhereValues(t *testing.T) {
	st, e := things(t)
	admin := addRecord(st, st.Types["User"], "6b0534a69babb4b84", map[string]any{"name": "Admin"})
	type values = map[string]any
	for i, v := range []values{
		{"name": "Alpha", "var": "Straße", "num": int64(5), "flt": 1.5, "cur": int64(100), "curCurrency": "USD",
			"dec": "10.5000", "decCurrency": "EUR", "flag": true, "day": "2026-11-24", "moment": "2026-11-24 23:30:00",
			"opt": "2026-11-24 10:00:00", "kind": "x", "body": "Hello World\nline", "multi": []any{"A", "B"},
			"arr": []any{"p", "q"}, "check": []any{"A"}, "json": values{"a": int64(1)}},
		{"name": "beta", "var": "50% off_now", "num": int64(10), "flt": int64(-2), "day": "2026-11-23",
			"moment": "2026-11-23 23:30:00", "optDate": "2026-11-24", "kind": "", "multi": []any{"B"}, "arr": []any{}},
		{"name": "Gamma", "num": int64(0), "kind": "y", "multi": []any{}, "day": "2027-01-01", "moment": "2026-11-24 06:00:00"},
		{"name": "délta", "var": `back\slash`, "num": int64(-3), "multi": []any{"c"}, "arr": []any{"10"}, "body": "délta text"},
		{"name": "Epsilon"},
	} {
		if v["flag"] == nil {
			v["flag"] = false
		}
		v["createdById"], v["createdAt"] = admin.ID, "2026-11-24 07:00:06"
		addRecord(st, e, "6b0535f6"+string(rune('0'+i))+"0f7deb13", v)
	}
	for _, c := range readCases(t, "where-values.jsonl") {
		match, err := c.compile(t, st, e, 0)
		if err != nil {
			continue
		}
		var got strings.Builder
		for _, r := range st.All("Thing") {
			if match(r) {
				got.WriteString(r.Str("name")[:1])
			}
		}
		assert.Equal(t, c.Matched, got.String(), "matches of %s", c)
	}
}

func TestWhereDates(t *testing.T) {
	st, e := things(t)
	today := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	n := 0
	add := func(attribute, value string) {
		n++
		addRecord(st, e, string(rune('a'+n%26))+value, map[string]any{attribute: value})
	}
	for k := -900; k <= 900; k++ {
		add("day", today.AddDate(0, 0, k).Format(time.DateOnly))
	}
	moment := func(at time.Time) { add("moment", at.Format(time.DateTime)) }
	for k := -9 * 48; k <= 9*48; k++ {
		moment(today.Add(time.Duration(k) * 30 * time.Minute))
	}
	for year := 2024; year <= 2028; year++ {
		for month := time.January; month <= time.December; month++ {
			for hour := -5; hour <= 5; hour++ {
				at := time.Date(year, month, 1, hour, 0, 0, 0, time.UTC)
				moment(at)
				moment(at.Add(-time.Second))
			}
		}
	}
	shift := 0
	for _, c := range readCases(t, "where-dates.jsonl") {
		if c.Shift != nil {
			shift = *c.Shift
			continue
		}
		match, err := c.compile(t, st, e, shift)
		if err != nil {
			continue
		}
		other := map[string]string{"day": "moment", "moment": "day"}[c.Attribute]
		total, from, to := 0, "", ""
		for _, r := range st.All("Thing") {
			if r.Get(other) != nil || !match(r) {
				continue
			}
			total++
			v := r.Str(c.Attribute)
			if from == "" || v < from {
				from = v
			}
			to = max(to, v)
		}
		assert.Equal(t, []any{c.Total, c.From, c.To}, []any{total, from, to}, "matches of %s, shift %d", c, shift)
	}
}
