package espo_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/go-espo/espo"
)

// An amount with all of its digits. A float64 would have rounded it.
func ExampleNumber() {
	srv, client := example()
	defer srv.Close()

	deal, err := client.Opportunities.Create(context.Background(), espo.Opportunity{
		Name: "Bridge", Amount: "1234567890.10", AmountCurrency: "USD", CloseDate: espo.NewDate(2026, time.November, 30),
	})
	if err != nil {
		log.Fatal(err)
	}
	amount, err := deal.Amount.Float64()
	fmt.Println(deal.Amount.String(), amount, err)
	fmt.Println(espo.NumberOf(12).Int64())
	fmt.Println(espo.Number("").IsZero(), espo.Number("0").IsZero()) // null is not 0
	// Output:
	// 1234567890.1 1.2345678901e+09 <nil>
	// 12 <nil>
	// true false
}

// Fields of type decimal go as text, so that the server keeps every digit.
func ExampleDecimal() {
	type Invoice struct {
		Total espo.Decimal `json:"total,omitzero"`
	}
	b, err := espo.Marshal(Invoice{Total: "12345678901234.123456"})
	fmt.Println(string(b), err)
	fmt.Println(espo.Decimal("0.5").Float64())
	// Output:
	// {"total":"12345678901234.123456"} <nil>
	// 0.5 <nil>
}

// What day it is depends on where one is.
func ExampleDateOf() {
	moment, err := espo.ParseDateTime("2026-11-30 23:30:00")
	if err != nil {
		log.Fatal(err)
	}
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		log.Fatal(err)
	}
	day, err := espo.ParseDate("2026-12-01")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(espo.DateOf(moment.UTC()), espo.DateOf(moment.In(kyiv)) == day)
	fmt.Println(moment.Before(time.Now().AddDate(100, 0, 0)), moment.String()) // a time.Time with the form of the wire
	// Output:
	// 2026-11-30 true
	// true 2026-11-30 23:30:00
}

// Records in a cache: with their credentials, all of their digits and what the
// struct does not name.
func ExampleMarshal() {
	cached, err := espo.Marshal(espo.User{UserName: "importer", APIKey: "0123456789abcdef", Extra: espo.Attrs{"cBadge": 17}})
	if err != nil {
		log.Fatal(err)
	}
	var user espo.User
	if err := espo.Unmarshal(cached, &user); err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.UserName, string(user.APIKey), user.Extra.Int("cBadge"))
	// Output: importer 0123456789abcdef 17
}

// The attributes of a record without a struct, each as what it is.
func ExampleAttrs() {
	attrs := espo.Attrs{"cBudget": 12.5, "cBegin": "2026-12-01", "cTags": []any{"new"}, "cOwnerId": nil, "cOwnerType": "User"}

	fmt.Println(attrs.Float("cBudget"), attrs.Date("cBegin"), attrs.Strings("cTags"))
	fmt.Println(attrs.Has("cOwnerId"), attrs.IsNull("cOwnerId"), attrs.Has("cOther"))
	// Output:
	// 12.5 2026-12-01 [new]
	// true true false
}

// A reference to a record of any entity type, which can be the key of a map.
func ExampleRef() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	user := srv.Seed("User", espo.Attrs{"userName": "olena", "lastName": "Koval", "type": "regular"})[0]
	for _, name := range []string{"Send the offer", "Call them"} {
		srv.Seed("Task", espo.Attrs{"name": name, "assignedUserId": user, "parentType": "Account", "parentId": account})
	}

	tasks := map[espo.Ref]int{}
	for task, err := range client.Records("Task").All(ctx, espo.Query{}) {
		if err != nil {
			log.Fatal(err)
		}
		tasks[task.Ref("parent")]++
	}
	fmt.Println(tasks[client.Accounts.Ref(account)])
	fmt.Println(espo.Ref{Type: "Account", ID: "6b0538bc04ab91663"}.String())
	// Output:
	// 2
	// Account/6b0538bc04ab91663
}
