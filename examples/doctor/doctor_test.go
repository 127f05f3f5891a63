package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func examine(t *testing.T, client *espo.Client, needs ...string) (code int, text string) {
	t.Helper()
	var out bytes.Buffer
	d := &doctor{client: client, out: &out, now: time.Now}
	return d.examine(t.Context(), needs), out.String()
}

func TestRights(t *testing.T) {
	srv := espotest.NewServer(t,
		espotest.WithRole(espotest.Role{Name: "Reader", Scopes: map[string]espotest.Access{"Account": {Read: espo.AccessOwn}}}),
		espotest.WithUser(espotest.User{UserName: "reader", Type: "api", APIKey: "reader-key", Roles: []string{"Reader"}}),
	)
	reader := srv.ClientAs(espo.APIKey("reader-key"))
	code, text := examine(t, reader, "Account.read")
	assert.Zero(t, code, text)
	assert.Regexp(t, `(?m)^Account +no +own +no +no +no$`, text)
	code, text = examine(t, reader, "Account.edit", "exportPermission")
	assert.Equal(t, 1, code)
	assert.Contains(t, text, "LACKS: Account.edit: give it to a role of reader")
	assert.Contains(t, text, "LACKS: exportPermission")
}

func TestAdministrator(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	srv := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now }))
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	code, text := examine(t, admin, "Account.delete", "exportPermission")
	assert.Equal(t, 1, code, "nothing has run")
	assert.Contains(t, text, "rights    all: an administrator")
	assert.Contains(t, text, "LACKS: no job has ever run")
	assert.Contains(t, text, "nothing was given up")
}

func TestUnreachable(t *testing.T) {
	srv := espotest.NewServer(t)
	code, text := examine(t, srv.ClientAs(espo.APIKey("wrong")))
	assert.Equal(t, 2, code)
	assert.Contains(t, text, "does not accept the credentials")
	client, err := espo.NewClient("http://127.0.0.1:1", espo.APIKey("key"), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	require.NoError(t, err)
	code, text = examine(t, client)
	assert.Equal(t, 2, code)
	assert.Contains(t, text, "cannot be reached")
}
