package espo_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// attributesOfAllKinds are attributes as a server sends them, and as Go has
// them.
const attributesOfAllKinds = `{
	"text":"Acme","empty":"","null":null,"yes":true,"no":false,"int":42,"negative":-7,"decimal":1.50,"large":12345678901234567890,
	"numberText":"3.25","exponent":1e3,"date":"2026-11-24","dateTime":"2026-11-24 09:30:00","badDate":"2026-13-01",
	"list":["a","b"],"mixed":["a",1,null],"none":[],"teamsNames":{"1":"Sales","2":null},"noNames":[],
	"parentType":"Account","parentId":"7","ownerId":"8","object":{"a":1}
}`

// The accessors of Attrs return what those of a Record do.
func TestAttrsAccessors(t *testing.T) {
	var record espo.Record
	require.NoError(t, espo.Unmarshal([]byte(attributesOfAllKinds), &record))
	record["goInt"], record["goInt64"], record["goFloat"], record["goStrings"] = 5, int64(6), 1.5, []string{"x"}
	record["goDate"], record["goDateTime"] = espo.NewDate(2026, time.November, 24), espo.NewDateTime(time.Unix(0, 0))
	attrs := espo.Attrs(record)
	of := reflect.TypeFor[espo.Attrs]()
	compared := 0
	for m := range of.Methods() {
		if m.Type.NumIn() != 2 || m.Type.In(1).Kind() != reflect.String || m.Type.NumOut() != 1 {
			continue
		}
		theirs, ok := reflect.TypeFor[espo.Record]().MethodByName(m.Name)
		require.True(t, ok, m.Name)
		for _, name := range append(keysOf(record), "absent", "parent", "owner", "") {
			in := reflect.ValueOf(name)
			want := theirs.Func.Call([]reflect.Value{reflect.ValueOf(record), in})[0].Interface()
			got := m.Func.Call([]reflect.Value{reflect.ValueOf(attrs), in})[0].Interface()
			assert.Equal(t, want, got, "%s of %s", m.Name, name)
			of := m.Func.Call([]reflect.Value{reflect.ValueOf(espo.Attrs(nil)), in})[0]
			assert.True(t, of.IsZero(), "%s of nothing", m.Name)
			compared++
		}
	}
	assert.Greater(t, compared, 12*25)

	for _, tt := range []struct{ got, want any }{
		{attrs.String("text"), "Acme"}, {attrs.String("int"), ""}, {attrs.String("absent"), ""},
		{attrs.Bool("yes"), true}, {attrs.Bool("no"), false}, {attrs.Bool("text"), false},
		{attrs.Has("null"), true}, {attrs.Has("absent"), false}, {attrs.IsNull("null"), true}, {attrs.IsNull("empty"), false}, {attrs.IsNull("absent"), false},
		{attrs.Int("int"), int64(42)}, {attrs.Int("negative"), int64(-7)}, {attrs.Int("goInt"), int64(5)}, {attrs.Int("goInt64"), int64(6)},
		{attrs.Int("decimal"), int64(0)}, {attrs.Float("decimal"), 1.5}, {attrs.Float("numberText"), 3.25}, {attrs.Float("exponent"), 1000.0},
		{attrs.Number("large"), espo.Number("12345678901234567890")}, {attrs.Number("text"), espo.Number("")}, {attrs.Number("goFloat"), espo.Number("1.5")},
		{attrs.Date("date"), espo.NewDate(2026, time.November, 24)}, {attrs.Date("goDate"), espo.NewDate(2026, time.November, 24)}, {attrs.Date("badDate"), espo.Date{}},
		{attrs.DateTime("dateTime").String(), "2026-11-24 09:30:00"}, {attrs.DateTime("badDate"), espo.DateTime{}},
		{attrs.Strings("list"), []string{"a", "b"}}, {attrs.Strings("mixed"), []string{"a"}}, {attrs.Strings("goStrings"), []string{"x"}},
		{attrs.Names("teamsNames"), espo.Names{"1": "Sales", "2": ""}}, {attrs.Names("noNames"), espo.Names(nil)},
		{attrs.Ref("parent"), espo.Ref{Type: "Account", ID: "7"}}, {attrs.Ref("owner"), espo.Ref{ID: "8"}}, {attrs.Ref("absent"), espo.Ref{}},
	} {
		assert.Equal(t, tt.want, tt.got)
	}
}

func keysOf(r espo.Record) (keys []string) {
	for key := range r {
		keys = append(keys, key)
	}
	return keys
}
