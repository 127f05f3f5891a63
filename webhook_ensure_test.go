package espo_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

const hookURL = "https://hooks.example/espo"

// hook is a webhook for an event such as "Account.create".
func hook(t *testing.T, event, url string) espo.Webhook {
	t.Helper()
	e, err := espo.ParseWebhookEvent(event)
	require.NoError(t, err)
	return espo.Webhook{Event: e, URL: url}
}

// writes counts the requests that were not reads, and forgets them.
func writes(srv *espotest.Server) (n int) {
	for _, r := range srv.Requests() {
		if r.Method != http.MethodGet {
			n++
		}
	}
	srv.ClearRequests()
	return n
}

// registered are the webhooks that there are, as texts.
func registered(srv *espotest.Server) []string {
	var all []string
	for _, w := range srv.Records("Webhook") {
		all = append(all, fmt.Sprint(w["event"], " ", w["url"], " ", w["isActive"]))
	}
	return all
}

func TestEnsureWebhooks(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	created, updated, deleted := hook(t, "Account.create", hookURL), hook(t, "Account.update", hookURL), hook(t, "Account.delete", hookURL)

	first, err := client.Webhooks.Ensure(ctx, []espo.Webhook{created, updated}, espo.EnsureWebhooksOptions{})
	require.NoError(t, err)
	assert.Len(t, first.Registered, 2)
	assert.Equal(t, "2 registered, 0 changed, 0 deleted", first.String())
	require.Len(t, first.Webhooks, 2)
	assert.Equal(t, updated.Event, first.Webhooks[1].Event)
	writes(srv)

	again, err := client.Webhooks.Ensure(ctx, []espo.Webhook{created, updated}, espo.EnsureWebhooksOptions{})
	require.NoError(t, err)
	assert.Zero(t, writes(srv), "nothing is changed where nothing has to be")
	assert.Equal(t, first.Secrets(), again.Secrets(), "the secrets are known at each start")
	assert.NotEmpty(t, again.Webhooks[0].SecretKey)

	// Another receiver's webhook, an inactive one, and one that is there twice.
	_, err = client.Webhooks.Register(ctx, hook(t, "Account.create", "https://other.example"))
	require.NoError(t, err)
	_, err = client.Webhooks.Deactivate(ctx, first.Webhooks[1].ID)
	require.NoError(t, err)
	twice, err := client.Webhooks.Register(ctx, created)
	require.NoError(t, err)
	created.Description, created.SkipOwn = "of accounts", true
	changed, err := client.Webhooks.Ensure(ctx, []espo.Webhook{deleted, created}, espo.EnsureWebhooksOptions{})
	require.NoError(t, err)
	assert.Len(t, changed.Registered, 1)
	assert.Equal(t, []string{first.Webhooks[0].ID}, changed.Changed)
	assert.Equal(t, []string{twice.ID, first.Webhooks[1].ID}, changed.Deleted)
	assert.True(t, changed.Webhooks[1].SkipOwn)
	assert.Equal(t, "of accounts", changed.Webhooks[1].Description)
	assert.ElementsMatch(t, []string{
		"Account.create " + hookURL + " true", "Account.create https://other.example true", "Account.delete " + hookURL + " true",
	}, registered(srv))

	active, err := client.Webhooks.Deactivate(ctx, changed.Webhooks[0].ID)
	require.NoError(t, err)
	changed, err = client.Webhooks.Ensure(ctx, []espo.Webhook{deleted, created}, espo.EnsureWebhooksOptions{})
	require.NoError(t, err)
	assert.Equal(t, []string{active.ID}, changed.Changed)
	assert.True(t, changed.Webhooks[0].IsActive)
}

// A program that has moved takes its webhooks along: their queues stay.
func TestEnsureWebhooksMine(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	o := espo.EnsureWebhooksOptions{Mine: func(w espo.Webhook) bool { return w.Description == "crm-sync" }}
	at := func(url string) []espo.Webhook {
		w := hook(t, "Account.create", url)
		w.Description = "crm-sync"
		return []espo.Webhook{w}
	}
	_, err := client.Webhooks.Register(ctx, hook(t, "Account.create", hookURL))
	require.NoError(t, err)
	before, err := client.Webhooks.Ensure(ctx, at("https://old.example"), o)
	require.NoError(t, err)
	after, err := client.Webhooks.Ensure(ctx, at("https://new.example"), o)
	require.NoError(t, err)
	assert.Equal(t, before.Secrets(), after.Secrets())
	assert.Equal(t, after.Changed, before.Registered)
	none, err := client.Webhooks.Ensure(ctx, nil, o)
	require.NoError(t, err)
	assert.Equal(t, before.Registered, none.Deleted)
	assert.Equal(t, []string{"Account.create " + hookURL + " true"}, registered(srv))
}

// An administrator sees the webhooks of API users, and does not touch them.
func TestEnsureWebhooksOfUsers(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx, wanted := t.Context(), hook(t, "Account.create", hookURL)
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	theirs, err := srv.Client().Webhooks.Ensure(ctx, []espo.Webhook{wanted, hook(t, "Account.update", hookURL)}, espo.EnsureWebhooksOptions{})
	require.NoError(t, err)
	user := theirs.Webhooks[0].CreatedByID

	ours, err := admin.Webhooks.Ensure(ctx, []espo.Webhook{wanted}, espo.EnsureWebhooksOptions{})
	require.NoError(t, err)
	assert.Len(t, ours.Registered, 1)
	assert.Empty(t, ours.Deleted)
	wanted.UserID = user
	forUser, err := admin.Webhooks.Ensure(ctx, []espo.Webhook{wanted}, espo.EnsureWebhooksOptions{})
	require.NoError(t, err)
	assert.Equal(t, theirs.Webhooks[0].ID, forUser.Webhooks[0].ID)
	assert.Equal(t, []string{theirs.Webhooks[1].ID}, forUser.Deleted)

	wanted.Event.Kind = espo.WebhookDelete
	_, err = srv.Client().Webhooks.Ensure(ctx, []espo.Webhook{wanted}, espo.EnsureWebhooksOptions{})
	require.ErrorIs(t, err, espo.ErrInput, "the server would ignore the UserID")
	assert.Len(t, srv.Records("Webhook"), 2)
}

func TestEnsureWebhooksErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	created, updated := hook(t, "Account.create", hookURL), hook(t, "Account.update", hookURL)
	for name, wanted := range map[string][]espo.Webhook{
		"no event":  {{URL: hookURL}},
		"no URL":    {{Event: created.Event}},
		"one twice": {created, updated, created},
	} {
		_, err := client.Webhooks.Ensure(ctx, wanted, espo.EnsureWebhooksOptions{})
		require.ErrorIs(t, err, espo.ErrInput, name)
	}
	assert.Empty(t, srv.Requests())

	srv.Fail(espotest.Fault{Method: http.MethodPost, Path: "Webhook", Status: http.StatusForbidden, Nth: 2})
	done, err := client.Webhooks.Ensure(ctx, []espo.Webhook{created, updated}, espo.EnsureWebhooksOptions{})
	require.ErrorIs(t, err, espo.ErrForbidden)
	require.ErrorContains(t, err, "1 registered, 0 changed, 0 deleted")
	assert.Len(t, done.Registered, 1)
	assert.Empty(t, done.Webhooks)
	done, err = client.Webhooks.Ensure(ctx, []espo.Webhook{created, updated}, espo.EnsureWebhooksOptions{})
	require.NoError(t, err)
	assert.Len(t, done.Registered, 1, "the next call goes on")
}

// Two programs that register the same at once end with one webhook.
func TestEnsureWebhooksAtOnce(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	wanted := hook(t, "Account.create", hookURL)
	_, err := client.Webhooks.Register(ctx, hook(t, "Account.create", "https://other.example"))
	require.NoError(t, err)
	var other espo.Webhook
	o := espo.EnsureWebhooksOptions{Mine: func(w espo.Webhook) bool {
		if other.ID == "" { // the other program registers after this one has read the list
			var err error
			other, err = client.Webhooks.Register(ctx, wanted)
			require.NoError(t, err)
		}
		return w.URL == hookURL
	}}
	done, err := client.Webhooks.Ensure(ctx, []espo.Webhook{wanted}, o)
	require.NoError(t, err)
	assert.Equal(t, other.ID, done.Webhooks[0].ID, "the oldest is kept")
	assert.Equal(t, done.Registered, done.Deleted)
}

// SkipOwn would be ignored by an older server.
func TestEnsureWebhooksOlderServer(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithVersion("9.1"))
	client, ctx := srv.Client(), t.Context()
	wanted := hook(t, "Account.create", hookURL)
	_, err := client.Webhooks.Ensure(ctx, []espo.Webhook{wanted}, espo.EnsureWebhooksOptions{})
	require.NoError(t, err)
	wanted.SkipOwn = true
	_, err = client.Webhooks.Ensure(ctx, []espo.Webhook{wanted}, espo.EnsureWebhooksOptions{})
	require.ErrorIs(t, err, espo.ErrNotSupported)
}
