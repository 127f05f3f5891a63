package espo_test

import (
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// counting is a server that counts the connections to it, and that answers
// when so many requests are there.
func counting(t *testing.T, together int) (url string, connections *tally) {
	t.Helper()
	connections = new(tally)
	var mu sync.Mutex
	var waiting []chan struct{}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mine := make(chan struct{})
		mu.Lock()
		if waiting = append(waiting, mine); len(waiting) == together {
			for _, c := range waiting {
				close(c)
			}
			waiting = nil
		}
		mu.Unlock()
		<-mine
		reply(w, 200, `{"id":"1"}`)
	}))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.add()
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.URL, connections
}

// A client keeps the connections of 64 calls at once.
func TestConnectionsAreKept(t *testing.T) {
	const n = 64
	url, connections := counting(t, n)
	client := dial(t, url, espo.APIKey("key"))
	for range 4 {
		together(t, n, func(int) error { return get(t, client) })
	}
	assert.Equal(t, n, connections.count())
}

// Clients have transports of their own, unless they are given the same.
func TestTransportsOfClients(t *testing.T) {
	url, connections := counting(t, 1)
	one, two := dial(t, url, espo.APIKey("key")), dial(t, url, espo.APIKey("key"))
	together(t, 1, func(int) error { return get(t, one) })
	together(t, 1, func(int) error { return get(t, two) })
	assert.Equal(t, 2, connections.count())
	one.CloseIdleConnections()
	together(t, 1, func(int) error { return get(t, two) })
	assert.Equal(t, 2, connections.count(), "closing those of one client leaves those of the other")

	shared := espo.NewTransport()
	assert.NotSame(t, shared, espo.NewTransport())
	one, two = dial(t, url, espo.APIKey("key"), espo.WithTransport(shared)), dial(t, url, espo.APIKey("key"), espo.WithTransport(shared))
	together(t, 1, func(int) error { return get(t, one) })
	together(t, 1, func(int) error { return get(t, two) })
	assert.Equal(t, 3, connections.count())
}

// NewTransport has what http.DefaultTransport has.
func TestNewTransport(t *testing.T) {
	ours, theirs := espo.NewTransport(), http.DefaultTransport.(*http.Transport)
	assert.NotNil(t, ours.Proxy)
	assert.NotNil(t, ours.DialContext)
	assert.Equal(t, []any{theirs.ForceAttemptHTTP2, theirs.IdleConnTimeout, theirs.TLSHandshakeTimeout, theirs.ExpectContinueTimeout},
		[]any{ours.ForceAttemptHTTP2, ours.IdleConnTimeout, ours.TLSHandshakeTimeout, ours.ExpectContinueTimeout})
	assert.Equal(t, 64, ours.MaxIdleConnsPerHost)
	assert.GreaterOrEqual(t, ours.MaxIdleConns, 64)
	assert.Zero(t, ours.MaxConnsPerHost)
}

// WithTransport counts, wherever an http.Client stands beside it. That one's
// other settings count too, and it stays as it was.
func TestTransportBesideHTTPClient(t *testing.T) {
	used := ""
	named := func(name string) http.RoundTripper {
		return exchange(func(r *http.Request) (*http.Response, error) {
			used += name
			resp := answer(r, 200, `{"id":"1"}`)
			resp.Header.Set("Set-Cookie", "a=b")
			_, hasDeadline := r.Context().Deadline()
			assert.Equal(t, name == "ours", hasDeadline, "the Timeout of the http.Client")
			if r.Header.Get("Cookie") != "" {
				used += "+cookie"
			}
			return resp, nil
		})
	}
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	theirs := &http.Client{Transport: named("theirs"), Jar: jar, Timeout: time.Hour}
	before := *theirs
	for _, opts := range [][]espo.Option{
		{espo.WithHTTPClient(theirs), espo.WithTransport(named("ours"))}, {espo.WithTransport(named("ours")), espo.WithHTTPClient(theirs)},
	} {
		client := dial(t, "http://crm.example", espo.APIKey("key"), opts...)
		_, err := client.Accounts.Get(t.Context(), "1")
		require.NoError(t, err)
	}
	assert.Equal(t, "oursours+cookie", used)
	assert.Same(t, before.Jar, theirs.Jar)
	assert.Equal(t, before.Timeout, theirs.Timeout)
	assert.Nil(t, theirs.CheckRedirect)
	resp, err := theirs.Transport.RoundTrip(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	require.NoError(t, err)
	assert.NoError(t, resp.Body.Close())
	assert.Equal(t, "oursours+cookietheirs", used)
}

// 64 calls at once keep their connections for the next 64.
func TestIdleConnections(t *testing.T) {
	for name, opts := range map[string][]espo.Option{
		"default": nil, "http.Client without a transport": {espo.WithHTTPClient(&http.Client{Timeout: time.Minute})},
	} {
		t.Run(name, func(t *testing.T) {
			const calls = 64
			var opened tally
			gate := make(chan chan struct{}, 1)
			var arrived tally
			srv := httptest.NewUnstartedServer(apiOnly(t, func(w http.ResponseWriter, _ *http.Request) {
				all := <-gate
				gate <- all
				if arrived.add()%calls == 0 {
					close(all)
				}
				<-all
				reply(w, 200, `{"id":"1"}`)
			}))
			srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					opened.add()
				}
			}
			srv.Start()
			t.Cleanup(srv.Close)
			client := dial(t, srv.URL+mount, espo.APIKey("key"), opts...)
			for range 2 {
				gate <- make(chan struct{})
				var wg sync.WaitGroup
				for range calls {
					wg.Go(func() {
						_, err := client.Accounts.Get(t.Context(), "1")
						assert.NoError(t, err)
					})
				}
				wg.Wait()
				<-gate
			}
			assert.GreaterOrEqual(t, opened.count(), calls)
			assert.LessOrEqual(t, opened.count(), calls+8)
		})
	}
}
