package espo_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestParseServerVersion(t *testing.T) {
	for text, want := range map[string]espo.ServerVersion{
		"9.3.10":       {Major: 9, Minor: 3, Patch: 10},
		"9.3":          {Major: 9, Minor: 3},
		"10.0.0-dev":   {Major: 10, Pre: "dev"},
		"9.0.0-beta.1": {Major: 9, Pre: "beta.1"},
	} {
		v, err := espo.ParseServerVersion(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, v)
	}
	for _, text := range []string{"", "9", "v9.3.10", "9.3.10.1", "9.-3.1", "9.+3.1", "9..1", "9.3.10-", "9.3.10-a b", "9.3.99999999999999999999", "@@version", " 9.3.10", "9.3.10\n"} {
		_, err := espo.ParseServerVersion(text)
		assert.ErrorIs(t, err, espo.ErrInput, text)
	}
}

func FuzzParseServerVersion(f *testing.F) {
	for _, s := range []string{"9.3.10", "9.3", "10.0.0-dev", "-", "1.2.3-é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := espo.ParseServerVersion(s)
		if err != nil {
			return
		}
		again, err := espo.ParseServerVersion(v.String())
		require.NoError(t, err)
		assert.Equal(t, v, again)
		assert.Zero(t, v.Compare(again))
		assert.True(t, v.AtLeast(again))
	})
}

func TestServerVersionOrder(t *testing.T) {
	var versions []espo.ServerVersion
	for _, text := range []string{"7.5.6", "8.4.2", "9.1.7", "9.3.2", "9.3.10", "10.0.0-beta1", "10.0.0-dev", "10.0.0", "10.0.1-dev"} {
		v, err := espo.ParseServerVersion(text)
		require.NoError(t, err)
		versions = append(versions, v)
	}
	for i, v := range versions {
		for j, w := range versions {
			got := v.Compare(w)
			assert.Equal(t, i < j, got < 0, "%s and %s", v, w)
			assert.Equal(t, i == j, got == 0, "%s and %s", v, w)
		}
	}
	dev, release := versions[6], versions[7]
	assert.True(t, dev.AtLeast(release), "a pre-release has what its release has")
	assert.False(t, dev.AtLeast(versions[8]))
	assert.True(t, release.AtLeast(dev))
	assert.True(t, release.AtLeast(espo.ServerVersion{Major: 9, Minor: 3}))
	assert.False(t, versions[4].AtLeast(espo.ServerVersion{Major: 10}))
}

func TestStatedServerVersion(t *testing.T) {
	client := dial(t, serve(t, unreachable(t)), espo.APIKey("key"), espo.WithServerVersion("8.4.2"))
	v, err := client.ServerVersion(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "8.4.2", v.String())
	for _, bad := range []string{"", "8", "latest", "7.4.9", "1.0"} {
		_, err := espo.NewClient("https://crm.example.com", espo.APIKey("key"), espo.WithServerVersion(bad))
		assert.ErrorIs(t, err, espo.ErrInput, bad)
	}
}

// Of the fake server, every user may read the version, as of real ones.
func TestLearnedServerVersion(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithSettings(map[string]any{"version": "9.1.7"}))
	for name, auth := range map[string]espo.Authenticator{
		"API user": espo.APIKey(espotest.FullAPIKey), "HMAC": espo.HMAC(espotest.HMACAPIKey, espotest.HMACSecret),
		"limited": espo.APIKey(espotest.LimitedAPIKey), "administrator": espo.Basic(espotest.AdminUser, espotest.AdminPassword),
	} {
		client := srv.ClientAs(auth)
		for range 3 {
			v, err := client.ServerVersion(t.Context())
			require.NoError(t, err, name)
			assert.Equal(t, espo.ServerVersion{Major: 9, Minor: 1, Patch: 7}, v)
		}
	}
	assert.Len(t, srv.Requests(), 4, "once for each client")
}

// To whom it does not know, a server answers with settings without the version,
// and with a refusal where it is asked for the user.
func TestServerVersionNeedsCredentials(t *testing.T) {
	var asked []string
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, route(r))
		if route(r) == "Settings" {
			reply(w, 200, `{"language":"en_US"}`)
			return
		}
		reply(w, 401, "")
	})
	_, err := client.ServerVersion(t.Context())
	require.ErrorIs(t, err, espo.ErrUnauthorized)
	assert.Equal(t, []string{"Settings", "App/user"}, asked)
}

// An expired token is renewed on the way.
func TestServerVersionRenewsTheToken(t *testing.T) {
	client := dial(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Espo-Authorization") != b64("admin:new") && route(r) == "Settings":
			reply(w, 200, `{"language":"en_US"}`)
		case r.Header.Get("Espo-Authorization") == b64("admin:old"):
			reply(w, 401, "")
		default:
			reply(w, 200, `{"token":"new","user":{"id":"1"},"settings":{"version":"9.2.7"}}`)
		}
	}), espo.Token("admin", "password", espo.StoredToken("old")))
	v, err := client.ServerVersion(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "9.2.7", v.String())
}

func TestServerVersionThatIsNone(t *testing.T) {
	for version, foreign := range map[string]bool{`"@@version"`: false, `""`: true, `null`: true, `"` + "9.3\\u001b[2J" + `"`: false} {
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 200, `{"version":`+version+`,"settings":{"version":`+version+`},"user":{"id":"1"}}`)
		})
		_, err := client.ServerVersion(t.Context())
		require.ErrorContains(t, err, "WithServerVersion")
		require.ErrorContains(t, err, "GET ", "the request")
		var failure *espo.Error
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, foreign, errors.Is(err, espo.ErrNotEspoCRM), version)
		assert.NotContains(t, err.Error(), "\x1b")
	}
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"version":9.3}`) })
	_, err := client.ServerVersion(t.Context())
	require.Error(t, err)
	_, err = client.ServerVersion(t.Context(), nil)
	require.ErrorIs(t, err, espo.ErrInput)
}

// Calls at the same time share one request, and its failure; a later call asks
// anew.
func TestServerVersionIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests, fail := new(tally), true
		release := make(chan struct{})
		client := dial(t, "http://crm.example", espo.APIKey("key"), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}),
			espo.WithTransport(exchange(func(r *http.Request) (*http.Response, error) {
				requests.add()
				<-release
				if fail {
					return answer(r, 500, ""), nil
				}
				return answer(r, 200, `{"version":"9.3.10"}`), nil
			})))
		failures := new(tally)
		for range 20 {
			go func() {
				if _, err := client.ServerVersion(t.Context()); errors.Is(err, espo.ErrServer) {
					failures.add()
				}
			}()
		}
		synctest.Wait()
		assert.Equal(t, 1, requests.count())

		// Whoever waits for the request can still give up.
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("no more time"))
		_, err := client.ServerVersion(ctx)
		require.ErrorContains(t, err, "no more time")

		close(release)
		synctest.Wait()
		assert.Equal(t, 20, failures.count())
		assert.Equal(t, 1, requests.count())

		fail = false
		for range 3 {
			_, err = client.ServerVersion(t.Context())
			require.NoError(t, err)
		}
		assert.Equal(t, 2, requests.count(), "a failure is not remembered, and a success is")
	})
}

// The call that asks may be given up; then one of those who wait asks.
func TestServerVersionOfACallThatIsGivenUp(t *testing.T) {
	requests := new(tally)
	arrived, release := make(chan struct{}), make(chan struct{})
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		if requests.add() == 1 {
			close(arrived)
			<-release
			return
		}
		reply(w, 200, `{"version":"9.3.10"}`)
	})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := client.ServerVersion(ctx)
		assert.ErrorIs(t, err, context.Canceled)
	})
	<-arrived
	wg.Go(func() {
		v, err := client.ServerVersion(t.Context())
		assert.NoError(t, err)
		assert.Equal(t, "9.3.10", v.String())
	})
	cancel()
	wg.Wait()
	close(release)
}
