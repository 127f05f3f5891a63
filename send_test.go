package espo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestHeadersOfARequest(t *testing.T) {
	var got http.Header
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		reply(w, 200, `{"id":"1"}`)
	}, espo.WithApplication("billing", "1.0"))

	_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"},
		espo.SkipDuplicateCheck(), espo.DuplicateOf("9"), espo.Header("x-custom", "a b"))
	require.NoError(t, err)
	for name, want := range map[string]string{
		"User-Agent": "billing/1.0 go-espo/" + espo.Version, "Accept": "application/json", "Content-Type": "application/json", "X-Api-Key": "key",
		"X-Skip-Duplicate-Check": "true", "X-Duplicate-Source-Id": "9", "X-Custom": "a b",
	} {
		assert.Equal(t, want, got.Get(name), name)
	}

	_, err = client.Accounts.Get(t.Context(), "1")
	require.NoError(t, err)
	assert.Empty(t, got.Get("Content-Type"), "no body, no type of it")
}
