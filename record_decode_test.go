package espo_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// asNumbers turns the json.Numbers in a value into Numbers.
func asNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		return espo.Number(v)
	case []any:
		for i := range v {
			v[i] = asNumbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = asNumbers(v[k])
		}
	}
	return v
}

// FuzzRecord reads records as encoding/json reads maps.
func FuzzRecord(f *testing.F) {
	for _, text := range []string{
		`{}`, `null`, `[]`, `{"id":"1","a":null,"b":true,"c":[1,{"d":[]}],"e":{"f":{}},"g":-1.50e10,"h":"\u00e9\n\"","ü":"ü"}`,
		`{"a":"abcd","b":"abcd","c":"abcdefgh","d":"abcdefghi"}`, `{"a":1,"a":{"b":2}}`, `{"a":[1,2}`, `{"a"}`, `{"a":tru}`, `{1:2}`, `"x"`, `{"a":1}x`,
		`{"` + strings.Repeat("n", 60) + `":"` + strings.Repeat("v", 60) + `"}`, `{"a":{"x":1},"a":{"y":2}}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got espo.Record
		err := espo.Unmarshal([]byte(text), &got)
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		var want map[string]any
		wantErr := dec.Decode(&want)
		if err != nil {
			return // stricter about texts that are not UTF-8 and what follows
		}
		if strings.TrimSpace(text)[0] == '[' {
			assert.Empty(t, got, "PHP's empty object")
			return
		}
		require.NoError(t, wantErr)
		want, _ = asNumbers(want).(map[string]any)
		require.True(t, reflect.DeepEqual(want, map[string]any(got)), "%s: %#v", text, got)
	})
}

// What came before does not change what comes then.
func TestRecordsOneAfterTheOther(t *testing.T) {
	var first, second espo.Record
	require.NoError(t, espo.Unmarshal([]byte(`{"id":"abcd","name":"Acme Inc","website":"https://acme.example/"}`), &first))
	require.NoError(t, espo.Unmarshal([]byte(`{"id":"abce","name":"Acme Ink","website":"https://acme.example/x"}`), &second))
	assert.Equal(t, espo.Record{"id": "abcd", "name": "Acme Inc", "website": "https://acme.example/"}, first)
	assert.Equal(t, espo.Record{"id": "abce", "name": "Acme Ink", "website": "https://acme.example/x"}, second)
	require.Error(t, espo.Unmarshal([]byte(`{"id":"abcd","name":"Acme`), &first))
	require.NoError(t, espo.Unmarshal([]byte(`{"id":"z"}`), &second))
	assert.Equal(t, espo.Record{"id": "z"}, second)
}
