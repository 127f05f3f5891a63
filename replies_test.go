package espo_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// foreign is a client behind a proxy that answers with a page of its own.
func foreign(t *testing.T, status int) *espo.Client {
	t.Helper()
	return connect(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "<html><title>%d</title></html>", status)
	}, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
}

// The page of a proxy says nothing about a record, a right or a token.
func TestForeignStatuses(t *testing.T) {
	for status, sentinel := range map[int]error{
		400: espo.ErrBadRequest, 401: espo.ErrUnauthorized, 403: espo.ErrForbidden, 404: espo.ErrNotFound,
		405: espo.ErrMethodNotAllowed, 409: espo.ErrConflict,
	} {
		_, err := foreign(t, status).Accounts.Get(t.Context(), "1")
		require.ErrorIs(t, err, espo.ErrNotEspoCRM, status)
		assert.NotErrorIs(t, err, sentinel, status)
	}
	for status, sentinel := range map[int]error{413: espo.ErrRequestTooLarge, 429: espo.ErrTooManyRequests, 502: espo.ErrServer, 503: espo.ErrServer} {
		_, err := foreign(t, status).Accounts.Get(t.Context(), "1")
		assert.ErrorIs(t, err, sentinel, "%d is a proxy's to say", status)
	}
}

func TestExistsBehindAProxy(t *testing.T) {
	exists, err := foreign(t, 404).Accounts.Exists(t.Context(), "1")
	require.ErrorIs(t, err, espo.ErrNotEspoCRM)
	assert.False(t, exists)

	bare := connect(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	_, err = bare.Accounts.Exists(t.Context(), "1")
	require.ErrorIs(t, err, espo.ErrNotFound, "nothing shows that it is EspoCRM who has answered")

	srv := espotest.NewServer(t)
	_, err = srv.Client().Records("Acount").Exists(t.Context(), "1")
	require.ErrorIs(t, err, espo.ErrNotFound, "the entity type does not exist")
	exists, err = srv.Client().Accounts.Exists(t.Context(), "6b04d98597fdc1ac8")
	require.NoError(t, err)
	assert.False(t, exists)
}

func TestUpsertBehindAProxy(t *testing.T) {
	searches := 0
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			searches++
			reply(w, 200, `{"total":-2,"list":[{"id":"1"}]}`)
			return
		}
		reply(w, 404, "<html>")
	})
	_, _, err := client.Accounts.Upsert(t.Context(), espo.Upsert{Match: espo.Attrs{"name": "Acme"}, Set: espo.Attrs{"type": "Customer"}})
	require.ErrorIs(t, err, espo.ErrNotEspoCRM)
	assert.Equal(t, 1, searches, "the record is not looked for again")
}

// A token lives on when it was not EspoCRM who answered the logout.
func TestLogoutBehindAProxy(t *testing.T) {
	for name, fail := range map[string]http.HandlerFunc{
		"page":     func(w http.ResponseWriter, _ *http.Request) { reply(w, 401, "<html>") },
		"bare 401": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"200":      func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "<html>") },
	} {
		srv := newTokenServer()
		auth := espo.Token("admin", srv.password)
		client := dial(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(route(r), "destroyAuthToken") {
				fail(w, r)
				return
			}
			srv.ServeHTTP(w, r)
		}), auth)
		require.NoError(t, get(t, client))
		require.Error(t, client.Logout(t.Context()), name)
		assert.Equal(t, "token-1", auth.Token(), name)
	}
}

// An upload that a proxy has answered for is not said to be cleaned up.
func TestUploadNotRemovedBehindAProxy(t *testing.T) {
	srv := espotest.NewServer(t, oneMiB())
	client := srv.Client(noWait)
	srv.Fail(espotest.Fault{Path: "Attachment/chunk/*", Status: http.StatusForbidden, Body: "<html>"})
	srv.Fail(espotest.Fault{Method: http.MethodDelete, Path: "Attachment/*", Times: -1, Status: http.StatusNotFound, HTML: true})
	_, err := client.Attachments.Upload(t.Context(), textFile(strings.NewReader(strings.Repeat("x", 2<<20))))
	var failed *espo.UploadError
	require.ErrorAs(t, err, &failed)
	assert.False(t, failed.Removed)
	assert.Len(t, srv.Records("Attachment"), 1)
}

// What breaks a line or drives a terminal does not get into an error's text.
func TestErrorsArePrintable(t *testing.T) {
	for _, body := range []string{
		"{\"message\":\"line1\\nlevel=ERROR msg=x\\u001b[31m\\u0007\\u0085\\u2028\"}",
		"{\"messageTranslation\":{\"data\":{\"field\":\"a\\nb\",\"type\":\"c\\u001b\"}}}",
	} {
		for _, status := range []int{400, 403, 409, 500} {
			err := errorOf(t, status, "", body)
			assert.NotRegexp(t, `[\x00-\x1f\x7f\x{80}-\x{9f}\x{2028}]`, err.Error())
		}
	}
}

// A field and the same name in Extra: the server would take the last.
func TestAttributeTwice(t *testing.T) {
	client := connect(t, unreachable(t))
	_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "A", Extra: espo.Attrs{"name": "B"}})
	require.ErrorIs(t, err, espo.ErrInput)
	assert.ErrorContains(t, err, `"name"`)

	var sent string
	client = connect(t, answering(t, `{"id":"1","name":"A"}`, &sent))
	_, err = client.Accounts.Modify(t.Context(), "1", func(a *espo.Account) error { a.Extra = espo.Attrs{"name": "B"}; return nil })
	require.ErrorIs(t, err, espo.ErrInput)
	assert.Empty(t, sent)
	_, err = client.Accounts.Create(t.Context(), espo.Account{Extra: espo.Attrs{"name": nil}})
	require.NoError(t, err, "once is enough to say null")
}
