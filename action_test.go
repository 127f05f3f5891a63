package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestMerge(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	ids := srv.Seed("Account", map[string]any{"name": "One"}, map[string]any{"name": "Two"}, map[string]any{"name": "Three"})
	contact := srv.Seed("Contact", map[string]any{"lastName": "Doe", "accountId": ids[1]})[0]
	deal := srv.Seed("Opportunity", map[string]any{"name": "D", "amount": 1, "closeDate": "2026-12-31", "accountId": ids[2]})[0]

	merged, err := client.Accounts.Merge(ctx, ids[0], ids[1:], espo.Attrs{"name": "All", "type": "Customer"})
	require.NoError(t, err)
	assert.Equal(t, ids[0], merged.ID)
	assert.Equal(t, "All", merged.Name)
	for _, id := range ids[1:] {
		_, err := client.Accounts.Get(ctx, id)
		require.ErrorIs(t, err, espo.ErrNotFound)
	}
	contacts, err := client.Accounts.Contacts(ids[0]).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, contacts.Records, 1)
	assert.Equal(t, contact, contacts.Records[0].ID)
	opportunity, err := client.Opportunities.Get(ctx, deal)
	require.NoError(t, err)
	assert.Equal(t, ids[0], opportunity.AccountID)

	for _, others := range [][]string{nil, {""}, {ids[0]}} {
		_, err = client.Accounts.Merge(ctx, ids[0], others, nil)
		require.ErrorIs(t, err, espo.ErrInput)
	}
	_, err = client.Accounts.Merge(ctx, ids[0], []string{ids[1]}, nil)
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestConvertCurrency(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	deal := srv.Seed("Opportunity", map[string]any{"name": "D", "amount": 5, "amountCurrency": "USD", "closeDate": "2026-12-31"})[0]
	got, err := client.Opportunities.ConvertCurrency(ctx, deal, espo.CurrencyConversion{To: "EUR", Fields: []string{"amount"}})
	require.NoError(t, err)
	assert.Equal(t, "EUR", got.AmountCurrency)
	got, err = client.Opportunities.ConvertCurrency(ctx, deal, espo.CurrencyConversion{To: "USD"})
	require.NoError(t, err)
	assert.Equal(t, "USD", got.AmountCurrency)
	_, err = client.Opportunities.ConvertCurrency(ctx, deal, espo.CurrencyConversion{To: "ZZZ"})
	require.ErrorIs(t, err, espo.ErrBadRequest)
	_, err = client.Opportunities.ConvertCurrency(ctx, deal, espo.CurrencyConversion{})
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = client.Opportunities.Action(ctx, deal, espo.Action{Name: "nope"})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = client.Opportunities.Action(ctx, "", espo.Action{Name: "merge"})
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = client.Opportunities.Action(ctx, deal, espo.Action{})
	require.ErrorIs(t, err, espo.ErrInput)
}

func TestAdmin(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	require.NoError(t, admin.Admin.Rebuild(ctx))
	require.NoError(t, admin.Admin.ClearCache(ctx))
	jobs, err := admin.Admin.JobNames(ctx)
	require.NoError(t, err)
	assert.Contains(t, jobs, "ProcessWebhookQueue")

	other := srv.Client()
	require.ErrorIs(t, other.Admin.Rebuild(ctx), espo.ErrForbidden)
	require.ErrorIs(t, other.Admin.ClearCache(ctx), espo.ErrForbidden)
	_, err = other.Admin.JobNames(ctx)
	require.ErrorIs(t, err, espo.ErrForbidden)
}
