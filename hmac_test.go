package espo_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// No login fails: ten of them would lock the address out.
func TestHMACOfEachVersion(t *testing.T) {
	for name, c := range map[string]struct {
		raw, hexadecimal bool
		opts             []espo.Option
	}{
		"before 8.4.1":         {true, false, nil},
		"before 8.4.1, stated": {true, false, []espo.Option{espo.WithServerVersion("7.5.6")}},
		"later":                {true, true, nil},
		"later, stated":        {true, true, []espo.Option{espo.WithServerVersion("9.3.10")}},
		"hexadecimal, stated":  {false, true, []espo.Option{espo.WithServerVersion("9.3.10")}},
	} {
		t.Run(name, func(t *testing.T) {
			failed := new(tally)
			client := dial(t, serve(t, digestServer(c.raw, c.hexadecimal, failed)), espo.HMAC("key", "secret"), c.opts...)
			for range 3 {
				_, err := client.Accounts.Get(t.Context(), "1")
				require.NoError(t, err)
			}
			assert.Zero(t, failed.count())
		})
	}
}

// A key that is wrong is one failed login for each call, and no more.
func TestHMACThatIsWrong(t *testing.T) {
	for _, opts := range [][]espo.Option{nil, {espo.WithServerVersion("9.3")}} {
		failed := new(tally)
		client := dial(t, serve(t, digestServer(false, false, failed)), espo.HMAC("key", "secret"), opts...)
		for range 3 {
			_, err := client.Accounts.Get(t.Context(), "1")
			require.ErrorIs(t, err, espo.ErrUnauthorized)
		}
		assert.Equal(t, 3, failed.count())
	}
}

// The signature is that of the method and the path on the wire, without the
// base path and the query, whatever the call.
func TestHMACSignsWhatIsSent(t *testing.T) {
	raw := func(sum []byte) string { return string(sum) }
	for name, c := range map[string]struct {
		opts []espo.Option
		form func([]byte) string
	}{
		"8.4.1":   {[]espo.Option{espo.WithServerVersion("8.4.1")}, hex.EncodeToString},
		"8.4.0":   {[]espo.Option{espo.WithServerVersion("8.4.0")}, raw},
		"unknown": {nil, raw},
	} {
		calls := 0
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			calls++
			path, _, _ := strings.Cut(strings.TrimPrefix(r.RequestURI, apiRoot), "?")
			mac := hmac.New(sha256.New, []byte("secret"))
			_, _ = io.WriteString(mac, r.Method+" /"+path)
			assert.Equal(t, b64("key:"+c.form(mac.Sum(nil))), r.Header.Get("X-Hmac-Authorization"), "%s: %s %s", name, r.Method, r.RequestURI)
			if r.Method == http.MethodGet && !strings.Contains(path, "/") {
				reply(w, 200, `{"total":0,"list":[]}`)
				return
			}
			reply(w, 200, map[string]string{"POST": "true", "DELETE": "true"}[r.Method]+map[string]string{"GET": `{"id":"1"}`, "PUT": `{"id":"1"}`}[r.Method])
		})
		client := dial(t, url, espo.HMAC("key", "secret"), c.opts...)
		ctx := t.Context()
		_, err := client.Accounts.Get(ctx, "ї%2F b*!'()")
		require.NoError(t, err)
		_, err = client.Accounts.Update(ctx, "a:b@c", espo.Attrs{"x": 1})
		require.NoError(t, err)
		_, err = client.Accounts.List(ctx, espo.Query{Where: espo.Where(espo.Equal("name", "a&b"))})
		require.NoError(t, err)
		require.NoError(t, client.Accounts.Link(ctx, "1", "contacts", "2"))
		require.NoError(t, client.Accounts.Delete(ctx, "1"))
		assert.Equal(t, 5, calls)
	}
}
