package espo_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/go-espo/espo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Every test server is mounted under a sub-path, so that a path that forgets
// it fails.
const (
	mount   = "/crm"
	apiRoot = mount + "/api/v1/"
)

// serve starts a server whose API is the handler, and returns the address of
// the installation.
func serve(t testing.TB, api http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(apiOnly(t, api))
	t.Cleanup(srv.Close)
	return srv.URL + mount
}

func apiOnly(t testing.TB, api http.HandlerFunc) http.Handler {
	t.Helper()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.EscapedPath(), apiRoot) {
			t.Errorf("a request for %s, outside of the API", r.URL.EscapedPath())
		}
		api(w, r)
	})
}

// route is the path after api/v1/ as it stood on the wire.
func route(r *http.Request) string { return strings.TrimPrefix(r.URL.EscapedPath(), apiRoot) }

// connect returns a client with an API key for the server of the handler, who
// does not wait between tries.
func connect(t testing.TB, api http.HandlerFunc, opts ...espo.Option) *espo.Client {
	t.Helper()
	return dial(t, serve(t, api), espo.APIKey("key"), opts...)
}

func dial(t testing.TB, url string, auth espo.Authenticator, opts ...espo.Option) *espo.Client {
	t.Helper()
	client, err := espo.NewClient(url, auth, append([]espo.Option{noWait}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// noWait leaves out the waits.
var noWait = espo.WithWait(func(ctx context.Context, _ time.Duration) error { return ctx.Err() })

// waits records waits instead of waiting.
type waits struct {
	mu   sync.Mutex
	list []time.Duration
}

func (w *waits) option() espo.Option {
	return espo.WithWait(func(ctx context.Context, d time.Duration) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.list = append(w.list, d)
		return ctx.Err()
	})
}

// tally counts from several goroutines.
type tally struct {
	mu sync.Mutex
	n  int
}

func (c *tally) add() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n
}

func (c *tally) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// reply answers with JSON.
func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// raw answers with these bytes and breaks the connection.
func raw(w http.ResponseWriter, bytes string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(conn, bytes)
	_ = conn.Close()
}

// cut breaks the connection without an answer.
func cut() { panic(http.ErrAbortHandler) }

func readAll(t testing.TB, r *http.Request) []byte {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Errorf("read the body: %v", err)
	}
	return b
}

// answering gives a record to a GET, and keeps the body of what changes it.
func answering(t testing.TB, record string, sent *string) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			*sent = string(readAll(t, r))
		}
		reply(w, 200, record)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// decodeBody reads the JSON of a response.
func decodeBody(t testing.TB, resp *http.Response, into any) {
	t.Helper()
	defer resp.Body.Close()
	require.NoError(t, json.UnmarshalRead(resp.Body, into))
}
