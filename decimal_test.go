package espo_test

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestDecimal(t *testing.T) {
	for in, want := range map[string]espo.Decimal{
		`"12345678901234.123456"`: "12345678901234.123456", `"-0.000001"`: "-0.000001", `12.50`: "12.50", `0`: "0", `null`: "", `""`: "",
	} {
		var d espo.Decimal
		require.NoError(t, json.Unmarshal([]byte(in), &d), in)
		assert.Equal(t, want, d, in)
		out, err := json.Marshal(d)
		require.NoError(t, err)
		if want == "" {
			assert.Equal(t, "null", string(out), in)
		} else {
			assert.Equal(t, `"`+string(want)+`"`, string(out), in)
		}
	}
	for _, in := range []string{`1e3`, `"1e3"`, `"1E-6"`, `"abc"`, `"1."`, `".5"`, `" 1"`, `"007"`, `true`, `[]`} {
		var d espo.Decimal
		assert.Error(t, json.Unmarshal([]byte(in), &d), in)
	}
	for _, d := range []espo.Decimal{"1e3", "1,5", " 1", "1.", ".5", "+1", "007", "NaN", "1\n"} {
		_, err := json.Marshal(d)
		assert.Error(t, err, "%q", d)
	}
	assert.True(t, espo.Decimal("").IsZero())
	assert.False(t, espo.Decimal("0").IsZero())
	f, err := espo.Decimal("-4.25").Float64()
	require.NoError(t, err)
	assert.Equal(t, -4.25, f)
	f, err = espo.Decimal("").Float64()
	require.NoError(t, err)
	assert.Zero(t, f)
}

func FuzzDecimal(f *testing.F) {
	for _, s := range []string{`"1"`, `"-0.10"`, `1.10`, `"1e5"`, `1E5`, `null`, `""`, `"1\n"`, `"00"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		var d, back espo.Decimal
		if json.Unmarshal(wire, &d) != nil {
			return
		}
		out, err := json.Marshal(d)
		require.NoError(t, err, "%q", wire)
		require.NoError(t, json.Unmarshal(out, &back))
		require.Equal(t, d, back)
		require.True(t, d == "" || out[0] == '"', "%s is not a text", out)
	})
}
