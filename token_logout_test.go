package espo_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestLogout(t *testing.T) {
	srv := newTokenServer()
	var bodies []string
	auth := espo.Token("admin", srv.password)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			bodies = append(bodies, string(readAll(t, r)))
		}
		srv.ServeHTTP(w, r)
	})
	client := dial(t, url, auth)
	require.NoError(t, client.Logout(t.Context()), "nothing to end")
	require.NoError(t, get(t, client))
	require.NoError(t, client.Logout(t.Context()))
	assert.Equal(t, []string{`{"token":"token-1"}`}, bodies)
	assert.Empty(t, auth.Token())
	assert.Empty(t, srv.valid)

	require.NoError(t, get(t, client), "a later call logs in again")
	assert.Equal(t, "token-2", auth.Token())
	srv.revoke()
	require.NoError(t, client.Logout(t.Context()), "the server has forgotten the token already")
	logins, _, _ := srv.counts()
	assert.Equal(t, 2, logins, "a logout does not log in")

	assert.ErrorIs(t, dial(t, url, espo.APIKey("k")).Logout(t.Context()), espo.ErrInput)
}

func TestFailedLogoutKeepsTheToken(t *testing.T) {
	srv := newTokenServer()
	auth := espo.Token("admin", srv.password)
	client := dial(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(route(r), "destroyAuthToken") {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		srv.ServeHTTP(w, r)
	}), auth)
	require.NoError(t, get(t, client))
	assert.ErrorIs(t, client.Logout(t.Context()), espo.ErrServer)
	assert.Equal(t, "token-1", auth.Token())
}

// Several logouts at once end logged out: none of them logs in again.
func TestLogoutsAtOnce(t *testing.T) {
	for range 50 {
		srv := newTokenServer()
		auth := espo.Token("admin", srv.password)
		client := dial(t, serve(t, srv.ServeHTTP), auth)
		require.NoError(t, get(t, client))
		together(t, 8, func(int) error { return client.Logout(t.Context()) })
		logins, _, _ := srv.counts()
		assert.Equal(t, 1, logins)
		assert.Empty(t, srv.valid)
		assert.Empty(t, auth.Token())
	}
}
