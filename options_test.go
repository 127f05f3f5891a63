package espo_test

import (
	"bytes"
	"go/ast"
	"io"
	"log/slog"
	"math"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

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
		"WithRetry":         {espo.WithRetry(espo.RetryPolicy{MaxTries: -1}), espo.WithRetry(espo.RetryPolicy{MinWait: 2, MaxWait: 1})},
		"WithPolling":       {espo.WithPolling(espo.PollPolicy{MinWait: -1}), espo.WithPolling(espo.PollPolicy{MaxWait: -1}), espo.WithPolling(espo.PollPolicy{MinWait: 2, MaxWait: 1})},
		"WithWait":          {espo.WithWait(nil)},
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
