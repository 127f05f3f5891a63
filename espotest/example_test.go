package espotest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// rename stands for the code under test in the examples.
func rename(ctx context.Context, client *espo.Client, id, name string) error {
	_, err := client.Accounts.Update(ctx, id, espo.Attrs{"name": name})
	return err
}

// A test gets its server from NewServer(t) and need not close it.
func Example() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	ids := srv.Seed("Account", map[string]any{"name": "Acme"}, map[string]any{"name": "Globex"})

	if err := rename(context.Background(), srv.Client(), ids[0], "Acme Inc."); err != nil {
		log.Fatal(err)
	}

	for _, account := range srv.Records("Account") {
		fmt.Println(account["name"])
	}
	for _, r := range srv.Requests() {
		fmt.Println(r.Method, r.Path == "Account/"+ids[0], string(r.Body), r.Status)
	}
	// Output:
	// Acme Inc.
	// Globex
	// PUT true {"name":"Acme Inc."} 200
}

// Records may be older than the test.
func ExampleServer_Seed() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.Seed("Account",
		map[string]any{"name": "Acme", "createdAt": "2020-05-01 10:00:00"},
		map[string]any{"name": "Globex"},
	)

	old := espo.Query{Where: espo.Where(espo.LessThan("createdAt", "2021-01-01 00:00:00"))}
	for account, err := range srv.Client().Accounts.All(context.Background(), old) {
		fmt.Println(account.Name, account.CreatedAt, err)
	}
	// Output: Acme 2020-05-01 10:00:00 <nil>
}

func ExampleRequest_Search() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()

	_, err = srv.Client().Accounts.List(context.Background(), espo.Query{
		Where:   espo.Where(espo.Equal("type", "Customer")),
		OrderBy: "name", MaxSize: 50,
	})
	if err != nil {
		log.Fatal(err)
	}

	query, err := srv.Requests()[0].Search()
	fmt.Println(query.Where[0].Type, query.Where[0].Attribute, query.Where[0].Value, err)
	fmt.Println(query.OrderBy, query.MaxSize)
	// Output:
	// equals type Customer <nil>
	// name 50
}

func ExampleServer_Fail() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	client := srv.Client(espo.WithWait(func(context.Context, time.Duration) error { return nil }))

	// The first two updates of an account meet a server in maintenance.
	srv.Fail(espotest.Fault{Method: http.MethodPut, Path: "Account/*", Times: 2, Status: 503, RetryAfter: "5"})

	fmt.Println(rename(context.Background(), client, id, "Acme Inc."))
	for _, r := range srv.Requests() {
		fmt.Println(r.Method, r.Status)
	}
	// Output:
	// <nil>
	// PUT 503
	// PUT 503
	// PUT 200
}

// Somebody else is first, once.
func ExampleConflict() {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	srv.Fail(espotest.Fault{Path: "Account/*", Kind: espotest.Conflict{}})

	account, err := srv.Client().Accounts.Modify(context.Background(), id, func(a *espo.Account) error {
		a.Name += " Inc."
		return nil
	})

	fmt.Println(account.Name, err)
	for _, r := range srv.Requests() {
		fmt.Println(r.Method, r.Status)
	}
	// Output:
	// Acme Inc. <nil>
	// GET 200
	// PUT 409
	// GET 200
	// PUT 200
}

func ExampleWithUser() {
	srv, err := espotest.Start(
		espotest.WithRole(espotest.Role{Name: "Reader", Scopes: map[string]espotest.Access{"Account": {Read: espo.AccessAll}}}),
		espotest.WithUser(espotest.User{UserName: "reports", Type: "api", APIKey: "a-key", Roles: []string{"Reader"}}),
	)
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	client, ctx := srv.ClientAs(espo.APIKey("a-key")), context.Background()

	account, err := client.Accounts.Get(ctx, id)
	fmt.Println(account.Name, err)
	fmt.Println(errors.Is(rename(ctx, client, id, "Acme Inc."), espo.ErrForbidden))
	// Output:
	// Acme <nil>
	// true
}

func ExampleWithEntityType() {
	srv, err := espotest.Start(espotest.WithEntityType("Invoice", espotest.EntityType{
		Fields: map[string]espotest.Field{
			"number":  {Type: "varchar", Required: true, MaxLength: 20},
			"status":  {Type: "enum", Options: []string{"Draft", "Paid"}, Default: "Draft"},
			"account": {Type: "link"},
		},
		Links: map[string]espotest.Link{"account": {Type: "belongsTo", Entity: "Account"}},
	}))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	account := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	invoices, ctx := srv.Client().Records("Invoice"), context.Background()

	invoice, err := invoices.Create(ctx, espo.Record{"name": "May", "number": "17", "accountId": account})
	fmt.Println(invoice["status"], err)

	var invalid *espo.ValidationError
	_, err = invoices.Create(ctx, espo.Record{"name": "June"})
	fmt.Println(errors.As(err, &invalid), invalid.Field, invalid.Rule)
	// Output:
	// Draft <nil>
	// true number required
}
