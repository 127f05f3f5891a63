package espo_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// Whole deliveries of real servers, with both of their headers and with each
// alone.
func TestWebhookReplay(t *testing.T) {
	for _, version := range []string{"espocrm-9.1.7", "espocrm-9.3.10"} {
		c := readWebhookCapture(t, version)
		for _, only := range []string{"", "Signature", "X-Signature"} {
			t.Run(version+" "+only, func(t *testing.T) {
				var got []espo.WebhookDelivery
				h, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
					got = append(got, d)
					return nil
				}, espo.WebhookSecrets(c.secrets()...))
				require.NoError(t, err)
				for _, d := range c.Deliveries {
					headers := map[string]string{}
					for name, v := range d.Headers {
						if only == "" || name == only {
							headers[name] = v
						}
					}
					require.Equal(t, 200, deliver(h, headers, d.BodyText), d.Path)
				}
				require.Len(t, got, len(c.Deliveries))
				for i, d := range c.Deliveries {
					assert.Equal(t, d.Path, "/"+got[i].Event.String(), "the event is the one of the secret")
					assert.Equal(t, d.BodyText, string(got[i].Body))
				}
				created, err := espo.WebhookRecords[espo.Account](got[0])
				require.NoError(t, err)
				require.Len(t, created, 2)
				assert.Equal(t, "Hook Co", created[0].Name)
				assert.Equal(t, "größe", created[1].Description)
				assert.EqualValues(t, 1, created[1].VersionNumber)
				for _, d := range got {
					records, err := espo.WebhookRecords[espo.Record](d)
					require.NoError(t, err)
					require.NotEmpty(t, records)
					assert.NotEmpty(t, records[0].ID(), d.Event)
				}
			})
		}
	}
}

func TestWebhookDeliveryIDs(t *testing.T) {
	c := readWebhookCapture(t, "espocrm-9.3.10")
	var ids []string
	h, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
		ids = append(ids, d.ID)
		return nil
	}, espo.WebhookSecrets(c.secrets()...))
	require.NoError(t, err)
	for range 2 {
		for _, d := range c.Deliveries {
			require.Equal(t, 200, deliver(h, d.Headers, d.BodyText))
		}
	}
	n := len(c.Deliveries)
	assert.Equal(t, ids[:n], ids[n:], "a delivery that comes twice is known by its ID")
	seen := map[string]bool{}
	for _, id := range ids[:n] {
		assert.False(t, seen[id], "different deliveries have different IDs")
		seen[id] = true
	}
}

func ExampleNewWebhookHandler() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()

	handler, err := espo.NewWebhookHandler(func(_ context.Context, d espo.WebhookDelivery) error {
		accounts, err := espo.WebhookRecords[espo.Account](d)
		for _, account := range accounts {
			fmt.Println(d.Event, account.Name)
		}
		return err // nil: handled; anything else: deliver it again
	}, espo.WebhookErrors(func(_ *http.Request, err error) {
		fmt.Println("not handled:", err)
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	receiver := httptest.NewServer(handler)
	defer receiver.Close()

	event := espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}
	webhook, err := client.Webhooks.Register(ctx, event, receiver.URL)
	if err == nil {
		err = handler.Add(webhook.Secret())
	}
	if err == nil {
		_, err = client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	}
	if err == nil {
		err = srv.DeliverWebhooks(ctx) // a real server does by itself
	}
	if err != nil {
		fmt.Println(err)
	}
	// Output: Account.create Acme
}
