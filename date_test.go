package espo_test

import (
	stdjson "encoding/json"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/go-espo/espo"
)

func TestDateForms(t *testing.T) {
	d := espo.NewDate(2026, time.February, 3)
	assert.Equal(t, "2026-02-03", d.String())
	assert.Equal(t, espo.NewDate(2026, time.November, 1), espo.NewDate(2026, time.October, 32))
	assert.Equal(t, espo.NewDate(2028, time.February, 29), espo.NewDate(2028, time.March, 1).AddDays(-1))
	assert.Equal(t, -1, d.Compare(d.AddDays(1)))
	assert.Equal(t, 0, d.Compare(espo.NewDate(2026, time.February, 3)))
	assert.Equal(t, 1, d.Compare(espo.Date{}))

	kyiv, err := time.LoadLocation("Europe/Kyiv")
	require.NoError(t, err)
	assert.Equal(t, "2026-02-03T00:00:00+02:00", d.In(kyiv).Format(time.RFC3339))
	assert.Equal(t, d, espo.DateOf(time.Date(2026, 2, 3, 1, 0, 0, 0, kyiv)), "the day in the location of the time")

	var zero espo.Date
	assert.True(t, zero.IsZero())
	assert.Empty(t, zero.String())
	assert.True(t, zero.In(kyiv).IsZero())
	assert.Equal(t, zero, espo.DateOf(time.Time{}))
}

func TestDateJSON(t *testing.T) {
	for in, want := range map[string]espo.Date{
		`"2026-11-24"`:                espo.NewDate(2026, 11, 24),
		`"2026-11-24 23:59:59"`:       espo.NewDate(2026, 11, 24),
		`"2026-11-24T23:59:59-12:00"`: espo.NewDate(2026, 11, 24),
		`null`:                        {},
		`""`:                          {},
		`"0000-00-00"`:                {},
	} {
		got := espo.NewDate(1999, 1, 1)
		require.NoError(t, json.Unmarshal([]byte(in), &got), in)
		assert.Equal(t, want, got, in)
		got = espo.NewDate(1999, 1, 1)
		require.NoError(t, stdjson.Unmarshal([]byte(in), &got), in)
		if in != "null" { // encoding/json may leave a value alone for null
			assert.Equal(t, want, got, in)
		}
	}
	for _, in := range []string{`"2026-02-30"`, `"24.11.2026"`, `"2026-11-24x"`, `"0000-01-01"`, `20261124`, `true`, `{}`, `"tomorrow"`} {
		var d espo.Date
		assert.Error(t, json.Unmarshal([]byte(in), &d), in)
	}
	for _, d := range []espo.Date{{2026, 2, 30}, {-1, 1, 1}, {10000, 1, 1}, {2026, 0, 5}} {
		_, err := json.Marshal(d)
		assert.Error(t, err, "%d-%d-%d", d.Year, d.Month, d.Day)
	}
	out, err := json.Marshal(struct {
		Set, Zero espo.Date
		Left      espo.Date `json:",omitzero"`
	}{Set: espo.NewDate(2026, 1, 2)})
	require.NoError(t, err)
	assert.Equal(t, `{"Set":"2026-01-02","Zero":null}`, string(out))
}

func TestDateTimeJSON(t *testing.T) {
	want := time.Date(2026, 11, 24, 8, 5, 0, 0, time.UTC)
	for _, in := range []string{
		`"2026-11-24 08:05:00"`, `"2026-11-24 08:05"`, `"2026-11-24T08:05:00Z"`, `"2026-11-24T10:05:00+02:00"`,
		`"2026-11-24T08:05:00.999Z"`, `"2026-11-24T08:05:00"`,
	} {
		var got espo.DateTime
		require.NoError(t, json.Unmarshal([]byte(in), &got), in)
		assert.True(t, got.Equal(want), "%s gave %s", in, got)
		out, err := json.Marshal(got)
		require.NoError(t, err)
		assert.Equal(t, `"2026-11-24 08:05:00"`, string(out), in)
		std, err := stdjson.Marshal(got)
		require.NoError(t, err)
		assert.Equal(t, string(out), string(std), in)
	}
	for _, in := range []string{`null`, `""`, `"0000-00-00 00:00:00"`} {
		got := espo.NewDateTime(want)
		require.NoError(t, json.Unmarshal([]byte(in), &got), in)
		assert.True(t, got.IsZero(), in)
		out, err := json.Marshal(got)
		require.NoError(t, err)
		assert.Equal(t, "null", string(out))
	}
	for _, in := range []string{
		`"2026-02-30 00:00:00"`, `"2026-11-24 24:00:00"`, `"2026-11-24 08:60:00"`, `"2026-13-01 00:00:00"`, `"2026-11-2a 00:00:00"`,
		`"0000-01-01"`, `"9999-12-31T23:59:59-12:00"`, `"now"`, `1795479744`, `[]`,
	} {
		var got espo.DateTime
		assert.Error(t, json.Unmarshal([]byte(in), &got), in)
	}
	_, err := json.Marshal(espo.NewDateTime(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)))
	assert.Error(t, err)
}

func TestDateTimeText(t *testing.T) {
	kyiv := time.FixedZone("EET", 2*60*60)
	moment := espo.NewDateTime(time.Date(2026, 11, 24, 1, 30, 0, 999, kyiv))
	assert.Equal(t, "2026-11-23 23:30:00", moment.String())
	text, err := moment.MarshalText()
	require.NoError(t, err)
	var back espo.DateTime
	require.NoError(t, back.UnmarshalText(text))
	assert.True(t, back.Equal(moment.Time))
	require.NoError(t, back.UnmarshalText(nil))
	assert.True(t, back.IsZero())
	assert.Empty(t, back.String())
	assert.Error(t, back.UnmarshalText([]byte("soon")))
}

func TestNamesAndColumns(t *testing.T) {
	for in, want := range map[string]espo.Names{
		`{"1":"Sales"}`: {"1": "Sales"},
		`{"1":null}`:    {"1": ""},
		`{}`:            {},
		`[]`:            {},
		`[ ]`:           {},
		`null`:          nil,
	} {
		var got espo.Names
		require.NoError(t, json.Unmarshal([]byte(in), &got), in)
		assert.Equal(t, want, got, in)
	}
	for _, in := range []string{`["a"]`, `[[]]`, `"x"`, `3`} {
		var got espo.Names
		assert.Error(t, json.Unmarshal([]byte(in), &got), in)
	}

	var columns espo.Columns
	require.NoError(t, json.Unmarshal([]byte(`{"1":{"role":"Buyer","isInactive":false},"2":[]}`), &columns))
	assert.Equal(t, espo.Columns{"1": {"role": "Buyer", "isInactive": false}, "2": {}}, columns)
	require.NoError(t, json.Unmarshal([]byte(`[]`), &columns))
	assert.Empty(t, columns)
	assert.NotNil(t, columns)
	require.NoError(t, json.Unmarshal([]byte(`null`), &columns))
	assert.Nil(t, columns)
}

// moments are times that EspoCRM can store, in many locations.
var moments = rapid.Custom(func(t *rapid.T) time.Time {
	zone := time.FixedZone("", 60*rapid.IntRange(-14*60, 14*60).Draw(t, "minutes east"))
	return time.Unix(rapid.Int64Range(-62135337600, 253402128000).Draw(t, "seconds"), rapid.Int64Range(0, 1e9-1).Draw(t, "nanoseconds")).In(zone)
})

func TestDateTimeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moment := espo.NewDateTime(moments.Draw(t, "moment"))
		wire, err := json.Marshal(moment)
		require.NoError(t, err)
		require.Len(t, string(wire), len(`"2006-01-02 15:04:05"`))
		var back espo.DateTime
		require.NoError(t, json.Unmarshal(wire, &back))
		require.True(t, moment.Equal(back.Time), "%s became %s", moment, back)
	})
}

func TestDateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moment := moments.Draw(t, "moment")
		day := espo.DateOf(moment)
		wire, err := json.Marshal(day)
		require.NoError(t, err)
		var back espo.Date
		require.NoError(t, json.Unmarshal(wire, &back))
		require.Equal(t, day, back)
		begin := day.In(moment.Location())
		require.False(t, begin.After(moment))
		require.True(t, day.AddDays(1).In(moment.Location()).After(moment))
	})
}

// fuzzWire checks that decoding does not panic, and that what is decoded is
// encoded to what decodes to an equal value.
func fuzzWire[T any](f *testing.F, equal func(a, b T) bool, seeds ...string) {
	f.Helper()
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		var first, second T
		if json.Unmarshal(wire, &first) != nil {
			return
		}
		out, err := json.Marshal(first)
		if err != nil {
			t.Fatalf("%q decodes to %v, which does not encode: %v", wire, first, err)
		}
		if err := json.Unmarshal(out, &second); err != nil {
			t.Fatalf("%q encodes to %q, which does not decode: %v", wire, out, err)
		}
		if !equal(first, second) {
			t.Fatalf("%q decodes to %v, then %q to %v", wire, first, out, second)
		}
	})
}

func FuzzDate(f *testing.F) {
	fuzzWire(f, func(a, b espo.Date) bool { return a == b },
		`"2026-11-24"`, `"2026-11-24 01:02:03"`, `null`, `""`, `"0000-00-00"`, `"0001-01-01"`, `"0000-01-01"`, `"9999-12-31"`, `"2026-02-30"`, `7`)
}

func FuzzDateTime(f *testing.F) {
	fuzzWire(f, func(a, b espo.DateTime) bool { return a.Equal(b.Time) },
		`"2026-11-24 01:02:03"`, `"2026-11-24 01:02"`, `"2026-11-24T01:02:03+14:00"`, `"0001-01-01T00:00:00+05:00"`, `"0000-01-01"`,
		`"9999-12-31T23:59:59-12:00"`, `"2026-11-24T01:02:03.9Z"`, `null`, `""`, `"0000-00-00 00:00:00"`, `"2026-1a-24 01:02:03"`)
}
