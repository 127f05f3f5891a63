// Webhook registers a webhook for new accounts and receives its deliveries,
// each checked against the webhook's secret. It runs on an embedded fake of
// EspoCRM, which delivers at once. On the server at ESPO_URL, with the
// credentials in ESPO_API_KEY or the others that the examples know, it
// listens on ESPO_WEBHOOK_LISTEN (":8099") until it is interrupted; the server
// must reach it at ESPO_WEBHOOK_URL, and delivers by its scheduled jobs.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var err error
	if os.Getenv("ESPO_URL") == "" {
		err = onFake(ctx)
	} else {
		err = onServer(ctx)
	}
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

// receiver prints each record that is delivered, once: what was not answered
// with success comes again, in a batch with newer records.
type receiver struct {
	mu      sync.Mutex
	handled map[string]time.Time // by digest; a real program keeps this in its database
}

// remembered is longer than the server goes on delivering a batch again.
const remembered = time.Hour

func (r *receiver) receive(_ context.Context, d espo.WebhookDelivery) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(r.handled, func(_ string, at time.Time) bool { return now.Sub(at) > remembered })
	accounts, err := espo.WebhookRecords[espo.Account](d)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		if _, ok := r.handled[account.Digest]; ok {
			fmt.Printf("Seen       %q has come before\n", account.Record.Name)
			continue
		}
		fmt.Printf("Received   %s %s %q\n", d.Event, account.Record.ID, account.Record.Name)
		r.handled[account.Digest] = now
	}
	return nil
}

// newHandler makes a handler that says what it did not handle.
func newHandler() (*espo.WebhookHandler, error) {
	r := &receiver{handled: map[string]time.Time{}}
	return espo.NewWebhookHandler(r.receive, espo.WebhookErrors(func(_ *http.Request, err error) {
		fmt.Println("Failed    ", err)
	}))
}

// listen serves the handler until done is called.
func listen(ctx context.Context, address string, handler http.Handler) (url string, done func() error, err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	return "http://" + l.Addr().String(), func() error {
		err := srv.Close()
		if e := <-served; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
		return err
	}, nil
}

func onFake(ctx context.Context) (err error) {
	srv, err := espotest.Start()
	if err != nil {
		return err
	}
	defer srv.Close()
	fmt.Println("ESPO_URL is not set: this runs on an embedded fake of EspoCRM.")
	client := srv.Client()
	handler, err := newHandler()
	if err != nil {
		return err
	}
	url, done, err := listen(ctx, "127.0.0.1:0", handler)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	if _, err := register(ctx, client, handler, url); err != nil {
		return err
	}
	for _, name := range []string{"Acme", "Globex"} {
		if _, err := client.Accounts.Create(ctx, espo.Account{Name: name}); err != nil {
			return err
		}
		fmt.Println("Created   ", name)
	}
	if err := srv.DeliverWebhooks(ctx); err != nil {
		return err
	}

	// Anyone who does not know the secret is refused.
	forged, err := http.NewRequestWithContext(ctx, http.MethodPost, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(forged)
	if err != nil {
		return err
	}
	fmt.Println("Refused    a post without a signature:", resp.Status)
	return resp.Body.Close()
}

func onServer(ctx context.Context) (err error) {
	public := os.Getenv("ESPO_WEBHOOK_URL")
	if public == "" {
		return errors.New("set ESPO_WEBHOOK_URL to the address at which the server reaches this program")
	}
	client, closeClient, err := demo.Connect()
	if err != nil {
		return err
	}
	defer closeClient()
	handler, err := newHandler()
	if err != nil {
		return err
	}
	url, done, err := listen(ctx, cmp.Or(os.Getenv("ESPO_WEBHOOK_LISTEN"), ":8099"), handler)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	webhook, err := register(ctx, client, handler, public)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Webhooks.Delete(context.WithoutCancel(ctx), webhook.ID)) }()
	fmt.Println("Listening  on", url, "until it is interrupted: create an account on the server")
	<-ctx.Done()
	return nil
}

func register(ctx context.Context, client *espo.Client, handler *espo.WebhookHandler, url string) (espo.Webhook, error) {
	event := espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}
	webhook, err := client.Webhooks.Register(ctx, espo.Webhook{Event: event, URL: url})
	if err != nil {
		return webhook, err
	}
	fmt.Println("Registered", webhook.Event, "→", webhook.URL)
	return webhook, handler.Add(webhook.Secret())
}
