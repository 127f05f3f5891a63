package espo_test

import (
	"maps"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// The functions that give a filter by day, by what they take.
var (
	periodFilters = map[string]func(string) espo.DayFilter{
		"today": espo.Today, "past": espo.Past, "future": espo.Future, "lastSevenDays": espo.LastSevenDays,
		"currentMonth": espo.CurrentMonth, "lastMonth": espo.LastMonth, "nextMonth": espo.NextMonth,
		"currentQuarter": espo.CurrentQuarter, "lastQuarter": espo.LastQuarter,
		"currentYear": espo.CurrentYear, "lastYear": espo.LastYear,
		"currentFiscalYear": espo.CurrentFiscalYear, "lastFiscalYear": espo.LastFiscalYear,
		"currentFiscalQuarter": espo.CurrentFiscalQuarter, "lastFiscalQuarter": espo.LastFiscalQuarter,
	}
	singleDayFilters = map[string]func(string, espo.Date) espo.DayFilter{
		"on": espo.On, "notOn": espo.NotOn, "before": espo.Before, "after": espo.After,
	}
	daysFilters = map[string]func(string, int) espo.DayFilter{
		"lastXDays": espo.LastDays, "nextXDays": espo.NextDays, "olderThanXDays": espo.OlderThanDays, "afterXDays": espo.AfterDays,
	}
)

// filterKinds are the types of filters by day.
func filterKinds() map[string]bool {
	kinds := map[string]bool{"between": true}
	for kind := range periodFilters {
		kinds[kind] = true
	}
	for kind := range singleDayFilters {
		kinds[kind] = true
	}
	for kind := range daysFilters {
		kinds[kind] = true
	}
	return kinds
}

// sentOrRefused lists with a filter and returns it as the server got it.
func sentOrRefused(t require.TestingT, f espo.Filter) (espo.Filter, error) {
	raw, _, err := encoder(t, espo.SearchJSON)(espo.Query{Where: espo.Where(f)})
	if err != nil {
		require.Empty(t, raw)
		return espo.Filter{}, err
	}
	got, err := espotest.Request{Method: "GET", Path: "Account", Query: raw, Header: http.Header{}}.Search()
	require.NoError(t, err)
	return got.Where[0], nil
}

func TestDayFiltersInZones(t *testing.T) {
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	require.NoError(t, err)
	est, err := time.LoadLocation("EST")
	require.NoError(t, err)
	shifted, err := time.LoadLocation("Etc/GMT-3")
	require.NoError(t, err)
	today := espo.Today("at")
	for name, c := range map[string]struct {
		filter  espo.Filter
		want    string
		problem string
	}{
		"UTC":                       {filter: today.In(time.UTC), want: "UTC"},
		"a city":                    {filter: today.In(kyiv), want: "Europe/Kyiv"},
		"without summer time":       {filter: today.In(est), want: "EST"},
		"hours only":                {filter: today.In(shifted), want: "Etc/GMT-3"},
		"fixed, UTC":                {filter: today.In(time.FixedZone("UTC", 0)), want: "UTC"},
		"fixed, as the name says":   {filter: today.In(time.FixedZone("EST", -5*3600)), want: "EST"},
		"by name":                   {filter: today.InZone("America/Argentina/Buenos_Aires"), want: "America/Argentina/Buenos_Aires"},
		"by a short name":           {filter: today.InZone("EST5EDT"), want: "EST5EDT"},
		"nil":                       {filter: today.In(nil), problem: "the time zone is nil"},
		"fixed, without a name":     {filter: today.In(time.FixedZone("", 7200)), problem: "has no name"},
		"fixed, a made-up name":     {filter: today.In(time.FixedZone("Kyiv", 7200)), problem: `"Kyiv", which is not in the IANA database`},
		"fixed, an offset":          {filter: today.In(time.FixedZone("+02:00", 7200)), problem: "IANA"},
		"fixed, not as in summer":   {filter: today.In(time.FixedZone("Europe/Kyiv", 7200)), problem: "another offset"},
		"fixed, not as in winter":   {filter: today.In(time.FixedZone("Europe/Kyiv", 3*3600)), problem: "another offset"},
		"fixed, UTC in name only":   {filter: today.In(time.FixedZone("UTC", 3600)), problem: "another offset"},
		"local":                     {filter: today.In(time.FixedZone("Local", 0)), problem: "time.Local"},
		"no name":                   {filter: today.InZone(""), problem: "not the name of a time zone"},
		"the name of Local":         {filter: today.InZone("Local"), problem: "not the name of a time zone"},
		"an offset as a name":       {filter: today.InZone("+02:00"), problem: "not the name of a time zone"},
		"a name with a space":       {filter: today.InZone("Europe/ Kyiv"), problem: "not the name of a time zone"},
		"half a name":               {filter: today.InZone("Europe/"), problem: "not the name of a time zone"},
		"a path":                    {filter: today.InZone("../UTC"), problem: "not the name of a time zone"},
		"not on a day, of no zone":  {filter: espo.NotOn("at", espo.NewDate(2026, 1, 1)).In(nil), problem: "the time zone is nil"},
		"not on a day, a bad name":  {filter: espo.NotOn("at", espo.NewDate(2026, 1, 1)).InZone("?"), problem: "not the name of a time zone"},
		"not on no day":             {filter: espo.NotOn("at", espo.Date{}).InZone("UTC"), problem: "has no value"},
		"of no function":            {filter: espo.DayFilter{}.In(time.UTC), problem: "has no type"},
		"of no function, of a date": {filter: espo.DayFilter{}.Date(), problem: "has no type"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := sentOrRefused(t, c.filter)
			if c.problem != "" {
				var input *espo.InputError
				require.ErrorAs(t, err, &input)
				assert.Contains(t, input.Problem, c.problem)
				return
			}
			require.NoError(t, err)
			assert.True(t, got.DateTime)
			assert.Equal(t, c.want, got.TimeZone)
		})
	}
	if time.Local.String() == "Local" {
		_, err := sentOrRefused(t, today.In(time.Local))
		assert.ErrorIs(t, err, espo.ErrInput)
	}
}

// A Filter written by hand must say what a DayFilter says.
func TestDayFiltersByHand(t *testing.T) {
	day := espo.NewDate(2026, 11, 20)
	moment := espo.NewDateTime(day.In(time.UTC).Add(10 * time.Hour))
	for name, f := range map[string]espo.Filter{
		"a kind that is not said":  {Type: "today", Attribute: "createdAt"},
		"nor with a value":         {Type: "on", Attribute: "createdAt", Value: day},
		"nor in days":              {Type: "lastXDays", Attribute: "createdAt", Value: 3},
		"a zone that is not said":  {Type: "today", Attribute: "createdAt", DateTime: true},
		"no date-time":             {Type: "today", Attribute: "createdAt", TimeZone: "UTC"},
		"a zone for notOn":         {Type: "notOn", Attribute: "createdAt", Value: day, DateTime: true, TimeZone: "UTC"},
		"a zone for ever":          {Type: "ever", Attribute: "createdAt", DateTime: true, TimeZone: "UTC"},
		"a moment for a day":       {Type: "on", Attribute: "createdAt", Value: moment, DateTime: true, TimeZone: "UTC"},
		"a text for a day":         {Type: "on", Attribute: "createdAt", Value: "yesterday", DateTime: true, TimeZone: "UTC"},
		"moments between days":     {Type: "between", Attribute: "createdAt", Value: []any{moment, moment}, DateTime: true, TimeZone: "UTC"},
		"a day between moments":    {Type: "between", Attribute: "createdAt", Value: []any{day, moment}, DateTime: true, TimeZone: "UTC"},
		"days between anything":    {Type: "between", Attribute: "createdAt", Value: []any{day, day}},
		"a zone for two numbers":   {Type: "between", Attribute: "number", Value: []int{1, 2}, DateTime: true, TimeZone: "UTC"},
		"a type that is not added": espo.CustomFilter(espo.Filter{Type: "lastXDays", Attribute: "createdAt", Value: 3}),
	} {
		_, err := sentOrRefused(t, f)
		assert.ErrorIs(t, err, espo.ErrInput, name)
	}
	said := espo.Filter{Type: "on", Attribute: "createdAt", Value: "2026-11-20", DateTime: true, TimeZone: "UTC"}
	got, err := sentOrRefused(t, said)
	require.NoError(t, err)
	assert.Equal(t, said, got)

	added := espo.CustomFilter(espo.Filter{Type: "sinceTheFullMoon", Attribute: "createdAt"})
	added.DateTime = true
	got, err = sentOrRefused(t, added)
	require.NoError(t, err)
	assert.True(t, got.DateTime)

	assert.Equal(t, espo.Today("a").Date(), espo.Today("a").Date(), "made alike, they can be compared")
	assert.Equal(t, said.Type, espo.On("createdAt", day).In(time.UTC).Type)
}

func TestBetweenOrder(t *testing.T) {
	day := espo.NewDate(2026, 11, 20)
	at := day.In(time.UTC)
	const backwards = "from is after to"
	for name, c := range map[string]struct {
		filter  espo.Filter
		problem string
	}{
		"numbers":                 {espo.Between("n", 1, 2), ""},
		"one number":              {espo.Between("n", 1.5, 1.5), ""},
		"numbers as they come":    {espo.Between("n", espo.Number("9"), "10"), ""},
		"days":                    {espo.BetweenDays("a", day, day.AddDays(1)).Date(), ""},
		"one day":                 {espo.BetweenDays("a", day, day).In(time.UTC), ""},
		"moments":                 {espo.Between("a", at, at.Add(time.Second)), ""},
		"DateTimes":               {espo.Between("a", espo.NewDateTime(at), espo.NewDateTime(at)), ""},
		"moments as texts":        {espo.Between("a", "2026-11-20 10:00:00", "2026-11-20 10:00:01"), ""},
		"texts in no plain order": {espo.Between("name", "b", "Ä"), ""},
		"a day and a moment":      {espo.Between("a", "2026-11-20", "2026-11-20 10:00:00"), ""},

		"numbers backwards":          {espo.Between("n", 2, 1), backwards},
		"Numbers backwards":          {espo.Between("n", espo.Number("10"), "9.5"), backwards},
		"days backwards":             {espo.BetweenDays("a", day, day.AddDays(-1)).Date(), backwards},
		"days in a zone backwards":   {espo.BetweenDays("a", day, day.AddDays(-1)).In(time.UTC), backwards},
		"moments backwards":          {espo.Between("a", at, at.Add(-time.Second)), backwards},
		"moments in zones backwards": {espo.Between("a", "2026-11-20T10:00:00+02:00", "2026-11-20 07:59:59"), backwards},
		"days as texts":              {espo.Between("a", "2026-11-20", "2026-11-22"), "BetweenDays"},
		"no moment":                  {espo.Between("a", time.Time{}, at), "null"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sentOrRefused(t, c.filter)
			if c.problem == "" {
				require.NoError(t, err)
				return
			}
			var input *espo.InputError
			require.ErrorAs(t, err, &input)
			assert.Contains(t, input.Problem, c.problem)
		})
	}
}

// What is silently wrong on the wire does not compile: the lines of the program
// that say so, and no others.
func TestDayFiltersThatDoNotCompile(t *testing.T) {
	const program = "testdata/notcompiling/main.go"
	source, err := os.ReadFile(program)
	require.NoError(t, err)
	var want []string
	for i, line := range strings.Split(string(source), "\n") {
		if strings.HasSuffix(line, "// does not compile") {
			want = append(want, itoa(i+1))
		}
	}
	require.NotEmpty(t, want)
	out, err := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-e", "-o", os.DevNull, "./"+program).CombinedOutput()
	require.Error(t, err, "it compiles")
	var got []string
	for _, m := range regexp.MustCompile(`(?m)main\.go:(\d+):\d+: `).FindAllStringSubmatch(string(out), -1) {
		got = append(got, m[1])
	}
	assert.Equal(t, want, slices.Compact(got), "%s", out)
}

// A query with a filter by day is an error, or says on the wire what kind of
// attribute it is about: with both dateTime and timeZone, or with neither.
func dayFilterIsClear(t *rapid.T) {
	attribute := attributeNames.Draw(t, "attribute")
	day := func(label string) espo.Date { return espo.DateOf(moments.Draw(t, label)) }
	if rapid.Bool().Draw(t, "no day") {
		day = func(string) espo.Date { return espo.Date{} }
	}
	var filter espo.DayFilter
	switch kind := rapid.SampledFrom(slices.Sorted(maps.Keys(filterKinds()))).Draw(t, "kind"); {
	case kind == "between":
		filter = espo.BetweenDays(attribute, day("from"), day("to"))
	case periodFilters[kind] != nil:
		filter = periodFilters[kind](attribute)
	case daysFilters[kind] != nil:
		filter = daysFilters[kind](attribute, rapid.Int().Draw(t, "n"))
	default:
		filter = singleDayFilters[kind](attribute, day("day"))
	}
	zone := rapid.OneOf(rapid.SampledFrom([]string{"UTC", "Europe/Kyiv", "Local", "EST", ""}), rapid.StringMatching(`[A-Za-z/_+:0-9-]{0,12}`)).Draw(t, "zone")
	dateTime, said := true, filter.InZone(zone)
	switch rapid.IntRange(0, 3).Draw(t, "said") {
	case 0:
		dateTime, said = false, filter.Date()
	case 1:
		said = filter.In(time.FixedZone(zone, 60*rapid.IntRange(-14*60, 14*60).Draw(t, "minutes east")))
	case 2: // by hand
		said = espo.Filter{Type: said.Type, Attribute: said.Attribute, Value: said.Value}
	}
	got, err := sentOrRefused(t, espo.Or(said, espo.IsNull("b")))
	if err != nil {
		require.ErrorIs(t, err, espo.ErrInput)
		return
	}
	parts := got.Value.([]espo.Filter)[:1]
	if nested, ok := parts[0].Value.([]espo.Filter); ok { // of NotOn
		parts = nested
	}
	for _, f := range parts {
		require.Equal(t, dateTime, f.DateTime)
		require.Equal(t, dateTime, f.TimeZone != "")
	}
}

func TestDayFiltersAreClear(t *testing.T) { rapid.Check(t, dayFilterIsClear) }

func FuzzDayFilters(f *testing.F) { f.Fuzz(rapid.MakeFuzz(dayFilterIsClear)) }
