package espo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// What Marshal writes is the same text with every release of Go, and Unmarshal
// makes the same of it. With encoding/json neither is so.
func TestMarshalRoundTrip(t *testing.T) {
	moment := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 2*60*60))
	tests := map[string]struct {
		value any
		into  func() any // nil for a value that is not decoded into
		want  string
	}{
		"a struct with custom fields": {
			espo.Account{
				ID: "1", Name: "Müller & <Söhne>", CreatedAt: espo.NewDateTime(moment), TeamsIDs: []string{"t"},
				TeamsNames: espo.Names{"t": "Team", "a": "Other"},
				Extra: espo.Attrs{
					"cBudget": espo.Number("12345678901234567890.10"), "cNote": nil, "cTags": []any{"b", "a"},
					"cMap": map[string]any{"y": false, "x": espo.Number("1e3")},
				},
			},
			func() any { return new(espo.Account) },
			`{"id":"1","name":"Müller & <Söhne>","createdAt":"2026-01-02 01:04:05","teamsIds":["t"],"teamsNames":{"a":"Other","t":"Team"},` +
				`"cBudget":12345678901234567890.10,"cMap":{"x":1e3,"y":false},"cNote":null,"cTags":["b","a"]}`,
		},
		"empty maps and lists": {
			espo.Account{ID: "1", TeamsIDs: []string{}, TeamsNames: espo.Names{}},
			func() any { return new(espo.Account) },
			`{"id":"1","teamsIds":[],"teamsNames":{}}`,
		},
		"credentials": {
			espo.User{ID: "1", UserName: "u", Password: "p", APIKey: "k"},
			func() any { return new(espo.User) },
			`{"id":"1","userName":"u","password":"p","apiKey":"k"}`,
		},
		"a record": {
			espo.Record{"id": "1", "apiKey": "k", "amount": espo.Number("0.10"), "none": nil, "teamsNames": map[string]any{}, "list": []any{}},
			func() any { return new(espo.Record) },
			`{"amount":0.10,"apiKey":"k","id":"1","list":[],"none":null,"teamsNames":{}}`,
		},
		"records in structs of one's own": {
			struct {
				Seen  espo.Date               `json:"seen"`
				Items []espo.Record           `json:"items"`
				By    map[string]espo.Contact `json:"by"`
				List  []*espo.Account         `json:"list"`
			}{
				espo.NewDate(2026, 1, 2), []espo.Record{{"token": "t"}, nil}, map[string]espo.Contact{"b": {LastName: "B"}, "a": {}},
				[]*espo.Account{{ID: "1"}, nil},
			},
			nil,
			`{"seen":"2026-01-02","items":[{"token":"t"},{}],"by":{"a":{},"b":{"lastName":"B"}},"list":[{"id":"1"},null]}`,
		},
		"values that are not the server's own": {
			espo.Attrs{"at": moment, "day": espo.NewDate(2026, 1, 2), "ids": []string(nil), "n": 1.5, "s": espo.Secret("x")},
			nil,
			`{"at":"2026-01-02 01:04:05","day":"2026-01-02","ids":[],"n":1.5,"s":"x"}`,
		},
		"nothing": {nil, nil, `null`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b, err := espo.Marshal(test.value)
			require.NoError(t, err)
			require.Equal(t, test.want, string(b))
			if test.into == nil {
				return
			}
			into := test.into()
			require.NoError(t, espo.Unmarshal(b, into))
			again, err := espo.Marshal(into)
			require.NoError(t, err)
			assert.Equal(t, test.want, string(again))
		})
	}
}

func TestUnmarshal(t *testing.T) {
	var account espo.Account
	require.NoError(t, espo.Unmarshal([]byte(`{"id":"1","NAME":"x","name":"Acme","teamsNames":[],"cBudget":1.10,"cMap":[],"cNone":null}`), &account))
	assert.Equal(t, espo.Account{
		ID: "1", Name: "Acme", TeamsNames: espo.Names{},
		Extra: espo.Attrs{"NAME": "x", "cBudget": espo.Number("1.10"), "cMap": []any{}, "cNone": nil},
	}, account)

	var record espo.Record
	require.NoError(t, espo.Unmarshal([]byte(` {"a":1,"teamsNames":[],"a":2.50} `), &record), "PHP's last one counts")
	assert.Equal(t, espo.Record{"a": espo.Number("2.50"), "teamsNames": []any{}}, record)
	assert.Empty(t, record.Names("teamsNames"))

	for name, text := range map[string]string{
		"a text for a list":   `{"teamsIds":"t"}`,
		"a list for a map":    `{"teamsNames":["t"]}`,
		"no date":             `{"createdAt":"soon"}`,
		"something after it":  `{"id":"1"} {}`,
		"a part":              `{"id":"1"`,
		"nothing":             ``,
		"bytes that are none": "{\"name\":\"\xff\"}",
	} {
		t.Run(name, func(t *testing.T) {
			assert.Error(t, espo.Unmarshal([]byte(text), new(espo.Account)))
		})
	}
}

func TestMarshalRefuses(t *testing.T) {
	for name, value := range map[string]any{
		"an attribute in the struct and in Extra": espo.Account{Name: "a", Extra: espo.Attrs{"name": "b"}},
		"what JSON does not have":                 espo.Attrs{"f": func() {}},
		"bytes that are not text":                 espo.Attrs{"name": "\xff"},
		"a number that is none":                   espo.Attrs{"n": espo.Number("one")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := espo.Marshal(value)
			assert.Error(t, err)
		})
	}
}

// Whatever a server sends is the same after it was stored and read again.
func FuzzMarshal(f *testing.F) {
	for _, seed := range []string{
		`{"id":"1","teamsNames":[],"cBudget":12345678901234567890.10,"cMap":{"a":[1,null]}}`,
		`{"createdAt":"2026-01-02 03:04:05","createdAt":null}`, `{"emailAddressData":[{"emailAddress":"a@b.example","primary":true}]}`,
		`{"name":"\ud83d\ude00"}`, `null`, `[]`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, make := range []func() any{func() any { return new(espo.Account) }, func() any { return new(espo.Record) }} {
			first, second := make(), make()
			if espo.Unmarshal(b, first) != nil {
				continue
			}
			stored, err := espo.Marshal(first)
			require.NoError(t, err)
			require.NoError(t, espo.Unmarshal(stored, second))
			again, err := espo.Marshal(second)
			require.NoError(t, err)
			assert.Equal(t, string(stored), string(again))
		}
	})
}
