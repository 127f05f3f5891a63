// Package inboxdemo delivers webhooks for the examples of the inbox's stores.
package inboxdemo

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/inbox"
)

// Deliver lets the server deliver two accounts to an inbox. The answer to the
// first delivery is lost, so that it comes again.
func Deliver(ctx context.Context, srv *espotest.Server, client *espo.Client, box *inbox.Inbox) error {
	var loss sync.Once
	handler, err := espo.NewWebhookHandler(func(ctx context.Context, d espo.WebhookDelivery) error {
		if err := box.Receive(ctx, d); err != nil {
			return err
		}
		fmt.Println("Stored     a delivery of", d.Event)
		loss.Do(func() { panic(http.ErrAbortHandler) })
		return nil
	})
	if err != nil {
		return err
	}
	receiver := httptest.NewServer(handler)
	defer receiver.Close()
	ensured, err := client.Webhooks.Ensure(ctx, []espo.Webhook{
		{Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}, URL: receiver.URL},
	}, espo.EnsureWebhooksOptions{})
	if err != nil {
		return err
	}
	for _, secret := range ensured.Secrets() {
		if err := handler.Add(secret); err != nil {
			return err
		}
	}
	for _, name := range []string{"Acme", "Globex"} {
		if _, err := client.Accounts.Create(ctx, espo.Account{Name: name}); err != nil {
			return err
		}
	}
	if err := srv.DeliverWebhooks(ctx); err != nil {
		fmt.Println("The server had no answer, and delivers again")
	}
	return srv.DeliverWebhooks(ctx)
}
