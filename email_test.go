package espo_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestEmailSendWithoutSMTP(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	_, err := client.Emails.Send(ctx, espo.Email{Name: "Hello", From: "me@x.example", To: "you@x.example", Body: "<p>Hi</p>"})
	var failed *espo.SendError
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, espo.ErrServer)
	assert.Equal(t, "No system SMTP settings.", failed.Message)
	require.ErrorContains(t, err, "No system SMTP settings.")
	stored, err := client.Emails.Get(ctx, failed.EmailID)
	require.NoError(t, err)
	assert.Equal(t, espo.EmailStatusDraft, stored.Status)
	assert.Equal(t, "you@x.example", stored.To)

	_, err = client.Emails.SendDraft(ctx, failed.EmailID)
	require.ErrorAs(t, err, &failed)
	_, err = client.Emails.SendDraft(ctx, failed.EmailID)
	require.ErrorAs(t, err, &failed, "what has failed before is sent again, and not passed over")

	_, err = client.Emails.Send(ctx, espo.Email{Name: "Hello", To: "you@x.example"})
	var invalid *espo.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "from", invalid.Field)
	require.ErrorAs(t, client.Emails.SendTest(ctx, "you@x.example", espo.SMTPSettings{Server: "smtp.example", Port: 25}), &failed)
	assert.Empty(t, failed.EmailID)
	require.ErrorIs(t, client.Emails.SendTest(ctx, "", espo.SMTPSettings{}), espo.ErrInput)
}

func TestEmailSend(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithSettings(map[string]any{"smtpServer": "smtp.example"}))
	client, ctx := srv.Client(), t.Context()
	sent, err := client.Emails.Send(ctx, espo.Email{Name: "Hello", From: "me@x.example", To: "you@x.example"})
	require.NoError(t, err)
	assert.Equal(t, espo.EmailStatusSent, sent.Status)
	assert.False(t, sent.DateSent.IsZero())
	_, err = client.Emails.SendDraft(ctx, sent.ID)
	require.ErrorIs(t, err, espo.ErrNothingDone)

	draft, err := client.Emails.Create(ctx, espo.Email{Name: "Later", From: "me@x.example", To: "you@x.example", Status: espo.EmailStatusDraft})
	require.NoError(t, err)
	sent, err = client.Emails.SendDraft(ctx, draft.ID)
	require.NoError(t, err)
	assert.Equal(t, espo.EmailStatusSent, sent.Status)
	_, err = client.Emails.SendDraft(ctx, "000000000000000ab")
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestEmailInbox(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	ctx := t.Context()
	me, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	email, err := client.Emails.Create(ctx, espo.Email{Name: "News", From: "a@x.example", To: "b@x.example", Body: "Hello"})
	require.NoError(t, err)
	require.NoError(t, client.Emails.AddUsers(ctx, email.ID, []string{me.User.ID}))
	state := func() espo.Email {
		e, err := client.Emails.Get(ctx, email.ID)
		require.NoError(t, err)
		return e
	}
	unread := func() int {
		counts, err := client.Emails.UnreadCounts(ctx)
		require.NoError(t, err)
		return counts["inbox"]
	}
	assert.Equal(t, 1, unread())
	require.NoError(t, client.Emails.MarkRead(ctx, []string{email.ID}))
	assert.True(t, state().IsRead)
	assert.Zero(t, unread())
	require.NoError(t, client.Emails.MarkUnread(ctx, []string{email.ID}))
	assert.Equal(t, 1, unread())
	require.NoError(t, client.Emails.MarkAllRead(ctx))
	assert.Zero(t, unread())
	require.NoError(t, client.Emails.MarkImportant(ctx, []string{email.ID}))
	assert.True(t, state().IsImportant)
	require.NoError(t, client.Emails.MarkUnimportant(ctx, []string{email.ID}))
	assert.False(t, state().IsImportant)
	require.NoError(t, client.Emails.Trash(ctx, []string{email.ID}))
	assert.True(t, state().InTrash)
	require.NoError(t, client.Emails.Untrash(ctx, []string{email.ID}))
	assert.False(t, state().InTrash)

	folder, err := client.Records("EmailFolder").Create(ctx, espo.Record{"name": "Mine"})
	require.NoError(t, err)
	require.NoError(t, client.Emails.MoveToFolder(ctx, folder.ID(), []string{email.ID}))
	assert.Equal(t, folder.ID(), state().FolderID)
	require.NoError(t, client.Emails.MoveToFolder(ctx, "inbox", []string{email.ID}))
	assert.Empty(t, state().FolderID)
	folders, err := client.Emails.Folders(ctx)
	require.NoError(t, err)
	names := map[string]string{}
	for _, f := range folders {
		names[f.ID] = f.Name
	}
	assert.Equal(t, "Mine", names[folder.ID()])
	assert.Equal(t, "Inbox", names["inbox"])

	for _, err := range []error{
		client.Emails.MarkRead(ctx, nil), client.Emails.Trash(ctx, []string{""}), client.Emails.MoveToFolder(ctx, "", []string{email.ID}),
		client.Emails.AddUsers(ctx, email.ID, nil),
	} {
		require.ErrorIs(t, err, espo.ErrInput)
	}
	api, err := srv.Client().App.CurrentUser(ctx)
	require.NoError(t, err)
	require.ErrorIs(t, client.Emails.AddUsers(ctx, email.ID, []string{api.User.ID}), espo.ErrForbidden)
}

func TestEmailTemplates(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	account := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	contact := srv.Seed("Contact", map[string]any{"firstName": "Jane", "lastName": "Doe", "emailAddress": "jane@x.example"})[0]
	tpl := srv.Seed("EmailTemplate", map[string]any{
		"name": "T", "subject": "Hello {Person.name}", "body": "<p>Dear {Contact.lastName} of {Account.name}</p>", "isHtml": true,
	})[0]
	got, err := client.Emails.PrepareTemplate(ctx, tpl, espo.TemplateData{EmailAddress: "jane@x.example", Parent: espo.Ref{Type: "Account", ID: account}})
	require.NoError(t, err)
	assert.Equal(t, espo.PreparedEmail{
		Subject: "Hello Jane Doe", Body: "<p>Dear Doe of Acme</p>", IsHTML: true, AttachmentsIDs: []string{}, AttachmentsNames: espo.Names{},
	}, got)
	got, err = client.Emails.PrepareTemplate(ctx, tpl, espo.TemplateData{Related: espo.Ref{Type: "Contact", ID: contact}})
	require.NoError(t, err)
	assert.Equal(t, "Hello {Person.name}", got.Subject)
	assert.Equal(t, "<p>Dear Doe of {Account.name}</p>", got.Body)
	_, err = client.Emails.PrepareTemplate(ctx, "000000000000000ab", espo.TemplateData{})
	require.ErrorIs(t, err, espo.ErrNotFound)

	fields, err := client.Emails.InsertableFields(ctx, espo.Ref{Type: "Account", ID: account}, "jane@x.example")
	require.NoError(t, err)
	assert.Equal(t, "Acme", fields["parent"].Name)
	assert.Equal(t, contact, fields["to"].ID)
	assert.Equal(t, "Doe", fields["to"].Values["lastName"])
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	user, err := admin.Users.Create(ctx, espo.User{UserName: "ursula", LastName: "Ursula", EmailAddress: "u@x.example"})
	require.NoError(t, err)
	for _, text := range []string{"u@", "ursu"} {
		found, err := client.Emails.SearchAddresses(ctx, text, 5)
		require.NoError(t, err)
		assert.Equal(t, []espo.FoundAddress{{EmailAddress: "u@x.example", EntityType: "User", EntityID: user.ID, EntityName: "Ursula"}}, found)
	}
	fields, err = client.Emails.InsertableFields(ctx, espo.Ref{}, "nobody@x.example")
	require.NoError(t, err)
	assert.Empty(t, fields)
}

func TestEmailFiles(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	file := func(name, content string, target espo.FileTarget) string {
		a, err := client.Attachments.Upload(ctx, espo.Upload{Name: name, Content: strings.NewReader(content), For: target})
		require.NoError(t, err)
		return a.ID
	}
	eml := file("m.eml", "From: Jane Doe <jane@x.example>\r\nTo: a@x.example, b@x.example\r\nSubject: =?utf-8?q?Hello_W=C3=B6rld?=\r\n"+
		"Date: Mon, 02 Mar 2026 10:00:00 +0200\r\nContent-Type: multipart/alternative; boundary=B\r\n\r\n"+
		"--B\r\nContent-Type: text/html\r\n\r\n<p>Hi</p>\r\n--B--\r\n", espo.NoteAttachment())
	id, err := client.Emails.ImportEML(ctx, eml)
	require.NoError(t, err)
	email, err := client.Emails.Get(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, "Hello Wörld", email.Name)
	assert.Equal(t, "jane@x.example", email.From)
	assert.Equal(t, "a@x.example;b@x.example", email.To)
	assert.Equal(t, "<p>Hi</p>", email.Body)
	assert.True(t, email.IsHTML)
	assert.Equal(t, espo.EmailStatusArchived, email.Status)
	assert.Equal(t, "2026-03-02 08:00:00", email.DateSent.String())
	_, err = client.Emails.ImportEML(ctx, eml)
	require.ErrorIs(t, err, espo.ErrNotFound, "it is used up")
	id, err = client.Emails.ImportEML(ctx, file("m.eml", "not an e-mail", espo.NoteAttachment()))
	require.NoError(t, err)
	empty, err := client.Emails.Get(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, "(No Subject)", empty.Name)
	assert.Empty(t, empty.From)

	email, err = client.Emails.Create(ctx, espo.Email{
		Name: "With a file", From: "a@x.example", To: "b@x.example", Status: espo.EmailStatusDraft, AttachmentsIDs: []string{file("a.txt", "hello", espo.AttachmentField("Email", "attachments"))},
	})
	require.NoError(t, err)
	copied, err := client.Emails.CopyAttachments(ctx, email.ID, espo.AttachmentField("Case", "attachments"), espo.Ref{})
	require.NoError(t, err)
	require.Len(t, copied.IDs, 1)
	assert.NotEqual(t, email.AttachmentsIDs, copied.IDs)
	assert.Equal(t, "a.txt", copied.Names[copied.IDs[0]])
	assert.Equal(t, "hello", string(downloaded(t, client, copied.IDs[0])))
	_, err = client.Emails.CopyAttachments(ctx, email.ID, espo.AttachmentField("Account", "attachments"), espo.Ref{})
	require.ErrorIs(t, err, espo.ErrForbidden, "there is no such field")
	_, err = client.Emails.CopyAttachments(ctx, "missing", espo.AttachmentField("Case", "attachments"), espo.Ref{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).Emails
	_, err = limited.CopyAttachments(ctx, email.ID, espo.AttachmentField("Case", "attachments"), espo.Ref{})
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = limited.ImportEML(ctx, eml)
	require.ErrorIs(t, err, espo.ErrForbidden)
}

// What goes over the wire, against answers as a real server gives them.
func TestEmailEndpoints(t *testing.T) {
	replies := map[string]string{
		"POST Email/importEml":                     `{"id": "6b0538d79d05f8572"}`,
		"POST Email/E1/attachments/copy":           `{"ids": ["A1"], "names": {"A1": "a.pdf"}}`,
		"GET EmailAddress/search?maxSize=3&q=jane": `[{"emailAddress": "jane@x.example", "entityName": "Jane", "entityType": "Contact", "entityId": "C1"}]`,
	}
	var bodies []string
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		key := r.Method + " " + route(r)
		if r.URL.RawQuery != "" {
			key += "?" + r.URL.RawQuery
		}
		answer, ok := replies[key]
		if !ok {
			t.Errorf("unexpected request %s", key)
		}
		bodies = append(bodies, string(readAll(t, r)))
		reply(w, 200, answer)
	})
	ctx := t.Context()

	id, err := client.Emails.ImportEML(ctx, "A1")
	require.NoError(t, err)
	assert.Equal(t, "6b0538d79d05f8572", id)
	copied, err := client.Emails.CopyAttachments(ctx, "E1", espo.AttachmentField("Email", "attachments"), espo.Ref{Type: "Email", ID: "E2"})
	require.NoError(t, err)
	assert.Equal(t, espo.CopiedAttachments{IDs: []string{"A1"}, Names: espo.Names{"A1": "a.pdf"}}, copied)
	found, err := client.Emails.SearchAddresses(ctx, "jane", 3)
	require.NoError(t, err)
	assert.Equal(t, []espo.FoundAddress{{EmailAddress: "jane@x.example", EntityType: "Contact", EntityID: "C1", EntityName: "Jane"}}, found)
	assert.JSONEq(t, `{"fileId": "A1"}`, bodies[0])
	assert.JSONEq(t, `{"parentType": "Email", "parentId": "E2", "field": "attachments"}`, bodies[1])

	_, err = client.Emails.ImportEML(ctx, "")
	require.ErrorIs(t, err, espo.ErrInput)
	for name, c := range map[string]struct {
		to     espo.FileTarget
		parent espo.Ref
	}{
		"no field":               {},
		"a field for one file":   {to: espo.FileField("Document", "file")},
		"another type of record": {espo.AttachmentField("Task", "attachments"), espo.Ref{Type: "Case", ID: "1"}},
		"half a record":          {espo.AttachmentField("Task", "attachments"), espo.Ref{Type: "Task"}},
	} {
		_, err = client.Emails.CopyAttachments(ctx, "E1", c.to, c.parent)
		require.ErrorIs(t, err, espo.ErrInput, name)
	}
	_, err = client.Emails.SearchAddresses(ctx, "", 0)
	require.ErrorIs(t, err, espo.ErrInput)
}
