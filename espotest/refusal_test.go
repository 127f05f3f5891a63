package espotest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

const clerk = "clerk"

// withClerk adds a user who is not an API user and has every right, and one who has
// few.
func withClerk() []espotest.Option {
	own := espotest.Access{Create: espo.AccessYes, Read: espo.AccessAll, Edit: espo.AccessOwn, Stream: espo.AccessOwn}
	return []espotest.Option{
		espotest.WithUser(espotest.User{UserName: clerk, Password: "Clerk-password-1", Roles: []string{espotest.FullRole}}),
		espotest.WithRole(espotest.Role{Name: "Little", Scopes: map[string]espotest.Access{"Account": own}}),
		espotest.WithUser(espotest.User{UserName: "little", Password: "Little-password-1", Roles: []string{"Little"}}),
	}
}

// as is the header by which a request is of a user.
func as(user string) []string {
	switch user {
	case "admin":
		return []string{"Authorization", "Basic " + basic(espotest.AdminUser, espotest.AdminPassword)}
	case "limited":
		return []string{"X-Api-Key", espotest.LimitedAPIKey}
	case clerk:
		return []string{"Authorization", "Basic " + basic(clerk, "Clerk-password-1")}
	case "little":
		return []string{"Authorization", "Basic " + basic("little", "Little-password-1")}
	}
	return nil
}

// Whom a request is refused, and with what reason.
func TestRefusals(t *testing.T) {
	s := espotest.NewServer(t, withClerk()...)
	account := create(t, s, "Account", map[string]any{"name": "A"})
	for _, c := range []struct {
		user, method, path string
		status             int
		reason             string
	}{
		{clerk, http.MethodGet, "Webhook", 403, "No access to 'Webhook'."},
		{clerk, http.MethodPost, "Webhook", 403, "No access to 'Webhook'."},
		{"admin", http.MethodGet, "Webhook", 200, ""},
		{"full", http.MethodGet, "Webhook", 200, ""},
		{"full", http.MethodGet, "LeadCapture", 403, "No read access."},
		{"full", http.MethodPost, "LeadCapture", 403, "No create access."},
		{"full", http.MethodGet, "User/missing/acl", 403, ""},
		{"admin", http.MethodGet, "User/missing/acl", 404, ""},
		{"full", http.MethodGet, "Attachment/missing", 404, "Record missing does not exist."},
		{"full", http.MethodPut, "Team/missing/subscription", 403, ""},
		{"full", http.MethodPut, "Account/missing/subscription", 404, ""},
		{"limited", http.MethodGet, "Import/missing", 403, "No access to 'Import'."},
		{"little", http.MethodGet, "Account/" + account + "/stream", 403, "No stream access."},
	} {
		a := mustCall(t, s, c.method, c.path, map[string]any{}, as(c.user)...)
		assert.Equal(t, c.status, a.status, "%s %s by %s", c.method, c.path, c.user)
		assert.Equal(t, c.reason, a.reason(), "%s %s by %s", c.method, c.path, c.user)
	}
}

// Who follows a record is shown to those who may read its stream.
func TestFollowersAreOfTheStream(t *testing.T) {
	s := espotest.NewServer(t, withClerk()...)
	account := create(t, s, "Account", map[string]any{"name": "A"})
	little := s.ClientAs(espo.Basic("little", "Little-password-1"))
	got, err := little.Records("Account").Get(t.Context(), account)
	require.NoError(t, err)
	assert.NotContains(t, got, "followersIds")
	got, err = s.Client().Records("Account").Get(t.Context(), account)
	require.NoError(t, err)
	assert.Contains(t, got, "followersIds")
}
