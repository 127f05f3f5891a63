package espo_test

import (
	"errors"
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

// The caller's CheckRedirect decides on what the client would follow.
func TestCallersCheckRedirect(t *testing.T) {
	stop := errors.New("no redirects here")
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, apiRoot+route(r), http.StatusFound)
	}, espo.WithHTTPClient(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return stop }}))
	_, err := client.Accounts.Get(t.Context(), "1")
	assert.ErrorIs(t, err, stop)
}

func TestRedirects(t *testing.T) {
	var leaked tally
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		leaked.add()
		reply(w, 200, `{"id":"stolen"}`)
	}))
	t.Cleanup(other.Close)

	var to string
	status := http.StatusFound
	bodies := []string{}
	left := -1 // redirects until the answer; negative for ever
	handler := func(w http.ResponseWriter, r *http.Request) {
		if left--; left == -1 {
			bodies = append(bodies, r.Method+" "+r.Header.Get("X-Api-Key")+" "+string(readAll(t, r)))
			reply(w, 200, `{"id":"moved"}`)
			return
		}
		http.Redirect(w, r, to, status)
	}
	client := connect(t, handler)
	ctx := t.Context()

	to = other.URL + "/api/v1/Account/1"
	_, err := client.Accounts.Get(ctx, "1")
	assert.ErrorIs(t, err, espo.ErrRedirect, "to another host")
	assert.ErrorContains(t, err, "GET Account/1")

	to, left = apiRoot+"Account/1", 1
	got, err := client.Accounts.Get(ctx, "1")
	require.NoError(t, err, "on the same host")
	assert.Equal(t, "moved", got.ID)
	assert.Equal(t, []string{"GET key "}, bodies)

	bodies = nil
	for _, status = range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther} {
		to, left = apiRoot+"Account", 1
		_, err = client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
		assert.ErrorIs(t, err, espo.ErrRedirect, "%d would turn POST into GET", status)
		to, left = apiRoot+"Account/1", 1
		_, err = client.Accounts.Update(ctx, "1", espo.Attrs{"name": "x"})
		assert.ErrorIs(t, err, espo.ErrRedirect, "%d would turn PUT into GET", status)
		left = 1
		assert.ErrorIs(t, client.Accounts.Delete(ctx, "1"), espo.ErrRedirect)
	}
	assert.Empty(t, bodies)

	status, to, left = http.StatusPermanentRedirect, apiRoot+"Account", 1
	got, err = client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	require.NoError(t, err, "308 keeps the method and the body")
	assert.Equal(t, "moved", got.ID)
	assert.Equal(t, []string{`POST key {"name":"Acme"}`}, bodies)

	to, left = apiRoot+"Account/1", -1
	_, err = client.Accounts.Get(ctx, "1")
	assert.ErrorIs(t, err, espo.ErrRedirect, "a loop")
	assert.Zero(t, leaked.count())
}

func TestRedirectOutOfHTTPS(t *testing.T) {
	hops := 0
	transport := exchange(func(r *http.Request) (*http.Response, error) {
		hops++
		resp := answer(r, http.StatusFound, "")
		resp.Header.Set("Location", "http://example.com/api/v1/Account/1")
		return resp, nil
	})
	client, err := espo.NewClient("https://example.com", espo.APIKey("key"), espo.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	_, err = client.Accounts.Get(t.Context(), "1")
	assert.ErrorIs(t, err, espo.ErrRedirect)
	assert.Equal(t, 1, hops)
}

func TestRedirectToHTTPS(t *testing.T) {
	for location, follow := range map[string]bool{
		"https://example.com/api/v1/Account/1":      true,
		"https://EXAMPLE.com:443/api/v1/Account/1":  true,
		"https://example.com:8443/api/v1/Account/1": false,
		"https://example.com.evil.net/Account/1":    false,
	} {
		transport := exchange(func(r *http.Request) (*http.Response, error) {
			if r.URL.Scheme == "https" {
				return answer(r, 200, `{"id":"1"}`), nil
			}
			resp := answer(r, http.StatusMovedPermanently, "")
			resp.Header.Set("Location", location)
			return resp, nil
		})
		client, err := espo.NewClient("http://example.com", espo.APIKey("key"), espo.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		_, err = client.Accounts.Get(t.Context(), "1")
		if follow {
			assert.NoError(t, err, location)
		} else {
			assert.ErrorIs(t, err, espo.ErrRedirect, location)
		}
	}
}
