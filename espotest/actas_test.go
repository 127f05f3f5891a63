package espotest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// An administrator can make a call as a regular user.
func TestAnotherUser(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithUser(espotest.User{
		UserName: "jane", Password: "Jane-password-1", Roles: []string{espotest.FullRole},
	}), espotest.WithUser(espotest.User{UserName: "gone", Attributes: map[string]any{"lastName": "Gone"}}))
	gone := list(t, s, "User?select=id&where[0][type]=equals&where[0][attribute]=userName&where[0][value]=gone", admin()...)
	require.Len(t, gone, 1)
	require.NoError(t, s.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)).Users.Delete(t.Context(), gone[0]["id"].(string)))

	key := []string{"X-Api-Key", espotest.FullAPIKey}
	jane := []string{"Authorization", "Basic " + basic("jane", "Jane-password-1")}
	for name, tt := range map[string]struct {
		who    []string
		as     string
		status int
	}{
		"a regular user":           {admin(), "jane", http.StatusOK},
		"in other letters":         {admin(), "JANE", http.StatusOK},
		"one without rights":       {admin(), espotest.TOTPUser, http.StatusForbidden},
		"nobody":                   {admin(), "nobody", http.StatusUnauthorized},
		"an API user":              {admin(), "api-key-user", http.StatusUnauthorized},
		"the administrator":        {admin(), espotest.AdminUser, http.StatusUnauthorized},
		"one who is deleted":       {admin(), "gone", http.StatusUnauthorized},
		"by an API user":           {key, "jane", http.StatusUnauthorized},
		"by a regular user":        {jane, espotest.TOTPUser, http.StatusUnauthorized},
		"by a regular user itself": {jane, "jane", http.StatusUnauthorized},
		"by nobody":                {nil, "jane", http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			for range 12 { // more often than logins may fail
				a := mustCall(t, s, http.MethodGet, "Account", nil, append(tt.who, "X-Another-User", tt.as)...)
				require.Equal(t, tt.status, a.status, "%s", a.raw)
				if a.status == http.StatusUnauthorized {
					assert.Empty(t, a.raw)
				}
			}
		})
	}

	a := mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "Acme"}, append(admin(), "X-Another-User", "jane")...)
	require.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, "jane", a.object(t)["createdByName"])
}

// The token of a login as another user is the administrator's.
func TestTokenOfAnotherUser(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithUser(espotest.User{UserName: "jane", Password: "Jane-password-1"}))
	login := func(as string) answer {
		return mustCall(t, s, http.MethodGet, "App/user", nil,
			"Espo-Authorization", basic(espotest.AdminUser, espotest.AdminPassword), "X-Another-User", as)
	}
	assert.Equal(t, http.StatusUnauthorized, login("nobody").status)
	assert.Zero(t, s.Logins())
	got := login("jane").object(t)
	assert.Equal(t, "jane", got["user"].(map[string]any)["userName"])
	token, _ := got["token"].(string)
	require.NotEmpty(t, token)
	me := mustCall(t, s, http.MethodGet, "App/user", nil, "Espo-Authorization", basic(espotest.AdminUser, token), "Espo-Authorization-By-Token", "true")
	assert.Equal(t, espotest.AdminUser, me.object(t)["user"].(map[string]any)["userName"])
}
