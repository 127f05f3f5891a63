package espotest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func email(status string) map[string]any {
	return map[string]any{
		"name": "Hello", "from": "me@x.example", "to": "you@x.example;they@x.example", "cc": "c@x.example", "body": "<p>Hi</p>", "status": status,
	}
}

var sending = map[string]any{"status": "Sending"}

func TestSentEmails(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	s := espotest.NewServer(t, espotest.WithSMTP(), espotest.WithClock(func() time.Time { return now }))
	assert.Empty(t, s.SentEmails())
	a := mustCall(t, s, http.MethodPost, "Email", email("Sending"))
	require.Equal(t, 200, a.status)
	assert.Equal(t, "Sent", a.object(t)["status"])
	id, _ := a.object(t)["id"].(string)
	assert.Equal(t, []espotest.SentEmail{{
		ID: id, From: "me@x.example", To: "you@x.example;they@x.example", CC: "c@x.example", Subject: "Hello", Body: "<p>Hi</p>", Time: now,
	}}, s.SentEmails())

	create(t, s, "Email", email("Draft"))
	create(t, s, "Email", email("Archived"))
	assert.Len(t, s.SentEmails(), 1, "others are only stored")
}

// Every update that leaves an e-mail with the status Sending sends it. Only
// administrators can bring that status back.
func TestUpdatesThatSendEmails(t *testing.T) {
	for _, row := range []struct {
		before       string
		admin, other string // the status then
		sentByAdmin  int
		sentByOther  int
	}{
		{"Draft", "Sent", "Sent", 1, 1},
		{"Sending", "Sent", "Sent", 1, 1},
		{"Sent", "Sent", "Sent", 1, 0},
		{"Failed", "Sent", "Failed", 1, 0},
		{"Archived", "Archived", "Archived", 0, 0},
	} {
		t.Run(row.before, func(t *testing.T) {
			for who, want := range map[string]struct {
				headers []string
				status  string
				sent    int
			}{
				"an administrator": {asAdmin, row.admin, row.sentByAdmin},
				"anybody else":     {nil, row.other, row.sentByOther},
			} {
				t.Run(who, func(t *testing.T) {
					s := espotest.NewServer(t, espotest.WithSMTP())
					id := s.Seed("Email", email(row.before))[0]
					assert.Empty(t, s.SentEmails(), "seeding sends nothing")
					a := mustCall(t, s, http.MethodPut, "Email/"+id, sending, want.headers...)
					require.Equal(t, 200, a.status)
					assert.Equal(t, want.status, a.object(t)["status"])
					assert.Equal(t, want.status, s.Records("Email")[0]["status"])
					assert.Len(t, s.SentEmails(), want.sent)
				})
			}
		})
	}
}

// Who repeats an update because its answer was lost sends the e-mail twice, as
// an administrator.
func TestRepeatedUpdateSendsAgain(t *testing.T) {
	for who, want := range map[string]struct {
		headers []string
		sent    int
	}{"an administrator": {asAdmin, 2}, "anybody else": {nil, 1}} {
		t.Run(who, func(t *testing.T) {
			s := espotest.NewServer(t, espotest.WithSMTP())
			id := s.Seed("Email", email("Draft"))[0]
			s.Fail(espotest.Fault{Method: http.MethodPut, After: true, Status: 504})
			assert.Equal(t, 504, mustCall(t, s, http.MethodPut, "Email/"+id, sending, want.headers...).status)
			assert.Len(t, s.SentEmails(), 1)
			a := mustCall(t, s, http.MethodPut, "Email/"+id, sending, want.headers...)
			assert.Equal(t, "Sent", a.object(t)["status"])
			assert.Len(t, s.SentEmails(), want.sent)
		})
	}
}

// An e-mail that cannot be sent is left as it is, and nobody says why, unless the
// server has an account for all: then, and before EspoCRM 9.2, it becomes a draft.
func TestSendingFailsUnexplained(t *testing.T) {
	s := espotest.NewServer(t)
	id := s.Seed("Email", email("Draft"))[0]
	a := mustCall(t, s, http.MethodPut, "Email/"+id, sending)
	assert.Equal(t, 500, a.status)
	assert.Empty(t, a.reason())
	assert.Equal(t, "Sending", s.Records("Email")[0]["status"])
}

// An e-mail that cannot be sent becomes a draft, and sending it again fails
// again.
func TestSendingFails(t *testing.T) {
	for _, opt := range []espotest.Option{espotest.WithVersion("9.1"), espotest.WithSettings(espo.Attrs{"outboundEmailIsShared": true})} {
		sendingFails(t, espotest.NewServer(t, opt))
	}
}

func sendingFails(t *testing.T, s *espotest.Server) {
	t.Helper()
	id := s.Seed("Email", email("Draft"))[0]
	for range 3 {
		a := mustCall(t, s, http.MethodPut, "Email/"+id, sending)
		assert.Equal(t, 500, a.status)
		assert.Equal(t, "sendingFail", a.reason())
		assert.Equal(t, map[string]any{"id": id, "message": "No system SMTP settings."}, a.object(t))
		assert.Equal(t, "Draft", s.Records("Email")[0]["status"])
	}
	assert.Empty(t, s.SentEmails())
}

// Nobody but an administrator changes what was sent, except where it belongs.
func TestSentEmailsStayAsTheyAre(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithSMTP())
	account := s.Seed("Account", map[string]any{"name": "Acme"})[0]
	id := create(t, s, "Email", email("Sending"))
	change := map[string]any{"name": "Other", "body": "other", "dateSent": "2001-01-01 00:00:00", "parentType": "Account", "parentId": account}
	a := mustCall(t, s, http.MethodPut, "Email/"+id, change)
	assert.Equal(t, "Hello", a.object(t)["name"])
	stored := s.Records("Email")[0]
	assert.Equal(t, "Hello", stored["name"])
	assert.Equal(t, "<p>Hi</p>", stored["body"])
	assert.Equal(t, account, stored["parentId"])

	mustCall(t, s, http.MethodPut, "Email/"+id, change, asAdmin...)
	stored = s.Records("Email")[0]
	assert.Equal(t, "Other", stored["name"])
	assert.NotEqual(t, "2001-01-01 00:00:00", stored["dateSent"], "when it was sent is a fact")

	archived := create(t, s, "Email", email("Archived"))
	mustCall(t, s, http.MethodPut, "Email/"+archived, change)
	assert.Equal(t, "Other", s.Records("Email")[1]["name"], "what was put into the archive by hand may be changed")
}

func TestEmailsOfTheServerItself(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithSMTP())
	user := s.Seed("User", map[string]any{"userName": "eve", "lastName": "Eve", "emailAddress": "eve@x.example"})[0]
	for path, body := range map[string]map[string]any{
		"UserSecurity/password/generate": {"id": user}, "UserSecurity/password/recovery": {"id": user},
	} {
		require.Equal(t, 200, mustCall(t, s, http.MethodPost, path, body, asAdmin...).status, path)
	}
	test := func(server string) int {
		return mustCall(t, s, http.MethodPost, "Email/sendTest", map[string]any{"emailAddress": "you@x.example", "server": server, "port": 25}).status
	}
	assert.Equal(t, 500, test("nowhere.example"))
	assert.Equal(t, 200, test("smtp.espotest.example"), "the one of the settings")
	var to []string
	for _, e := range s.SentEmails() {
		assert.Empty(t, e.ID)
		assert.NotEmpty(t, e.Subject)
		to = append(to, e.To)
	}
	assert.Equal(t, []string{"eve@x.example", "eve@x.example", "you@x.example"}, to)
}

// The server sends no test to a host within.
func TestSendTestToInternalHost(t *testing.T) {
	s := espotest.NewServer(t)
	err := s.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)).Emails.SendTest(t.Context(), "x@x.example", espo.SMTPSettings{Server: "127.0.0.1", Port: 25, FromAddress: "a@x.example"})
	require.ErrorIs(t, err, espo.ErrForbidden)
}
