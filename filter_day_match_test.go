package espo_test

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// dayRow is a filter that a real server was asked with, and what it answered.
type dayRow struct {
	Type      string         `json:"t"`
	Attribute string         `json:"a"`
	Value     jsontext.Value `json:"v"`
	DateTime  bool           `json:"dt"`
	TimeZone  string         `json:"tz"`

	Total    int            `json:"n"`
	From, To string         // the least and the greatest value among the matches
	Status   int            `json:"s"`
	Shift    jsontext.Value `json:"shift"` // of the fiscal year in the rows that follow
}

func (r dayRow) String() string {
	return fmt.Sprintf("%s of %s %s in %q", r.Type, r.Attribute, r.Value, r.TimeZone)
}

func dayRows(t *testing.T) []dayRow {
	t.Helper()
	f, err := os.Open("espotest/internal/where/testdata/where-dates.jsonl")
	require.NoError(t, err)
	defer f.Close()
	var rows []dayRow
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var r dayRow
		require.NoError(t, json.Unmarshal(lines.Bytes(), &r, json.MatchCaseInsensitiveNames(true)))
		if r.Shift != nil {
			break
		}
		rows = append(rows, r)
	}
	return rows
}

// filter is the row's filter as the functions make it, if they can.
func (r dayRow) filter() (espo.DayFilter, bool) {
	var day espo.Date
	var days []espo.Date
	var n uint8
	switch {
	case r.Status != 0 || r.DateTime && !regexp.MustCompile(`^[A-Z]`).MatchString(r.TimeZone):
	case periodFilters[r.Type] != nil && r.Value == nil:
		return periodFilters[r.Type](r.Attribute), true
	case singleDayFilters[r.Type] != nil && len(r.Value) == len(`"2026-11-20"`) && json.Unmarshal(r.Value, &day) == nil:
		return singleDayFilters[r.Type](r.Attribute, day), true
	case daysFilters[r.Type] != nil && json.Unmarshal(r.Value, &n) == nil:
		return daysFilters[r.Type](r.Attribute, int(n)), true
	case r.Type == "between" && len(r.Value) == len(`["2026-11-20","2026-11-22"]`) && json.Unmarshal(r.Value, &days) == nil:
		return espo.BetweenDays(r.Attribute, days[0], days[1]), true
	}
	return espo.DayFilter{}, false
}

// dayServer holds the records of the captured rows: every day for some years,
// moments around today and around the ends of months, and records without any.
func dayServer(t *testing.T) *espotest.Server {
	t.Helper()
	now := time.Date(2026, 11, 24, 7, 24, 30, 0, time.UTC)
	srv := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now }),
		espotest.WithEntityType("CThing", espotest.EntityType{Fields: map[string]espotest.Field{
			"day": {Type: "date"}, "moment": {Type: "datetime"},
		}}))
	today := now.Truncate(24 * time.Hour)
	records := []espo.Attrs{{"name": "neither"}, {"name": "nor"}}
	for k := -900; k <= 900; k++ {
		records = append(records, map[string]any{"name": "day", "day": espo.DateOf(today.AddDate(0, 0, k)).String()})
	}
	moment := func(at time.Time) {
		records = append(records, map[string]any{"name": "moment", "moment": espo.NewDateTime(at).String()})
	}
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
	srv.Seed("CThing", records...)
	return srv
}

// matchedBy tells how many records a filter matches, the least of them and the
// greatest.
func matchedBy(t *testing.T, client *espo.Client, f espo.Filter, attribute string) (total int, from, to string) {
	t.Helper()
	things := client.Records("CThing")
	q := espo.Query{Where: espo.Where(f), Select: []string{attribute}, OrderBy: attribute, MaxSize: 1}
	page, err := things.List(t.Context(), q)
	require.NoError(t, err)
	if page.Total == 0 {
		return 0, "", ""
	}
	q.Order = espo.Desc
	last, err := things.First(t.Context(), q)
	require.NoError(t, err)
	return page.Total, page.Records[0].String(attribute), last.String(attribute)
}

// What a filter by day matches, rightly told or wrongly, is what a real server
// matches.
func TestDayFiltersMatchWhatServersMatch(t *testing.T) {
	t.Parallel()
	client := dayServer(t).Client()
	covered := map[string]int{}
	for _, r := range dayRows(t) {
		day, ok := r.filter()
		if !ok || r.Type == "notOn" && r.DateTime {
			continue
		}
		f := day.Date()
		if r.DateTime {
			f = day.InZone(r.TimeZone)
		}
		total, from, to := matchedBy(t, client, f, r.Attribute)
		assert.Equal(t, []any{r.Total, r.From, r.To}, []any{total, from, to}, "%s", r)
		covered[fmt.Sprint(r.Type, " ", r.Attribute, " ", r.DateTime)]++
	}
	for kind := range filterKinds() {
		for _, a := range []string{"day false", "moment false", "moment true"} {
			if kind != "notOn" || a != "moment true" {
				assert.NotZero(t, covered[kind+" "+a], "%s of %s", kind, a)
			}
		}
	}
}

// A server that does not know the name of a zone says so.
func TestDayFiltersInAnUnknownZone(t *testing.T) {
	_, err := dayServer(t).Client().Records("CThing").List(t.Context(),
		espo.Query{Where: espo.Where(espo.Today("moment").InZone("Europe/Nowhere"))})
	require.ErrorIs(t, err, espo.ErrBadRequest)
}

// NotOn matches every moment that On does not match, and nothing that is null.
func TestDayFiltersNotOn(t *testing.T) {
	client := dayServer(t).Client()
	total, first, last := matchedBy(t, client, espo.IsNotNull("moment"), "moment")
	n := 0
	for _, r := range dayRows(t) {
		day, ok := r.filter()
		if !ok || r.Type != "on" || r.Attribute != "moment" || !r.DateTime {
			continue
		}
		n++
		require.NotZero(t, r.Total)
		on := day.InZone(r.TimeZone)
		notOn := espo.NotOn("moment", espo.NewDate(2026, 11, 20)).InZone(r.TimeZone)
		got, from, to := matchedBy(t, client, notOn, "moment")
		assert.Equal(t, []any{total - r.Total, first, last}, []any{got, from, to}, r.TimeZone)
		got, _, _ = matchedBy(t, client, espo.And(on, notOn), "moment")
		assert.Zero(t, got, r.TimeZone)
		got, _, _ = matchedBy(t, client, espo.Or(on, notOn), "moment")
		assert.Equal(t, total, got, r.TimeZone)
	}
	assert.GreaterOrEqual(t, n, 3)
}

// Ever is the same for dates and date-times: servers answer the same when they
// are told that it is about a date-time.
func TestEverNeedsNoDayFilter(t *testing.T) {
	client := dayServer(t).Client()
	totals := map[string]map[int]bool{"day": {}, "moment": {}}
	for _, r := range dayRows(t) {
		if r.Type == "ever" {
			totals[r.Attribute][r.Total] = true
		}
	}
	for attribute, want := range totals {
		total, _, _ := matchedBy(t, client, espo.Ever(attribute), attribute)
		assert.Equal(t, map[int]bool{total: true}, want)
	}
}
