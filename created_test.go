package espo_test

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// leftServer refuses what is sent to it, and lists what it has made before.
type leftServer struct {
	refuse   func(w http.ResponseWriter)
	lists    map[string]string // by entity type
	noDate   bool
	searched map[string]string // the filters, by entity type
	sent     []string
}

func (s *leftServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", "Thu, 26 Nov 2026 08:30:10 GMT")
	if s.noDate {
		w.Header()["Date"] = nil
	}
	switch {
	case r.Method != http.MethodGet:
		s.sent = append(s.sent, route(r))
		s.refuse(w)
	case route(r) == "App/user":
		reply(w, 200, `{"user":{"id":"me"},"settings":{}}`)
	case strings.Contains(route(r), "/"):
		reply(w, 200, `{"id":"1","status":"Draft"}`)
	default:
		query, _ := url.QueryUnescape(r.URL.RawQuery)
		if s.searched == nil {
			s.searched = map[string]string{}
		}
		s.searched[route(r)] = query
		reply(w, 200, `{"total":-2,"list":[`+s.lists[route(r)]+`]}`)
	}
}

func bare500(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusInternalServerError)
}

// A server without SMTP settings for the sender stores the e-mail, and answers
// without a reason and without the e-mail's id.
func TestSendWithoutAReason(t *testing.T) {
	srv := &leftServer{refuse: bare500, lists: map[string]string{"Email": `{"id":"mail1","status":"Sending"}`}}
	client := connect(t, srv.ServeHTTP)
	email := espo.Email{Name: "Offer", From: "me@x.example", To: "you@x.example"}
	_, err := client.Emails.Send(t.Context(), email)
	var failed *espo.SendError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "mail1", failed.EmailID)
	assert.Empty(t, failed.Message)
	assert.Equal(t, 500, failed.Err.Status)
	require.ErrorIs(t, err, espo.ErrServer)
	require.ErrorIs(t, err, espo.ErrOutcomeUnknown, "the server does not say that it was not sent")
	assert.Len(t, srv.sent, 1)
	search := srv.searched["Email"]
	for _, want := range []string{`"value":"Sending"`, `"value":"Offer"`, `"attribute":"createdById","value":"me"`, `"attribute":"createdAt","value":"2026-11-26 08:30:0`} {
		assert.Contains(t, search, want)
	}

	_, err = client.Emails.SendDraft(t.Context(), "draft1")
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "draft1", failed.EmailID)
	require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
}

// What cannot be found for certain is not a SendError.
func TestSendThatLeavesNothingToFind(t *testing.T) {
	for name, srv := range map[string]*leftServer{
		"nothing was stored": {refuse: bare500},
		"several match":      {refuse: bare500, lists: map[string]string{"Email": `{"id":"1"},{"id":"2"}`}},
		"no clock":           {refuse: bare500, lists: map[string]string{"Email": `{"id":"1"}`}, noDate: true},
		"another reason":     {refuse: func(w http.ResponseWriter) { reasoned(w, 500, "Database error.") }, lists: map[string]string{"Email": `{"id":"1"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := connect(t, srv.ServeHTTP).Emails.Send(t.Context(), espo.Email{Name: "Offer", To: "you@x.example"})
			var failed *espo.SendError
			require.False(t, errors.As(err, &failed), "%v", err)
			require.ErrorIs(t, err, espo.ErrServer)
		})
	}
}

func refusesOpportunity(w http.ResponseWriter) {
	w.Header().Set("X-Status-Reason", "Field validation failure; entityType: Opportunity, field: name, type: required.")
	reply(w, 400, `{"messageTranslation":{"label":"validationFailure","data":{"field":"name","type":"required"}}}`)
}

func wholeConversion() espo.LeadConversion {
	return espo.LeadConversion{Records: map[string]espo.Attrs{
		"Account": {"name": "Lead Co"}, "Contact": {"name": "Lee Ad", "firstName": "Lee", "lastName": "Ad"}, "Opportunity": {"amount": 5},
	}}
}

// A conversion that is refused leaves what it has made before.
func TestLeadConversionThatIsRefusedLater(t *testing.T) {
	srv := &leftServer{refuse: refusesOpportunity, lists: map[string]string{
		"Account": `{"id":"acc1","name":"Lead Co"}`, "Contact": `{"id":"con1","name":"Lee Ad"}`,
	}}
	_, err := connect(t, srv.ServeHTTP).Leads.Convert(t.Context(), "lead1", wholeConversion())
	var left *espo.LeadConversionError
	require.ErrorAs(t, err, &left)
	assert.Equal(t, []espo.Ref{{Type: "Account", ID: "acc1"}, {Type: "Contact", ID: "con1"}}, left.Created)
	assert.Empty(t, left.Unknown)
	var invalid *espo.ValidationError
	require.ErrorAs(t, err, &invalid, "the reason stays")
	assert.Equal(t, "Opportunity", invalid.EntityType)
	require.ErrorContains(t, err, "; made before that: Account/acc1, Contact/con1")
	assert.NotContains(t, srv.searched, "Opportunity", "it was refused")
	assert.Contains(t, srv.searched["Account"], `"value":"Lead Co"`)
	assert.Contains(t, srv.searched["Contact"], `"attribute":"lastName","value":"Ad"`)
	assert.NotContains(t, srv.searched["Contact"], `"attribute":"name"`)
}

func TestLeadConversionOfWhichNotAllIsKnown(t *testing.T) {
	for name, c := range map[string]struct {
		srv     *leftServer
		into    espo.LeadConversion
		created []espo.Ref
		unknown []string
	}{
		"several match": {&leftServer{refuse: refusesOpportunity, lists: map[string]string{"Account": `{"id":"1"},{"id":"2"}`, "Contact": `{"id":"con1"}`}},
			wholeConversion(), []espo.Ref{{Type: "Contact", ID: "con1"}}, []string{"Account"}},
		"no clock": {&leftServer{refuse: refusesOpportunity, noDate: true}, wholeConversion(), nil, []string{"Account", "Contact"}},
		"another lead's": {&leftServer{refuse: refusesOpportunity, lists: map[string]string{"Account": `{"id":"acc1","originalLeadId":"other"}`}},
			wholeConversion(), nil, nil},
		"nothing was made": {&leftServer{refuse: refusesOpportunity}, wholeConversion(), nil, nil},
		"before 9.0": {&leftServer{refuse: bare500, lists: map[string]string{"Account": `{"id":"acc1"}`}},
			wholeConversion(), []espo.Ref{{Type: "Account", ID: "acc1"}}, []string{"Opportunity"}},
		"the only one": {&leftServer{refuse: refusesOpportunity}, espo.LeadConversion{Records: map[string]espo.Attrs{"Opportunity": {}}}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := connect(t, c.srv.ServeHTTP).Leads.Convert(t.Context(), "lead1", c.into)
			require.Error(t, err)
			var left *espo.LeadConversionError
			if c.created == nil && c.unknown == nil {
				require.False(t, errors.As(err, &left), "%v", err)
				return
			}
			require.True(t, errors.As(err, &left), "%v", err)
			assert.Equal(t, c.created, left.Created)
			assert.Equal(t, c.unknown, left.Unknown)
			assert.Len(t, c.srv.sent, 1)
		})
	}
}

// A refusal of everything, such as for duplicates, is not looked into.
func TestLeadConversionThatMakesNothing(t *testing.T) {
	for _, status := range []int{403, 404, 409} {
		srv := &leftServer{refuse: func(w http.ResponseWriter) { reasoned(w, status, "") }}
		_, err := connect(t, srv.ServeHTTP).Leads.Convert(t.Context(), "lead1", wholeConversion())
		require.Error(t, err)
		assert.Empty(t, srv.searched, strconv.Itoa(status))
	}
}
