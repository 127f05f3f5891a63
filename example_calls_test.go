package espo_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// A header of a single call, such as one by which logs are brought together.
func ExampleHeader() {
	srv, client := example()
	defer srv.Close()

	_, err := client.Accounts.Create(context.Background(), espo.Account{Name: "Acme"}, espo.Header("X-Request-Id", "order-17"))
	fmt.Println(err, srv.Requests()[0].Header.Get("X-Request-Id"))
	// Output: <nil> order-17
}

// What the server has answered beside the record.
func ExampleStoreResponse() {
	srv, client := example()
	defer srv.Close()
	srv.Fail(espotest.Fault{Status: 503, RetryAfter: "0"})

	var response espo.Response
	_, err := client.Accounts.List(context.Background(), espo.Query{}, espo.StoreResponse(&response))
	fmt.Println(err, response.Status, response.Tries, response.Header.Get("Content-Type"))
	// Output: <nil> 200 2 application/json
}

// A server ignores attributes that it does not know, such as one that is
// misspelt. Strict makes that an error; what the server knows is stored.
func ExampleStrict() {
	srv, client := example()
	defer srv.Close()
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]

	account, err := client.Accounts.Update(context.Background(), id,
		espo.Attrs{"webSite": "https://acme.example", "type": "Customer"}, espo.Strict())
	var ignored *espo.IgnoredError
	if errors.As(err, &ignored) {
		fmt.Println("ignored:", ignored.Attributes, "stored:", account.Type)
	}
	// Output: ignored: [webSite] stored: Customer
}

// A form that was open for a while: what somebody else has saved meanwhile is
// not overwritten, but shown.
func ExampleIfVersion() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	id := srv.Seed("Account", espo.Attrs{"name": "Acme", "website": "https://acme.example"})[0]

	shown, err := client.Accounts.Get(ctx, id)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Accounts.Update(ctx, id, espo.Attrs{"website": "https://acme.test"}); err != nil { // somebody else
		log.Fatal(err)
	}

	_, err = client.Accounts.Update(ctx, id, espo.Attrs{"website": "https://typed.example"}, espo.IfVersion(shown.VersionNumber))
	var conflict *espo.ConflictError
	if errors.As(err, &conflict) {
		fmt.Println("meanwhile:", conflict.Values["website"], "version", conflict.Version)
	}
	fmt.Println(errors.Is(err, espo.ErrConflict)) // as of a duplicate
	// Output:
	// meanwhile: https://acme.test version 2
	// true
}

// EspoCRM before 9.1 cannot guard an update of an account. Unguarded says that
// the last writer may win.
func ExampleUnguarded() {
	srv, err := espotest.Start(espotest.WithVersion("9.0"))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	rename := func(a *espo.Account) error {
		a.Name = "Acme Inc."
		return nil
	}

	_, err = client.Accounts.Modify(ctx, id, rename)
	fmt.Println(errors.Is(err, espo.ErrNotSupported))
	account, err := client.Accounts.Modify(ctx, id, rename, espo.Unguarded())
	fmt.Println(account.Name, err)
	// Output:
	// true
	// Acme Inc. <nil>
}

// Two customers of the same name. The first try asks, the second one knows.
func ExampleSkipDuplicateCheck() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	srv.Seed("Contact", espo.Attrs{"firstName": "Olena", "lastName": "Koval", "emailAddress": "olena@acme.example"})

	koval := espo.Contact{FirstName: "Olena", LastName: "Koval", EmailAddress: "olena@acme.example"}
	_, err := client.Contacts.Create(ctx, koval)
	var duplicate *espo.DuplicateError
	if errors.As(err, &duplicate) {
		for _, record := range duplicate.Records {
			fmt.Println("is it", record.Name()+"?")
		}
		_, err = client.Contacts.Create(ctx, koval, espo.SkipDuplicateCheck()) // no, somebody else
	}
	fmt.Println(err)
	// Output:
	// is it Olena Koval?
	// <nil>
}

// A copy of a record, as the web client makes one: with the files of the
// original, and without its number and status.
func ExampleDuplicateOf() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	id := srv.Seed("Case", espo.Attrs{"name": "It does not start", "status": "Closed", "priority": "High"})[0]

	draft, err := client.Cases.DuplicateAttributes(ctx, id)
	if err != nil {
		log.Fatal(err)
	}
	again, err := client.Cases.Create(ctx, draft, espo.DuplicateOf(id), espo.SkipDuplicateCheck())
	fmt.Println(again.Name, again.Priority, again.Status, err)
	// Output: It does not start High New <nil>
}

// A part of the attributes is enough: that is faster than reading all of them.
func ExampleSelect() {
	srv, client := example()
	defer srv.Close()
	ids := srv.Seed("Account",
		espo.Attrs{"name": "Acme", "description": "A long text."},
		espo.Attrs{"name": "Beta", "description": "Another one."})

	accounts, err := client.Accounts.GetMany(context.Background(), ids, espo.Select("name"))
	if err != nil {
		log.Fatal(err)
	}
	for _, account := range accounts {
		fmt.Printf("%q %q\n", account.Name, account.Description)
	}
	// Output:
	// "Acme" ""
	// "Beta" ""
}
