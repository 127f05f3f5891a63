package espo_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// Ports that are not the standard ones do not make a redirect out of https, or
// to a port that was not asked for, any better.
func TestRedirectsBetweenPorts(t *testing.T) {
	for name, c := range map[string]struct{ base, location string }{
		"out of https on the same port":      {"https://example.com:8443", "http://example.com:8443/api/v1/Account/1"},
		"from another port to that of https": {"http://example.com:8080", "https://example.com/api/v1/Account/1"},
		"from the port of http to another":   {"http://example.com", "http://example.com:8080/api/v1/Account/1"},
		"from the port of https to another":  {"https://example.com", "https://example.com:8443/api/v1/Account/1"},
		"from another port to that of http":  {"http://example.com:8080", "http://example.com/api/v1/Account/1"},
		"out of https to the port of http":   {"https://example.com", "http://example.com/api/v1/Account/1"},
		"out of https, named with port 443":  {"https://example.com", "http://example.com:443/api/v1/Account/1"},
	} {
		t.Run(name, func(t *testing.T) {
			hops := 0
			transport := exchange(func(r *http.Request) (*http.Response, error) {
				if hops++; hops > 1 {
					return answer(r, 200, `{"id":"1"}`), nil
				}
				resp := answer(r, http.StatusTemporaryRedirect, "")
				resp.Header.Set("Location", c.location)
				return resp, nil
			})
			client := dial(t, c.base, espo.APIKey("key"), espo.WithHTTPClient(&http.Client{Transport: transport}))
			_, err := client.Accounts.Get(t.Context(), "1")
			require.ErrorIs(t, err, espo.ErrRedirect)
			assert.Equal(t, 1, hops, "the key went elsewhere")
		})
	}
}

// A redirect that drops or changes the question is not followed: without its
// filter, a list would be that of all records.
func TestRedirectsThatAskForSomethingElse(t *testing.T) {
	for name, to := range map[string]string{
		"without the query":  apiRoot + "Account",
		"with another query": apiRoot + "Account?maxSize=1",
		"to another route":   apiRoot + "Contact?maxSize=2",
		"to a login page":    mount + "/login?maxSize=2",
		"with a slash":       apiRoot + "Account/?maxSize=2",
	} {
		t.Run(name, func(t *testing.T) {
			var hops tally
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				hops.add()
				http.Redirect(w, r, to, http.StatusTemporaryRedirect)
			}))
			t.Cleanup(srv.Close)
			_, err := dial(t, srv.URL+mount, espo.APIKey("key")).Accounts.List(t.Context(), espo.Query{MaxSize: 2})
			require.ErrorIs(t, err, espo.ErrRedirect)
			assert.Equal(t, 1, hops.count())
		})
	}
}
