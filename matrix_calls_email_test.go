package espo_test

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var emailCalls = []matrixCall{
	{name: "EmailService.Send", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.admin.Emails.Send(x.ctx, espo.Email{Name: "Hi", From: "a@x.example", To: "b@x.example"})
		}
	}},
	{name: "EmailService.SendDraft", ready: func(x *matrixRun) ask {
		id := x.draft()
		return func() (any, error) { return x.admin.Emails.SendDraft(x.ctx, id) }
	}},
	{name: "EmailService.SendTest", ready: func(x *matrixRun) ask {
		x.secrets = append(x.secrets, "smtp-password")
		return func() (any, error) {
			return fails(x.admin.Emails.SendTest(x.ctx, "you@x.example", espo.SMTPSettings{
				Server: "smtp.example", Port: 25, UserName: "me", Password: "smtp-password",
			}))
		}
	}},
	{name: "EmailService.ImportEML", ready: func(x *matrixRun) ask {
		file, err := x.client.Attachments.Upload(x.ctx, espo.Upload{
			Name: "m.eml", Content: strings.NewReader("From: a@x.example\r\nSubject: Hi\r\n\r\nHello\r\n"), For: espo.NoteAttachment(),
		})
		require.NoError(x.t, err)
		return func() (any, error) { return x.client.Emails.ImportEML(x.ctx, file.ID) }
	}},
	{name: "EmailService.MarkRead", same: true, ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.MarkRead(x.ctx, id)) }
	}},
	{name: "EmailService.MarkAllRead", same: true, ready: func(x *matrixRun) ask {
		x.email()
		return func() (any, error) { return fails(x.admin.Emails.MarkAllRead(x.ctx)) }
	}},
	{name: "EmailService.MarkUnread", ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.MarkUnread(x.ctx, id)) }
	}},
	{name: "EmailService.MarkImportant", same: true, ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.MarkImportant(x.ctx, id)) }
	}},
	{name: "EmailService.MarkUnimportant", ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.MarkUnimportant(x.ctx, id)) }
	}},
	{name: "EmailService.Trash", same: true, ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.Trash(x.ctx, id)) }
	}},
	{name: "EmailService.Untrash", ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.Untrash(x.ctx, id)) }
	}},
	{name: "EmailService.MoveToFolder", same: true, ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.MoveToFolder(x.ctx, "inbox", id)) }
	}},
	{name: "EmailService.Folders", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Emails.Folders(x.ctx) }
	}},
	{name: "EmailService.UnreadCounts", free: true, ready: func(x *matrixRun) ask {
		x.email()
		return func() (any, error) { return x.admin.Emails.UnreadCounts(x.ctx) }
	}},
	{name: "EmailService.AddUsers", same: true, ready: func(x *matrixRun) ask {
		id, jane := x.email(), x.jane()
		return func() (any, error) { return fails(x.admin.Emails.AddUsers(x.ctx, id, jane)) }
	}},
	{name: "EmailService.CopyAttachments", ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) {
			return x.admin.Emails.CopyAttachments(x.ctx, id, espo.Ref{Type: "Case"}, "attachments")
		}
	}},
	{name: "EmailService.InsertFields", free: true, ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		return func() (any, error) { return x.client.Emails.InsertFields(x.ctx, ref, "") }
	}},
	{name: "EmailService.SearchAddresses", free: true, ready: func(x *matrixRun) ask {
		x.jane()
		return func() (any, error) { return x.client.Emails.SearchAddresses(x.ctx, "jane", 5) }
	}},
	{name: "EmailService.PrepareTemplate", ready: func(x *matrixRun) ask {
		id := x.seed("EmailTemplate", espo.Attrs{"name": "T", "subject": "Hello", "body": "<p>Dear {Person.name}</p>"})
		return func() (any, error) { return x.client.Emails.PrepareTemplate(x.ctx, id, espo.TemplateData{}) }
	}},

	{name: "LeadService.ConvertAttributes", free: true, ready: func(x *matrixRun) ask {
		id := x.lead()
		return func() (any, error) { return x.client.Leads.ConvertAttributes(x.ctx, id) }
	}},
	{name: "LeadService.Convert", ready: func(x *matrixRun) ask {
		id := x.lead()
		into, err := x.client.Leads.ConvertAttributes(x.ctx, id)
		require.NoError(x.t, err)
		return func() (any, error) {
			return x.client.Leads.Convert(x.ctx, id, espo.Conversion{"Contact": into["Contact"]})
		}
	}},
	{name: "CampaignService.GenerateMailMerge", ready: func(x *matrixRun) ask {
		list := x.targetList()
		x.seed("Contact", espo.Attrs{"lastName": "Koval", "addressStreet": "Main 1", "targetListsIds": []string{list}})
		id := x.seed("Campaign", espo.Attrs{
			"name": "Spring", "type": "Mail", "targetListsIds": []string{list},
			"contactsTemplateId": x.seed("Template", espo.Attrs{"name": "Letter", "entityType": "Contact"}),
		})
		return func() (any, error) { return x.client.Campaigns.GenerateMailMerge(x.ctx, id, "contacts") }
	}},
	{name: "TargetListService.OptedOut", ready: func(x *matrixRun) ask {
		id, target := x.target()
		require.NoError(x.t, x.client.TargetLists.OptOut(x.ctx, id, target))
		return func() (any, error) { return x.client.TargetLists.OptedOut(x.ctx, id, espo.Paging{}) }
	}},
	{name: "TargetListService.OptOut", same: true, ready: func(x *matrixRun) ask {
		id, target := x.target()
		return func() (any, error) { return fails(x.client.TargetLists.OptOut(x.ctx, id, target)) }
	}},
	{name: "TargetListService.CancelOptOut", same: true, ready: func(x *matrixRun) ask {
		id, target := x.target()
		require.NoError(x.t, x.client.TargetLists.OptOut(x.ctx, id, target))
		return func() (any, error) { return fails(x.client.TargetLists.CancelOptOut(x.ctx, id, target)) }
	}},
}

// draft is an e-mail to be sent.
func (x *matrixRun) draft() string {
	draft, err := x.admin.Emails.Create(x.ctx, espo.Email{
		Name: "Hi", From: "a@x.example", To: "b@x.example", Status: espo.EmailStatusDraft,
	})
	require.NoError(x.t, err)
	return draft.ID
}

func (x *matrixRun) lead() string {
	return x.seed("Lead", espo.Attrs{"lastName": "Koval", "accountName": "Acme"})
}

// target is a list with a contact.
func (x *matrixRun) target() (list string, contact espo.Ref) {
	list, contact = x.targetList(), espo.Ref{Type: "Contact", ID: x.contact()}
	require.NoError(x.t, x.client.Related("TargetList", list, "contacts").Link(x.ctx, contact.ID))
	return list, contact
}
