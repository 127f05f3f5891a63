package espo_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// A reply that is not EspoCRM's is an error with its status.
func TestForeignReplies(t *testing.T) {
	const page = "<!DOCTYPE html>\n<html><body>Sign in</body></html>"
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	for name, c := range map[string]struct {
		status int
		header http.Header
		body   string
		want   string
	}{
		"login page":           {200, html, page, "HTML"},
		"page without a type":  {200, nil, page, "HTML"},
		"page after a space":   {200, html, "\n  <HTML>", "HTML"},
		"fragment of a page":   {200, html, "<div>", "HTML"},
		"bad gateway":          {502, html, page, "HTML"},
		"not found by a proxy": {404, html, page, "HTML"},
		"text":                 {200, nil, "It works!", "not whole JSON"},
		"text with an error":   {403, nil, "blocked by policy", "not JSON"},
		"empty":                {200, nil, "", "empty"},
		"broken off":           {200, nil, `{"id":"1","na`, "not whole JSON"},
		"two values":           {200, nil, `{"id":"1"}{"id":"2"}`, "not whole JSON"},
		"warning in front":     {200, nil, "Warning: deprecated\n{}", "not whole JSON"},
	} {
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
			for k, v := range c.header {
				w.Header()[k] = v
			}
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		_, err := client.Accounts.Get(t.Context(), "1")
		var e *espo.Error
		if !assert.ErrorAs(t, err, &e, name) {
			continue
		}
		assert.ErrorIs(t, err, espo.ErrNotEspoCRM, name)
		assert.Equal(t, c.status, e.Status, name)
		assert.Equal(t, "GET Account/1", e.Method+" "+e.Path, name)
		assert.ErrorContains(t, err, c.want, name)
		assert.Equal(t, c.body, string(e.Body), name)
		assert.NotContains(t, err.Error(), "Sign in", name)
		if c.status == 200 && c.want == "HTML" {
			err := client.Do(t.Context(), espo.Request{Path: []string{"Account", "1"}}, nil)
			assert.ErrorIs(t, err, espo.ErrNotEspoCRM, "%s, the reply ignored", name)
		}
	}
}

// JSON of another shape than the caller's type is an error with the status,
// although it may well be EspoCRM's.
func TestReplyOfAnotherShape(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"id":["1"]}`) })
	_, err := client.Accounts.Get(t.Context(), "1")
	var e *espo.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 200, e.Status)
	var semantic *json.SemanticError
	assert.ErrorAs(t, err, &semantic)
	assert.NotErrorIs(t, err, espo.ErrNotEspoCRM)
}
