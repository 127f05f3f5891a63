package espoprom_test

import (
	"context"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	espoprom "github.com/go-espo/espo/prometheus"
)

func ExampleNewCollector() {
	srv, err := espotest.Start()
	if err != nil {
		panic(err)
	}
	defer srv.Close()

	metrics := espoprom.NewCollector()
	registry := prometheus.NewRegistry() // which promhttp.HandlerFor shows
	registry.MustRegister(metrics)
	client := srv.Client(espo.WithHook(metrics.Hook())) // or NewClient, with the same option

	ctx := context.Background()
	_, _ = client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	_, _ = client.Accounts.Get(ctx, "no-such-id")

	families, _ := registry.Gather()
	for _, family := range families {
		if family.GetName() == "espo_requests_total" {
			for _, metric := range family.GetMetric() {
				fmt.Println(metric.GetLabel()[0].GetValue(), metric.GetLabel()[1].GetValue(), metric.GetCounter().GetValue())
			}
		}
	}
	// Output:
	// Account.create 200 1
	// Account.get 404 1
}
