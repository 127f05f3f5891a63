package espo_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// A success proves itself: what another server may answer with status 200 is
// never taken for a record or a list.
func TestRepliesThatProveNothing(t *testing.T) {
	bodies := []string{
		"null", "{}", "[]", `""`, "0", "true", `"x"`, `{"error":"session expired"}`, `{"message":"OK"}`, `{"name":"Acme"}`,
		`{"id":null}`, `{"id":""}`, `{"total":1}`, `{"total":1,"list":null}`, `{"total":1,"list":{}}`, `{"total":1,"list":[null]}`,
		`{"total":1,"list":["a"]}`, `{"total":1,"list":[{"name":"Acme"}]}`, `{"total":1,"list":[{"id":""}]}`,
	}
	var body string
	var posts int
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			posts++
		}
		reply(w, 200, body)
	}, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	account := espo.Ref{Type: "Account", ID: "1"}
	type noID struct {
		Name string `json:"name"`
	}
	calls := map[string]func(context.Context) error{
		"Get":        func(ctx context.Context) error { _, err := client.Accounts.Get(ctx, "1"); return err },
		"Get Record": func(ctx context.Context) error { _, err := client.Records("Account").Get(ctx, "1"); return err },
		"Get noID": func(ctx context.Context) error {
			_, err := espo.Records[noID](client, "Account").Get(ctx, "1")
			return err
		},
		"Create": func(ctx context.Context) error {
			_, err := client.Accounts.Create(ctx, espo.Account{Name: "A"})
			return err
		},
		"Update": func(ctx context.Context) error {
			_, err := client.Accounts.Update(ctx, "1", espo.Attrs{"name": "A"})
			return err
		},
		"List": func(ctx context.Context) error { _, err := client.Accounts.List(ctx, espo.Query{}); return err },
		"List noID": func(ctx context.Context) error {
			_, err := espo.Records[noID](client, "Account").List(ctx, espo.Query{})
			return err
		},
		"First": func(ctx context.Context) error { _, err := client.Accounts.First(ctx, espo.Query{}); return err },
		"All": func(ctx context.Context) error {
			_, err := espo.Collect(client.Accounts.All(ctx, espo.Query{}))
			return err
		},
		"GetMany": func(ctx context.Context) error { _, err := client.Accounts.GetMany(ctx, []string{"1"}); return err },
		"Exists":  func(ctx context.Context) error { _, err := client.Accounts.Exists(ctx, "1"); return err },
		"Merge": func(ctx context.Context) error {
			_, err := client.Accounts.Merge(ctx, "1", []string{"2"}, nil)
			return err
		},
		"Related": func(ctx context.Context) error {
			_, err := client.Accounts.Contacts("1").List(ctx, espo.Query{})
			return err
		},
		"Columns": func(ctx context.Context) error { _, err := client.Accounts.Contacts("1").Columns(ctx); return err },
		"Stream": func(ctx context.Context) error {
			_, err := client.Stream.Of(account).List(ctx, espo.FeedQuery{})
			return err
		},
		"Post":            func(ctx context.Context) error { _, err := client.Stream.Post(ctx, account, "x"); return err },
		"Kanban":          func(ctx context.Context) error { _, err := client.Opportunities.Kanban(ctx, espo.Query{}); return err },
		"App.CurrentUser": func(ctx context.Context) error { _, err := client.App.CurrentUser(ctx); return err },
		"Settings":        func(ctx context.Context) error { _, err := client.App.Settings(ctx); return err },
		"About":           func(ctx context.Context) error { _, err := client.App.About(ctx); return err },
		"Labels":          func(ctx context.Context) error { _, err := client.I18n.Labels(ctx); return err },
		"EntityType":      func(ctx context.Context) error { _, err := client.Metadata.EntityType(ctx, "Account"); return err },
		"Mass action": func(ctx context.Context) error {
			_, err := client.MassActions.Delete(ctx, espo.ByIDs("Account", "1"), espo.MassOptions{})
			return err
		},
		"Export": func(ctx context.Context) error {
			_, err := client.Exports.Start(ctx, espo.ByIDs("Account", "1"), espo.ExportOptions{})
			return err
		},
		"UploadCSV": func(ctx context.Context) error {
			_, err := client.Imports.UploadCSV(ctx, strings.NewReader("a"))
			return err
		},
		"Upload": func(ctx context.Context) error {
			_, err := client.Attachments.Upload(ctx, espo.Upload{Name: "a.txt", Content: strings.NewReader("a"), For: espo.NoteAttachment()})
			return err
		},
		"Followers": func(ctx context.Context) error {
			_, err := client.Stream.Followers(account).List(ctx, espo.Query{})
			return err
		},
		"Folders": func(ctx context.Context) error { _, err := client.Emails.Folders(ctx); return err },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			for _, b := range bodies {
				body = b
				err := call(t.Context())
				require.Error(t, err, b)
				assert.NotErrorIs(t, err, espo.ErrInput, b)
				var e *espo.Error
				assert.ErrorAs(t, err, &e, b)
			}
		})
	}

	// What follows from a reply that proves nothing is not done.
	for _, b := range []string{"null", "{}", `{"total":1,"list":[null]}`, `{"total":1,"list":[{"name":"Acme"}]}`} {
		body, posts = b, 0
		_, created, err := client.Accounts.Upsert(t.Context(), espo.Upsert{Match: espo.Attrs{"name": "Acme"}, Set: espo.Attrs{"type": "Customer"}})
		require.ErrorIs(t, err, espo.ErrNotEspoCRM, b)
		assert.False(t, created, b)
		_, err = client.Accounts.Modify(t.Context(), "1", func(a *espo.Account) error { a.Name += "-suffix"; return nil })
		require.ErrorIs(t, err, espo.ErrNotEspoCRM, b)
		assert.Zero(t, posts, b)
	}
}

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

// The reply to a login holds the token: an error does not keep it, whatever is
// wrong with the reply.
func TestLoginReplyIsNotKept(t *testing.T) {
	for name, body := range map[string]string{
		"broken off": `{"token":"sesame","user":`, "another shape": `{"token":["sesame"]}`, "a page": "<html>sesame",
		"no token": `{"user":{"name":"sesame"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
			_, err := dial(t, url, espo.Token("admin", "password")).Accounts.Get(t.Context(), "1")
			var e *espo.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "App/user", e.Path)
			assert.Empty(t, e.Body)
			assert.NotContains(t, err.Error(), "sesame")
		})
	}
}

// No endpoint of EspoCRM's answers null.
func TestNullIsNoReply(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, " null\n") })
	var out any
	require.ErrorIs(t, client.Do(t.Context(), espo.Request{Path: []string{"Account", "1"}}, &out), espo.ErrNotEspoCRM)
	_, err := client.Emails.SearchAddresses(t.Context(), "a", 0)
	require.ErrorIs(t, err, espo.ErrNotEspoCRM)
}
