package espo_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

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
			fmt.Println(d.Event, account.Record.Name)
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
	webhook, err := client.Webhooks.Register(ctx, espo.Webhook{Event: event, URL: receiver.URL})
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

// What has been handled is passed over when it is delivered again.
func ExampleWebhookRecords() {
	handled := map[string]bool{} // in a database, and for an hour
	receive := func(_ context.Context, d espo.WebhookDelivery) error {
		accounts, err := espo.WebhookRecords[espo.Account](d)
		if err != nil {
			return err
		}
		for _, account := range accounts {
			if handled[account.Digest] {
				continue
			}
			fmt.Println("welcome,", account.Record.Name)
			handled[account.Digest] = true
		}
		return nil
	}

	ctx := context.Background()
	first := espo.WebhookDelivery{WebhookID: "w", Body: []byte(`[{"id":"1","name":"Acme"}]`)}
	again := espo.WebhookDelivery{WebhookID: "w", Body: []byte(`[{"id":"1","name":"Acme"},{"id":"2","name":"Globex"}]`)}
	if err := errors.Join(receive(ctx, first), receive(ctx, again)); err != nil {
		fmt.Println(err)
	}
	// Output:
	// welcome, Acme
	// welcome, Globex
}

// A webhook that is made when the program is set up, and stopped for a while.
func ExampleWebhookService() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()

	event, err := espo.ParseWebhookEvent("Account.fieldUpdate.website")
	if err != nil {
		log.Fatal(err)
	}
	webhook, err := client.Webhooks.Register(ctx, espo.Webhook{Event: event, URL: "https://us.example/espo"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(webhook.Event.String(), webhook.IsActive, webhook.Secret().Key) // kept for the handler

	webhook, err = client.Webhooks.Deactivate(ctx, webhook.ID)
	fmt.Println(webhook.IsActive, err)
	webhook, err = client.Webhooks.Activate(ctx, webhook.ID)
	fmt.Println(webhook.IsActive, err)
	fmt.Println(client.Webhooks.Delete(ctx, webhook.ID))
	// Output:
	// Account.fieldUpdate.website true ***
	// false <nil>
	// true <nil>
	// <nil>
}

// The secrets come from where they were stored when the webhooks were
// registered. What is refused is logged, such as a request that anybody sent.
func ExampleWebhookHandler() {
	stored := espo.WebhookSecret{
		WebhookID: "6b0538bc04ab91663", Key: "a-secret-key",
		Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookUpdate},
	}
	handler, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error { return nil },
		espo.WebhookSecrets(stored),
		espo.WebhookMaxBody(1<<20),
		espo.WebhookLogger(slog.New(slog.DiscardHandler)),
		espo.WebhookErrors(func(_ *http.Request, err error) {
			var refused *espo.WebhookRefusedError
			if errors.As(err, &refused) {
				fmt.Println("refused with", refused.Status)
			}
		}))
	if err != nil {
		log.Fatal(err)
	}

	forged := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/espo", strings.NewReader(`[{"id":"1"}]`))
	handler.ServeHTTP(httptest.NewRecorder(), forged) // http.Handle("/espo", handler)
	// Output: refused with 401
}

// Nobody needs the records any more: the server removes the webhook.
func ExampleErrUnsubscribe() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	handler, err := espo.NewWebhookHandler(func(context.Context, espo.WebhookDelivery) error {
		return espo.ErrUnsubscribe
	})
	if err != nil {
		log.Fatal(err)
	}
	receiver := httptest.NewServer(handler)
	defer receiver.Close()
	webhook, err := client.Webhooks.Register(ctx, espo.Webhook{
		Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}, URL: receiver.URL,
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := handler.Add(webhook.Secret()); err != nil {
		log.Fatal(err)
	}

	srv.Seed("Account", espo.Attrs{"name": "Acme"})
	if _, err := client.Accounts.Create(ctx, espo.Account{Name: "Bolt"}); err != nil {
		log.Fatal(err)
	}
	_ = srv.DeliverWebhooks(ctx) // a real server does by itself
	fmt.Println(client.Webhooks.Exists(ctx, webhook.ID))
	// Output: false <nil>
}

func ExampleWebhookService_Ensure() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()

	wanted := []espo.Webhook{
		{Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}, URL: "https://hooks.example/espo"},
		{Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookUpdate}, URL: "https://hooks.example/espo"},
	}
	for range 2 { // at each start of a service
		ensured, err := client.Webhooks.Ensure(ctx, wanted, espo.EnsureWebhooksOptions{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(ensured, "-", len(ensured.Secrets()), "secrets")
	}
	// Output:
	// 2 registered, 0 changed, 0 deleted - 2 secrets
	// 0 registered, 0 changed, 0 deleted - 2 secrets
}

// What the server has given up is handled as if it had been delivered.
func ExampleWebhookService_Failed() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	admin, ctx := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)), context.Background()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway) // a proxy before a program that is down
	}))
	defer receiver.Close()
	_, err = admin.Webhooks.Register(ctx, espo.Webhook{
		Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}, URL: receiver.URL,
	})
	if err == nil {
		_, err = admin.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = srv.DeliverWebhooks(ctx) // a real server does by itself

	handle := func(_ context.Context, d espo.WebhookDelivery) error {
		accounts, err := espo.WebhookRecords[espo.Account](d)
		for _, account := range accounts {
			fmt.Println(d.Event, account.Record.Name)
		}
		return err
	}
	for failed, err := range admin.Webhooks.Failed(ctx, espo.Query{}) {
		if err == nil {
			err = handle(ctx, failed.Delivery())
		}
		if err == nil {
			err = admin.Records("WebhookQueueItem").Delete(ctx, failed.ID) // so that it does not come again
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output: Account.create Acme
}
