package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func seedNamed(srv *espotest.Server, names ...string) []string {
	var ids []string
	for _, name := range names {
		ids = append(ids, srv.Seed("Account", map[string]any{"name": name})...)
	}
	return ids
}

func stringsOf(records []espo.Record, attribute string) []string {
	var list []string
	for _, r := range records {
		list = append(list, r.String(attribute))
	}
	return list
}

func TestMassUpdate(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	mass := srv.Client().MassActions
	ids := seedNamed(srv, "Mass 1", "Mass 2", "Other")

	result, err := mass.Update(ctx, espo.ByIDs("Account", ids[0], ids[2], "000000000000000ab"), espo.Attrs{"description": "ids"}, espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, espo.MassResult{Count: 2, IDs: []string{ids[0], ids[2]}}, result)
	assert.Equal(t, []string{"ids", "", "ids"}, stringsOf(srv.Records("Account"), "description"))

	result, err = mass.Update(ctx, espo.ByFilter("Account", espo.StartsWith("name", "Mass")), espo.Attrs{"description": nil}, espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, espo.MassResult{Count: 2}, result)
	assert.Equal(t, []string{"", "", "ids"}, stringsOf(srv.Records("Account"), "description"))

	result, err = mass.Update(ctx, espo.ByQuery("Account", espo.Query{TextFilter: "Other"}), espo.Attrs{"type": "Partner"}, espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, 1, result.Count)
	assert.Equal(t, []string{"", "", "Partner"}, stringsOf(srv.Records("Account"), "type"))

	result, err = mass.Update(ctx, espo.AllRecords("Account"), espo.Attrs{"type": "Customer"}, espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, 3, result.Count)

	result, err = mass.Update(ctx, espo.AllRecords("Account"), espo.Attrs{"type": "Nope"}, espo.MassOptions{})
	require.NoError(t, err)
	assert.Zero(t, result.Count, "refused values pass a record over")
	assert.Equal(t, []string{"Customer", "Customer", "Customer"}, stringsOf(srv.Records("Account"), "type"))
}

func TestMassDeleteFollowUnfollow(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	client := srv.Client()
	ids := seedNamed(srv, "A", "B")

	followed := func(id string) bool {
		acc, err := client.Accounts.Get(ctx, id)
		require.NoError(t, err)
		return acc.IsFollowed
	}
	result, err := client.MassActions.Follow(ctx, espo.ByIDs("Account", ids[0]), espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, 1, result.Count)
	assert.True(t, followed(ids[0]))
	assert.False(t, followed(ids[1]))
	_, err = client.MassActions.Unfollow(ctx, espo.AllRecords("Account"), espo.MassOptions{})
	require.NoError(t, err)
	assert.False(t, followed(ids[0]))
	_, err = client.MassActions.Follow(ctx, espo.AllRecords("Team"), espo.MassOptions{})
	require.ErrorIs(t, err, espo.ErrForbidden, "teams have no stream")

	result, err = client.MassActions.Delete(ctx, espo.ByIDs("Account", ids[0], ids[0]), espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, []string{ids[0]}, result.IDs)
	assert.Equal(t, []string{"B"}, stringsOf(srv.Records("Account"), "name"))
}

func TestMassRecalculate(t *testing.T) {
	srv := espotest.NewServer(t)
	seedNamed(srv, "A")
	_, err := srv.Client().MassActions.Recalculate(t.Context(), espo.AllRecords("Account"), espo.MassOptions{})
	require.ErrorIs(t, err, espo.ErrForbidden)
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	result, err := admin.MassActions.Recalculate(t.Context(), espo.AllRecords("Account"), espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, 1, result.Count)
}

func TestMassConvertCurrency(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	client := srv.Client()
	srv.Seed("Opportunity", map[string]any{"name": "O", "amount": 100, "amountCurrency": "EUR", "closeDate": "2026-12-01"})
	rates := map[string]espo.Number{"EUR": "2", "UAH": "0.05"}
	result, err := client.MassActions.ConvertCurrency(ctx, espo.AllRecords("Opportunity"), espo.MassCurrencyConversion{To: "UAH", Base: "USD", Rates: rates}, espo.MassOptions{})
	require.NoError(t, err)
	assert.Equal(t, 1, result.Count)
	o, err := client.Opportunities.First(ctx, espo.Query{})
	require.NoError(t, err)
	amount, err := o.Amount.Float64()
	require.NoError(t, err)
	assert.InDelta(t, 4000, amount, 1e-6)
	assert.EqualValues(t, "UAH", o.AmountCurrency)
	_, err = client.MassActions.ConvertCurrency(ctx, espo.AllRecords("Opportunity"), espo.MassCurrencyConversion{To: "USD", Base: "USD", Rates: rates}, espo.MassOptions{})
	require.NoError(t, err, "the base currency needs no rate")
	require.NoError(t, client.CurrencyRates.Set(ctx, map[string]espo.Number{"EUR": "4"}))
	_, err = client.MassActions.ConvertCurrency(ctx, espo.AllRecords("Opportunity"), espo.MassCurrencyConversion{To: "EUR"}, espo.MassOptions{})
	require.NoError(t, err)
	o, err = client.Opportunities.First(ctx, espo.Query{})
	require.NoError(t, err)
	amount, err = o.Amount.Float64()
	require.NoError(t, err)
	assert.InDelta(t, 50, amount, 1e-6, "at the server's own rate")
}

func TestMassActionErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	mass := srv.Client().MassActions
	_, err := mass.Run(ctx, espo.MassAction{Name: "nope"}, espo.AllRecords("Account"), espo.MassOptions{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = mass.Delete(ctx, espo.ByFilter("Account", espo.Equal("noSuchAttribute", 1)), espo.MassOptions{})
	require.ErrorIs(t, err, espo.ErrBadRequest)
	_, err = mass.Status(ctx, "000000000000000ab")
	require.ErrorIs(t, err, espo.ErrNotFound)
	require.ErrorIs(t, mass.Subscribe(ctx, "000000000000000ab"), espo.ErrNotFound)

	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).MassActions
	_, err = limited.Update(ctx, espo.AllRecords("Account"), espo.Attrs{"description": "x"}, espo.MassOptions{})
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = limited.Delete(ctx, espo.AllRecords("Account"), espo.MassOptions{})
	require.ErrorIs(t, err, espo.ErrForbidden)
}

func TestMassActionInTheBackground(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	w := &waits{}
	mass := srv.Client(w.option()).MassActions
	ids := seedNamed(srv, "A", "B")
	result, err := mass.Update(ctx, espo.ByIDs("Account", ids...), espo.Attrs{"description": "later"}, espo.MassOptions{InBackground: true})
	require.NoError(t, err)
	require.NotEmpty(t, result.JobID)
	assert.Zero(t, result.Count)
	require.NoError(t, mass.Subscribe(ctx, result.JobID))
	assert.Equal(t, []string{"", ""}, stringsOf(srv.Records("Account"), "description"))

	var seen []espo.MassStatus
	status, err := mass.Wait(ctx, result.JobID, espo.MassWait{Progress: func(s espo.MassStatus) {
		if seen = append(seen, s); len(seen) == 3 {
			srv.RunJobs()
		}
	}})
	require.NoError(t, err)
	assert.Equal(t, espo.MassStatus{Status: espo.JobSuccess, Processed: 2}, status)
	assert.Equal(t, []string{"later", "later"}, stringsOf(srv.Records("Account"), "description"))
	require.Len(t, seen, 4)
	assert.Equal(t, espo.JobPending, seen[0].Status)
	assert.Len(t, w.list, 3, "it waits between the answers, and not after the last")
	_, err = srv.ClientAs(espo.HMAC(espotest.HMACAPIKey, espotest.HMACSecret)).MassActions.Status(ctx, result.JobID)
	require.ErrorIs(t, err, espo.ErrForbidden, "another user's job")
}

func TestMassActionThatFails(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	mass := srv.Client(noWait).MassActions
	result, err := mass.Delete(ctx, espo.ByFilter("Account", espo.Equal("noSuchAttribute", 1)), espo.MassOptions{InBackground: true})
	require.NoError(t, err)
	srv.RunJobs()
	status, err := mass.Wait(ctx, result.JobID, espo.MassWait{})
	var failed *espo.JobError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, espo.JobFailed, failed.Status)
	assert.Equal(t, espo.JobFailed, status.Status)
	assert.Contains(t, err.Error(), "mass action "+result.JobID+" ended as Failed")
}
