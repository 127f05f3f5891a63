package espo_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestCurrencyRates(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	rates := srv.Client().CurrencyRates
	require.NoError(t, rates.Set(ctx, map[string]espo.Number{"EUR": "1.11", "UAH": "0.037"}))
	got, err := rates.Get(ctx)
	require.NoError(t, err)
	assert.Equal(t, map[string]espo.Number{"USD": "1", "EUR": "1.11", "UAH": "0.037"}, got)
	require.NoError(t, rates.Set(ctx, map[string]espo.Number{"EUR": "1.2e0"}))
	got, err = rates.Get(ctx)
	require.NoError(t, err)
	assert.Equal(t, espo.Number("1.2"), got["EUR"])
	assert.Equal(t, espo.Number("0.037"), got["UAH"], "what is not named stays")
}

// Servers accept most of these, and then fail on every amount.
func TestCurrencyRatesThatAreRefused(t *testing.T) {
	srv := espotest.NewServer(t)
	rates := srv.Client().CurrencyRates
	for _, set := range []map[string]espo.Number{
		nil, {}, {"EUR": "abc"}, {"EUR": ""}, {"EUR": "0"}, {"EUR": "-1"}, {"EUR": "0.0"}, {"EUR": "1,2"}, {"EUR": " 1"},
		{"EUR": "1e999"}, {"EUR": "1e-999"}, {"EUR": "NaN"}, {"EUR": "Infinity"}, {"EUR": "0x10"}, {"EUR": "1_0"}, {"EUR": "+1"},
		{"ZZZ": "2"}, {"": "2"}, {"eur": "2"}, {"USD": "1"}, {"EUR": "2", "USD": "2"}, {"EUR": "2", "UAH": "0"},
	} {
		require.ErrorIs(t, rates.Set(t.Context(), set), espo.ErrInput, "%v", set)
	}
	for _, r := range srv.Requests() {
		assert.Equal(t, http.MethodGet, r.Method, "no rate was sent")
	}
}

func TestCurrencyRateErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey))
	_, err := limited.CurrencyRates.Get(ctx)
	require.ErrorIs(t, err, espo.ErrForbidden)
	require.ErrorIs(t, limited.CurrencyRates.Set(ctx, map[string]espo.Number{"EUR": "2"}), espo.ErrForbidden)
	srv.Fail(espotest.Fault{Path: "Settings", Status: 500})
	require.ErrorIs(t, srv.Client().CurrencyRates.Set(ctx, map[string]espo.Number{"EUR": "2"}), espo.ErrServer)
}

func TestContractCurrencyRates(t *testing.T) {
	ctx := t.Context()
	client := contractClient(t)
	rates, err := client.CurrencyRates.Get(ctx)
	if errors.Is(err, espo.ErrForbidden) {
		t.Skip("the user's role has no access to the scope Currency")
	}
	require.NoError(t, err)
	settings, err := client.App.Settings(ctx)
	require.NoError(t, err)
	require.NotEmpty(t, settings.BaseCurrency)
	for currency, rate := range rates {
		value, err := rate.Float64()
		require.NoError(t, err)
		assert.Positive(t, value, currency)
		if currency == settings.BaseCurrency {
			continue
		}
		// The same again, so that the test changes nothing for others.
		require.NoError(t, client.CurrencyRates.Set(ctx, map[string]espo.Number{currency: rate}))
	}
	require.ErrorIs(t, client.CurrencyRates.Set(ctx, map[string]espo.Number{"ZZZ": "2"}), espo.ErrInput)
}
