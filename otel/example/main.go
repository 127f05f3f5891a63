// Example prints the spans of a few calls to an embedded fake of EspoCRM: one
// that succeeds at once, after a login; one that needs a second try; and one
// that fails.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"

	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	espootel "github.com/go-espo/espo/otel"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) (err error) {
	srv, err := espotest.Start()
	if err != nil {
		return err
	}
	defer srv.Close()
	srv.Fail(espotest.Fault{Method: "GET", Path: "Account/*", Status: http.StatusBadGateway})

	// A program has an exporter of OTLP here, and a batcher before it.
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(&printer{}))
	defer func() { err = errors.Join(err, provider.Shutdown(ctx)) }()

	client, err := espo.NewClient(srv.URL(), espo.Token(espotest.AdminUser, espotest.AdminPassword),
		espo.WithHook(espootel.NewHook(
			espootel.WithTracerProvider(provider),
			espootel.WithPropagators(propagation.TraceContext{}),
		)))
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()

	ctx, work := provider.Tracer("example").Start(ctx, "work")
	defer work.End()
	account, err := client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	if err != nil {
		return err
	}
	if _, err := client.Accounts.Get(ctx, account.ID); err != nil {
		return err
	}
	if _, err := client.Contacts.Get(ctx, "no-such-id"); !errors.Is(err, espo.ErrNotFound) {
		return fmt.Errorf("a contact that does not exist was found: %w", err)
	}
	return nil
}
