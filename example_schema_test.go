package espo_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/go-espo/espo"
)

// A program that sets up what it needs, and that can run again.
func ExampleSchemaService_CreateEntityType() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	setUp := func() (project, budget string, err error) {
		var taken *espo.NameTakenError
		project, err = client.Schema.CreateEntityType(ctx, espo.EntityTypeParams{Name: "Project", Template: espo.TemplateBase})
		if errors.As(err, &taken) {
			project, err = taken.Name, nil
		}
		if err != nil {
			return "", "", err
		}
		budget, err = client.Schema.CreateField(ctx, project, espo.FieldParams{Name: "budget", Type: "currency"})
		if errors.As(err, &taken) {
			budget, err = taken.Name, nil
		}
		return project, budget, err
	}
	for range 2 {
		project, budget, err := setUp()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(project, budget)
	}
	record, err := client.Records("CProject").Create(ctx, espo.Record{"name": "Bridge", "budget": 100, "budgetCurrency": "EUR"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(record.String("name"), record["budget"], record["budgetCurrency"])
	// Output:
	// CProject budget
	// CProject budget
	// Bridge 100 EUR
}

// A link has a name at each end, which the server may put a prefix before.
func ExampleSchemaService_CreateLink() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	project, err := client.Schema.CreateEntityType(ctx, espo.EntityTypeParams{Name: "Project", Template: espo.TemplateBase})
	if err != nil {
		log.Fatal(err)
	}
	link, err := client.Schema.CreateLink(ctx, espo.LinkParams{
		EntityType: project, ForeignEntityType: "Account", Type: espo.LinkManyToOne, Name: "account", ForeignName: "projects",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(link.Name, link.ForeignName)
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	srv.Seed(project, espo.Attrs{"name": "Bridge", "accountId": account})
	projects := espo.Related[espo.Record](client, client.Accounts.Ref(account), link.ForeignName)
	for p, err := range projects.All(ctx, espo.Query{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(p.String("name"), "of", p.String("accountName"))
	}
	// Output:
	// account cProjects
	// Bridge of Acme
}
