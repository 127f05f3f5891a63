package espo_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// An e-mail is never sent a second time, by whichever method and whatever the
// server answers.
func TestEmailsAreSentOnce(t *testing.T) {
	sending := espo.Attrs{"status": espo.EmailStatusSending}
	calls := map[string]func(context.Context, *espo.Client) error{
		"Send": func(ctx context.Context, c *espo.Client) error {
			_, err := c.Emails.Send(ctx, espo.Email{To: "a@x.example"})
			return err
		},
		"SendDraft": func(ctx context.Context, c *espo.Client) error { _, err := c.Emails.SendDraft(ctx, "1"); return err },
		"Update": func(ctx context.Context, c *espo.Client) error {
			_, err := c.Emails.Update(ctx, "1", sending)
			return err
		},
		"Records": func(ctx context.Context, c *espo.Client) error {
			_, err := c.Records("Email").Update(ctx, "1", espo.Attrs{"status": "Sending"})
			return err
		},
		"Modify": func(ctx context.Context, c *espo.Client) error {
			_, err := c.Emails.Modify(ctx, "1", func(e *espo.Email) error { e.Status = espo.EmailStatusSending; return nil })
			return err
		},
		"access info": func(ctx context.Context, c *espo.Client) error {
			_, err := c.Users.Update(ctx, "1", espo.Attrs{"password": "x", "sendAccessInfo": true})
			return err
		},
	}
	for name, call := range calls {
		for failure, fail := range map[string]func(http.ResponseWriter){
			"502": func(w http.ResponseWriter) { reply(w, 502, "<html>") },
			"503": func(w http.ResponseWriter) { reply(w, 503, "") },
			"504": func(w http.ResponseWriter) { reply(w, 504, "<html>") },
			"cut": func(http.ResponseWriter) { cut() },
		} {
			t.Run(name+" "+failure, func(t *testing.T) {
				var sent tally
				client := connect(t, func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet {
						reply(w, 200, `{"id":"1","status":"Draft"}`)
						return
					}
					sent.add()
					fail(w)
				}, oneShot())
				err := call(t.Context(), client)
				require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
				assert.Equal(t, 1, sent.count())
			})
		}
	}
}

// The same, counted by the server: the answer is lost after the effect.
func TestEmailsAreSentOnceByTheServer(t *testing.T) {
	for _, auth := range []espo.Authenticator{espo.APIKey(espotest.FullAPIKey), espo.Basic(espotest.AdminUser, espotest.AdminPassword)} {
		srv := espotest.NewServer(t, espotest.WithSMTP())
		emails := srv.ClientAs(auth, noWait).Emails
		draft, err := emails.Create(t.Context(), espo.Email{
			Name: "Offer", From: "me@crm.example", To: "a@x.example", Status: espo.EmailStatusDraft,
		})
		require.NoError(t, err)
		srv.Fail(espotest.Fault{Method: http.MethodPut, Nth: 1, Times: 3, After: true, Status: http.StatusGatewayTimeout})
		_, err = emails.SendDraft(t.Context(), draft.ID)
		require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
		assert.Len(t, srv.SentEmails(), 1)

		_, err = emails.SendDraft(t.Context(), draft.ID)
		require.ErrorIs(t, err, espo.ErrNothingDone, "it was sent")
		assert.Len(t, srv.SentEmails(), 1)
	}
}

// Only an answer that says so is a success.
func TestEmailsThatWereNotSent(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"id":"1","status":"Draft"}`) })
	_, err := client.Emails.Send(t.Context(), espo.Email{To: "a@x.example"})
	var failed *espo.SendError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "1", failed.EmailID)
	_, err = client.Emails.SendDraft(t.Context(), "1")
	require.ErrorAs(t, err, &failed)
	assert.ErrorContains(t, err, `its status is "Draft"`)
}

// An e-mail that is being sent, or whose sending has failed, is made a draft
// first: servers send what becomes Sending.
func TestSendDraftAfterAFailure(t *testing.T) {
	for status, want := range map[espo.EmailStatus][]string{
		espo.EmailStatusDraft:   {`{"status":"Sending"}`},
		espo.EmailStatusSending: {`{"status":"Draft"}`, `{"status":"Sending"}`},
		espo.EmailStatusFailed:  {`{"status":"Draft"}`, `{"status":"Sending"}`},
		espo.EmailStatusSent:    nil,
	} {
		t.Run(string(status), func(t *testing.T) {
			var sent []string
			client := connect(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					reply(w, 200, `{"id":"1","status":"`+string(status)+`"}`)
					return
				}
				sent = append(sent, string(readAll(t, r)))
				reply(w, 200, `{"id":"1","status":"Sent"}`)
			})
			_, err := client.Emails.SendDraft(t.Context(), "1")
			if want == nil {
				require.ErrorIs(t, err, espo.ErrNothingDone)
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, want, sent)
		})
	}
}
