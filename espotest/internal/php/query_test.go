package php

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What PHP's parse_str makes of query strings.
func TestParseQuery(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{`a=1`, `{"a":"1"}`},
		{`a[]=1&a[]=2`, `{"a":["1","2"]}`},
		{`a[x]=1&a[x]=2`, `{"a":{"x":"2"}}`},
		{`a[b][c]=1`, `{"a":{"b":{"c":"1"}}}`},
		{`a[b]=1&a[b][c]=2`, `{"a":{"b":{"c":"2"}}}`},
		{`a[b][c]=2&a[b]=1`, `{"a":{"b":"1"}}`},
		{`a=1&a[]=2`, `{"a":["2"]}`},
		{`a[]=2&a=1`, `{"a":"1"}`},
		{`a.b=1`, `{"a_b":"1"}`},
		{`a b=1`, `{"a_b":"1"}`},
		{`a+b=1`, `{"a_b":"1"}`},
		{`a%20b[c d]=1`, `{"a_b":{"c d":"1"}}`},
		{`[a]=1`, `[]`},
		{`a[=1`, `{"a_":"1"}`},
		{`a[b=1`, `{"a_b":"1"}`},
		{`a[b[c]=1`, `{"a":{"b[c":"1"}}`},
		{`a[b]c=1`, `{"a":{"b":"1"}}`},
		{`a[b]c[d]=1`, `{"a":{"b":"1"}}`},
		{`a[b]]=1`, `{"a":{"b":"1"}}`},
		{`a[]b=1`, `{"a":["1"]}`},
		{`a[ ]=1`, `{"a":["1"]}`},
		{`a[ b]=1`, `{"a":{" b":"1"}}`},
		{`a[b ]=1`, `{"a":{"b ":"1"}}`},
		{` a=1`, `{"a":"1"}`},
		{`%20%20a=1`, `{"a":"1"}`},
		{`=1`, `[]`},
		{`&&`, `[]`},
		{`a`, `{"a":""}`},
		{`a&b`, `{"a":"","b":""}`},
		{`a=%`, `{"a":"%"}`},
		{`a=%zz`, `{"a":"%zz"}`},
		{`a=%4`, `{"a":"%4"}`},
		{`a=%41%`, `{"a":"A%"}`},
		{`a=+%2B`, `{"a":" +"}`},
		{`a[5]=x&a[]=y`, `{"a":{"5":"x","6":"y"}}`},
		{`a[-3]=x&a[]=y`, `{"a":{"-3":"x","-2":"y"}}`},
		{`a[05]=x&a[]=y`, `{"a":{"05":"x","0":"y"}}`},
		{`a[9223372036854775807]=x&a[]=y`, `{"a":{"9223372036854775807":"x"}}`},
		{`a[1.5]=x&a[]=y`, `{"a":{"1.5":"x","0":"y"}}`},
		{`a%5Bb%5D=1`, `{"a":{"b":"1"}}`},
		{`a%00b=1`, `{"a":"1"}`},
		{`a[b%00c]=1`, `{"a_b":"1"}`},
		{`a[.]=1`, `{"a":{".":"1"}}`},
		{`a[x.y]=1`, `{"a":{"x.y":"1"}}`},
		{`a.b[x.y]=1`, `{"a_b":{"x.y":"1"}}`},
		{`a[]=1&a[k]=2&a[]=3`, `{"a":{"0":"1","k":"2","1":"3"}}`},
		{`a=1=2`, `{"a":"1=2"}`},
		{`a==`, `{"a":"="}`},
		{`A=1&a=2`, `{"A":"1","a":"2"}`},
		{`a%2Eb=1`, `{"a_b":"1"}`},
		{`a[][]=1&a[][]=2`, `{"a":[["1"],["2"]]}`},
		{`a[][x]=1&a[][y]=2`, `{"a":[{"x":"1"},{"y":"2"}]}`},
		{`a[0][x]=1&a[0][y]=2`, `{"a":[{"x":"1","y":"2"}]}`},
		{`a;b=1`, `{"a;b":"1"}`},
		{`a[x][]=1&a[x][]=2`, `{"a":{"x":["1","2"]}}`},
		{`%61=1`, `{"a":"1"}`},
		{`a[[b]]=1`, `{"a":{"[b":"1"}}`},
		{`a[]]=1`, `{"a":["1"]}`},
		{`a[ ][x]=1`, `{"a":[{"x":"1"}]}`},
		{`a.[b]=1`, `{"a_":{"b":"1"}}`},
		{`a[b].c=1`, `{"a":{"b":"1"}}`},
		{`a[b][=1`, `{"a":{"b":"1"}}`},
		{`a[b][c=1`, `{"a":{"b":"1"}}`},
		{"a[\t]=1", `{"a":["1"]}`},
		{`a[%0A]=1`, `{"a":["1"]}`},
		{`a[ x]=1`, `{"a":{" x":"1"}}`},
		{`__proto__=1`, `{"__proto__":"1"}`},
		{`a[b]=%F0%9F%98%80`, `{"a":{"b":"😀"}}`},
		{`a=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`, `{"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}`},
	} {
		got, err := json.Marshal(Plain(ParseQuery(c.query)))
		require.NoError(t, err)
		assert.JSONEq(t, c.want, string(got), c.query)
	}
}

func TestParseQueryLimits(t *testing.T) {
	assert.Equal(t, []string{"a", "z"}, ParseQuery("a"+strings.Repeat("[x]", 64)+"=1&z=1").Keys, "64 levels")
	assert.Equal(t, []string{"z"}, ParseQuery("a"+strings.Repeat("[x]", 65)+"=1&z=1").Keys, "65 levels")
	many := ParseQuery(strings.Repeat("a[]=1&", 1001) + "b=1")
	assert.Equal(t, []string{"a"}, many.Keys)
	assert.Len(t, many.Get("a").(*Array).Keys, 1000)
}

func TestDecodeJSONArrays(t *testing.T) {
	for text, want := range map[string]any{
		`null`: nil, ` null `: nil, `true`: true, `"é"`: "é", `1`: int64(1), `1.0`: 1.0, `1e2`: 100.0, `-0`: math.Copysign(0, -1),
		`9223372036854775808`: 9223372036854775808.0, ` [1, "a"] `: []any{int64(1), "a"}, `{}`: []any{},
		`{"a":1,"a":2}`: map[string]any{"a": int64(2)}, `{"0":"a","1":"b"}`: []any{"a", "b"},
	} {
		got, err := DecodeJSONArrays(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, Plain(got), text)
	}
	for _, text := range []string{``, `{`, `{} x`, `[1,]`, `{"a"}`, `'a'`, "\"\xff\"", `"\ud800"`, `nul`, `01`} {
		_, err := DecodeJSONArrays(text)
		assert.Error(t, err, text)
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]int64{
		"": 0, "abc": 0, "2": 2, "2x": 2, " 2": 2, "2 ": 2, "+2": 2, "-2": -2, "1.9": 1, "1e1": 10, "1e": 1, ".5": 0, "-": 0,
		"0x10": 0, "1_0": 1, "99999999999999999999": 9223372036854775807, "-99999999999999999999": -9223372036854775808,
	} {
		assert.Equal(t, want, Int(text), text)
	}
	for text, want := range map[string]bool{
		"1": true, " 1": true, "1 ": true, "1.5": true, ".5": true, "1.": true, "1e3": true, "-1": true,
		"": false, "x": false, "1x": false, "0x1": false, ".": false, "-": false, "1e": false,
	} {
		assert.Equal(t, want, IsNumeric(text), text)
	}
}
