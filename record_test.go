package espo_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

const recordJSON = `{
	"id": "1", "name": "Acme", "versionNumber": 7, "big": 12345678901234567890.10, "decimal": "1000.10",
	"isOld": true, "nothing": null, "day": "2026-11-24", "at": "2026-11-24 08:05:00", "badDay": "soon",
	"tags": ["a", "b", 3], "teamsIds": [], "teamsNames": {"t": "Sales", "u": null}, "emptyNames": [],
	"parentType": "Lead", "parentId": "9", "nested": {"n": 1.50}
}`

// readRecord reads a record through the client.
func readRecord(t *testing.T, body string) espo.Record {
	t.Helper()
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
	record, err := client.Records("Account").Get(t.Context(), "1")
	require.NoError(t, err)
	return record
}

func TestRecordAccessors(t *testing.T) {
	r := readRecord(t, recordJSON)
	assert.Equal(t, "1", r.ID())
	assert.Equal(t, "Acme", r.Name())
	assert.Equal(t, int64(7), r.Version())
	assert.Equal(t, espo.Number("12345678901234567890.10"), r.Number("big"))
	assert.Equal(t, espo.Number("1000.10"), r.Number("decimal"))
	assert.Equal(t, 1000.1, r.Float("decimal"))
	assert.True(t, r.Bool("isOld"))
	assert.Equal(t, espo.NewDate(2026, 11, 24), r.Date("day"))
	assert.Equal(t, "2026-11-24 08:05:00", r.DateTime("at").String())
	assert.Equal(t, time.UTC, r.DateTime("at").Location())
	assert.Equal(t, []string{"a", "b"}, r.Strings("tags"))
	assert.Empty(t, r.Strings("teamsIds"))
	assert.Equal(t, espo.Names{"t": "Sales", "u": ""}, r.Names("teamsNames"))
	assert.Equal(t, espo.Ref{Type: "Lead", ID: "9"}, r.Ref("parent"))
	assert.Equal(t, espo.Number("1.50"), r["nested"].(map[string]any)["n"], "numbers keep their digits at any depth")

	assert.True(t, r.Has("nothing"))
	assert.True(t, r.IsNull("nothing"))
	assert.False(t, r.Has("absent"))
	assert.False(t, r.IsNull("absent"))
	assert.False(t, r.IsNull("name"))
}

// The accessors of an attribute that is absent, null or of another type give
// the zero value.
func TestRecordAccessorsOfOtherTypes(t *testing.T) {
	r := readRecord(t, recordJSON)
	for _, name := range []string{"absent", "nothing", "nested", "badDay", "tags", "isOld", "name", "big"} {
		assert.NotPanics(t, func() {
			if name != "name" && name != "badDay" {
				assert.Empty(t, r.String(name), name)
			}
			assert.Zero(t, r.Int(name), name)
			assert.True(t, r.Date(name).IsZero(), name)
			assert.True(t, r.DateTime(name).IsZero(), name)
			if name != "isOld" {
				assert.False(t, r.Bool(name), name)
			}
			if name != "big" {
				assert.Empty(t, r.Number(name), name)
				assert.Zero(t, r.Float(name), name)
			}
			if name != "tags" {
				assert.Nil(t, r.Strings(name), name)
			}
			if name != "nested" {
				assert.Nil(t, r.Names(name), name)
			}
			assert.Equal(t, espo.Ref{}, r.Ref(name), name)
		}, name)
	}
	assert.Empty(t, espo.Record(nil).ID())
}

// A record made by hand has the types of Go.
func TestRecordOfGoValues(t *testing.T) {
	moment := espo.NewDateTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	r := espo.Record{
		"i": 3, "i64": int64(4), "f": 1.5, "n": espo.Number("2"), "d": espo.NewDate(2026, 1, 2), "t": moment, "s": []string{"x"},
		"notANumber": "NaN", "infinite": "Inf", "hex": "0x10",
	}
	assert.Equal(t, int64(3), r.Int("i"))
	assert.Equal(t, int64(4), r.Int("i64"))
	assert.Equal(t, 1.5, r.Float("f"))
	assert.Equal(t, int64(2), r.Int("n"))
	assert.Equal(t, espo.NewDate(2026, 1, 2), r.Date("d"))
	assert.Equal(t, moment, r.DateTime("t"))
	assert.Equal(t, []string{"x"}, r.Strings("s"))
	for _, name := range []string{"notANumber", "infinite", "hex"} {
		assert.Empty(t, r.Number(name), "%s is not a number in JSON", name)
	}
}

func TestRecordDecode(t *testing.T) {
	r := readRecord(t, `{"id":"1","name":"Acme","createdAt":"2026-11-24 08:05:00","cScore":1.50,"teamsNames":[]}`)
	var account espo.Account
	require.NoError(t, r.Decode(&account))
	assert.Equal(t, "Acme", account.Name)
	assert.Equal(t, "2026-11-24 08:05:00", account.CreatedAt.String())
	assert.Equal(t, espo.Attrs{"cScore": espo.Number("1.50")}, account.Extra)

	var wrong struct {
		Name int `json:"name"`
	}
	assert.ErrorContains(t, r.Decode(&wrong), "record 1")
}

func TestRecordOfEmptyPHPArray(t *testing.T) {
	var r espo.Record
	require.NoError(t, json.Unmarshal([]byte(`[]`), &r))
	assert.Equal(t, espo.Record{}, r)
	require.NoError(t, json.Unmarshal([]byte(`null`), &r))
	assert.Nil(t, r)
	assert.Error(t, json.Unmarshal([]byte(`[1]`), &r))
}

// A struct may have time.Time where EspoCRM has a date-time.
func TestTimeMapping(t *testing.T) {
	type meeting struct {
		ID    string     `json:"id,omitzero"`
		Start time.Time  `json:"dateStart,omitzero"`
		End   *time.Time `json:"dateEnd,omitzero"`
		Never time.Time  `json:"never"`
		Extra espo.Attrs `json:",embed"`
	}
	var sent []byte
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		sent = readAll(t, r)
		reply(w, 200, `{"id":"1","dateStart":"2026-11-24 08:05:00","dateEnd":null,"never":null,"cAt":"2026-01-01 00:00:00"}`)
	})
	start := time.Date(2026, 11, 24, 10, 5, 0, 0, time.FixedZone("EET", 7200))
	got, err := espo.Records[meeting](client, "Meeting").Create(t.Context(), meeting{
		Start: start, End: &start, Extra: espo.Attrs{"cAt": start},
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"dateStart":"2026-11-24 08:05:00","dateEnd":"2026-11-24 08:05:00","never":null,"cAt":"2026-11-24 08:05:00"}`, string(sent))
	assert.True(t, got.Start.Equal(start))
	assert.Nil(t, got.End)
	assert.True(t, got.Never.IsZero())
	assert.Equal(t, "2026-01-01 00:00:00", got.Extra["cAt"])
}
