package espo_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// fakeVersions are those that a fake can be.
var fakeVersions = []string{"7.5", "8.4", "9.0", "9.1", "9.2", "9.3", "10.0"}

// A right that is missing and an address that is barred are both a 403.
func TestBarredAndForbidden(t *testing.T) {
	for _, version := range fakeVersions {
		t.Run(version, func(t *testing.T) {
			now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
			srv := espotest.NewServer(t, espotest.WithVersion(version), espotest.WithClock(func() time.Time { return now }))
			ctx := t.Context()
			limited := dial(t, srv.URL(), espo.APIKey(espotest.LimitedAPIKey))
			_, err := limited.Records("Contact").List(ctx, espo.Query{})
			assert.ElementsMatch(t, []string{"ErrForbidden"}, matches(err))
			err = limited.Admin.Rebuild(ctx) // of which no version says why
			assert.ElementsMatch(t, []string{"ErrForbidden"}, matches(err))

			wrong := dial(t, srv.URL(), espo.APIKey("wrong"))
			for range 11 {
				require.ErrorIs(t, wrong.App.Ping(ctx), espo.ErrUnauthorized)
			}
			token := espo.Token(espotest.AdminUser, espotest.AdminPassword)
			for name, client := range map[string]*espo.Client{
				"wrong key": wrong, "key": limited, "token": dial(t, srv.URL(), token),
				"password": dial(t, srv.URL(), espo.Basic(espotest.AdminUser, espotest.AdminPassword)),
			} {
				_, err := client.Accounts.Create(ctx, espo.Account{Name: "Never"})
				assert.ElementsMatch(t, []string{"ErrForbidden", "ErrLoginBarred"}, matches(err), name)
				assert.ErrorContains(t, err, "too many failed logins", name)
				assert.Equal(t, "403", espo.ErrorClass(err), name)
			}
			now = now.Add(time.Minute + time.Second)
			require.NoError(t, limited.App.Ping(ctx))
			require.NoError(t, dial(t, srv.URL(), token).App.Ping(ctx), "the password was not refused")
		})
	}
}

// What else is a 403 says nothing of logins.
func TestForbiddenByOthers(t *testing.T) {
	for name, c := range map[string]struct {
		header http.Header
		body   string
	}{
		"an empty reason":     {http.Header{"X-Status-Reason": {""}, "Content-Type": {"text/html"}}, ""},
		"JSON":                {http.Header{"Content-Type": {"application/json"}}, ""},
		"no media type":       {http.Header{"Content-Type": nil}, ""},
		"a page of a proxy":   {http.Header{"Content-Type": {"text/html"}}, "<html>Forbidden</html>"},
		"another reason":      {http.Header{"X-Status-Reason": {"No access."}, "Content-Type": {"text/html"}}, ""},
		"a body of EspoCRM's": {http.Header{"Content-Type": {"text/html"}}, `{"message":"no"}`},
	} {
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
			for key, values := range c.header {
				w.Header()[key] = values
			}
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(c.body))
		})
		_, err := client.Accounts.Get(t.Context(), "1")
		var answer *espo.Error
		require.ErrorAs(t, err, &answer, name)
		assert.Equal(t, http.StatusForbidden, answer.Status, name)
		assert.NotErrorIs(t, err, espo.ErrLoginBarred, name)
	}
}
