package espo_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func ExampleRecordService_First() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	srv.Seed("Account", espo.Attrs{"name": "Acme", "website": "https://acme.example"})

	account, err := client.Accounts.First(ctx, espo.Query{Where: espo.Where(espo.Equal("website", "https://acme.example"))})
	fmt.Println(account.Name, err)
	_, err = client.Accounts.First(ctx, espo.Query{Where: espo.Where(espo.Equal("name", "Nobody"))})
	fmt.Println(errors.Is(err, espo.ErrNotFound))
	// Output:
	// Acme <nil>
	// true
}

func ExampleRecordService_Count() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Account", espo.Attrs{"name": "Acme", "type": "Customer"}, espo.Attrs{"name": "Bolt"})

	n, err := client.Accounts.Count(context.Background(), espo.Query{Where: espo.Where(espo.Equal("type", espo.AccountTypeCustomer))})
	fmt.Println(n, err)
	// Output: 1 <nil>
}

// Where an administrator has turned the counting of an entity type off, a list
// has no total, and there is nothing to count.
func ExampleErrNotCounted() {
	srv, err := espotest.Start(espotest.WithMetadata([]byte(`{
		"scopes": {"Account": {"entity": true}},
		"entityDefs": {"Account": {"collection": {"countDisabled": true}}}
	}`)))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()
	srv.Seed("Account", espo.Attrs{"name": "Acme"}, espo.Attrs{"name": "Bolt"})

	_, err = client.Accounts.Count(ctx, espo.Query{})
	fmt.Println(errors.Is(err, espo.ErrNotCounted))
	page, err := client.Accounts.List(ctx, espo.Query{MaxSize: 1})
	fmt.Println(len(page.Records), page.Counted, page.More, err)
	// Output:
	// true
	// 1 false true <nil>
}

func ExampleRecordService_Exists() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]

	fmt.Println(client.Accounts.Exists(ctx, id))
	fmt.Println(client.Accounts.Exists(ctx, espo.NewID()))
	// Output:
	// true <nil>
	// false <nil>
}

// The records of ids that were kept, in their order. What is gone is left out.
func ExampleRecordService_GetMany() {
	srv, client := example()
	defer srv.Close()
	ids := srv.Seed("Account", espo.Attrs{"name": "Acme"}, espo.Attrs{"name": "Bolt"})

	accounts, err := client.Accounts.GetMany(context.Background(), []string{ids[1], espo.NewID(), ids[0]})
	if err != nil {
		log.Fatal(err)
	}
	for _, account := range accounts {
		fmt.Println(account.Name)
	}
	// Output:
	// Bolt
	// Acme
}

// A deleted record is gone for everybody but the administrator, who can bring
// it back.
func ExampleRecordService_Restore() {
	srv, admin := start()
	defer srv.Close()
	ctx := context.Background()
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]

	fmt.Println(admin.Accounts.Delete(ctx, id))
	_, err := srv.Client().Accounts.Get(ctx, id) // as another user
	fmt.Println(errors.Is(err, espo.ErrNotFound))
	fmt.Println(admin.Accounts.Restore(ctx, id))
	account, err := srv.Client().Accounts.Get(ctx, id)
	fmt.Println(account.Name, err)
	// Output:
	// <nil>
	// true
	// <nil>
	// Acme <nil>
}

// The categories of the knowledge base with those below them.
func ExampleRecordService_Tree() {
	srv, client := example()
	defer srv.Close()
	help := srv.Seed("KnowledgeBaseCategory", espo.Attrs{"name": "Help"})[0]
	srv.Seed("KnowledgeBaseCategory", espo.Attrs{"name": "Setup", "parentId": help}, espo.Attrs{"name": "Usage", "parentId": help})

	tree, err := client.Records("KnowledgeBaseCategory").Tree(context.Background(), espo.TreeQuery{})
	if err != nil {
		log.Fatal(err)
	}
	for _, node := range tree.Nodes {
		fmt.Println(node.Record.Name())
		for _, below := range node.Children {
			fmt.Println("-", below.Record.Name())
		}
	}
	// Output:
	// Help
	// - Setup
	// - Usage
}

// An amount in another currency, by the rates of the server.
func ExampleRecordService_ConvertCurrency() {
	srv, admin := start()
	defer srv.Close()
	ctx := context.Background()
	if _, err := admin.App.UpdateSettings(ctx, espo.Attrs{"currencyList": []string{"USD", "EUR"}}); err != nil {
		log.Fatal(err)
	}
	if err := admin.CurrencyRates.Set(ctx, map[string]espo.Number{"EUR": "1.25"}); err != nil { // in USD
		log.Fatal(err)
	}
	id := srv.Seed("Opportunity", espo.Attrs{"name": "Roof", "amount": 100, "amountCurrency": "EUR", "closeDate": "2026-11-30"})[0]

	deal, err := admin.Opportunities.ConvertCurrency(ctx, id, espo.CurrencyConversion{To: "USD"})
	fmt.Println(deal.Amount, deal.AmountCurrency, err)
	// Output: 125 USD <nil>
}

// An action of an extension, and one of EspoCRM's own that has no method for
// all of what it can do.
func ExampleRecordService_Action() {
	srv, client := example()
	defer srv.Close()
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]

	_, err := client.Accounts.Action(context.Background(), id, espo.Action{Name: "recalculateScore"})
	fmt.Println(errors.Is(err, espo.ErrNotFound)) // this server does not have the extension
	// Output: true
}

// The order of the cards in a column, as this user sees them.
func ExampleRecordService_SetKanbanOrder() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	ids := srv.Seed("Lead", espo.Attrs{"lastName": "Koval", "status": "New"}, espo.Attrs{"lastName": "Roe", "status": "New"})

	if err := client.Leads.SetKanbanOrder(ctx, "New", []string{ids[1], ids[0]}); err != nil {
		log.Fatal(err)
	}
	board, err := client.Leads.Kanban(ctx, espo.Query{})
	if err != nil {
		log.Fatal(err)
	}
	for _, lead := range board.Groups[0].Records {
		fmt.Println(lead.LastName)
	}
	// Output:
	// Roe
	// Koval
}

// sorted are the ids that a copy holds. In a database, After is
// SELECT id FROM accounts WHERE id > ? ORDER BY id LIMIT ?.
type sorted []string

func (ids sorted) After(_ context.Context, id string, n int) ([]string, error) {
	i, found := slices.BinarySearch(ids, id)
	if found {
		i++
	}
	return ids[i:min(i+n, len(ids))], nil
}

// What a copy of the accounts has too much, since it was deleted.
func ExampleRecordService_FindDeleted() {
	srv, client := dealsOn() // on a server whose clock stands
	defer srv.Close()
	ctx := context.Background()
	old := espo.Attrs{"name": "Acme", "createdAt": "2026-11-01 10:00:00"}
	ids := sorted(srv.Seed("Account", old, old, old))
	slices.Sort(ids)

	var cursor espo.Cursor // stored with the copy
	for batch, err := range client.Accounts.Changes(ctx, "", espo.ChangeOptions{}) {
		if err != nil {
			log.Fatal(err)
		}
		cursor = batch.Cursor
	}
	if err := client.Accounts.Delete(ctx, ids[1]); err != nil {
		log.Fatal(err)
	}
	for id, err := range client.Accounts.FindDeleted(ctx, ids, cursor, espo.ChangeOptions{}) {
		fmt.Println(id == ids[1], err)
	}
	// Output: true <nil>
}

// A service knows its client and its entity type: that is what code for any
// entity type needs.
func ExampleRecordService_EntityType() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Contact", espo.Attrs{"lastName": "Roe"})

	report := func(records *espo.RecordService[espo.Record]) {
		n, err := records.Count(context.Background(), espo.Query{})
		labels, err2 := records.Client().I18n.Labels(context.Background())
		fmt.Println(labels.ScopePlural(records.EntityType()), n, errors.Join(err, err2))
	}
	report(client.Records("Account"))
	report(client.Records("Contact"))
	// Output:
	// Accounts 0 <nil>
	// Contacts 1 <nil>
}
