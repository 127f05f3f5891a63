package espo_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/go-espo/espo"
)

// The records of a link: add some, list them, take one out.
func ExampleRelatedService() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	list := srv.Seed("TargetList", espo.Attrs{"name": "News"})[0]
	ids := srv.Seed("Contact", espo.Attrs{"lastName": "Koval"}, espo.Attrs{"lastName": "Roe"}, espo.Attrs{"lastName": "Smith"})

	contacts := client.TargetLists.Contacts(list)
	if err := contacts.LinkMany(ctx, ids); err != nil {
		log.Fatal(err)
	}
	if err := contacts.Unlink(ctx, ids[0]); err != nil {
		log.Fatal(err)
	}
	page, err := contacts.List(ctx, espo.Query{OrderBy: "lastName", MaxSize: 10})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range page.Records {
		fmt.Println(c.LastName)
	}
	fmt.Println(contacts.UnlinkMany(ctx, ids[1:]))
	fmt.Println(contacts.Count(ctx, espo.Query{}))
	// Output:
	// Roe
	// Smith
	// <nil>
	// 0 <nil>
}

// Some links have columns, such as the role of a contact in a deal.
func ExampleRelatedService_LinkWith() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	deal := srv.Seed("Opportunity", espo.Attrs{"name": "Roof", "amount": 100, "closeDate": "2026-11-30"})[0]
	contact := srv.Seed("Contact", espo.Attrs{"lastName": "Roe"})[0]

	contacts := client.Opportunities.Contacts(deal)
	if err := contacts.LinkWith(ctx, contact, espo.Attrs{"role": espo.ContactOpportunityRoleEvaluator}); err != nil {
		log.Fatal(err)
	}
	columns, err := contacts.Columns(ctx)
	fmt.Println(columns[contact]["role"], err)

	if err := contacts.SetColumns(ctx, contact, espo.Attrs{"role": espo.ContactOpportunityRoleDecisionMaker}); err != nil {
		log.Fatal(err)
	}
	columns, err = contacts.Columns(ctx)
	fmt.Println(columns[contact]["role"], err)
	// Output:
	// Evaluator <nil>
	// Decision Maker <nil>
}

// Everybody of a city gets onto a target list, in one request.
func ExampleRelatedService_LinkWhere() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	list := srv.Seed("TargetList", espo.Attrs{"name": "News for Kyiv"})[0]
	srv.Seed("Lead",
		espo.Attrs{"lastName": "Koval", "addressCity": "Kyiv"},
		espo.Attrs{"lastName": "Bondar", "addressCity": "Kyiv"},
		espo.Attrs{"lastName": "Roe", "addressCity": "Leeds"})

	leads := client.TargetLists.Leads(list)
	if err := leads.LinkWhere(ctx, espo.Where(espo.Equal("addressCity", "Kyiv"))); err != nil {
		log.Fatal(err)
	}
	fmt.Println(leads.Count(ctx, espo.Query{}))
	// Output: 2 <nil>
}

// A link by its name, at the service of the entity type.
func ExampleRecordService_Unlink() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	contact := srv.Seed("Contact", espo.Attrs{"lastName": "Roe", "accountsIds": []string{account}})[0]

	fmt.Println(client.Accounts.Unlink(ctx, account, "contacts", contact))
	fmt.Println(client.Accounts.Contacts(account).Count(ctx, espo.Query{}))
	// Output:
	// <nil>
	// 0 <nil>
}

// A contact with a role at the account.
func ExampleAccountService_AddContact() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	contact := srv.Seed("Contact", espo.Attrs{"lastName": "Roe"})[0]

	if err := client.Accounts.AddContact(ctx, account, espo.AccountContact{ContactID: contact, Role: "Buyer"}); err != nil {
		log.Fatal(err)
	}
	for c, err := range client.Accounts.Contacts(account).All(ctx, espo.Query{}) {
		fmt.Println(c.LastName, c.AccountRole, err)
	}
	// Output: Roe Buyer <nil>
}

// What is planned with a customer, of every kind and of one kind alone.
func ExampleActivityRecords() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	me, err := client.App.CurrentUser(ctx)
	if err != nil {
		log.Fatal(err)
	}
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	tomorrow := espo.NewDateTime(time.Now().AddDate(0, 0, 1))
	_, err = client.Meetings.Create(ctx, espo.Meeting{
		Name: "Kick-off", DateStart: tomorrow, DateEnd: espo.NewDateTime(tomorrow.Add(time.Hour)),
		ParentType: "Account", ParentID: account, AssignedUserID: me.User.ID,
	})
	if err != nil {
		log.Fatal(err)
	}

	planned := espo.ActivityQuery{Kind: espo.ActivityPlanned}
	for activity, err := range client.Activities.Of(client.Accounts.Ref(account), planned).All(ctx) {
		fmt.Println(activity.Ref().Type, activity.Name, err)
	}
	planned.EntityType = "Meeting"
	meetings := espo.ActivityRecords[espo.Meeting](client, client.Accounts.Ref(account), planned)
	for meeting, err := range meetings.All(ctx, espo.Query{}) {
		fmt.Println(meeting.Status, meeting.Name, err)
	}
	// Output:
	// Meeting Kick-off <nil>
	// Planned Kick-off <nil>
}

// What was found can be read, whatever it is.
func ExampleFoundRecord() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	srv.Seed("Account", espo.Attrs{"name": "Acme", "website": "https://acme.example"})

	page, err := client.GlobalSearch.Search("Acm").List(ctx, espo.Paging{MaxSize: 5})
	if err != nil {
		log.Fatal(err)
	}
	ref := page.Records[0].Ref()
	record, err := client.Records(ref.Type).Get(ctx, ref.ID)
	fmt.Println(record.String("website"), err)
	// Output: https://acme.example <nil>
}
