package espo_test

import (
	"bytes"
	"context"
	"errors"
	"go/ast"
	"io"
	"log/slog"
	"math"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// unusable are options of a client that cannot be, by their name.
func unusable() map[string][]espo.Option {
	return map[string][]espo.Option{
		"WithDebug": {espo.WithDebug(nil), espo.WithDebug((*bytes.Buffer)(nil)), espo.WithDebug((*os.File)(nil))},
		"WithHook":  {}, // each of its functions may be nil
		"WithHTTPClient": {
			espo.WithHTTPClient(nil), espo.WithHTTPClient(&http.Client{Transport: (*http.Transport)(nil)}), espo.WithHTTPClient(&http.Client{Transport: exchange(nil)}),
			espo.WithHTTPClient(&http.Client{Timeout: -1}),
		},
		"WithApplication": {
			espo.WithApplication("", ""), espo.WithApplication("", "1.0"), espo.WithApplication("a b", ""), espo.WithApplication("a/b", ""),
			espo.WithApplication("a(b)", ""), espo.WithApplication("ä", ""), espo.WithApplication("a", "1 0"), espo.WithApplication("a", "1/0"),
			espo.WithApplication("a\n", ""), espo.WithApplication("a", "1\r\nX: y"), espo.WithApplication("a", "\x00"),
		},
		"WithLogger":        {espo.WithLogger(nil), espo.WithLogger(new(slog.Logger))},
		"WithLimiter":       {espo.WithLimiter(nil), espo.WithLimiter(limiterFunc(nil)), espo.WithLimiter((*limiterFunc)(nil))},
		"WithHostLimits":    {espo.WithHostLimits(nil), espo.WithHostLimits(new(espo.HostLimits)), espo.WithHostLimits(espo.NewHostLimits(nil))},
		"WithRetry":         {espo.WithRetry(espo.RetryPolicy{MaxTries: -1}), espo.WithRetry(espo.RetryPolicy{MinWait: 2, MaxWait: 1})},
		"WithPolling":       {espo.WithPolling(espo.PollPolicy{MinWait: -1}), espo.WithPolling(espo.PollPolicy{MaxWait: -1}), espo.WithPolling(espo.PollPolicy{MinWait: 2, MaxWait: 1})},
		"WithWait":          {espo.WithWait(nil)},
		"WithPortal":        {espo.WithPortal(""), espo.WithPortal("a/b"), espo.WithPortal(".."), espo.WithPortal("a b")},
		"WithTransport":     {espo.WithTransport(nil), espo.WithTransport((*http.Transport)(nil)), espo.WithTransport(exchange(nil))},
		"WithMaxReply":      {espo.WithMaxReply(0), espo.WithMaxReply(-1), espo.WithMaxReply(math.MinInt64)},
		"WithMaxURL":        {espo.WithMaxURL(-1)},
		"WithTimeout":       {espo.WithTimeout(-1)},
		"WithUpdateMethod":  {espo.WithUpdateMethod(""), espo.WithUpdateMethod("POST"), espo.WithUpdateMethod("put")},
		"WithServerVersion": {espo.WithServerVersion(""), espo.WithServerVersion("9"), espo.WithServerVersion("v9.3.10"), espo.WithServerVersion("7.4.9"), espo.WithServerVersion("9.3\n")},
		"WithSearchForm":    {espo.WithSearchForm(-1), espo.WithSearchForm(3)},
	}
}

// Whatever is nil, or else cannot be, is refused by NewClient: a call would
// panic later, or do something else than was meant.
func TestEveryOptionRefusesNonsense(t *testing.T) {
	_, files := sources(t)
	known := unusable()
	n := 0
	for _, file := range files {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !strings.HasPrefix(fn.Name.Name, "With") {
				continue
			}
			n++
			assert.Contains(t, known, fn.Name.Name)
		}
	}
	assert.Equal(t, n, len(known))
	for name, opts := range known {
		for i, opt := range opts {
			client, err := espo.NewClient("https://crm.example", espo.APIKey("key"), espo.WithTimeout(time.Second), opt)
			var input *espo.InputError
			require.ErrorAs(t, err, &input, "%s %d", name, i)
			assert.Equal(t, name, input.Argument, i)
			assert.Nil(t, client)
		}
	}
}

// The application stands in front of the library in each request, and no
// option of a call changes that.
func TestUserAgent(t *testing.T) {
	const library = "go-espo/" + espo.Version
	for want, opts := range map[string][]espo.Option{
		library:                      nil,
		"billing " + library:         {espo.WithApplication("billing", "")},
		"billing/1.0 " + library:     {espo.WithApplication("billing", "1.0")},
		"b-1_x.y/v1.0+rc " + library: {espo.WithApplication("b-1_x.y", "v1.0+rc")},
		"second/2 " + library:        {espo.WithApplication("first", "1"), espo.WithApplication("second", "2")},
	} {
		var got []string
		client := dial(t, "http://crm.example", espo.Token("jane", "password"), append(opts, espo.WithTransport(exchange(func(r *http.Request) (*http.Response, error) {
			got = append(got, r.Header["User-Agent"]...)
			if r.URL.Path == "/api/v1/App/user" {
				return answer(r, 200, `{"token":"t"}`), nil
			}
			return answer(r, 200, `{"id":"1"}`), nil
		})))...)
		_, err := client.Accounts.Get(t.Context(), "1")
		require.NoError(t, err)
		assert.Equal(t, []string{want, want}, got, "of the login, too")
		_, err = client.Accounts.Get(t.Context(), "1", espo.Header("user-agent", "curl"))
		require.ErrorIs(t, err, espo.ErrInput)
	}
	assert.Regexp(t, `^\d+\.\d+\.\d+`, espo.Version)
}

// A typed nil is refused where an interface is wanted, but what is empty and
// can be used is not.
func TestOptionsThatAreEmpty(t *testing.T) {
	for name, opt := range map[string]espo.Option{
		"hook": espo.WithHook(espo.Hook{}), "retry": espo.WithRetry(espo.RetryPolicy{}), "polling": espo.WithPolling(espo.PollPolicy{}),
		"http.Client": espo.WithHTTPClient(new(http.Client)), "URL without a limit": espo.WithMaxURL(0), "no timeout": espo.WithTimeout(0),
		"discard": espo.WithDebug(io.Discard), "transport": espo.WithTransport(new(http.Transport)),
	} {
		client, err := espo.NewClient("https://crm.example", espo.APIKey("key"), opt)
		require.NoError(t, err, name)
		client.CloseIdleConnections()
	}
}

func TestUpdateMethod(t *testing.T) {
	for _, method := range []string{"PUT", "PATCH"} {
		var got string
		client := connect(t, func(w http.ResponseWriter, r *http.Request) {
			got = r.Method
			reply(w, 200, `{"id":"1"}`)
		}, espo.WithUpdateMethod(method))
		_, err := client.Accounts.Update(t.Context(), "1", nil)
		require.NoError(t, err)
		assert.Equal(t, method, got)
	}
}

// The caller's http.Client stays as it is, and its parts are used.
func TestHTTPClientIsCopied(t *testing.T) {
	calls := 0
	transport := exchange(func(r *http.Request) (*http.Response, error) {
		calls++
		return answer(r, 200, `{"id":"1"}`), nil
	})
	mine := &http.Client{Transport: transport, Timeout: time.Minute}
	client, err := espo.NewClient("https://example.com", espo.APIKey("key"), espo.WithHTTPClient(mine))
	require.NoError(t, err)
	_, err = client.Accounts.Get(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, 1, calls)
	assert.Nil(t, mine.CheckRedirect)
	assert.Equal(t, time.Minute, mine.Timeout)
	assert.NotNil(t, mine.Transport)
	mine.Transport = exchange(func(*http.Request) (*http.Response, error) { return nil, errors.New("changed") })
	_, err = client.Accounts.Get(t.Context(), "1")
	assert.NoError(t, err, "a later change of the caller's does not reach the client")
}

// The log holds the fields of the allowlist, and nothing of a query, a header
// or a body.
func TestLoggerFields(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	tries := 0
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		if tries++; tries == 1 {
			w.Header().Set("X-Status-Reason", "too busy")
			reply(w, 503, `{"message":"sesame"}`)
			return
		}
		reply(w, 200, `{"id":"1","total":0,"list":[],"secret":"sesame"}`)
	}, espo.WithLogger(log))
	_, err := client.Accounts.List(t.Context(), espo.Query{Where: espo.Where(espo.Equal("name", "sesame"))}, espo.Header("X-Custom", "sesame"))
	require.NoError(t, err)
	_, err = client.Accounts.Update(t.Context(), "a b", espo.Attrs{"name": "sesame"})
	require.NoError(t, err)

	assert.NotContains(t, out.String(), "sesame")
	assert.NotContains(t, out.String(), "key")
	allowed := map[string]bool{"time": true, "level": true, "msg": true, "method": true, "path": true, "status": true, "elapsed": true, "try": true, "wait": true, "operation": true, "error": true}
	var lines []map[string]any
	for line := range strings.Lines(out.String()) {
		var fields map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &fields))
		for name := range fields {
			assert.True(t, allowed[name], "the log has a field %s", name)
		}
		lines = append(lines, fields)
	}
	require.Len(t, lines, 4)
	assert.Equal(t, 503.0, lines[0]["status"])
	assert.Equal(t, map[string]any{"method": "GET", "path": "Account", "status": 503.0, "reason": "too busy"}, lines[0]["error"])
	assert.Equal(t, lines[0]["error"], lines[1]["error"])
	assert.NotContains(t, lines[2], "error")
	for i, want := range []string{"Account.list", "Account.list", "Account.list", "Account.update"} {
		assert.Equal(t, want, lines[i]["operation"])
	}
	assert.Equal(t, "INFO", lines[1]["level"])
	assert.Contains(t, lines[1], "wait")
	assert.Equal(t, 2.0, lines[2]["try"])
	assert.Equal(t, "Account/a%20b", lines[3]["path"])
}

type limiterFunc func(context.Context) error

func (f limiterFunc) Wait(ctx context.Context) error { return f(ctx) }

func TestLimiterWaitsBeforeEachTry(t *testing.T) {
	var order []string
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		order = append(order, "sent")
		if len(order) < 6 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		reply(w, 200, `{"id":"1"}`)
	}, espo.WithLimiter(limiterFunc(func(context.Context) error {
		order = append(order, "waited")
		return nil
	})))
	_, err := client.Accounts.Get(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, []string{"waited", "sent", "waited", "sent", "waited", "sent"}, order)
}

func TestLimiterErrorEndsTheCall(t *testing.T) {
	waits := 0
	client := connect(t, unreachable(t), espo.WithLimiter(limiterFunc(func(_ context.Context) error {
		waits++
		return context.DeadlineExceeded
	})))
	_, err := client.Accounts.Get(t.Context(), "1")
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorContains(t, err, "GET Account/1")
	assert.Equal(t, 1, waits)
}

func TestMaxReply(t *testing.T) {
	body := `{"id":"1","name":"` + strings.Repeat("x", 1000) + `"}`
	for limit, fits := range map[int64]bool{int64(len(body)): true, int64(len(body)) - 1: false, 10: false, 1: false} {
		tries := 0
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
			tries++
			reply(w, 200, body)
		}, espo.WithMaxReply(limit))
		_, err := client.Accounts.Get(t.Context(), "1")
		doErr := client.Do(t.Context(), espo.Request{Path: []string{"Account", "1"}}, nil)
		assert.Equal(t, 2, tries, "a reply that is too large is not fetched again")
		if fits {
			assert.NoError(t, err)
			assert.NoError(t, doErr)
			continue
		}
		for _, err := range []error{err, doErr} {
			var e *espo.Error
			require.ErrorAs(t, err, &e, "limit %d", limit)
			assert.ErrorIs(t, err, espo.ErrReplyTooLarge)
			assert.NotErrorIs(t, err, espo.ErrNotEspoCRM)
			assert.Equal(t, 200, e.Status)
		}
	}
}
