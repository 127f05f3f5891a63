package espo_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func ExampleRecordService_CreateAll() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	client := srv.Client()
	results, err := client.Accounts.CreateAll(context.Background(), []espo.Account{
		{Name: "Acme"}, {Name: ""}, {Name: "Umbrella"},
	}, espo.BulkOptions{Concurrency: 4})
	var bulk *espo.BulkError
	if errors.As(err, &bulk) {
		fmt.Println(bulk.Failed, "of", bulk.Total, "failed")
	}
	for _, r := range results {
		var invalid *espo.ValidationError
		if errors.As(r.Err, &invalid) {
			fmt.Println(r.Index, invalid.Field, invalid.Rule)
			continue
		}
		fmt.Println(r.Index, r.Record.Name)
	}
	// Output:
	// 1 of 3 failed
	// 0 Acme
	// 1 name required
	// 2 Umbrella
}

// Records that come one by one, such as the lines of a file that is too large
// for memory. Their results come in the same order.
func ExampleRecordService_CreateEach() {
	srv, client := example()
	defer srv.Close()
	lines := strings.NewReader("Acme\nBolt\nCone\n")

	accounts := func(yield func(espo.Account, error) bool) {
		scanner := bufio.NewScanner(lines)
		for scanner.Scan() {
			if !yield(espo.Account{Name: scanner.Text()}, nil) {
				return
			}
		}
		if err := scanner.Err(); err != nil {
			yield(espo.Account{}, err)
		}
	}
	for r := range client.Accounts.CreateEach(context.Background(), accounts, espo.BulkOptions{Concurrency: 4}) {
		fmt.Println(r.Index, r.Record.Name, r.Err)
	}
	// Output:
	// 0 Acme <nil>
	// 1 Bolt <nil>
	// 2 Cone <nil>
}

func ExampleRecordService_UpdateAll() {
	srv, client := example()
	defer srv.Close()
	ids := srv.Seed("Account", espo.Attrs{"name": "Acme"}, espo.Attrs{"name": "Bolt"})

	results, err := client.Accounts.UpdateAll(context.Background(), []espo.BulkUpdate{
		{ID: ids[0], Attrs: espo.Attrs{"website": "https://acme.example"}},
		{ID: ids[1], Attrs: espo.Attrs{"website": "https://bolt.example"}},
	}, espo.BulkOptions{})
	for _, r := range results {
		fmt.Println(r.Record.Name, r.Record.Website)
	}
	fmt.Println(err)
	// Output:
	// Acme https://acme.example
	// Bolt https://bolt.example
	// <nil>
}

// Every record of a list is changed while the list is being read.
func ExampleRecordService_UpdateEach() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	srv.Seed("Account", espo.Attrs{"name": "acme"}, espo.Attrs{"name": "bolt"})

	capitals := func(yield func(espo.BulkUpdate, error) bool) {
		for account, err := range client.Accounts.All(ctx, espo.Query{Select: []string{"name"}}) {
			if !yield(espo.BulkUpdate{ID: account.ID, Attrs: espo.Attrs{"name": strings.ToUpper(account.Name)}}, err) {
				return
			}
		}
	}
	for r := range client.Accounts.UpdateEach(ctx, capitals, espo.BulkOptions{}) {
		fmt.Println(r.Record.Name, r.Err)
	}
	// Output:
	// ACME <nil>
	// BOLT <nil>
}

// A nightly import of what another system has, by the number that a customer
// has there. It can be run again, and then changes what has changed.
func ExampleRecordService_UpsertAll() {
	srv, client := example()
	defer srv.Close()
	customer := func(number, name string) espo.Upsert {
		return espo.Upsert{
			Match: espo.Attrs{"sicCode": number}, Set: espo.Attrs{"name": name},
			OnCreate:           espo.Attrs{"type": espo.AccountTypeCustomer},
			SkipDuplicateCheck: true, // two customers may have the same name
		}
	}
	customers := []espo.Upsert{customer("1001", "Acme"), customer("1002", "Bolt")}
	for range 2 {
		results, err := client.Accounts.UpsertAll(context.Background(), customers, espo.BulkOptions{})
		if err != nil {
			log.Fatal(err)
		}
		for _, r := range results {
			fmt.Println(r.Record.Name, "created:", r.Created)
		}
	}
	// Output:
	// Acme created: true
	// Bolt created: true
	// Acme created: false
	// Bolt created: false
}

// The same for records that come one by one.
func ExampleRecordService_UpsertEach() {
	srv, client := example()
	defer srv.Close()
	rows := map[string]string{"1001": "Acme"}

	upserts := func(yield func(espo.Upsert, error) bool) {
		for number, name := range rows {
			if !yield(espo.Upsert{Match: espo.Attrs{"sicCode": number}, Set: espo.Attrs{"name": name}, SkipDuplicateCheck: true}, nil) {
				return
			}
		}
	}
	for r := range client.Accounts.UpsertEach(context.Background(), upserts, espo.BulkOptions{}) {
		fmt.Println(r.Record.SicCode, r.Record.Name, r.Created, r.Err)
	}
	// Output: 1001 Acme true <nil>
}

func ExampleRecordService_DeleteAll() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	ids := srv.Seed("Account", espo.Attrs{"name": "Acme"}, espo.Attrs{"name": "Bolt"}, espo.Attrs{"name": "Cone"})

	_, err := client.Accounts.DeleteAll(ctx, ids[:1], espo.BulkOptions{})
	fmt.Println(err, len(srv.Records("Account")))

	rest := func(yield func(string, error) bool) { // such as ids from a file
		for _, id := range ids {
			if !yield(id, nil) {
				return
			}
		}
	}
	for r := range client.Accounts.DeleteEach(ctx, rest, espo.BulkOptions{}) {
		fmt.Println(r.Index, "gone already:", errors.Is(r.Err, espo.ErrNotFound))
	}
	fmt.Println(len(srv.Records("Account")))
	// Output:
	// <nil> 2
	// 0 gone already: true
	// 1 gone already: false
	// 2 gone already: false
	// 0
}

// Each record has its id before it is sent. So the whole can be repeated after
// a crash, however far it came, and nothing is there twice.
func ExampleRecordService_CreateOnceAll() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	records := []espo.NewRecord[espo.Account]{ // stored with their ids
		{ID: espo.NewID(), Record: espo.Account{Name: "Acme"}},
		{ID: espo.NewID(), Record: espo.Account{Name: "Bolt"}},
	}
	if _, err := client.Accounts.CreateOnceAll(ctx, records[:1], espo.BulkOptions{}); err != nil { // and the program crashed
		log.Fatal(err)
	}

	again := func(yield func(espo.NewRecord[espo.Account], error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
	for r := range client.Accounts.CreateOnceEach(ctx, again, espo.BulkOptions{}) {
		fmt.Println(r.Record.Name, r.Err)
	}
	fmt.Println(len(srv.Records("Account")))
	// Output:
	// Acme <nil>
	// Bolt <nil>
	// 2
}

// What the server refuses of a CreateOnce says which field breaks which rule.
func ExampleImportRowError() {
	srv, client := start()
	defer srv.Close()

	_, err := client.Accounts.CreateOnce(context.Background(), espo.NewID(), espo.Account{EmailAddress: "nobody"})
	var refused *espo.ImportRowError
	if errors.As(err, &refused) {
		for _, f := range refused.Row.Failures {
			fmt.Println(f.Field, f.Rule)
		}
	}
	// Output:
	// name required
	// emailAddress emailAddress
}

// A program that is told to stop: what was not sent is told apart from what
// was refused, and is left for the next run.
func ExampleBulkError() {
	srv, client := example()
	defer srv.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // as by a signal

	results, err := client.Accounts.CreateAll(ctx, []espo.Account{{Name: "Acme"}, {Name: "Bolt"}}, espo.BulkOptions{})
	var bulk *espo.BulkError
	if errors.As(err, &bulk) {
		fmt.Println(bulk.Total, bulk.Failed, bulk.Left)
	}
	for _, r := range results {
		fmt.Println(r.Input.Name, "is left:", errors.Is(r.Err, espo.ErrNotTried))
	}
	// Output:
	// 2 0 2
	// Acme is left: true
	// Bolt is left: true
}
