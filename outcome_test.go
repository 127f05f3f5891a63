package espo_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
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
