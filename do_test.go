package espo_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestDo(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		body := readAll(t, r)
		if len(body) == 0 {
			body = []byte("null")
		}
		b, _ := json.Marshal(map[string]any{"method": r.Method, "path": route(r), "query": r.URL.RawQuery, "body": jsontext.Value(body)})
		reply(w, 200, string(b))
	})
	type echo struct {
		Method, Path, Query string
		Body                any
	}
	var out echo
	caseless := func() *map[string]any { m := map[string]any{}; return &m }
	got := caseless()
	require.NoError(t, client.Do(t.Context(), espo.Request{
		Method: "POST", Path: []string{"Lead", "action", "convert"}, Query: url.Values{"b": {"1 2"}, "a": {"ї"}}, Body: espo.Attrs{"id": "1", "n": nil},
	}, got))
	out = echo{(*got)["method"].(string), (*got)["path"].(string), (*got)["query"].(string), (*got)["body"]}
	assert.Equal(t, echo{"POST", "Lead/action/convert", "a=%D1%97&b=1+2", map[string]any{"id": "1", "n": nil}}, out)

	got = caseless()
	require.NoError(t, client.Do(t.Context(), espo.Request{Path: []string{"Account", "a b"}, Query: url.Values{"x": {"1"}}}, got))
	assert.Equal(t, "GET", (*got)["method"], "without a method")
	assert.Equal(t, "Account/a%20b", (*got)["path"])
	assert.Equal(t, "x=1", (*got)["query"])
	assert.Nil(t, (*got)["body"])

	require.NoError(t, client.Do(t.Context(), espo.Request{Method: "DELETE", Path: []string{"Account", "1"}}, nil), "the reply may be ignored")
}

func TestDoRefuses(t *testing.T) {
	client := connect(t, unreachable(t))
	ctx := t.Context()
	for name, err := range map[string]error{
		"method with a space":  client.Do(ctx, espo.Request{Method: "GET /", Path: []string{"Account"}}, nil),
		"no path":              client.Do(ctx, espo.Request{}, nil),
		"empty path":           client.Do(ctx, espo.Request{Path: []string{""}}, nil),
		"slash in a segment":   client.Do(ctx, espo.Request{Path: []string{"Account/1"}}, nil),
		"slash at the end":     client.Do(ctx, espo.Request{Path: []string{"Account", ""}}, nil),
		"two slashes":          client.Do(ctx, espo.Request{Path: []string{"Account", "", "contacts"}}, nil),
		"out is not a pointer": client.Do(ctx, espo.Request{Path: []string{"Account"}}, struct{}{}),
		"out is a nil pointer": client.Do(ctx, espo.Request{Path: []string{"Account"}}, (*espo.Account)(nil)),
		"body is a function":   client.Do(ctx, espo.Request{Method: "POST", Path: []string{"Account"}, Body: func() {}}, nil),
	} {
		assert.ErrorIs(t, err, espo.ErrInput, name)
	}
}
