package espo_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func ExampleLeadService_Convert() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()
	lead := srv.Seed("Lead", map[string]any{"firstName": "Lee", "lastName": "Ad", "accountName": "Lead Co"})[0]

	into, err := client.Leads.ConvertAttributes(ctx, lead)
	if err != nil {
		fmt.Println(err)
		return
	}
	delete(into.Records, "Opportunity") // not wanted
	converted, err := client.Leads.Convert(ctx, lead, into)
	if err != nil {
		fmt.Println(err)
		return
	}
	account, err := client.Accounts.Get(ctx, converted.CreatedAccountID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(converted.Status, account.Name)
	// Output: Converted Lead Co
}

// The conversion was refused half-way: what was made already is named, so that
// it can be deleted before another try.
func ExampleLeadConversionError() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	lead := srv.Seed("Lead", espo.Attrs{"lastName": "Koval", "accountName": "Acme"})[0]

	_, err := client.Leads.Convert(ctx, lead, espo.LeadConversion{Records: map[string]espo.Attrs{
		"Account":     {"name": "Acme"},
		"Opportunity": {"name": "Roof"}, // without the date and the amount that it needs
	}})
	var left *espo.LeadConversionError
	if errors.As(err, &left) {
		for _, ref := range left.Created {
			fmt.Println(ref.Type, client.Records(ref.Type).Delete(ctx, ref.ID))
		}
	}
	// Output: Account <nil>
}

// Letters to the contacts of a campaign, in one file to be printed.
func ExampleCampaignService() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	template := srv.Seed("Template", espo.Attrs{"name": "Letter", "entityType": "Contact", "body": "<p>Dear {{name}}</p>"})[0]
	list := srv.Seed("TargetList", espo.Attrs{"name": "Customers in Kyiv"})[0]
	srv.Seed("Contact", espo.Attrs{"lastName": "Koval", "addressStreet": "Main 1", "targetListsIds": []string{list}})

	campaign, err := client.Campaigns.Create(ctx, espo.Campaign{
		Name: "Spring", Type: espo.CampaignTypeMail, ContactsTemplateID: template, TargetListsIDs: []string{list},
	})
	if err != nil {
		log.Fatal(err)
	}
	file, err := client.Campaigns.GenerateMailMerge(ctx, campaign.ID, "contacts")
	if err != nil {
		log.Fatal(err)
	}
	n, err := client.Attachments.DownloadTo(ctx, file, io.Discard)
	fmt.Println(campaign.Status, n > 0, err)
	// Output: Planning true <nil>
}

// Who is on a list of targets, of whatever kind, and does not want it.
func ExampleTarget() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	list := srv.Seed("TargetList", espo.Attrs{"name": "News"})[0]
	lead := srv.Seed("Lead", espo.Attrs{"lastName": "Koval"})[0]
	if err := client.TargetLists.OptOut(ctx, list, client.Leads.Ref(lead)); err != nil {
		log.Fatal(err)
	}

	for target, err := range client.TargetLists.OptedOut(list).All(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(target.Ref() == client.Leads.Ref(lead), client.TargetLists.CancelOptOut(ctx, list, target.Ref()))
	}
	// Output: true <nil>
}

// A customer's question, with the article that answers it.
func ExampleCaseService() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	question, err := client.Cases.Create(ctx, espo.Case{Name: "It does not start", Priority: espo.CasePriorityHigh})
	if err != nil {
		log.Fatal(err)
	}
	article, err := client.KnowledgeBaseArticles.Create(ctx, espo.KnowledgeBaseArticle{Name: "First steps", Status: espo.KnowledgeBaseArticleStatusPublished})
	if err != nil {
		log.Fatal(err)
	}

	if err := client.Cases.Articles(question.ID).Link(ctx, article.ID); err != nil {
		log.Fatal(err)
	}
	for c, err := range client.KnowledgeBaseArticles.Cases(article.ID).All(ctx, espo.Query{}) {
		fmt.Println(c.Name, c.Status, c.Priority, err)
	}
	// Output: It does not start New High <nil>
}

// A call that was made, and the task that came of it.
func ExampleCallService() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	me, err := client.App.CurrentUser(ctx)
	if err != nil {
		log.Fatal(err)
	}
	contact := srv.Seed("Contact", espo.Attrs{"lastName": "Koval"})[0]
	begin := time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC)

	call, err := client.Calls.Create(ctx, espo.Call{
		Name: "About the offer", Status: espo.CallStatusHeld, Direction: espo.CallDirectionInbound,
		DateStart: espo.NewDateTime(begin), DateEnd: espo.NewDateTime(begin.Add(5 * time.Minute)),
		AssignedUserID: me.User.ID, ContactsIDs: []string{contact},
	})
	if err != nil {
		log.Fatal(err)
	}
	task, err := client.Tasks.Create(ctx, espo.Task{
		Name: "Send the offer", DateEndDate: espo.NewDate(2026, time.November, 25), AssignedUserID: me.User.ID,
		ParentType: "Contact", ParentID: contact,
	})
	fmt.Println(call.Status, "-", task.Name, "until", task.DateEndDate, err)
	// Output: Held - Send the offer until 2026-11-25 <nil>
}
