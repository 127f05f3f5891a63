package espo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// All requests of a client of a portal go to that portal, its login too.
func TestPortal(t *testing.T) {
	for base, opts := range map[string][]espo.Option{
		"http://crm.example":                          {espo.WithPortal("p1")},
		"http://crm.example/api/v1":                   {espo.WithPortal("p1")},
		"http://crm.example/api/v1/portal-access/p1":  nil,
		"http://crm.example/api/v1/portal-access/p1/": {espo.WithPortal("p1")},
		"http://crm.example/portal-access/p1":         nil,
	} {
		for name, auth := range map[string]espo.Authenticator{"Basic": espo.Basic("jane", "pass"), "Token": espo.Token("jane", "pass")} {
			t.Run(base+" "+name, func(t *testing.T) {
				var paths []string
				client := dial(t, base, auth, append(opts, espo.WithTransport(exchange(func(r *http.Request) (*http.Response, error) {
					paths = append(paths, r.URL.EscapedPath())
					return answer(r, 200, `{"id":"1","token":"t"}`), nil
				})))...)

				_, err := client.Accounts.Get(t.Context(), "1")

				require.NoError(t, err)
				want := []string{"/api/v1/portal-access/p1/App/user", "/api/v1/portal-access/p1/Account/1"}
				if name == "Basic" {
					want = want[1:]
				}
				assert.Equal(t, want, paths)
			})
		}
	}
}

func TestPortalRefused(t *testing.T) {
	jane := espo.Basic("jane", "pass")
	for name, c := range map[string]struct {
		base     string
		auth     espo.Authenticator
		opts     []espo.Option
		argument string
	}{
		"no id in the URL":   {"http://crm.example/api/v1/portal-access/%20", jane, nil, "base URL"},
		"a path as an id":    {"http://crm.example/api/v1/portal-access/a%5Cb", jane, nil, "base URL"},
		"no id":              {"http://crm.example/api/v1/portal-access/", jane, nil, "base URL"},
		"a path after it":    {"http://crm.example/api/v1/portal-access/p1/extra", jane, nil, "base URL"},
		"an empty id":        {"http://crm.example", jane, []espo.Option{espo.WithPortal("")}, "WithPortal"},
		"another portal":     {"http://crm.example/api/v1/portal-access/p1", jane, []espo.Option{espo.WithPortal("p2")}, "WithPortal"},
		"an API key":         {"http://crm.example", espo.APIKey("key"), []espo.Option{espo.WithPortal("p1")}, "Authenticator"},
		"HMAC":               {"http://crm.example", espo.HMAC("key", "secret"), []espo.Option{espo.WithPortal("p1")}, "Authenticator"},
		"an API key, by URL": {"http://crm.example/api/v1/portal-access/p1", espo.APIKey("key"), nil, "Authenticator"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := espo.NewClient(c.base, c.auth, c.opts...)
			var input *espo.InputError
			require.ErrorAs(t, err, &input)
			assert.Equal(t, c.argument, input.Argument)
			assert.Nil(t, client)
		})
	}
}
