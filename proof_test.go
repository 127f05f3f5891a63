package espo_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
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
