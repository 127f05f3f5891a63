package espo_test

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// An empty selection must never become a selection of everything.
func TestSelectionsThatAreRefused(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	client := srv.Client()
	for name, sel := range map[string]espo.Selection{
		"zero":                 {},
		"no ids":               espo.ByIDs("Account"),
		"empty id":             espo.ByIDs("Account", "6b04d9ec9ae327fd6", ""),
		"ids without a type":   espo.ByIDs("", "6b04d9ec9ae327fd6"),
		"no filter":            espo.ByFilter("Account"),
		"bad filter":           espo.ByFilter("Account", espo.Filter{}),
		"empty list in filter": espo.ByFilter("Account", espo.In[string]("id")),
		"empty query":          espo.ByQuery("Account", espo.Query{}),
		"query with order":     espo.ByQuery("Account", espo.Query{OrderBy: "name"}),
		"query with a size":    espo.ByQuery("Account", espo.Query{TextFilter: "x", MaxSize: 5}),
		"query with an offset": espo.ByQuery("Account", espo.Query{TextFilter: "x", Offset: 5}),
		"bad query":            espo.ByQuery("Account", espo.Query{TextFilter: "x", Order: espo.Asc}),
		"all of no type":       espo.AllRecords(""),
	} {
		_, err := client.MassActions.Delete(ctx, sel, espo.MassOptions{})
		require.ErrorIs(t, err, espo.ErrInput, name)
		_, err = client.Exports.Start(ctx, sel, espo.ExportOptions{})
		require.ErrorIs(t, err, espo.ErrInput, name)
	}
	all := espo.AllRecords("Account")
	_, err := client.MassActions.Update(ctx, all, nil, espo.MassOptions{})
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = client.MassActions.Run(ctx, espo.MassAction{}, all, espo.MassOptions{})
	require.ErrorIs(t, err, espo.ErrInput)
	for _, conv := range []espo.MassCurrencyConversion{
		{}, {To: "EUR", Base: "USD"}, {To: "EUR", Rates: map[string]espo.Number{"EUR": "2"}}, {To: "EUR", Base: "USD", Rates: map[string]espo.Number{"EUR": "0"}},
		{To: "EUR", Base: "USD", Rates: map[string]espo.Number{"EUR": "2", "UAH": "abc"}},
	} {
		_, err = client.MassActions.ConvertCurrency(ctx, all, conv, espo.MassOptions{})
		require.ErrorIs(t, err, espo.ErrInput, conv)
	}
	assert.Empty(t, srv.Requests(), "nothing was sent")
}

// A selection of all goes out as an empty list, the others never do.
func TestSelectionsOnTheWire(t *testing.T) {
	srv := espotest.NewServer(t)
	mass := srv.Client().MassActions
	for _, c := range []struct {
		sel  espo.Selection
		want string
	}{
		{espo.AllRecords("Account"), `{"where":[]}`},
		{espo.ByIDs("Account", "a", "b"), `{"ids":["a","b"]}`},
		{espo.ByFilter("Account", espo.Equal("type", "Customer")), `{"where":[{"type":"equals","attribute":"type","value":"Customer"}]}`},
		{espo.ByQuery("Account", espo.Query{BoolFilters: []string{"onlyMy"}}), `{"searchParams":{"boolFilterList":["onlyMy"]}}`},
	} {
		_, err := mass.Follow(t.Context(), c.sel, espo.MassOptions{})
		require.NoError(t, err)
		requests := srv.Requests()
		var body map[string]any
		require.NoError(t, json.Unmarshal(requests[len(requests)-1].Body, &body))
		got, err := json.Marshal(body["params"])
		require.NoError(t, err)
		assert.JSONEq(t, c.want, string(got))
	}
}
