package espo_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// deliveredTo is a receiver that answers with a status, and keeps what was posted.
func deliveredTo(t *testing.T, status *int) (url string, deliveries *[]espo.WebhookDelivery) {
	t.Helper()
	deliveries = new([]espo.WebhookDelivery)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*deliveries = append(*deliveries, espo.WebhookDelivery{Body: readAll(t, r)})
		w.WriteHeader(*status)
	}))
	t.Cleanup(receiver.Close)
	return receiver.URL, deliveries
}

// What was given up has the digest of what was delivered, with every escape.
func TestWebhooksFailed(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	status := http.StatusUnprocessableEntity
	url, deliveries := deliveredTo(t, &status)
	w, err := client.Webhooks.Register(ctx, hook(t, "Account.create", url))
	require.NoError(t, err)
	acc, err := client.Accounts.Create(ctx, espo.Account{Name: "Größe / €", Website: "https://acme.example"})
	require.NoError(t, err)
	require.Error(t, srv.DeliverWebhooks(ctx))
	require.Len(t, *deliveries, 1)

	failed, err := espo.Collect(admin.Webhooks.Failed(ctx, espo.Query{}))
	require.NoError(t, err)
	require.Len(t, failed, 1)
	f := failed[0]
	assert.Equal(t, []any{w.ID, w.Event, "Account", acc.ID, 1}, []any{f.WebhookID, f.Event, f.TargetType, f.TargetID, f.Attempts})
	assert.NotZero(t, f.CreatedAt)
	delivered := (*deliveries)[0]
	delivered.WebhookID = w.ID
	want, err := espo.WebhookRecords[espo.Account](delivered)
	require.NoError(t, err)
	got, err := espo.WebhookRecords[espo.Account](f.Delivery())
	require.NoError(t, err)
	assert.Equal(t, want, got, "byte for byte: the digest is that of the delivery")
	assert.Equal(t, w.Event, f.Delivery().Event)

	none, err := espo.Collect(admin.Webhooks.Failed(ctx, espo.Query{Where: espo.Where(espo.Equal("webhookId", "other"))}))
	require.NoError(t, err)
	assert.Empty(t, none)
	require.NoError(t, admin.Records("WebhookQueueItem").Delete(ctx, f.ID))
	none, err = espo.Collect(admin.Webhooks.Failed(ctx, espo.Query{}))
	require.NoError(t, err)
	assert.Empty(t, none)

	_, err = espo.Collect(client.Webhooks.Failed(ctx, espo.Query{}))
	require.ErrorIs(t, err, espo.ErrForbidden)
	old := espotest.NewServer(t, espotest.WithVersion("7.5")).ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	_, err = espo.Collect(old.Webhooks.Failed(ctx, espo.Query{}))
	require.ErrorIs(t, err, espo.ErrNotSupported)
}
