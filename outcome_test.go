package espo_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// Of a write that was sent and not answered, the error says that nobody knows
// whether it was done.
func TestOutcomeUnknown(t *testing.T) {
	once := espo.RetryPolicy{MaxTries: 1}
	for name, c := range map[string]struct {
		fail    http.HandlerFunc
		unknown bool
	}{
		"cut": {func(http.ResponseWriter, *http.Request) { cut() }, true},
		"cut in the body": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			reply(w, 200, `{`)
			cut()
		}, true},
		"500":               {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, true},
		"502":               {func(w http.ResponseWriter, _ *http.Request) { reply(w, 502, "<html>") }, true},
		"408":               {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusRequestTimeout) }, true},
		"login page":        {func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "<html>") }, true},
		"empty":             {func(http.ResponseWriter, *http.Request) {}, true},
		"null":              {func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "null") }, true},
		"no id":             {func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"name":"Acme"}`) }, true},
		"400":               {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }, false},
		"403 of a firewall": {func(w http.ResponseWriter, _ *http.Request) { reply(w, 403, "<html>") }, false},
		"429":               {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, false},
		"not sent": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Status-Reason", "sendingFail")
			reply(w, 500, `{"id":"1","message":"No SMTP"}`)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			client := connect(t, c.fail, espo.WithRetry(once), oneShot())
			_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
			require.Error(t, err)
			assert.Equal(t, c.unknown, errors.Is(err, espo.ErrOutcomeUnknown), "%v", err)
			_, err = client.Accounts.Get(t.Context(), "1")
			require.Error(t, err)
			assert.NotErrorIs(t, err, espo.ErrOutcomeUnknown, "what only reads has no outcome")
		})
	}
}

// A context that ends before the answer leaves the outcome open as well, and
// the error is still that of the context.
func TestOutcomeUnknownAfterTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client := connect(t, func(_ http.ResponseWriter, r *http.Request) {
		readAll(t, r)
		cancel()
		<-r.Context().Done()
	})
	_, err := client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
	assert.NotErrorIs(t, err, espo.ErrTransport, "it was not the connection")
	assert.ErrorContains(t, err, "POST Account")

	_, err = client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	require.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, espo.ErrOutcomeUnknown, "nothing was sent")
}

// lossy is a transport to a server that loses the answer to the first request
// with the method, which is carried out, and answers as a proxy does then.
func lossy(t *testing.T, method string) (*espotest.Server, http.RoundTripper) {
	t.Helper()
	srv := espotest.NewServer(t)
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
	lost := false
	return srv, exchange(func(r *http.Request) (*http.Response, error) {
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err == nil && r.Method == method && !lost {
			lost = true
			_ = resp.Body.Close()
			return answer(r, http.StatusBadGateway, "<html>"), nil
		}
		return resp, err
	})
}

func TestDeleteBehindALostAnswer(t *testing.T) {
	srv, transport := lossy(t, http.MethodDelete)
	client := srv.Client(noWait, espo.WithHTTPClient(&http.Client{Transport: transport}))
	ids := srv.Seed("Account", map[string]any{"name": "Acme"}, map[string]any{"name": "Other"})
	require.NoError(t, client.Accounts.Delete(t.Context(), ids[0]), "it is gone, as it should be")
	assert.Len(t, srv.Records("Account"), 1)
	assert.ErrorIs(t, client.Accounts.Delete(t.Context(), ids[0]), espo.ErrNotFound, "nothing of it is in doubt")
}

func TestPasswordChangedBehindALostAnswer(t *testing.T) {
	srv, transport := lossy(t, http.MethodPut)
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword), noWait,
		espo.WithHTTPClient(&http.Client{Transport: transport}))
	err := admin.Users.ChangePassword(t.Context(), espo.PasswordChange{Current: espotest.AdminPassword, New: "Another-password-1"})
	require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
	assert.NotErrorIs(t, err, espo.ErrForbidden)
	assert.Len(t, srv.Requests(), 1, "a second time, the current password would be wrong")
}

func TestTransportErrors(t *testing.T) {
	client := connect(t, func(http.ResponseWriter, *http.Request) { cut() }, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	_, err := client.Accounts.Get(t.Context(), "1")
	var transport *espo.TransportError
	require.ErrorAs(t, err, &transport)
	assert.ErrorIs(t, err, espo.ErrTransport)
	assert.ErrorIs(t, err, io.EOF)
	assert.Equal(t, "GET", transport.Method)
	assert.Equal(t, "Account/1", transport.Path)
	assert.False(t, transport.Timeout())

	// A body that breaks off has a status too.
	client = connect(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "99")
		reply(w, 200, `{"id":`)
		_ = http.NewResponseController(w).Flush()
		cut()
	}, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	_, err = client.Accounts.Get(t.Context(), "1")
	var e *espo.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 200, e.Status)
	assert.ErrorIs(t, err, espo.ErrTransport)
	assert.ErrorIs(t, err, espo.ErrNotEspoCRM)

	refused := &net.OpError{Op: "dial", Err: errors.New("refused")}
	client = dial(t, "http://crm.invalid", espo.APIKey("key"), espo.WithHTTPClient(&http.Client{
		Transport: exchange(func(*http.Request) (*http.Response, error) { return nil, refused }),
	}))
	assert.ErrorIs(t, client.App.Ping(t.Context()), espo.ErrTransport)
	assert.Equal(t, "espo: GET Account: a b", (&espo.TransportError{Method: "GET", Path: "Account", Err: errors.New("a\nb")}).Error())
	assert.NotPanics(t, func() { _ = (&espo.TransportError{}).Error() })
}

// slowBody gives its parts with a pause between them.
type slowBody struct {
	parts []string
	pause time.Duration
	ctx   context.Context
}

func (b *slowBody) Read(p []byte) (int, error) {
	if len(b.parts) == 0 {
		return 0, io.EOF
	}
	select {
	case <-time.After(b.pause):
	case <-b.ctx.Done():
		return 0, b.ctx.Err()
	}
	n := copy(p, b.parts[0])
	if b.parts[0] = b.parts[0][n:]; b.parts[0] == "" {
		b.parts = b.parts[1:]
	}
	return n, nil
}

func (b *slowBody) Close() error { return nil }

// A server that never answers holds no call for ever.
func TestTimeout(t *testing.T) {
	reply := strings.Split(`{"id":"1","name":"Acme"}`, "")
	for name, c := range map[string]struct {
		head, part, limit time.Duration
		opts              []espo.Option
		want              time.Duration // until the error; 0 is a success
	}{
		"by default":              {head: time.Hour, want: 2 * time.Minute},
		"as set":                  {head: time.Hour, opts: []espo.Option{espo.WithTimeout(time.Second)}, want: time.Second},
		"none":                    {head: time.Hour, opts: []espo.Option{espo.WithTimeout(0)}},
		"silence within the body": {part: time.Hour, opts: []espo.Option{espo.WithTimeout(time.Second)}, want: time.Second},
		"slow, but not silent":    {head: 900 * time.Millisecond, part: 900 * time.Millisecond, opts: []espo.Option{espo.WithTimeout(time.Second)}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				transport := exchange(func(r *http.Request) (*http.Response, error) {
					select {
					case <-time.After(c.head):
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
					resp := answer(r, 200, "")
					resp.ContentLength = -1
					resp.Body = &slowBody{parts: slices.Clone(reply), pause: c.part, ctx: r.Context()}
					return resp, nil
				})
				opts := append([]espo.Option{
					espo.WithRetry(espo.RetryPolicy{MaxTries: 1}), espo.WithHTTPClient(&http.Client{Transport: transport}),
				}, c.opts...)
				client, err := espo.NewClient("https://example.com", espo.APIKey("key"), opts...)
				require.NoError(t, err)
				start := time.Now()
				acc, err := client.Accounts.Get(t.Context(), "1")
				if c.want == 0 {
					require.NoError(t, err)
					assert.Equal(t, "Acme", acc.Name)
					return
				}
				require.ErrorIs(t, err, espo.ErrTransport)
				var timeout interface{ Timeout() bool }
				require.ErrorAs(t, err, &timeout)
				assert.True(t, timeout.Timeout())
				assert.Equal(t, c.want, time.Since(start))
			})
		})
	}
}

// What the server may have much to do for has more time.
func TestTimeoutOfMassActions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := exchange(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		client, err := espo.NewClient("https://example.com", espo.APIKey("key"), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}),
			espo.WithTimeout(time.Minute), espo.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		start := time.Now()
		_, err = client.MassActions.Delete(t.Context(), espo.AllRecords("Account"), espo.MassOptions{})
		require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
		assert.Equal(t, 5*time.Minute, time.Since(start))
	})
}

// It is silence of the server that a call is given up for: not a large body on
// a slow connection, nor a caller who takes the time to read.
func TestTimeoutIsOfTheServer(t *testing.T) {
	connect := func(t *testing.T, transport exchange) *espo.Client {
		t.Helper()
		client, err := espo.NewClient("https://example.com", espo.APIKey("key"), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}),
			espo.WithTimeout(time.Second), espo.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		return client
	}
	t.Run("slow to send", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client := connect(t, func(r *http.Request) (*http.Response, error) {
				for p := make([]byte, 100); ; {
					if _, err := r.Body.Read(p); errors.Is(err, io.EOF) {
						return answer(r, 200, `{"id":"1"}`), nil
					}
					select {
					case <-time.After(900 * time.Millisecond):
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
				}
			})
			_, err := client.Attachments.Upload(t.Context(), textFile(strings.NewReader(strings.Repeat("x", 1000))))
			require.NoError(t, err)
		})
	})
	t.Run("slow to read", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client := connect(t, func(r *http.Request) (*http.Response, error) {
				resp := answer(r, 200, "")
				resp.Header.Set("Content-Disposition", `attachment; filename="a.txt"`)
				resp.ContentLength = 10
				resp.Body = &slowBody{parts: []string{"Hello", "World"}, pause: time.Millisecond, ctx: r.Context()}
				return resp, nil
			})
			d, err := client.Attachments.Download(t.Context(), "1")
			require.NoError(t, err)
			defer d.Close()
			var got [10]byte
			for part := range slices.Chunk(got[:], 5) {
				time.Sleep(time.Hour)
				_, err := io.ReadFull(d, part)
				require.NoError(t, err)
			}
			assert.Equal(t, "HelloWorld", string(got[:]))
		})
	})
}
