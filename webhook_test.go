package espo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestWebhookEvents(t *testing.T) {
	for s, want := range map[string]espo.WebhookEvent{
		"Account.create":                  {EntityType: "Account", Kind: espo.WebhookCreate},
		"Account.update":                  {EntityType: "Account", Kind: espo.WebhookUpdate},
		"CProject.delete":                 {EntityType: "CProject", Kind: espo.WebhookDelete},
		"Account.fieldUpdate.description": {EntityType: "Account", Kind: espo.WebhookFieldUpdate, Field: "description"},
	} {
		got, err := espo.ParseWebhookEvent(s)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, s, got.String())
	}
	for _, s := range []string{"", "Account", "Account.nope", ".create", "Account.fieldUpdate", "Account.create.name", "Account.fieldUpdate.a.b"} {
		_, err := espo.ParseWebhookEvent(s)
		require.ErrorIs(t, err, espo.ErrInput, s)
	}
}

// Register, receive, deactivate and remove, on the fake server and a receiver
// of this test.
func TestWebhooksEndToEnd(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	ctx := t.Context()
	var got []string
	answer := error(nil)
	h, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
		if answer != nil {
			return answer
		}
		records, err := espo.WebhookRecords[espo.Account](d)
		for _, r := range records {
			got = append(got, fmt.Sprintf("%s %s|%s|%s", d.Event, r.Record.ID, r.Record.Name, r.Record.Description))
		}
		return err
	})
	require.NoError(t, err)
	receiver := httptest.NewServer(h)
	t.Cleanup(receiver.Close)

	hooks := map[string]espo.Webhook{}
	for _, event := range []string{"Account.create", "Account.update", "Account.fieldUpdate.description", "Account.delete"} {
		e, err := espo.ParseWebhookEvent(event)
		require.NoError(t, err)
		w, err := client.Webhooks.Register(ctx, espo.Webhook{Event: e, URL: receiver.URL, Description: "of a test"})
		require.NoError(t, err)
		assert.Equal(t, "of a test", w.Description)
		require.NoError(t, err)
		assert.True(t, w.IsActive)
		assert.Equal(t, e, w.Event)
		require.NotEmpty(t, w.SecretKey)
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v", w, w.Secret(), w), string(w.SecretKey))
		require.NoError(t, h.Add(w.Secret()))
		hooks[event] = w
	}
	list, err := client.Webhooks.List(ctx, espo.Query{Select: []string{"event", "url"}})
	require.NoError(t, err)
	assert.Equal(t, 4, list.Total)

	a, err := client.Accounts.Create(ctx, espo.Account{Name: "First"})
	require.NoError(t, err)
	b, err := client.Accounts.Create(ctx, espo.Account{Name: "Second", Description: "größe"})
	require.NoError(t, err)
	_, err = client.Accounts.Update(ctx, a.ID, espo.Attrs{"description": "changed"})
	require.NoError(t, err)
	_, err = client.Accounts.Update(ctx, a.ID, espo.Attrs{"website": "https://first.example"})
	require.NoError(t, err)
	require.NoError(t, client.Accounts.Delete(ctx, b.ID))

	answer = errors.New("not now")
	require.Error(t, srv.DeliverWebhooks(ctx))
	assert.Empty(t, got)
	answer = nil
	require.NoError(t, srv.DeliverWebhooks(ctx), "what was not answered with success comes again")
	assert.Equal(t, []string{
		"Account.create " + a.ID + "|First|",
		"Account.create " + b.ID + "|Second|größe",
		"Account.update " + a.ID + "||changed",
		"Account.update " + a.ID + "||",
		"Account.fieldUpdate.description " + a.ID + "||changed",
		"Account.delete " + b.ID + "||",
	}, got)
	got = nil
	require.NoError(t, srv.DeliverWebhooks(ctx))
	assert.Empty(t, got, "and only once")

	w, err := client.Webhooks.Deactivate(ctx, hooks["Account.update"].ID)
	require.NoError(t, err)
	assert.False(t, w.IsActive)
	require.NoError(t, client.Webhooks.Delete(ctx, hooks["Account.fieldUpdate.description"].ID))
	update := func(text string) {
		_, err := client.Accounts.Update(ctx, a.ID, espo.Attrs{"description": text})
		require.NoError(t, err)
		require.NoError(t, srv.DeliverWebhooks(ctx))
	}
	update("nobody is told")
	assert.Empty(t, got)
	w, err = client.Webhooks.Activate(ctx, hooks["Account.update"].ID)
	require.NoError(t, err)
	assert.True(t, w.IsActive)
	update("again")
	assert.Len(t, got, 1)
	answer = espo.ErrUnsubscribe
	update("the last one")
	_, err = client.Webhooks.Get(ctx, hooks["Account.update"].ID)
	require.ErrorIs(t, err, espo.ErrNotFound, "410 removes the webhook")
}

func TestWebhookRegisterErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	ctx := t.Context()
	event := espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}
	for _, bad := range []espo.WebhookEvent{{}, {EntityType: "Account"}, {EntityType: "Account", Kind: "nope"}, {EntityType: "Account", Kind: espo.WebhookFieldUpdate}} {
		_, err := client.Webhooks.Register(ctx, espo.Webhook{Event: bad, URL: "https://x.example"})
		require.ErrorIs(t, err, espo.ErrInput)
	}
	for _, bad := range []string{"", "x.example", "ftp://x.example"} {
		_, err := client.Webhooks.Register(ctx, espo.Webhook{Event: event, URL: bad})
		require.ErrorIs(t, err, espo.ErrInput)
	}
	assert.Empty(t, srv.Requests())

	_, err := client.Webhooks.Register(ctx, espo.Webhook{Event: espo.WebhookEvent{EntityType: "Nope", Kind: espo.WebhookCreate}, URL: "https://x.example"})
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = client.Webhooks.Register(ctx, espo.Webhook{
		Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookFieldUpdate, Field: "nope"}, URL: "https://x.example",
	})
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = client.Webhooks.Create(ctx, espo.Webhook{Event: event})
	var invalid *espo.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "url", invalid.Field)

	// Of another user's there is nothing to see.
	w, err := client.Webhooks.Register(ctx, espo.Webhook{Event: event, URL: "https://x.example"})
	require.NoError(t, err)
	hmacUser := srv.ClientAs(espo.HMAC(espotest.HMACAPIKey, espotest.HMACSecret))
	page, err := hmacUser.Webhooks.List(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Zero(t, page.Total)
	_, err = hmacUser.Webhooks.Get(ctx, w.ID)
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).Webhooks.Register(ctx, espo.Webhook{Event: event, URL: "https://x.example"})
	require.ErrorIs(t, err, espo.ErrForbidden)
}
