package espo_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// oneShot is a client without kept connections: net/http itself sends a
// request again that met a connection which the server had closed.
func oneShot() espo.Option {
	return espo.WithHTTPClient(&http.Client{Transport: &http.Transport{DisableKeepAlives: true}})
}

// callsByMethod makes a call with each method.
func callsByMethod(c *espo.Client) map[string]func(context.Context) error {
	attrs := espo.Attrs{"name": "Acme"}
	do := func(method string) func(context.Context) error {
		return func(ctx context.Context) error {
			var body any
			if method != "GET" && method != "HEAD" && method != "DELETE" {
				body = attrs
			}
			var out any
			if method == "HEAD" {
				return c.Do(ctx, espo.Request{Method: method, Path: []string{"Account", "1"}, Body: body}, nil)
			}
			return c.Do(ctx, espo.Request{Method: method, Path: []string{"Account", "1"}, Body: body}, &out)
		}
	}
	calls := map[string]func(context.Context) error{}
	for _, m := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		calls[m] = do(m)
	}
	return calls
}

// What may be sent twice, by method and failure.
func TestWhatIsTriedAgain(t *testing.T) {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	reads := "GET HEAD"
	notPost := "GET HEAD PUT PATCH DELETE"
	all := "GET HEAD POST PUT PATCH DELETE"
	maintenance := func(reason, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Status-Reason", reason)
			w.Header().Set("Content-Type", "text/html; charset=UTF-8")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, body)
		}
	}
	const maintained = `{"message":"The application currently is in maintenance mode."}`
	for name, c := range map[string]struct {
		fail  http.HandlerFunc
		again string
	}{
		"429": {status(429), all}, "425": {status(425), all},
		"maintenance mode":         {maintenance("Application is in maintenance mode.", maintained), all},
		"maintenance mode of 8.4":  {maintenance("Application is in maintenance mod1e.", maintained), all},
		"maintenance mode of 7.5":  {maintenance("Application is in maintenance mod1e.", `{"messageTranslation":{"label":"maintenanceModeError","scope":"messages","data":{}}}`), all},
		"not the maintenance mode": {maintenance("Application is busy.", maintained), notPost},
		"502":                      {status(502), notPost}, "503": {status(503), notPost}, "504": {status(504), notPost},
		"400": {status(400), ""}, "401": {status(401), ""}, "403": {status(403), ""}, "404": {status(404), ""}, "405": {status(405), ""},
		"409": {status(409), ""}, "413": {status(413), ""}, "500": {status(500), ""}, "501": {status(501), ""},
		"502 with a page":        {func(w http.ResponseWriter, _ *http.Request) { reply(w, 502, "<html>") }, notPost},
		"cut connection":         {func(http.ResponseWriter, *http.Request) { cut() }, reads},
		"cut in the status line": {func(w http.ResponseWriter, _ *http.Request) { raw(w, "HTTP/1.1 2") }, reads},
		"cut in the header":      {func(w http.ResponseWriter, _ *http.Request) { raw(w, "HTTP/1.1 200 OK\r\nContent-Ty") }, reads},
		"no HTTP at all":         {func(w http.ResponseWriter, _ *http.Request) { raw(w, "SSH-2.0-OpenSSH\r\n") }, reads},
		"truncated body": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			reply(w, 200, `{"id":`)
			cut()
		}, "GET"},
		"truncated before the body": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			cut()
		}, "GET"},
		"body of half the JSON": {func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"id":`) }, "GET"},
		"body of HTML":          {func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "<html>") }, ""},
		"empty body":            {func(http.ResponseWriter, *http.Request) {}, ""},
		"redirect elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusTemporaryRedirect)
		}, ""},
	} {
		var fail tally
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if fail.add() == 1 {
				c.fail(w, r)
				return
			}
			reply(w, 200, `{"id":"1"}`)
		})
		client := dial(t, url, espo.APIKey("key"), oneShot())
		for method, call := range callsByMethod(client) {
			if method == "HEAD" && strings.Contains(name, "body") {
				continue // an answer to HEAD has none
			}
			fail = tally{}
			err := call(t.Context())
			if slices.Contains(strings.Fields(c.again), method) {
				assert.NoError(t, err, "%s after %s", method, name)
				assert.Equal(t, 2, fail.count(), "%s after %s", method, name)
			} else {
				assert.Error(t, err, "%s after %s", method, name)
				assert.Equal(t, 1, fail.count(), "%s after %s", method, name)
			}
		}
	}
}

// A connection that does not come about has carried nothing: any method may
// be tried again.
func TestRefusedConnectionIsTriedAgain(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"id":"1"}`) })
	for _, kind := range []error{
		&net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")},
		&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "server misbehaving", IsTemporary: true}},
	} {
		dials := 0
		transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if dials++; dials%2 == 1 {
				return nil, kind
			}
			return new(net.Dialer).DialContext(ctx, network, addr)
		}}
		client := dial(t, url, espo.APIKey("key"), espo.WithHTTPClient(&http.Client{Transport: transport}))
		for method, call := range callsByMethod(client) {
			dials = 0
			assert.NoError(t, call(t.Context()), method)
			assert.Equal(t, 2, dials, method)
		}
	}
}

func TestUnknownHostIsNotTriedAgain(t *testing.T) {
	dials := 0
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		dials++
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}
	}}
	client := dial(t, "http://crm.invalid", espo.APIKey("key"), espo.WithHTTPClient(&http.Client{Transport: transport}))
	_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
	var dns *net.DNSError
	assert.ErrorAs(t, err, &dns)
	assert.Equal(t, 1, dials)
}

func TestMaxTries(t *testing.T) {
	for tries, want := range map[int]int{0: 4, 1: 1, 2: 2, 7: 7} {
		sent := 0
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
			sent++
			w.WriteHeader(http.StatusServiceUnavailable)
		}, espo.WithRetry(espo.RetryPolicy{MaxTries: tries}))
		_, err := client.Accounts.Get(t.Context(), "1")
		assert.ErrorIs(t, err, espo.ErrServer)
		assert.Equal(t, want, sent, "MaxTries %d", tries)
	}
}

func TestRetryAfter(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"0": 0, "1": time.Second, "59": 59 * time.Second, "60": time.Minute, "61": time.Minute, "86400": time.Minute,
		"9223372036854775807": time.Minute, "-5": 0, "-9223372036854775808": 0,
		"Wed, 21 Oct 2015 07:28:00 GMT": 0, "Fri, 31 Dec 9999 23:59:59 GMT": time.Minute,
	} {
		var w waits
		tries := 0
		client := connect(t, func(rw http.ResponseWriter, _ *http.Request) {
			if tries++; tries == 1 {
				rw.Header().Set("Retry-After", header)
				rw.WriteHeader(http.StatusTooManyRequests)
				return
			}
			reply(rw, 200, `{"id":"1"}`)
		}, w.option())
		_, err := client.Accounts.Get(t.Context(), "1")
		require.NoError(t, err, header)
		assert.Equal(t, []time.Duration{want}, w.list, header)
	}
}

// What is not a Retry-After leaves the policy's own wait.
func TestRetryAfterGarbage(t *testing.T) {
	for _, header := range []string{"", "soon", "1.5", "99999999999999999999", "Wed, 99 Oct 2015", "1, 2"} {
		var w waits
		tries := 0
		client := connect(t, func(rw http.ResponseWriter, _ *http.Request) {
			if tries++; tries == 1 {
				rw.Header()["Retry-After"] = []string{header}
				rw.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			reply(rw, 200, `{"id":"1"}`)
		}, w.option())
		_, err := client.Accounts.Get(t.Context(), "1")
		require.NoError(t, err, header)
		require.Len(t, w.list, 1, header)
		assert.InDelta(t, 500, w.list[0].Milliseconds(), 251, header)
	}
}

func TestRetryAfterDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w waits
		tries := 0
		transport := exchange(func(r *http.Request) (*http.Response, error) {
			if tries++; tries > 1 {
				return answer(r, 200, `{"id":"1"}`), nil
			}
			resp := answer(r, 503, "")
			resp.Header.Set("Retry-After", time.Now().Add(30*time.Second).UTC().Format(http.TimeFormat))
			return resp, nil
		})
		client, err := espo.NewClient("https://example.com", espo.APIKey("key"), w.option(), espo.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		_, err = client.Accounts.Get(t.Context(), "1")
		require.NoError(t, err)
		assert.Equal(t, []time.Duration{30 * time.Second}, w.list)
	})
}

// The waits grow, with a jitter, up to the limit.
func TestWaitsGrow(t *testing.T) {
	var w waits
	client := connect(t, func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusServiceUnavailable) },
		w.option(), espo.WithRetry(espo.RetryPolicy{MaxTries: 12, MinWait: 100 * time.Millisecond, MaxWait: time.Second}))
	_, err := client.Accounts.Get(t.Context(), "1")
	require.ErrorIs(t, err, espo.ErrServer)
	require.Len(t, w.list, 11)
	for i, d := range w.list {
		mean := min(100*time.Millisecond*time.Duration(pow15(i)*1000)/1000, time.Second)
		assert.InDelta(t, mean.Seconds(), d.Seconds(), mean.Seconds()/2+0.01, "wait %d", i)
	}
}

func pow15(n int) float64 {
	p := 1.0
	for range n {
		p *= 1.5
	}
	return p
}

// The default wait uses a timer, and ends with the context.
func TestWaitEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		transport := exchange(func(r *http.Request) (*http.Response, error) {
			tries++
			resp := answer(r, 503, "")
			resp.Header.Set("Retry-After", "30")
			return resp, nil
		})
		client, err := espo.NewClient("https://example.com", espo.APIKey("key"), espo.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 45*time.Second)
		defer cancel()
		_, err = client.Accounts.Get(ctx, "1")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorIs(t, err, espo.ErrServer, "and what it waited after")
		assert.Equal(t, 2, tries)
		assert.Equal(t, 45*time.Second, time.Since(start))
	})
}

func TestWaitsAfterCancelWithACause(t *testing.T) {
	cause := errors.New("shutting down")
	ctx, cancel := context.WithCancelCause(t.Context())
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}, espo.WithWait(func(ctx context.Context, _ time.Duration) error {
		cancel(cause)
		<-ctx.Done()
		return context.Cause(ctx)
	}))
	_, err := client.Accounts.Get(ctx, "1")
	assert.ErrorIs(t, err, cause)
}

// Each try is authenticated anew, and its body is whole.
func TestEachTryIsSignedAndWhole(t *testing.T) {
	signed := 0
	auth := authFunc(func(r *espo.AuthRequest) {
		signed++
		r.Header.Set("X-Try", strconv.Itoa(signed))
	})
	var got []string
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("X-Try")+" "+string(readAll(t, r)))
		if len(got) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		reply(w, 200, `{"id":"1"}`)
	})
	_, err := dial(t, url, auth).Accounts.Update(t.Context(), "1", espo.Attrs{"name": "Acme"})
	require.NoError(t, err)
	assert.Equal(t, []string{`1 {"name":"Acme"}`, `2 {"name":"Acme"}`, `3 {"name":"Acme"}`}, got)
}

// A further try does not decode into the rests of the one before.
func TestFurtherTryDecodesAfresh(t *testing.T) {
	tries := 0
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		if tries++; tries == 1 {
			w.Header().Set("Content-Length", "1000")
			reply(w, 200, `{"id":"1","name":"stale","cOld":1,`)
			return
		}
		reply(w, 200, `{"id":"1"}`)
	}, oneShot())
	got, err := client.Accounts.Get(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, 2, tries)
	assert.Equal(t, espo.Account{ID: "1"}, got)
}

func TestLastErrorIsReturned(t *testing.T) {
	statuses := []int{503, 502, 429, 404}
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(statuses[0])
		statuses = statuses[1:]
	})
	_, err := client.Accounts.Get(t.Context(), "1")
	assert.ErrorIs(t, err, espo.ErrNotFound)
	assert.Empty(t, statuses)
}

// What was not sent is not a try, in what hooks are told.
func TestHooksCountWhatWasSent(t *testing.T) {
	var got espo.Outcome
	hook := espo.WithHook(espo.Hook{Start: func(ctx context.Context, _ espo.Operation) (context.Context, func(espo.Outcome)) {
		return ctx, func(out espo.Outcome) { got = out }
	}})
	ended, end := context.WithCancel(t.Context())
	end()
	limited := 0
	for name, c := range map[string]struct {
		ctx    context.Context
		option espo.Option
		want   int
	}{
		"the context has ended": {ended, espo.WithMaxURL(0), 0},
		"the limiter refuses": {t.Context(), espo.WithLimiter(limiterFunc(func(context.Context) error {
			return errors.New("too much")
		})), 0},
		"the limiter refuses the second try": {t.Context(), espo.WithLimiter(limiterFunc(func(context.Context) error {
			if limited++; limited > 1 {
				return errors.New("too much")
			}
			return nil
		})), 1},
		"all tries": {t.Context(), espo.WithMaxURL(0), 4},
	} {
		t.Run(name, func(t *testing.T) {
			client := connect(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, hook, c.option)
			_, err := client.Accounts.Get(c.ctx, "1")
			assert.Equal(t, err, got.Err)
			assert.Equal(t, c.want, got.Tries)
		})
	}
}
