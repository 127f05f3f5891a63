package espo_test

import (
	"cmp"
	"context"
	"fmt"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// A hook of one's own. For OpenTelemetry and Prometheus there are modules
// beside this one.
func ExampleWithHook() {
	srv, err := espotest.Start()
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	srv.Fail(espotest.Fault{Method: "GET", Status: 503})

	watch := espo.Hook{
		Start: func(ctx context.Context, o espo.Operation) (context.Context, func(espo.Outcome)) {
			return ctx, func(out espo.Outcome) {
				fmt.Printf("%s %s: %s, tries %d\n", o.Name, o.Route, cmp.Or(espo.ErrorClass(out.Err), "done"), out.Tries)
			}
		},
	}
	client := srv.Client(espo.WithHook(watch), espo.WithRetry(espo.RetryPolicy{MaxTries: 3}))

	account, _ := client.Accounts.Create(context.Background(), espo.Account{Name: "Acme"})
	_, _ = client.Accounts.Get(context.Background(), account.ID)
	_, _ = client.Accounts.Get(context.Background(), "no-such-id")
	// Output:
	// Account.create Account: done, tries 1
	// Account.get Account/{id}: done, tries 2
	// Account.get Account/{id}: 404, tries 1
}
