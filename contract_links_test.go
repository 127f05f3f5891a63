package espo_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// contractRecord creates a record of any entity type that goes with the test.
func contractRecord(t *testing.T, client *espo.Client, entityType string, attrs espo.Record) string {
	t.Helper()
	records := client.Records(entityType)
	r, err := records.Create(t.Context(), attrs, espo.SkipDuplicateCheck())
	require.NoError(t, err)
	t.Cleanup(func() { _ = records.Delete(context.WithoutCancel(t.Context()), r.ID()) })
	return r.ID()
}

func TestContractLinks(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	name := uniqueName(t)
	account := contractAccount(t, client, espo.Account{Name: name}).ID
	jane := contractRecord(t, client, "Contact", espo.Record{"lastName": name + " Jane", "accountId": account})
	john := contractRecord(t, client, "Contact", espo.Record{"lastName": name + " John"})
	deal := contractRecord(t, client, "Opportunity", espo.Record{"name": name, "amount": 1, "probability": 10, "closeDate": "2030-12-31"})
	const missing = "000000000000000ab"

	contacts := client.Opportunities.Contacts(deal)
	linked := func() []string {
		var ids []string
		for c, err := range contacts.All(ctx, espo.Query{OrderBy: "name"}) {
			require.NoError(t, err)
			ids = append(ids, c.ID)
		}
		return ids
	}
	require.NoError(t, contacts.Link(ctx, jane))
	require.NoError(t, contacts.LinkMany(ctx, []string{jane, john}))
	assert.Equal(t, []string{jane, john}, linked())
	count, err := contacts.Count(ctx, espo.Query{Where: espo.Where(espo.Equal("lastName", name+" John"))})
	require.NoError(t, err)
	assert.Equal(t, 1, count)

	require.NoError(t, contacts.SetColumns(ctx, jane, espo.Attrs{"role": "Evaluator"}))
	columns, err := contacts.Columns(ctx)
	require.NoError(t, err)
	assert.Equal(t, espo.Columns{jane: {"role": "Evaluator"}, john: {"role": nil}}, columns)
	page, err := contacts.List(ctx, espo.Query{OrderBy: "name", Select: []string{"name", "opportunityRole"}})
	require.NoError(t, err)
	require.Len(t, page.Records, 2)
	assert.Equal(t, espo.ContactOpportunityRoleEvaluator, page.Records[0].OpportunityRole)
	var invalid *espo.ValidationError
	require.ErrorAs(t, contacts.SetColumns(ctx, jane, espo.Attrs{"role": "No such role"}), &invalid)

	require.NoError(t, contacts.Unlink(ctx, jane))
	require.NoError(t, contacts.Unlink(ctx, jane), "what is not linked is not an error")
	assert.Equal(t, []string{john}, linked())
	require.ErrorIs(t, contacts.SetColumns(ctx, jane, espo.Attrs{"role": "Evaluator"}), espo.ErrNothingDone)
	require.ErrorIs(t, contacts.Link(ctx, missing), espo.ErrNotFound)
	require.ErrorIs(t, contacts.Unlink(ctx, missing), espo.ErrNotFound)
	_, err = client.Related(client.Accounts.Ref(account), "noSuchLink").List(ctx, espo.Query{})
	require.Error(t, err)
	if contractFrom(t, client, "9.1", "which error says that a link does not exist") {
		require.ErrorIs(t, err, espo.ErrNotFound)
	}
	if contractFrom(t, client, "8.4", "links that must not be changed, which older servers change") {
		require.ErrorIs(t, client.Contacts.Link(ctx, john, "account", account), espo.ErrForbidden)
		require.ErrorIs(t, contacts.LinkWhere(ctx, espo.Where(espo.Equal("lastName", name+" Jane"))), espo.ErrForbidden)
	}
	_, err = client.Related(client.Accounts.Ref(account), "contacts").Columns(ctx)
	require.ErrorIs(t, err, espo.ErrNotFound)

	// The primary account follows the links.
	require.NoError(t, client.Accounts.Link(ctx, account, "contacts", john))
	got, err := client.Contacts.Get(ctx, john)
	require.NoError(t, err)
	assert.Equal(t, account, got.AccountID)
	require.NoError(t, client.Accounts.Unlink(ctx, account, "contacts", john))
	got, err = client.Contacts.Get(ctx, john)
	require.NoError(t, err)
	assert.Empty(t, got.AccountID)
}

func TestContractLinkWhere(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	name := uniqueName(t)
	list := contractRecord(t, client, "TargetList", espo.Record{"name": name})
	lead := contractRecord(t, client, "Lead", espo.Record{"lastName": name})
	leads := client.TargetLists.Leads(list)
	require.NoError(t, leads.LinkWhere(ctx, espo.Where(espo.Equal("lastName", name))))
	page, err := leads.List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, lead, page.Records[0].ID)
	require.ErrorIs(t, leads.LinkWhere(ctx, espo.Where(espo.Equal("noSuchAttribute", 1))), espo.ErrBadRequest)
}
