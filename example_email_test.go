package espo_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// postOffice is a fake server that can send e-mails.
func postOffice() (*espotest.Server, *espo.Client) {
	srv, err := espotest.Start(espotest.WithSMTP())
	if err != nil {
		log.Fatal(err)
	}
	return srv, srv.Client()
}

func ExampleEmailService_Send() {
	srv, client := postOffice()
	defer srv.Close()
	ctx := context.Background()
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]

	email, err := client.Emails.Send(ctx, espo.Email{
		From: "sales@us.example", To: "olena@acme.example", Name: "Your offer",
		Body: "<p>It is attached.</p>", IsHTML: true,
		ParentType: "Account", ParentID: account,
	})
	fmt.Println(email.Status, err)
	for _, sent := range srv.SentEmails() { // in a test
		fmt.Println(sent.To, sent.Subject)
	}
	// Output:
	// Sent <nil>
	// olena@acme.example Your offer
}

// An e-mail that somebody looks at before it goes.
func ExampleEmailService_SendDraft() {
	srv, client := postOffice()
	defer srv.Close()
	ctx := context.Background()

	draft, err := client.Emails.Create(ctx, espo.Email{
		From: "sales@us.example", To: "olena@acme.example", Name: "Your offer", Status: espo.EmailStatusDraft,
	})
	if err != nil {
		log.Fatal(err)
	}
	email, err := client.Emails.SendDraft(ctx, draft.ID)
	fmt.Println(email.Status, err)

	_, err = client.Emails.SendDraft(ctx, draft.ID) // it is sent already
	fmt.Println(errors.Is(err, espo.ErrNothingDone), len(srv.SentEmails()))
	// Output:
	// Sent <nil>
	// true 1
}

// The server could not send it: it is stored, and can be sent later.
func ExampleSendError() {
	srv, err := espotest.Start(espotest.WithSettings(espo.Attrs{"outboundEmailIsShared": true}))
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()

	_, err = client.Emails.Send(ctx, espo.Email{From: "sales@us.example", To: "olena@acme.example", Name: "Your offer"})
	var failed *espo.SendError
	if errors.As(err, &failed) {
		draft, err := client.Emails.Get(ctx, failed.EmailID)
		fmt.Println(failed.Message, draft.Status, err)
	}
	// Output: No system SMTP settings. Draft <nil>
}

// A mailbox that a program sorts: what came is marked as read and put away.
func ExampleEmailService_MarkRead() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	me, err := client.App.CurrentUser(ctx)
	if err != nil {
		log.Fatal(err)
	}
	email, err := client.Emails.Create(ctx, espo.Email{Name: "An order", From: "olena@acme.example", To: "sales@us.example"})
	if err != nil {
		log.Fatal(err)
	}
	if err := client.Emails.AddUsers(ctx, email.ID, []string{me.User.ID}); err != nil { // into the inbox of a user
		log.Fatal(err)
	}
	folder, err := client.Records("EmailFolder").Create(ctx, espo.Record{"name": "Orders"})
	if err != nil {
		log.Fatal(err)
	}
	counts, err := client.Emails.UnreadCounts(ctx)
	fmt.Println(counts["inbox"], "not read", err)

	one := []string{email.ID}
	if err := errors.Join(
		client.Emails.MarkRead(ctx, one), client.Emails.MarkImportant(ctx, one),
		client.Emails.MoveToFolder(ctx, folder.ID(), one),
	); err != nil {
		log.Fatal(err)
	}
	email, err = client.Emails.Get(ctx, email.ID)
	fmt.Println(email.IsRead, email.IsImportant, email.FolderID == folder.ID(), err)
	// And back: MarkUnread, MarkUnimportant, the folder "inbox".
	fmt.Println(client.Emails.Trash(ctx, one), client.Emails.Untrash(ctx, one))
	// Output:
	// 1 not read <nil>
	// true true true <nil>
	// <nil> <nil>
}

// A template is filled in by the person whose address it is for, and by the
// record that it is about.
func ExampleEmailService_PrepareTemplate() {
	srv, client := postOffice()
	defer srv.Close()
	ctx := context.Background()
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	srv.Seed("Contact", espo.Attrs{"firstName": "Olena", "lastName": "Koval", "emailAddress": "olena@acme.example"})
	template := srv.Seed("EmailTemplate", espo.Attrs{
		"name": "Offer", "subject": "For {Person.name}", "body": "<p>An offer for {Account.name}.</p>", "isHtml": true,
	})[0]

	text, err := client.Emails.PrepareTemplate(ctx, template, espo.TemplateData{
		EmailAddress: "olena@acme.example", Parent: client.Accounts.Ref(account),
	})
	if err != nil {
		log.Fatal(err)
	}
	email, err := client.Emails.Send(ctx, espo.Email{
		From: "sales@us.example", To: "olena@acme.example",
		Name: text.Subject, Body: text.Body, IsHTML: text.IsHTML, AttachmentsIDs: text.AttachmentsIDs,
	})
	fmt.Println(email.Name, email.Body, err)
	// Output: For Olena Koval <p>An offer for Acme.</p> <nil>
}
