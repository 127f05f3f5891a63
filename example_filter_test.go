package espo_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// printNames prints the names of the records that a filter matches.
func printNames(client *espo.Client, entityType string, filter espo.Filter) {
	q := espo.Query{Where: espo.Where(filter), OrderBy: "name"}
	var names []string
	for record, err := range client.Records(entityType).All(context.Background(), q) {
		if err != nil {
			log.Fatal(err)
		}
		names = append(names, record.Name())
	}
	fmt.Println(strings.Join(names, ", "))
}

// Numbers, texts and moments are compared with values.
func ExampleGreaterThan() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Opportunity",
		espo.Attrs{"name": "Floor", "amount": 100, "closeDate": "2026-11-20"},
		espo.Attrs{"name": "Roof", "amount": 500, "closeDate": "2026-11-20"},
		espo.Attrs{"name": "Wall", "amount": 900, "closeDate": "2026-11-20"})

	printNames(client, "Opportunity", espo.GreaterThan("amount", 500))
	printNames(client, "Opportunity", espo.GreaterOrEqual("amount", 500))
	printNames(client, "Opportunity", espo.LessThan("amount", 500))
	printNames(client, "Opportunity", espo.LessOrEqual("amount", 500))
	printNames(client, "Opportunity", espo.Between("amount", 200, 900))
	printNames(client, "Opportunity", espo.LessThan("createdAt", time.Now().AddDate(0, 0, -1)))
	// Output:
	// Wall
	// Roof, Wall
	// Floor
	// Floor, Roof
	// Roof, Wall
	//
}

// Parts of a text. In a pattern, % stands for any text and _ for a character.
func ExampleContains() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Account", espo.Attrs{"name": "Acme"}, espo.Attrs{"name": "Acme Roofs"}, espo.Attrs{"name": "Bolt"})

	printNames(client, "Account", espo.Contains("name", "me"))
	printNames(client, "Account", espo.NotContains("name", "me"))
	printNames(client, "Account", espo.EndsWith("name", "Roofs"))
	printNames(client, "Account", espo.Like("name", "_c%f_"))
	printNames(client, "Account", espo.NotLike("name", "_c%f_"))
	// Output:
	// Acme, Acme Roofs
	// Bolt
	// Acme Roofs
	// Acme Roofs
	// Acme, Bolt
}

// Null is not a value: what has another type does not include what has none.
func ExampleIsNull() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Account",
		espo.Attrs{"name": "Acme", "type": "Customer"},
		espo.Attrs{"name": "Bolt", "type": "Partner"},
		espo.Attrs{"name": "Cone"})

	printNames(client, "Account", espo.NotEqual("type", espo.AccountTypeCustomer))
	printNames(client, "Account", espo.NotIn("type", espo.AccountTypeCustomer, espo.AccountTypeReseller))
	printNames(client, "Account", espo.IsNull("type"))
	printNames(client, "Account", espo.Or(espo.NotEqual("type", espo.AccountTypeCustomer), espo.IsNull("type")))
	// Output:
	// Bolt
	// Bolt
	// Cone
	// Bolt, Cone
}

func ExampleIsTrue() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Contact",
		espo.Attrs{"lastName": "Koval", "doNotCall": true},
		espo.Attrs{"lastName": "Roe"})

	printNames(client, "Contact", espo.IsTrue("doNotCall"))
	printNames(client, "Contact", espo.IsFalse("doNotCall"))
	// Output:
	// Koval
	// Roe
}

// Filters are put together. Those of a query must all hold without an And.
func ExampleAnd() {
	srv, client := example()
	defer srv.Close()
	srv.Seed("Account",
		espo.Attrs{"name": "Acme", "type": "Customer", "industry": "Banking"},
		espo.Attrs{"name": "Bolt", "type": "Customer"},
		espo.Attrs{"name": "Cone", "type": "Partner"})

	printNames(client, "Account", espo.Or(
		espo.And(espo.Equal("type", espo.AccountTypeCustomer), espo.IsNotNull("industry")),
		espo.Equal("type", espo.AccountTypePartner),
	))
	// Output: Acme, Cone
}

// By the records that are linked through a link, or by whether there are any.
func ExampleLinkedWith() {
	srv, client := example()
	defer srv.Close()
	teams := srv.Seed("Team", espo.Attrs{"name": "Sales"}, espo.Attrs{"name": "Support"})
	srv.Seed("Account",
		espo.Attrs{"name": "Acme", "teamsIds": teams},
		espo.Attrs{"name": "Bolt", "teamsIds": teams[:1]},
		espo.Attrs{"name": "Cone"})

	printNames(client, "Account", espo.LinkedWith("teams", teams...))
	printNames(client, "Account", espo.LinkedWithAll("teams", teams...))
	printNames(client, "Account", espo.NotLinkedWith("teams", teams[1]))
	printNames(client, "Account", espo.IsLinked("teams"))
	printNames(client, "Account", espo.IsNotLinked("teams"))
	// Output:
	// Acme, Bolt
	// Acme
	// Bolt, Cone
	// Acme, Bolt
	// Cone
}

// The records of everyone in a team, by the user of a link.
func ExampleIsUserFromTeams() {
	srv, client := example()
	defer srv.Close()
	team := srv.Seed("Team", espo.Attrs{"name": "Sales"})[0]
	olena := srv.Seed("User", espo.Attrs{"userName": "olena", "lastName": "Koval", "type": "regular", "teamsIds": []string{team}})[0]
	srv.Seed("Account",
		espo.Attrs{"name": "Acme", "assignedUserId": olena},
		espo.Attrs{"name": "Bolt"})

	printNames(client, "Account", espo.IsUserFromTeams("assignedUser", team))
	// Output: Acme
}

// Articles in a category, and in those below it.
func ExampleInCategory() {
	srv, client := example()
	defer srv.Close()
	help := srv.Seed("KnowledgeBaseCategory", espo.Attrs{"name": "Help"})[0]
	setup := srv.Seed("KnowledgeBaseCategory", espo.Attrs{"name": "Setup", "parentId": help})[0]
	srv.Seed("KnowledgeBaseArticle",
		espo.Attrs{"name": "First steps", "categoriesIds": []string{setup}},
		espo.Attrs{"name": "Prices"})

	printNames(client, "KnowledgeBaseArticle", espo.InCategory("categories", help))
	// Output: First steps
}

// Attributes with several values.
func ExampleArrayAnyOf() {
	srv, err := espotest.Start(espotest.WithEntityType("Account", espotest.EntityType{
		Fields: map[string]espotest.Field{"cTags": {Type: "multiEnum", Options: []string{"new", "big", "late"}}},
	}))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client := srv.Client()
	srv.Seed("Account",
		espo.Attrs{"name": "Acme", "cTags": []string{"new", "big"}},
		espo.Attrs{"name": "Bolt", "cTags": []string{"late"}},
		espo.Attrs{"name": "Cone"})

	printNames(client, "Account", espo.ArrayAnyOf("cTags", "big", "late"))
	printNames(client, "Account", espo.ArrayAllOf("cTags", "new", "big"))
	printNames(client, "Account", espo.ArrayNoneOf("cTags", "late"))
	printNames(client, "Account", espo.ArrayIsEmpty("cTags"))
	printNames(client, "Account", espo.ArrayIsNotEmpty("cTags"))
	// Output:
	// Acme, Bolt
	// Acme
	// Acme, Cone
	// Cone
	// Acme, Bolt
}

// A filter of an extension. EspoCRM itself does not have this one.
func ExampleCustomFilter() {
	srv, client := example()
	defer srv.Close()

	near := espo.CustomFilter(espo.Filter{Type: "within", Attribute: "place", Value: "5km"})
	_, err := client.Accounts.List(context.Background(), espo.Query{Where: espo.Where(near)})
	fmt.Println(errors.Is(err, espo.ErrBadRequest))
	// Output: true
}
