package espo_test

import (
	"math"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/go-espo/espo"
)

func TestNumber(t *testing.T) {
	assert.Equal(t, espo.Number("12"), espo.NumberOf(12))
	assert.Equal(t, espo.Number("-0.5"), espo.NumberOf(-0.5))
	assert.Equal(t, espo.Number("18446744073709551615"), espo.NumberOf(uint64(math.MaxUint64)))
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, err := json.Marshal(espo.NumberOf(f))
		require.Error(t, err, "a number that JSON does not have is not sent as null")
	}

	for n, want := range map[espo.Number]int64{"42.0": 42, "-7.00": -7, "9007199254740993.0": 9007199254740993} {
		got, err := n.Int64()
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	i, err := espo.Number("42").Int64()
	require.NoError(t, err)
	assert.Equal(t, int64(42), i)
	_, err = espo.Number("4.2").Int64()
	assert.Error(t, err)
	f, err := espo.Number("4.25").Float64()
	require.NoError(t, err)
	assert.Equal(t, 4.25, f)
	f, err = espo.Number("").Float64()
	require.NoError(t, err)
	assert.Zero(t, f)
	i, err = espo.Number("").Int64()
	require.NoError(t, err)
	assert.Zero(t, i)
	assert.True(t, espo.Number("").IsZero())
	assert.False(t, espo.Number("0").IsZero())

	for in, want := range map[string]espo.Number{
		`12345678901234567890.123456789`: "12345678901234567890.123456789",
		`"1000.10"`:                      "1000.10",
		`0`:                              "0",
		`1e400`:                          "1e400",
		`null`:                           "",
		`""`:                             "",
	} {
		got := espo.Number("7")
		require.NoError(t, json.Unmarshal([]byte(in), &got), in)
		assert.Equal(t, want, got, in)
	}
	for _, in := range []string{`"abc"`, `"1,5"`, `" 5 "`, `true`, `[]`, `{}`, `"0x10"`, `"NaN"`} {
		var got espo.Number
		assert.Error(t, json.Unmarshal([]byte(in), &got), in)
	}
	for _, n := range []espo.Number{"abc", " 1", "1 ", "01", "[]", `"1"`, "1 2", "NaN"} {
		_, err := json.Marshal(n)
		assert.Error(t, err, "%q", n)
	}
	out, err := json.Marshal([]espo.Number{"", "0", "1.10", "-2E+3"})
	require.NoError(t, err)
	assert.Equal(t, `[null,0,1.10,-2E+3]`, string(out))
}

func TestNumberOfRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Draw(t, "f")
		back, err := espo.NumberOf(f).Float64()
		require.NoError(t, err)
		require.Equal(t, f, back)
		i := rapid.Int64().Draw(t, "i")
		whole, err := espo.NumberOf(i).Int64()
		require.NoError(t, err)
		require.Equal(t, i, whole)
	})
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{`1`, `-0`, `1.10`, `1E5`, `"1000.00"`, `" 1 "`, `"1\n"`, `null`, `""`, `1e999`, `"\u0031"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		var n espo.Number
		if json.Unmarshal(wire, &n) != nil {
			return
		}
		out, err := json.Marshal(n)
		if err != nil {
			t.Fatalf("%q decodes to %q, which does not encode: %v", wire, n, err)
		}
		if n != "" && string(out) != string(n) {
			t.Fatalf("%q lost digits: %q", n, out)
		}
		if text := strings.TrimSpace(string(wire)); text[0] != '"' && text != "null" && text != string(n) {
			t.Fatalf("%q was read as %q", text, n)
		}
	})
}
