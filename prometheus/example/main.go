// Example prints the metrics of a few calls to an embedded fake of EspoCRM: some
// that succeed, one that needs a second try, and one that fails.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	espoprom "github.com/go-espo/espo/prometheus"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	srv, err := espotest.Start()
	if err != nil {
		return err
	}
	defer srv.Close()
	srv.Fail(espotest.Fault{Method: "GET", Path: "Account/*", Status: http.StatusBadGateway})

	metrics := espoprom.NewCollector()
	registry := prometheus.NewRegistry()
	registry.MustRegister(metrics)

	client, err := espo.NewClient(srv.URL(), espo.APIKey(espotest.FullAPIKey), espo.WithHook(metrics.Hook()))
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()

	for _, name := range []string{"Acme", "Beta", "Gamma"} {
		account, err := client.Accounts.Create(ctx, espo.Account{Name: name})
		if err != nil {
			return err
		}
		if _, err := client.Accounts.Get(ctx, account.ID); err != nil {
			return err
		}
	}
	if _, err := client.Contacts.Get(ctx, "no-such-id"); !errors.Is(err, espo.ErrNotFound) {
		return fmt.Errorf("a contact that does not exist was found: %w", err)
	}

	// A program has http.Handle("/metrics", handler) here.
	handler := promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	page := httptest.NewRecorder()
	handler.ServeHTTP(page, httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil))
	fmt.Print(page.Body.String())
	return nil
}
