package espo_test

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var emailCalls = []matrixCall{
	{name: "EmailService.Send", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.admin.Emails.Send(x.ctx, espo.Email{Name: "Hi", From: "a@x.example", To: "b@x.example"}, x.opt)
		}
	}},
	{name: "EmailService.SendDraft", ready: func(x *matrixRun) ask {
		id := x.draft()
		return func() (any, error) { return x.admin.Emails.SendDraft(x.ctx, id, x.opt) }
	}},
	{name: "EmailService.SendTest", ready: func(x *matrixRun) ask {
		x.secrets = append(x.secrets, "smtp-password")
		return func() (any, error) {
			return fails(x.admin.Emails.SendTest(x.ctx, "you@x.example", espo.SMTPSettings{
				Server: "smtp.example", Port: 25, UserName: "me", Password: "smtp-password",
			}, x.opt))
		}
	}},
	{name: "EmailService.ImportEML", ready: func(x *matrixRun) ask {
		file, err := x.client.Attachments.Upload(x.ctx, espo.Upload{
			Name: "m.eml", Content: strings.NewReader("From: a@x.example\r\nSubject: Hi\r\n\r\nHello\r\n"), For: espo.NoteAttachment(),
		})
		require.NoError(x.t, err)
		return func() (any, error) { return x.client.Emails.ImportEML(x.ctx, file.ID, x.opt) }
	}},
	{name: "EmailService.MarkRead", same: true, ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.MarkRead(x.ctx, []string{id}, x.opt)) }
	}},
	{name: "EmailService.MarkAllRead", same: true, ready: func(x *matrixRun) ask {
		x.email()
		return func() (any, error) { return fails(x.admin.Emails.MarkAllRead(x.ctx, x.opt)) }
	}},
	{name: "EmailService.MarkUnread", ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.MarkUnread(x.ctx, []string{id}, x.opt)) }
	}},
	{name: "EmailService.MarkImportant", same: true, ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.MarkImportant(x.ctx, []string{id}, x.opt)) }
	}},
	{name: "EmailService.MarkUnimportant", ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.MarkUnimportant(x.ctx, []string{id}, x.opt)) }
	}},
	{name: "EmailService.Trash", same: true, ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.Trash(x.ctx, []string{id}, x.opt)) }
	}},
	{name: "EmailService.Untrash", ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.Untrash(x.ctx, []string{id}, x.opt)) }
	}},
	{name: "EmailService.MoveToFolder", same: true, ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) { return fails(x.admin.Emails.MoveToFolder(x.ctx, "inbox", []string{id}, x.opt)) }
	}},
	{name: "EmailService.Folders", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Emails.Folders(x.ctx, x.opt) }
	}},
	{name: "EmailService.UnreadCounts", free: true, ready: func(x *matrixRun) ask {
		x.email()
		return func() (any, error) { return x.admin.Emails.UnreadCounts(x.ctx, x.opt) }
	}},
	{name: "EmailService.AddUsers", same: true, ready: func(x *matrixRun) ask {
		id, jane := x.email(), x.jane()
		return func() (any, error) { return fails(x.admin.Emails.AddUsers(x.ctx, id, []string{jane}, x.opt)) }
	}},
	{name: "EmailService.CopyAttachments", ready: func(x *matrixRun) ask {
		id := x.email()
		return func() (any, error) {
			return x.admin.Emails.CopyAttachments(x.ctx, id, espo.AttachmentField("Case", "attachments"), espo.Ref{}, x.opt)
		}
	}},
	{name: "EmailService.InsertableFields", free: true, ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		return func() (any, error) { return x.client.Emails.InsertableFields(x.ctx, ref, "", x.opt) }
	}},
	{name: "EmailService.SearchAddresses", free: true, ready: func(x *matrixRun) ask {
		x.jane()
		return func() (any, error) { return x.client.Emails.SearchAddresses(x.ctx, "jane", 5, x.opt) }
	}},
	{name: "EmailService.PrepareTemplate", ready: func(x *matrixRun) ask {
		id := x.seed("EmailTemplate", espo.Attrs{"name": "T", "subject": "Hello", "body": "<p>Dear {Person.name}</p>"})
		return func() (any, error) { return x.client.Emails.PrepareTemplate(x.ctx, id, espo.TemplateData{}, x.opt) }
	}},

	{name: "LeadService.ConvertAttributes", free: true, ready: func(x *matrixRun) ask {
		id := x.lead()
		return func() (any, error) { return x.client.Leads.ConvertAttributes(x.ctx, id, x.opt) }
	}},
	{name: "LeadService.Convert", ready: func(x *matrixRun) ask {
		id := x.lead()
		into, err := x.client.Leads.ConvertAttributes(x.ctx, id)
		require.NoError(x.t, err)
		return func() (any, error) {
			return x.client.Leads.Convert(x.ctx, id, espo.LeadConversion{Records: map[string]espo.Attrs{"Contact": into.Records["Contact"]}}, x.opt)
		}
	}},
	{name: "CampaignService.GenerateMailMerge", ready: func(x *matrixRun) ask {
		list := x.targetList()
		x.seed("Contact", espo.Attrs{"lastName": "Koval", "addressStreet": "Main 1", "targetListsIds": []string{list}})
		id := x.seed("Campaign", espo.Attrs{
			"name": "Spring", "type": "Mail", "targetListsIds": []string{list},
			"contactsTemplateId": x.seed("Template", espo.Attrs{"name": "Letter", "entityType": "Contact"}),
		})
		return func() (any, error) { return x.client.Campaigns.GenerateMailMerge(x.ctx, id, "contacts", x.opt) }
	}},
	{name: "PagedService.List:opted-out", ready: func(x *matrixRun) ask {
		id, target := x.target()
		require.NoError(x.t, x.client.TargetLists.OptOut(x.ctx, id, target))
		return func() (any, error) { return x.client.TargetLists.OptedOut(id).List(x.ctx, espo.Paging{}, x.opt) }
	}},
	{name: "TargetListService.OptOut", same: true, ready: func(x *matrixRun) ask {
		id, target := x.target()
		return func() (any, error) { return fails(x.client.TargetLists.OptOut(x.ctx, id, target, x.opt)) }
	}},
	{name: "TargetListService.CancelOptOut", same: true, ready: func(x *matrixRun) ask {
		id, target := x.target()
		require.NoError(x.t, x.client.TargetLists.OptOut(x.ctx, id, target))
		return func() (any, error) { return fails(x.client.TargetLists.CancelOptOut(x.ctx, id, target, x.opt)) }
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
	list, contact = x.targetList(), x.client.Contacts.Ref(x.contact())
	require.NoError(x.t, x.client.TargetLists.Contacts(list).Link(x.ctx, contact.ID))
	return list, contact
}
