package espotest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// queue are the items that an administrator sees, as texts.
func queue(t *testing.T, srv *espotest.Server) []string {
	t.Helper()
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	items, err := espo.Collect(admin.Records("WebhookQueueItem").All(t.Context(), espo.Query{}))
	require.NoError(t, err)
	all := make([]string, len(items))
	for i, item := range items {
		all[i] = fmt.Sprint(item["number"], " ", item["status"], " ", item["attempts"], " ", item["processedAt"] != nil, " ", item["processAt"] != nil)
	}
	return all
}

// posts are what a receiver has got. An answer that does not come orders nothing
// between the receiver and the test: so both lock.
type posts struct {
	mu    sync.Mutex
	sizes []int // the records of each
}

func (p *posts) add(records int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sizes = append(p.sizes, records)
}

// take returns what has come since the last call.
func (p *posts) take() []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	sizes := p.sizes
	p.sizes = nil
	return sizes
}

// watched is a server with a receiver that answers with a status, 0 being none,
// and counts the records of each post.
func watched(t *testing.T, status *int, opts ...espotest.Option) (*espotest.Server, espo.Webhook, *posts) {
	t.Helper()
	got := new(posts)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var batch []espo.Record
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.NoError(t, espo.Unmarshal(body, &batch))
		got.add(len(batch))
		if *status == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(*status)
	}))
	t.Cleanup(receiver.Close)
	srv := espotest.NewServer(t, opts...)
	w, err := srv.Client().Webhooks.Register(t.Context(), espo.Webhook{
		Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}, URL: receiver.URL,
	})
	require.NoError(t, err)
	return srv, w, got
}

func createAccount(t *testing.T, srv *espotest.Server, name string) {
	t.Helper()
	_, err := srv.Client().Accounts.Create(t.Context(), espo.Account{Name: name})
	require.NoError(t, err)
}

// What becomes of a record that is not delivered, by the answer: captured from
// EspoCRM 9.2.
func TestWebhookQueueByStatus(t *testing.T) {
	again := []string{"1 Pending 1 false true"}
	lost := []string{"1 Failed 1 false false"}
	for status, want := range map[int][]string{
		200: {"1 Success 1 true false"}, 204: {"1 Success 1 true false"}, 410: {},
		0: again, 401: again, 403: again, 404: again, 405: again, 408: again, 500: again, 503: again,
		301: lost, 400: lost, 413: lost, 422: lost, 429: lost, 502: lost, 504: lost,
	} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			srv, _, got := watched(t, &status)
			createAccount(t, srv, "Acme")
			assert.Empty(t, queue(t, srv), "it is queued when the job runs")
			err := srv.DeliverWebhooks(t.Context())
			assert.Equal(t, status < 200 || status >= 300 && status != 410, err != nil)
			assert.Equal(t, want, queue(t, srv))
			got.take()
			_ = srv.DeliverWebhooks(t.Context())
			assert.Equal(t, fmt.Sprint(want) == fmt.Sprint(again), len(got.take()) > 0)
		})
	}
}

func TestWebhookQueueFourTries(t *testing.T) {
	status := http.StatusInternalServerError
	srv, w, got := watched(t, &status)
	ctx := t.Context()
	createAccount(t, srv, "One")
	for range 3 {
		require.Error(t, srv.DeliverWebhooks(ctx))
	}
	createAccount(t, srv, "Two")
	require.Error(t, srv.DeliverWebhooks(ctx))
	assert.Equal(t, []string{"1 Failed 4 false false", "2 Pending 1 false true"}, queue(t, srv))
	assert.Equal(t, []int{1, 1, 1, 2}, got.take())

	status = http.StatusOK
	require.NoError(t, srv.DeliverWebhooks(ctx))
	assert.Equal(t, []string{"1 Failed 4 false false", "2 Success 2 true false"}, queue(t, srv))

	// What is queued goes with its webhook, or when that is not active.
	status = http.StatusInternalServerError
	createAccount(t, srv, "Three")
	require.Error(t, srv.DeliverWebhooks(ctx))
	_, err := srv.Client().Webhooks.Deactivate(ctx, w.ID)
	require.NoError(t, err)
	require.NoError(t, srv.DeliverWebhooks(ctx))
	assert.Len(t, queue(t, srv), 2)
}

func TestWebhookQueueBatches(t *testing.T) {
	status := http.StatusOK
	srv, _, got := watched(t, &status)
	for i := range 101 {
		createAccount(t, srv, fmt.Sprint("Account ", i))
	}
	require.NoError(t, srv.DeliverWebhooks(t.Context()))
	assert.Equal(t, []int{50, 50, 1}, got.take())
}

func TestWebhookQueueRights(t *testing.T) {
	status := http.StatusServiceUnavailable
	srv, _, got := watched(t, &status)
	ctx := t.Context()
	createAccount(t, srv, "Acme")
	require.Error(t, srv.DeliverWebhooks(ctx))
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)).Records("WebhookQueueItem")
	item, err := admin.First(ctx, espo.Query{})
	require.NoError(t, err)
	_, err = admin.Update(ctx, item.ID(), espo.Attrs{"status": "Success"})
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = admin.Create(ctx, espo.Record{"event": "Account.create"})
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = srv.Client().Records("WebhookQueueItem").Get(ctx, item.ID())
	require.ErrorIs(t, err, espo.ErrForbidden)
	require.NoError(t, admin.Delete(ctx, item.ID()))
	require.NoError(t, srv.DeliverWebhooks(ctx))
	assert.Len(t, got.take(), 1, "what was deleted is not delivered")

	old, _, _ := watched(t, &status, espotest.WithVersion("7.5"))
	_, err = old.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)).Records("WebhookQueueItem").List(context.Background(), espo.Query{})
	require.ErrorIs(t, err, espo.ErrNotFound)
}
