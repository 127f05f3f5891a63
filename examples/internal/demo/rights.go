package demo

import (
	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// WithRights starts a fake server for a test, and returns a client whose user
// has these rights and no others. It does not try anything again.
func WithRights(t espotest.TB, rights espotest.Role) (*espotest.Server, *espo.Client) {
	t.Helper()
	rights.Name = "Program"
	srv := espotest.NewServer(t,
		espotest.WithRole(rights),
		espotest.WithUser(espotest.User{UserName: "program", Type: "api", APIKey: "key-of-the-program", Roles: []string{"Program"}}))
	return srv, srv.ClientAs(espo.APIKey("key-of-the-program"), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
}
