package espootel_test

import (
	"context"
	"fmt"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	espootel "github.com/go-espo/espo/otel"
)

func ExampleNewHook() {
	srv, err := espotest.Start()
	if err != nil {
		panic(err)
	}
	defer srv.Close()

	exporter := tracetest.NewInMemoryExporter() // a program has one of OTLP here
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	hook := espootel.NewHook(espootel.WithTracerProvider(provider))
	client := srv.Client(espo.WithHook(hook)) // or NewClient, with the same option

	ctx := context.Background()
	_, _ = client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	_, _ = client.Accounts.Get(ctx, "no-such-id")

	for _, span := range exporter.GetSpans() {
		fmt.Println(span.Name, "-", span.Status.Code)
	}
	// Output:
	// POST /crm/api/v1/Account - Unset
	// Account.create - Unset
	// GET /crm/api/v1/Account/{id} - Error
	// Account.get - Error
}
