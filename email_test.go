package espo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestEmailSendWithoutSMTP(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithSettings(map[string]any{"outboundEmailIsShared": true})) // else it does not say why
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
