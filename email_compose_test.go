package espo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

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
