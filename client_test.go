package espo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestBaseURLForms(t *testing.T) {
	for in, want := range map[string]string{
		"https://crm.example.com":                                  "https://crm.example.com/api/v1/",
		"https://crm.example.com/":                                 "https://crm.example.com/api/v1/",
		"https://crm.example.com/api/v1":                           "https://crm.example.com/api/v1/",
		"https://crm.example.com/api/v1/":                          "https://crm.example.com/api/v1/",
		"https://example.com/crm":                                  "https://example.com/crm/api/v1/",
		"https://example.com/crm//":                                "https://example.com/crm/api/v1/",
		"https://example.com/crm/api/v1///":                        "https://example.com/crm/api/v1/",
		"  https://example.com/crm\n":                              "https://example.com/crm/api/v1/",
		"HTTP://example.com:8080":                                  "http://example.com:8080/api/v1/",
		"http://127.0.0.1:8080/a/b/c":                              "http://127.0.0.1:8080/a/b/c/api/v1/",
		"http://[::1]:8080/crm":                                    "http://[::1]:8080/crm/api/v1/",
		"http://[fe80::1%25eth0]:8080/crm":                         "http://[fe80::1%25eth0]:8080/crm/api/v1/",
		"https://example.com/my%20crm":                             "https://example.com/my%20crm/api/v1/",
		"https://example.com/a%2Fb":                                "https://example.com/a%2Fb/api/v1/",
		"https://example.com/api/v1/crm":                           "https://example.com/api/v1/crm/api/v1/",
		"https://example.com/\u043a\u043b\u0456\u0454\u043d\u0442": "https://example.com/%D0%BA%D0%BB%D1%96%D1%94%D0%BD%D1%82/api/v1/",
	} {
		client, err := espo.NewClient(in, espo.APIKey("key"))
		if assert.NoError(t, err, in) {
			assert.Equal(t, "espo.Client("+want+")", client.String(), in)
		}
	}
}

func TestBaseURLRefused(t *testing.T) {
	for _, in := range []string{
		"", "crm.example.com", "//crm.example.com", "ftp://crm.example.com", "https://", "https:///crm", "https://:443/crm",
		"https://user:sesame@example.com", "https://user@example.com", "user:sesame@example.com", "admin:sesame",
		"https://example.com/?key=sesame", "https://example.com/#sesame", "https://exa mple.com", "http://[::1", "http://a\x7f",
		"mailto:sesame@example.com", "https://sesame%zz@example.com/",
	} {
		_, err := espo.NewClient(in, espo.APIKey("key"))
		var input *espo.InputError
		if assert.ErrorAs(t, err, &input, in) {
			assert.ErrorIs(t, err, espo.ErrInput, in)
			assert.NotContains(t, err.Error(), "sesame", "what may be a password is not repeated")
		}
	}
}

func TestNewClientRefuses(t *testing.T) {
	const at = "https://crm.example.com"
	for name, auth := range map[string]espo.Authenticator{
		"nil": nil, "empty key": espo.APIKey(""), "key with a line break": espo.APIKey("key\n"),
		"HMAC without a key": espo.HMAC("", "s"), "HMAC without a secret": espo.HMAC("k", ""), "HMAC key with a colon": espo.HMAC("k:", "s"),
		"no user": espo.Basic("", "p"), "user with a colon": espo.Basic("a:b", "p"), "no password": espo.Basic("a", ""),
		"token without a user": espo.Token("", "p"), "token without a password": espo.Token("a", ""),
		"stored token with a line break": espo.Token("a", "", espo.StoredToken("t\r\n")),
	} {
		_, err := espo.NewClient(at, auth)
		assert.ErrorIs(t, err, espo.ErrInput, name)
	}
	for name, opt := range map[string]espo.Option{
		"no http.Client": espo.WithHTTPClient(nil), "no logger": espo.WithLogger(nil), "no application": espo.WithApplication("", "1.0"),
		"application with a line break": espo.WithApplication("a\r\nX: y", ""), "version with a space": espo.WithApplication("a", "1 0"), "no bytes": espo.WithMaxReply(0),
		"update by POST": espo.WithUpdateMethod(http.MethodPost), "no such form": espo.WithSearchForm(3), "negative form": espo.WithSearchForm(-1),
	} {
		_, err := espo.NewClient(at, espo.APIKey("key"), opt)
		assert.ErrorIs(t, err, espo.ErrInput, name)
	}
}

func TestHeadersOfARequest(t *testing.T) {
	var got http.Header
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		reply(w, 200, `{"id":"1"}`)
	}, espo.WithApplication("billing", "1.0"))

	_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"},
		espo.SkipDuplicateCheck(), espo.DuplicateOf("9"), espo.Header("x-custom", "a b"))
	require.NoError(t, err)
	for name, want := range map[string]string{
		"User-Agent": "billing/1.0 go-espo/" + espo.Version, "Accept": "application/json", "Content-Type": "application/json", "X-Api-Key": "key",
		"X-Skip-Duplicate-Check": "true", "X-Duplicate-Source-Id": "9", "X-Custom": "a b",
	} {
		assert.Equal(t, want, got.Get(name), name)
	}

	_, err = client.Accounts.Get(t.Context(), "1")
	require.NoError(t, err)
	assert.Empty(t, got.Get("Content-Type"), "no body, no type of it")
}

// unreachable is an API that nothing may call.
func unreachable(t testing.TB) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s was sent", r.Method, r.URL)
		w.WriteHeader(http.StatusTeapot)
	}
}

func TestPathsAreEscaped(t *testing.T) {
	var got string
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		got = route(r)
		reply(w, 200, `{"id":"1"}`)
	})
	for id, want := range map[string]string{
		"6b04d98597fdc1ac8": "6b04d98597fdc1ac8", "a b": "a%20b", "%2e%2e": "%252e%252e", "a%2Fb": "a%252Fb",
		"50%": "50%25", "a?b=c": "a%3Fb=c", "a#b": "a%23b", "...": "...", "ї": "%D1%97", "a;b": "a%3Bb", "a+b": "a+b",
	} {
		_, err := client.Accounts.Get(t.Context(), id)
		if assert.NoError(t, err, "%q", id) {
			assert.Equal(t, "Account/"+want, got, "%q", id)
		}
	}
}

// What a server or a proxy would take for another path is never sent: an empty
// id would turn the deletion of a record into something else, and so would one
// with a slash, since servers decode the path before they route it.
func TestPathsRefused(t *testing.T) {
	client := connect(t, unreachable(t))
	ctx := t.Context()
	for _, id := range []string{"", ".", "..", "a/b", "1/subscription", `a\b`, "a\nb", "\x00", "\x7f", "\u0085", "\xff"} {
		errs := map[string]error{}
		_, errs["Get"] = client.Accounts.Get(ctx, id)
		_, errs["Update"] = client.Accounts.Update(ctx, id, espo.Attrs{"name": "x"})
		_, errs["Modify"] = client.Accounts.Modify(ctx, id, func(*espo.Account) error { return nil })
		_, errs["Exists"] = client.Accounts.Exists(ctx, id)
		errs["Delete"] = client.Accounts.Delete(ctx, id)
		errs["Link"] = client.Accounts.Link(ctx, id, "contacts", "1")
		errs["link name"] = client.Accounts.Link(ctx, "1", id, "1")
		errs["Unlink"] = client.Accounts.Unlink(ctx, id, "contacts", "1")
		_, errs["Related"] = client.Related(espo.Ref{Type: "Account", ID: id}, "contacts").List(ctx, espo.Query{})
		_, errs["entity type"] = client.Records(id).List(ctx, espo.Query{})
		if !strings.Contains(id, "/") {
			errs["Do"] = client.Do(ctx, espo.Request{Path: []string{"Account", id, "contacts"}}, nil)
			errs["Do at the end"] = client.Do(ctx, espo.Request{Method: "DELETE", Path: []string{"Account", id}}, nil)
		}
		_, errs["All"] = espo.Collect(client.Records(id).All(ctx, espo.Query{}))
		for call, err := range errs {
			var input *espo.InputError
			assert.ErrorAs(t, err, &input, "%s with %q", call, id)
		}
	}
	_, err := client.Accounts.GetMany(ctx, []string{"1", ""})
	assert.ErrorIs(t, err, espo.ErrInput)
	assert.ErrorIs(t, client.Accounts.Link(ctx, "1", "contacts", ""), espo.ErrInput)
	assert.ErrorIs(t, client.Accounts.Unlink(ctx, "1", "contacts", ""), espo.ErrInput)
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

// Whatever an id is, the path on the wire has it as one segment, and it is the
// path that was signed.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"1", "", ".", "..", "a/b", "../..", "%2e%2e", "%", "a b", "ї", "\xff", "a?b#c", "a;b,c:d@e&f=g+h$i", "*!'()", "\\"} {
		f.Add(s)
	}
	var seen, signed string
	transport := exchange(func(r *http.Request) (*http.Response, error) {
		seen = r.URL.RequestURI()
		return answer(r, 200, `{"id":"1"}`), nil
	})
	client, err := espo.NewClient("https://example.com"+mount, authFunc(func(r *espo.AuthRequest) { signed = r.Path }),
		espo.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, id string) {
		seen, signed = "", ""
		_, err := client.Accounts.Get(t.Context(), id)
		if err != nil {
			require.ErrorIs(t, err, espo.ErrInput)
			require.Empty(t, seen)
			bad := id == "" || id == "." || id == ".." || strings.ContainsAny(id, `/\`) || strings.ContainsFunc(id, unicode.IsControl) || !utf8.ValidString(id)
			require.True(t, bad, "%q is refused", id)
			return
		}
		segment, ok := strings.CutPrefix(seen, apiRoot+"Account/")
		require.True(t, ok, seen)
		require.Equal(t, "Account/"+segment, signed)
		require.NotContains(t, segment, "/")
		require.NotContains(t, segment, "?")
		back, err := url.PathUnescape(segment)
		require.NoError(t, err)
		require.Equal(t, id, back)
	})
}

type authFunc func(*espo.AuthRequest)

func (f authFunc) Authenticate(_ context.Context, r *espo.AuthRequest) error {
	f(r)
	return nil
}

func TestDo(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		body := readAll(t, r)
		if len(body) == 0 {
			body = []byte("null")
		}
		b, _ := json.Marshal(map[string]any{"method": r.Method, "path": route(r), "query": r.URL.RawQuery, "body": jsontext.Value(body)})
		reply(w, 200, string(b))
	})
	type echo struct {
		Method, Path, Query string
		Body                any
	}
	var out echo
	caseless := func() *map[string]any { m := map[string]any{}; return &m }
	got := caseless()
	require.NoError(t, client.Do(t.Context(), espo.Request{
		Method: "POST", Path: []string{"Lead", "action", "convert"}, Query: url.Values{"b": {"1 2"}, "a": {"ї"}}, Body: espo.Attrs{"id": "1", "n": nil},
	}, got))
	out = echo{(*got)["method"].(string), (*got)["path"].(string), (*got)["query"].(string), (*got)["body"]}
	assert.Equal(t, echo{"POST", "Lead/action/convert", "a=%D1%97&b=1+2", map[string]any{"id": "1", "n": nil}}, out)

	got = caseless()
	require.NoError(t, client.Do(t.Context(), espo.Request{Path: []string{"Account", "a b"}, Query: url.Values{"x": {"1"}}}, got))
	assert.Equal(t, "GET", (*got)["method"], "without a method")
	assert.Equal(t, "Account/a%20b", (*got)["path"])
	assert.Equal(t, "x=1", (*got)["query"])
	assert.Nil(t, (*got)["body"])

	require.NoError(t, client.Do(t.Context(), espo.Request{Method: "DELETE", Path: []string{"Account", "1"}}, nil), "the reply may be ignored")
}

func TestDoRefuses(t *testing.T) {
	client := connect(t, unreachable(t))
	ctx := t.Context()
	for name, err := range map[string]error{
		"method with a space":  client.Do(ctx, espo.Request{Method: "GET /", Path: []string{"Account"}}, nil),
		"no path":              client.Do(ctx, espo.Request{}, nil),
		"empty path":           client.Do(ctx, espo.Request{Path: []string{""}}, nil),
		"slash in a segment":   client.Do(ctx, espo.Request{Path: []string{"Account/1"}}, nil),
		"slash at the end":     client.Do(ctx, espo.Request{Path: []string{"Account", ""}}, nil),
		"two slashes":          client.Do(ctx, espo.Request{Path: []string{"Account", "", "contacts"}}, nil),
		"out is no pointer":    client.Do(ctx, espo.Request{Path: []string{"Account"}}, struct{}{}),
		"out is a nil pointer": client.Do(ctx, espo.Request{Path: []string{"Account"}}, (*espo.Account)(nil)),
		"body is a function":   client.Do(ctx, espo.Request{Method: "POST", Path: []string{"Account"}, Body: func() {}}, nil),
	} {
		assert.ErrorIs(t, err, espo.ErrInput, name)
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

// The caller's CheckRedirect decides on what the client would follow.
func TestCallersCheckRedirect(t *testing.T) {
	stop := errors.New("no redirects here")
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, apiRoot+route(r), http.StatusFound)
	}, espo.WithHTTPClient(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return stop }}))
	_, err := client.Accounts.Get(t.Context(), "1")
	assert.ErrorIs(t, err, stop)
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

// A reply that is not EspoCRM's is an error with its status.
func TestForeignReplies(t *testing.T) {
	const page = "<!DOCTYPE html>\n<html><body>Sign in</body></html>"
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	for name, c := range map[string]struct {
		status int
		header http.Header
		body   string
		want   string
	}{
		"login page":           {200, html, page, "HTML"},
		"page without a type":  {200, nil, page, "HTML"},
		"page after a space":   {200, html, "\n  <HTML>", "HTML"},
		"fragment of a page":   {200, html, "<div>", "HTML"},
		"bad gateway":          {502, html, page, "HTML"},
		"not found by a proxy": {404, html, page, "HTML"},
		"text":                 {200, nil, "It works!", "not whole JSON"},
		"text with an error":   {403, nil, "blocked by policy", "not JSON"},
		"empty":                {200, nil, "", "empty"},
		"broken off":           {200, nil, `{"id":"1","na`, "not whole JSON"},
		"two values":           {200, nil, `{"id":"1"}{"id":"2"}`, "not whole JSON"},
		"warning in front":     {200, nil, "Warning: deprecated\n{}", "not whole JSON"},
	} {
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
			for k, v := range c.header {
				w.Header()[k] = v
			}
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		_, err := client.Accounts.Get(t.Context(), "1")
		var e *espo.Error
		if !assert.ErrorAs(t, err, &e, name) {
			continue
		}
		assert.ErrorIs(t, err, espo.ErrNotEspoCRM, name)
		assert.Equal(t, c.status, e.Status, name)
		assert.Equal(t, "GET Account/1", e.Method+" "+e.Path, name)
		assert.ErrorContains(t, err, c.want, name)
		assert.Equal(t, c.body, string(e.Body), name)
		assert.NotContains(t, err.Error(), "Sign in", name)
		if c.status == 200 && c.want == "HTML" {
			err := client.Do(t.Context(), espo.Request{Path: []string{"Account", "1"}}, nil)
			assert.ErrorIs(t, err, espo.ErrNotEspoCRM, "%s, the reply ignored", name)
		}
	}
}

// JSON of another shape than the caller's type is an error with the status,
// although it may well be EspoCRM's.
func TestReplyOfAnotherShape(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"id":["1"]}`) })
	_, err := client.Accounts.Get(t.Context(), "1")
	var e *espo.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 200, e.Status)
	var semantic *json.SemanticError
	assert.ErrorAs(t, err, &semantic)
	assert.NotErrorIs(t, err, espo.ErrNotEspoCRM)
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

// The client is not changed by its calls: the race detector watches.
func TestConcurrentUse(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Count(route(r), "/") == 0 && r.Method == http.MethodGet {
			reply(w, 200, `{"total":1,"list":[{"id":"1"}]}`)
			return
		}
		reply(w, 200, `{"id":"1","versionNumber":1}`)
	})
	before := fmt.Sprintf("%#v", *client) // its fields, with pointers as addresses
	ctx := t.Context()
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			_, err := client.Accounts.Get(ctx, "1", espo.Select("id"))
			assert.NoError(t, err)
			_, err = client.Accounts.Modify(ctx, "1", func(a *espo.Account) error { a.Name = "x"; return nil })
			assert.NoError(t, err)
			_, err = client.Contacts.List(ctx, espo.Query{Where: espo.Where(espo.IsNull("name"))})
			assert.NoError(t, err)
			_, err = espo.Collect(client.Records("Lead").All(ctx, espo.Query{}))
			assert.NoError(t, err)
			assert.NoError(t, client.Do(ctx, espo.Request{Path: []string{"Account", "1"}}, nil, espo.Header("X-A", "b")))
		})
	}
	wg.Wait()
	assert.Equal(t, before, fmt.Sprintf("%#v", *client))
}

func TestErrorsOfTheTransportAreFound(t *testing.T) {
	client := connect(t, func(http.ResponseWriter, *http.Request) { cut() }, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "sesame"})
	assert.ErrorIs(t, err, io.EOF)
	assert.ErrorContains(t, err, "espo: POST Account: ")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Accounts.Get(ctx, "1")
	assert.ErrorIs(t, err, context.Canceled)

	ctx, cancel = context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	_, err = client.Accounts.Get(ctx, "1")
	assert.ErrorIs(t, err, context.DeadlineExceeded)

	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	client = dial(t, "http://"+l.Addr().String()+mount, espo.APIKey("key"))
	_, err = client.Accounts.List(t.Context(), espo.Query{TextFilter: "sesame"})
	var op *net.OpError
	require.ErrorAs(t, err, &op)
	assert.Equal(t, "dial", op.Op)
	assert.NotContains(t, err.Error(), "sesame", "the query may hold personal data")
}
