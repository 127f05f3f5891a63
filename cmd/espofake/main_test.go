package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// output is what the command prints; ready is closed when it is ready.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	ready chan struct{}
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.text.Len() == 0 {
		defer close(o.ready)
	}
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

var addressPattern = regexp.MustCompile(`https?://\S+`)

// running runs the command on a free port until the test ends, and returns its
// address and what it printed.
func running(t *testing.T, args ...string) (url, printed string) {
	t.Helper()
	out := &output{ready: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), out) }()
	select {
	case <-out.ready:
	case err := <-ended:
		stop()
		require.NoError(t, err)
	}
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-ended, "it ends by itself")
	})
	return addressPattern.FindString(out.String()), out.String()
}

func client(t *testing.T, url string, opts ...espo.Option) *espo.Client {
	t.Helper()
	c, err := espo.NewClient(url, espo.APIKey(espotest.FullAPIKey), opts...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	return path
}

func TestPrintsWhereItIsAndWhoMayComeIn(t *testing.T) {
	url, printed := running(t)
	assert.Contains(t, printed, url+"/api/v1/")
	assert.Contains(t, printed, url+"/_fake/")
	assert.Contains(t, printed, espotest.FullAPIKey)
	assert.Contains(t, printed, espotest.AdminPassword)
	assert.True(t, strings.HasPrefix(url, "http://127.0.0.1:"), url)

	acc, err := client(t, url).Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
	require.NoError(t, err)
	assert.NotEmpty(t, acc.ID)
}

func TestMetadataAndSeed(t *testing.T) {
	seed := file(t, "seed.json", `{
		"Account": [{"name": "Acme"}, {"name": "Initech", "industry": "Banking"}],
		"CProject": [{"name": "Bridge", "code": "B1", "accountId": "@Account/2", "createdAt": "2020-01-02 03:04:05"}],
		"Contact": [{"lastName": "Lee", "accountsIds": ["@Account/1"], "description": "@home"}]
	}`)
	url, _ := running(t, "-metadata", "../../testdata/yourserver/metadata.json", "-seed", seed)
	projects, err := client(t, url).Records("CProject").List(t.Context(), espo.Query{})
	require.NoError(t, err)
	require.Len(t, projects.Records, 1)
	assert.Equal(t, "Initech", projects.Records[0]["accountName"])
	assert.Equal(t, "2020-01-02 03:04:05", projects.Records[0]["createdAt"])
	assert.Equal(t, "Idea", projects.Records[0]["stage"], "the default of the metadata")
	contact, err := client(t, url).Contacts.First(t.Context(), espo.Query{})
	require.NoError(t, err)
	assert.Equal(t, "@home", contact.Description)
	accounts := espo.Related[espo.Account](client(t, url), espo.Ref{Type: "Contact", ID: contact.ID}, "accounts")
	linked, err := accounts.List(t.Context(), espo.Query{})
	require.NoError(t, err)
	require.Len(t, linked.Records, 1)
	assert.Equal(t, "Acme", linked.Records[0].Name)
}

func TestVersion(t *testing.T) {
	url, _ := running(t, "-version", "8.4")
	version, err := client(t, url).ServerVersion(t.Context())
	require.NoError(t, err)
	assert.Equal(t, espo.ServerVersion{Major: 8, Minor: 4}, espo.ServerVersion{Major: version.Major, Minor: version.Minor})
}

func TestRefuses(t *testing.T) {
	metadata := func(content string) []string { return []string{"-metadata", file(t, "m.json", content)} }
	seed := func(content string) []string { return []string{"-seed", file(t, "s.json", content)} }
	for message, args := range map[string][]string{
		`unknown argument "more"`:               {"more"},
		"not defined":                           {"-nope"},
		"no such file":                          {"-metadata", "none.json"},
		"open none.json":                        {"-seed", "none.json"},
		"WithMetadata: it is not a JSON object": metadata(`[]`),
		"it must be a JSON object":              seed(`[]`),
		"there is something after":              seed(`{} {}`),
		"Account: ":                             seed(`{"Account": {"name": "Acme"}}`),
		`there is no entity type "Acount"; did you mean "Account"?`:                                                      seed(`{"Acount": [{"name": "Acme"}]}`),
		`record 2 of Account: espotest: Seed: record 0 of Account: Account has no attribute "nam"; did you mean "name"?`: seed(`{"Account": [{"name": "A"}, {"nam": "B"}]}`),
		"accountId: there is no record @Account/2 before it: of Account there are 1":                                     seed(`{"Account": [{"name": "A"}], "Contact": [{"lastName": "L", "accountId": "@Account/2"}]}`),
		"WithVersion":  {"-version", "3.0"},
		"unknown port": {"-addr", "127.0.0.1:x"},
	} {
		err := run(t.Context(), args, io.Discard)
		assert.ErrorContains(t, err, message)
	}
	var usage bytes.Buffer
	assert.ErrorIs(t, run(t.Context(), []string{"-help"}, &usage), flag.ErrHelp)
	assert.Contains(t, usage.String(), "127.0.0.1:8080")
}

func TestAddressesToReach(t *testing.T) {
	for listening, want := range map[string]string{
		"127.0.0.1:80": "127.0.0.1:80", "0.0.0.0:8080": "localhost:8080", "[::]:8080": "localhost:8080", "[::1]:80": "[::1]:80",
	} {
		addr, err := net.ResolveTCPAddr("tcp", listening)
		require.NoError(t, err)
		assert.Equal(t, want, reachable(addr))
	}
}
