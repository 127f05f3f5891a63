package espo_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// deal is an account with an opportunity and two contacts.
type deal struct{ account, opportunity, jane, john string }

func seedDeal(srv *espotest.Server) deal {
	account := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	contacts := srv.Seed("Contact",
		map[string]any{"firstName": "Jane", "lastName": "Doe", "accountId": account},
		map[string]any{"firstName": "John", "lastName": "Roe"})
	opportunity := srv.Seed("Opportunity", map[string]any{
		"name": "Deal", "amount": 1, "closeDate": "2026-12-31", "accountId": account,
	})[0]
	return deal{account, opportunity, contacts[0], contacts[1]}
}

func TestRelatedLinkAndUnlink(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	ctx := t.Context()
	d := seedDeal(srv)
	contacts := client.Opportunities.Contacts(d.opportunity)
	ids := func() (ids []string) {
		for c, err := range contacts.All(ctx, espo.Query{OrderBy: "lastName"}) {
			require.NoError(t, err)
			ids = append(ids, c.ID)
		}
		return ids
	}

	require.NoError(t, contacts.Link(ctx, d.jane))
	require.NoError(t, contacts.Link(ctx, d.jane), "again is not an error")
	require.NoError(t, contacts.LinkMany(ctx, []string{d.jane, d.john}))
	assert.Equal(t, []string{d.jane, d.john}, ids())
	count, err := contacts.Count(ctx, espo.Query{Where: espo.Where(espo.Equal("lastName", "Roe"))})
	require.NoError(t, err)
	assert.Equal(t, 1, count)
	page, err := contacts.List(ctx, espo.Query{MaxSize: 1, OrderBy: "lastName", Order: espo.Desc, Select: []string{"name"}})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, "John Roe", page.Records[0].Name)
	assert.True(t, page.More)

	require.NoError(t, contacts.Unlink(ctx, d.jane))
	require.NoError(t, contacts.Unlink(ctx, d.jane), "what is not linked is not an error")
	assert.Equal(t, []string{d.john}, ids())
	require.NoError(t, contacts.UnlinkMany(ctx, []string{d.jane, d.john}))
	assert.Empty(t, ids())

	last := srv.Requests()[len(srv.Requests())-2]
	assert.Equal(t, http.MethodDelete, last.Method)
	assert.Empty(t, last.Query, "in the query the server would ignore the ids")
	assert.JSONEq(t, fmt.Sprintf(`{"ids": [%q, %q]}`, d.jane, d.john), string(last.Body))

	opportunities := client.Opportunities
	require.NoError(t, opportunities.Link(ctx, d.opportunity, "contacts", d.jane))
	require.NoError(t, opportunities.Link(ctx, d.opportunity, "contacts", d.john))
	require.NoError(t, opportunities.Unlink(ctx, d.opportunity, "contacts", d.jane))
	assert.Equal(t, []string{d.john}, ids())
	require.NoError(t, opportunities.Unlink(ctx, d.opportunity, "contacts", d.john))
	assert.Empty(t, ids())
}

func TestLinkErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	ctx := t.Context()
	d := seedDeal(srv)
	const missing = "000000000000000ab"
	contacts := client.Related(espo.Ref{Type: "Opportunity", ID: d.opportunity}, "contacts")

	require.ErrorIs(t, contacts.Link(ctx, missing), espo.ErrNotFound)
	require.ErrorIs(t, contacts.LinkMany(ctx, []string{d.jane, missing}), espo.ErrNotFound)
	count, err := contacts.Count(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Equal(t, 1, count, "those before it are linked")
	require.ErrorIs(t, contacts.Unlink(ctx, missing), espo.ErrNotFound)
	require.ErrorIs(t, client.Opportunities.Contacts(missing).Link(ctx, d.jane), espo.ErrNotFound)
	require.ErrorIs(t, client.Related(client.Opportunities.Ref(d.opportunity), "nosuchlink").Link(ctx, d.jane), espo.ErrNotFound)
	_, err = client.Related(client.Accounts.Ref(d.account), "nosuchlink").List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = client.Accounts.Contacts(missing).List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrNotFound)

	// A link to one is an attribute.
	require.ErrorIs(t, client.Contacts.Link(ctx, d.john, "account", d.account), espo.ErrForbidden)
	require.ErrorIs(t, client.Accounts.Link(ctx, d.account, "opportunities", d.opportunity), espo.ErrForbidden)

	sent := len(srv.Requests())
	for _, err := range []error{
		contacts.Link(ctx, ""), contacts.LinkMany(ctx, nil), contacts.LinkMany(ctx, []string{d.jane, ""}),
		contacts.Unlink(ctx, ""), contacts.UnlinkMany(ctx, nil), contacts.UnlinkMany(ctx, []string{"", d.jane}),
		contacts.LinkWhere(ctx, nil), contacts.LinkWhere(ctx, []espo.Filter{}), contacts.LinkWhere(ctx, espo.Where(espo.Filter{Type: "equals"})),
		client.Opportunities.Contacts("").Link(ctx, d.jane), client.Opportunities.Contacts("..").Unlink(ctx, d.jane),
		contacts.SetColumns(ctx, "", espo.Attrs{"role": "x"}), contacts.SetColumns(ctx, d.jane, nil),
		contacts.LinkWith(ctx, "", espo.Attrs{"role": "x"}), contacts.LinkWith(ctx, d.jane, nil),
	} {
		require.ErrorIs(t, err, espo.ErrInput)
	}
	assert.Len(t, srv.Requests(), sent, "nothing was sent")

	// false, when the server has found nothing to do.
	srv.Fail(espotest.Fault{Method: http.MethodPost, Status: 200, Body: "false"})
	require.ErrorIs(t, contacts.Link(ctx, d.jane), espo.ErrNothingDone)

	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey))
	require.ErrorIs(t, limited.Opportunities.Contacts(d.opportunity).Link(ctx, d.jane), espo.ErrForbidden)
	_, err = limited.Opportunities.Contacts(d.opportunity).List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrForbidden)
}

func TestLinkWhere(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	ctx := t.Context()
	list := srv.Seed("TargetList", map[string]any{"name": "Spring"})[0]
	srv.Seed("Lead", map[string]any{"lastName": "One", "source": "Call"}, map[string]any{"lastName": "Two", "source": "Call"},
		map[string]any{"lastName": "Three"})
	leads := client.TargetLists.Leads(list)
	require.NoError(t, leads.LinkWhere(ctx, espo.Where(espo.Equal("source", "Call"))))
	count, err := leads.Count(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Equal(t, 2, count)

	d := seedDeal(srv)
	err = client.Opportunities.Contacts(d.opportunity).LinkWhere(ctx, espo.Where(espo.Equal("lastName", "Doe")))
	require.ErrorIs(t, err, espo.ErrForbidden)
	require.ErrorContains(t, err, "Mass link is not allowed")
}

func TestLinkColumns(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	ctx := t.Context()
	d := seedDeal(srv)
	contacts := client.Opportunities.Contacts(d.opportunity)
	require.NoError(t, contacts.Link(ctx, d.jane))

	require.NoError(t, contacts.SetColumns(ctx, d.jane, espo.Attrs{"role": "Evaluator"}))
	columns, err := contacts.Columns(ctx)
	require.NoError(t, err)
	assert.Equal(t, espo.Columns{d.jane: {"role": "Evaluator"}}, columns)
	page, err := contacts.List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, "Evaluator", string(page.Records[0].OpportunityRole))

	require.NoError(t, contacts.SetColumns(ctx, d.jane, espo.Attrs{"role": nil}))
	columns, err = contacts.Columns(ctx)
	require.NoError(t, err)
	assert.Nil(t, columns[d.jane]["role"])

	require.ErrorIs(t, contacts.SetColumns(ctx, d.john, espo.Attrs{"role": "Evaluator"}), espo.ErrNothingDone)
	_, err = client.Accounts.Contacts(d.account).Columns(ctx)
	require.ErrorIs(t, err, espo.ErrNotFound, "an account has no field for its contacts")

	// From the other end they are the account's role and state of a contact.
	accounts := client.Contacts.Accounts(d.jane)
	require.NoError(t, accounts.SetColumns(ctx, d.account, espo.Attrs{"role": "Chief", "isInactive": true}))
	jane, err := client.Accounts.Contacts(d.account).List(ctx, espo.Query{Select: []string{"name", "accountRole", "accountIsInactive"}})
	require.NoError(t, err)
	require.Len(t, jane.Records, 1)
	assert.Equal(t, "Chief", jane.Records[0].AccountRole)
	assert.True(t, jane.Records[0].AccountIsInactive)
}

// The primary account of a contact follows its links.
func TestLinkPrimary(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	ctx := t.Context()
	d := seedDeal(srv)
	require.NoError(t, client.Accounts.Link(ctx, d.account, "contacts", d.john))
	john, err := client.Contacts.Get(ctx, d.john)
	require.NoError(t, err)
	assert.Equal(t, d.account, john.AccountID)
	require.NoError(t, client.Accounts.Unlink(ctx, d.account, "contacts", d.john))
	john, err = client.Contacts.Get(ctx, d.john)
	require.NoError(t, err)
	assert.Empty(t, john.AccountID)
	assert.Empty(t, john.AccountsIDs)
}

// Without a select, a list of linked records asks for what the struct names,
// in a URL that servers accept.
func TestRelatedSelectsWhatTheStructNames(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	last := func() espotest.Request { return srv.Requests()[len(srv.Requests())-1] }

	_, err := client.Accounts.Emails(id).List(ctx, espo.Query{})
	require.NoError(t, err)
	query, err := last().Search()
	require.NoError(t, err)
	assert.Contains(t, query.Select, "name")
	assert.Contains(t, query.Select, "dateSent")
	assert.NotContains(t, query.Select, "teamsIds", "a query for each record")
	assert.Less(t, len(last().Query), 4<<10)

	_, err = client.Accounts.Emails(id).List(ctx, espo.Query{Select: []string{"id"}})
	require.NoError(t, err)
	query, err = last().Search()
	require.NoError(t, err)
	assert.Equal(t, []string{"id"}, query.Select)

	_, err = client.Related(client.Accounts.Ref(id), "emails").List(ctx, espo.Query{})
	require.NoError(t, err)
	query, err = last().Search()
	require.NoError(t, err)
	assert.Empty(t, query.Select, "a Record names nothing")
}

// What links records leaves the second time what it has left the first time.
func TestLinksAreTriedAgain(t *testing.T) {
	for name, call := range map[string]func(context.Context, *espo.Client) error{
		"Link":   func(ctx context.Context, c *espo.Client) error { return c.Accounts.Link(ctx, "1", "contacts", "2") },
		"Unlink": func(ctx context.Context, c *espo.Client) error { return c.Accounts.Unlink(ctx, "1", "contacts", "2") },
		"LinkWhere": func(ctx context.Context, c *espo.Client) error {
			return c.TargetLists.Leads("1").LinkWhere(ctx, espo.Where(espo.IsNotNull("name")))
		},
		"LinkMany": func(ctx context.Context, c *espo.Client) error {
			return c.Accounts.Contacts("1").LinkMany(ctx, []string{"2", "3"})
		},
		"UnlinkMany": func(ctx context.Context, c *espo.Client) error {
			return c.Accounts.Contacts("1").UnlinkMany(ctx, []string{"2", "3"})
		},
		"MarkRead": func(ctx context.Context, c *espo.Client) error { return c.Emails.MarkRead(ctx, []string{"1"}) },
	} {
		t.Run(name, func(t *testing.T) {
			var sent tally
			client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
				if sent.add() == 1 {
					w.WriteHeader(http.StatusBadGateway)
					return
				}
				reply(w, 200, "true")
			})
			require.NoError(t, call(t.Context(), client))
			assert.Equal(t, 2, sent.count())
		})
	}
}

func TestLinkAndUnlink(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	account := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	contacts := srv.Seed("Contact", map[string]any{"lastName": "Roe"}, map[string]any{"lastName": "Doe"}, map[string]any{"lastName": "Poe"})

	require.NoError(t, client.Accounts.Link(ctx, account, "contacts", contacts[0]))
	assert.JSONEq(t, `{"id":"`+contacts[0]+`"}`, string(last(t, srv).Body))
	require.NoError(t, client.Accounts.Contacts(account).LinkMany(ctx, contacts[1:]))
	assert.JSONEq(t, `{"ids":["`+contacts[1]+`","`+contacts[2]+`"]}`, string(last(t, srv).Body))

	related := client.Accounts.Contacts(account)
	n, err := related.Count(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	page, err := related.List(ctx, espo.Query{OrderBy: "lastName", MaxSize: 2})
	require.NoError(t, err)
	assert.Equal(t, "Doe", page.Records[0].LastName)
	assert.True(t, page.More)
	all, err := espo.Collect(related.All(ctx, espo.Query{MaxSize: 1}))
	require.NoError(t, err)
	assert.Len(t, all, 3)

	require.NoError(t, client.Accounts.Unlink(ctx, account, "contacts", contacts[0]))
	require.NoError(t, client.Accounts.Contacts(account).UnlinkMany(ctx, contacts[1:]))
	assert.Empty(t, last(t, srv).Query, "the ids are in the body: in the query they do nothing")
	n, err = related.Count(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Zero(t, n)

	assert.ErrorIs(t, client.Accounts.Link(ctx, account, "contacts", "missing"), espo.ErrNotFound)
	assert.ErrorIs(t, client.Accounts.Link(ctx, account, "noSuchLink", contacts[0]), espo.ErrNotFound)
	_, err = client.Accounts.Contacts("missing").List(ctx, espo.Query{})
	assert.ErrorIs(t, err, espo.ErrNotFound)
	assert.ErrorIs(t, related.LinkWhere(ctx, nil), espo.ErrInput)
	assert.ErrorIs(t, related.LinkWhere(ctx, espo.Where(espo.Equal("name", nil))), espo.ErrInput)
}
