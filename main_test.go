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
	"github.com/go-espo/espo/espotest"
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

// unreachable is an API that nothing may call.
func unreachable(t testing.TB) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s was sent", r.Method, r.URL)
		w.WriteHeader(http.StatusTeapot)
	}
}

// exchange is a transport that keeps the request and answers at once.
type exchange func(*http.Request) (*http.Response, error)

func (f exchange) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

type authFunc func(*espo.AuthRequest)

func (f authFunc) Authenticate(_ context.Context, r *espo.AuthRequest) error {
	f(r)
	return nil
}

// fake starts a fake server and a client for it, which does not wait between
// tries.
func fake(t *testing.T, opts ...espo.Option) (*espotest.Server, *espo.Client) {
	t.Helper()
	srv := espotest.NewServer(t)
	return srv, srv.Client(append([]espo.Option{noWait}, opts...)...)
}

// last is the request that the server got last.
func last(t *testing.T, srv *espotest.Server) espotest.Request {
	t.Helper()
	all := srv.Requests()
	require.NotEmpty(t, all)
	return all[len(all)-1]
}

// seedAccounts creates accounts A0000, A0001, ….
func seedAccounts(srv *espotest.Server, n int) []string {
	records := make([]espo.Attrs, n)
	for i := range records {
		records[i] = espo.Attrs{"name": "A" + strings.Repeat("0", 4-len(itoa(i))) + itoa(i)}
	}
	return srv.Seed("Account", records...)
}

func names(accounts []espo.Account) []string {
	list := make([]string, len(accounts))
	for i, a := range accounts {
		list[i] = a.Name
	}
	return list
}
