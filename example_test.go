package espo_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// example starts a fake server for an example, which closes it when done.
func example() (*espotest.Server, *espo.Client) {
	srv, err := espotest.Start()
	if err != nil {
		log.Fatal(err)
	}
	return srv, srv.Client()
}

func ExampleNewClient() {
	srv, _ := example() // stands for https://crm.example.com
	defer srv.Close()

	client, err := espo.NewClient(srv.URL(), espo.APIKey(espotest.FullAPIKey),
		espo.WithApplication("billing", "1.0"),
		espo.WithHTTPClient(&http.Client{Timeout: 30 * time.Second}))
	if err != nil {
		log.Fatal(err)
	}
	defer client.CloseIdleConnections()

	account, err := client.Accounts.Create(context.Background(), espo.Account{Name: "Acme", Type: espo.AccountTypeCustomer})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(account.Name, account.Type, account.VersionNumber)
	// Output: Acme Customer 1
}

func ExampleClient_Do() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Account", map[string]any{"name": "Acme"})

	var reply struct {
		Total int           `json:"total"`
		List  []espo.Record `json:"list"`
	}
	err := client.Do(context.Background(), espo.Request{Path: []string{"Account"}, Query: url.Values{"maxSize": {"1"}}}, &reply)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(reply.Total, reply.List[0].Name())
	// Output: 1 Acme
}

func ExampleHMAC() {
	srv, _ := example()
	defer srv.Close()
	client := srv.ClientAs(espo.HMAC(espotest.HMACAPIKey, espotest.HMACSecret))

	n, err := client.Accounts.Count(context.Background(), espo.Query{})
	fmt.Println(n, err)
	fmt.Println(espo.HMAC(espotest.HMACAPIKey, espotest.HMACSecret))
	// Output:
	// 0 <nil>
	// espo.HMAC(***)
}

func ExampleToken() {
	srv, _ := example()
	defer srv.Close()
	ctx := context.Background()

	var stored string
	client := srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword,
		espo.OnToken(func(token string) { stored = token })))
	if _, err := client.Accounts.List(ctx, espo.Query{}); err != nil { // logs in
		log.Fatal(err)
	}

	// Another run goes on with the token, without the password.
	later := srv.ClientAs(espo.Token(espotest.AdminUser, "", espo.StoredToken(stored)))
	_, err := later.Accounts.List(ctx, espo.Query{})
	fmt.Println(err, srv.Logins())
	fmt.Println(later.Logout(ctx))
	// Output:
	// <nil> 1
	// <nil>
}

func ExampleError() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	srv.Seed("Account", map[string]any{"name": "Acme"})

	_, err := client.Accounts.Get(ctx, "000000000000000ab")
	fmt.Println(errors.Is(err, espo.ErrNotFound))

	var invalid *espo.ValidationError
	_, err = client.Accounts.Create(ctx, espo.Account{Name: "New", EmailAddress: "nobody"})
	if errors.As(err, &invalid) {
		fmt.Println(invalid.Field, invalid.Rule)
	}

	var duplicate *espo.DuplicateError
	_, err = client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	if errors.As(err, &duplicate) {
		fmt.Println("like", duplicate.Records[0].Name())
	}
	// Output:
	// true
	// emailAddress emailAddress
	// like Acme
}

func ExampleRetryPolicy() {
	srv, _ := example()
	defer srv.Close()
	client := srv.Client(
		espo.WithRetry(espo.RetryPolicy{MaxTries: 3}),
		espo.WithWait(func(_ context.Context, d time.Duration) error { // a test need not wait
			fmt.Println("waits", d)
			return nil
		}))
	srv.Fail(espotest.Fault{Status: 503, RetryAfter: "2"})

	_, err := client.Accounts.List(context.Background(), espo.Query{})
	fmt.Println(err)
	// Output:
	// waits 2s
	// <nil>
}

func ExampleDate() {
	due := espo.NewDate(2026, time.November, 30).AddDays(1)
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(due, "begins", due.In(kyiv))
	// Output: 2026-12-01 begins 2026-12-01 00:00:00 +0200 EET
}

func ExampleDateTime() {
	kyiv := time.FixedZone("EET", 2*60*60)
	start := espo.NewDateTime(time.Date(2026, time.November, 24, 10, 30, 0, 0, kyiv))
	fmt.Println(start)
	// Output: 2026-11-24 08:30:00
}

func ExampleRecord() {
	srv, client := example()
	defer srv.Close()
	id := srv.Seed("Account", map[string]any{"name": "Acme", "createdAt": nil})[0]

	record, err := client.Records("Account").Get(context.Background(), id)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(record.Name(), record.Version(), record.IsNull("website"), record.Has("noSuch"))
	// Output: Acme 1 true false
}

func ExampleRecords() {
	type Person struct {
		ID   string `json:"id,omitzero"`
		Last string `json:"lastName,omitzero"`

		Extra espo.Attrs `json:",embed"` // what the struct does not name
	}
	srv, client := example()
	defer srv.Close()

	people := espo.Records[Person](client, "Contact")
	person, err := people.Create(context.Background(), Person{Last: "Roe", Extra: espo.Attrs{"firstName": "Jane"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(person.Extra["firstName"], person.Last)
	// Output: Jane Roe
}

func ExampleRecordService_Update() {
	srv, client := example()
	defer srv.Close()
	id := srv.Seed("Account", map[string]any{"name": "Acme", "website": "https://acme.example", "type": "Customer"})[0]

	account, err := client.Accounts.Update(context.Background(), id, espo.Attrs{"website": nil, "type": espo.AccountTypePartner})
	fmt.Printf("%s %s %q %v\n", account.Name, account.Type, account.Website, err)
	// Output: Acme Partner "" <nil>
}

func ExampleRecordService_Modify() {
	srv, client := example()
	defer srv.Close()
	id := srv.Seed("Account", map[string]any{"name": "Acme", "website": "https://acme.example"})[0]

	account, err := client.Accounts.Modify(context.Background(), id, func(a *espo.Account) error {
		a.Description = "was at " + a.Website
		a.Website = ""
		return nil
	})
	fmt.Printf("%q %q %d %v\n", account.Description, account.Website, account.VersionNumber, err)
	// Output: "was at https://acme.example" "" 2 <nil>
}

func ExampleRecordService_Upsert() {
	srv, client := example()
	defer srv.Close()
	for _, site := range []string{"https://old.example", "https://new.example"} {
		account, created, err := client.Accounts.Upsert(context.Background(), espo.Upsert{Match: espo.Attrs{"name": "Acme"}, Set: espo.Attrs{"website": site}})
		fmt.Println(account.Website, created, err)
	}
	// Output:
	// https://old.example true <nil>
	// https://new.example false <nil>
}

// The answer gets lost after the server has created the account. Since the id
// was known before, the call can be repeated.
func ExampleRecordService_CreateOnce() {
	srv, client := example()
	defer srv.Close()
	srv.Fail(espotest.Fault{Path: "Import", After: true, Cut: true})
	id := espo.NewID() // store it before the call, so that it is known after a crash too
	_, err := client.Accounts.CreateOnce(context.Background(), id, espo.Account{Name: "Acme"})
	fmt.Println(errors.Is(err, espo.ErrOutcomeUnknown))
	account, err := client.Accounts.CreateOnce(context.Background(), id, espo.Account{Name: "Acme"})
	fmt.Println(account.ID == id, len(srv.Records("Account")), err)
	// Output:
	// true
	// true 1 <nil>
}

func ExampleRecordService_All() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Account",
		map[string]any{"name": "Acme", "type": "Customer"},
		map[string]any{"name": "Bolt", "type": "Partner"},
		map[string]any{"name": "Cone", "type": "Customer"})

	customers := espo.Query{Where: espo.Where(espo.Equal("type", espo.AccountTypeCustomer)), Select: []string{"name"}}
	for account, err := range client.Accounts.All(context.Background(), customers) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(account.Name)
	}
	// Output:
	// Acme
	// Cone
}

// A copy of the accounts is kept in step with the server.
func ExampleRecordService_Changes() {
	now := time.Now()
	srv, err := espotest.Start(espotest.WithClock(func() time.Time { return now }))
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	client := srv.Client()
	ids := srv.Seed("Account", espo.Attrs{"name": "Acme"}, espo.Attrs{"name": "Beta"})

	names := map[string]string{} // your database
	var cursor espo.Cursor       // stored in it
	update := func() {
		now = now.Add(time.Minute)
		for batch, err := range client.Accounts.Changes(context.Background(), cursor, espo.ChangeOptions{}) {
			if err != nil {
				fmt.Println(err)
				return
			}
			for _, account := range batch.Records { // in one transaction with the cursor
				names[account.ID] = account.Name
			}
			cursor = batch.Cursor
			fmt.Println(len(batch.Records), "changed")
		}
	}
	update()
	if _, err := client.Accounts.Update(context.Background(), ids[0], espo.Attrs{"name": "Acme Ltd"}); err != nil {
		fmt.Println(err)
	}
	update()
	fmt.Println(names[ids[0]], names[ids[1]])
	// Output:
	// 2 changed
	// 1 changed
	// Acme Ltd Beta
}

func ExampleConcurrency() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Account", slices.Repeat([]espo.Attrs{{"name": "Acme"}}, 1000)...)
	n := 0
	for _, err := range client.Accounts.All(context.Background(), espo.Query{}, espo.Concurrency(4)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		n++
	}
	fmt.Println(n)
	// Output: 1000
}

func ExampleCollect() {
	srv, client := example()
	defer srv.Close()
	for i := range 5 {
		srv.Seed("Account", map[string]any{"name": fmt.Sprint("Account ", i)})
	}
	accounts, err := espo.Collect(espo.Limit(client.Accounts.All(context.Background(), espo.Query{}), 3))
	fmt.Println(len(accounts), err)
	// Output: 3 <nil>
}

func ExampleQuery() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Account",
		map[string]any{"name": "Acme", "type": "Customer", "industry": "Banking"},
		map[string]any{"name": "Bolt", "type": "Customer"},
		map[string]any{"name": "Cone", "type": "Partner"})

	page, err := client.Accounts.List(context.Background(), espo.Query{
		Where: espo.Where(
			espo.In("type", espo.AccountTypeCustomer, espo.AccountTypePartner),
			espo.Or(espo.IsNotNull("industry"), espo.StartsWith("name", "C")),
		),
		OrderBy: "name", Order: espo.Desc, MaxSize: 10,
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, account := range page.Records {
		fmt.Println(account.Name)
	}
	fmt.Println(page.Total, page.More)
	// Output:
	// Cone
	// Acme
	// 2 false
}

func ExampleAccountService_Contacts() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	account := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	contact := srv.Seed("Contact", map[string]any{"lastName": "Roe"})[0]

	if err := client.Accounts.Link(ctx, account, "contacts", contact); err != nil {
		log.Fatal(err)
	}
	for c, err := range client.Accounts.Contacts(account).All(ctx, espo.Query{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(c.LastName)
	}
	// Output: Roe
}
