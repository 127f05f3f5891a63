package espotest_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest"
)

// putRates sends rates of currencies as they are written, as the administrator.
func putRates(t *testing.T, s *espotest.Server, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.URL()+"/api/v1/CurrencyRate", bytes.NewBufferString(body))
	require.NoError(t, err)
	req.Close = true
	req.Header.Set("Content-Type", "application/json")
	req.SetBasicAuth(espotest.AdminUser, espotest.AdminPassword)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}

// Rates are checked in the order of the body from 9.3 on. Before, those below 0
// are refused first, and whatever else is stored.
func TestRatesInOrder(t *testing.T) {
	for body, want := range map[string][2]int{ // the status on 8.4 and on 9.3
		`{"EUR": "abc", "UAH": -1}`: {400, 500},
		`{"UAH": -1, "EUR": "abc"}`: {400, 400},
		`{"UAH": null, "EUR": -1}`:  {400, 500},
		`{"EUR": -1, "UAH": null}`:  {400, 400},
		`{"UAH": null}`:             {200, 500},
		`{"USD": "abc"}`:            {200, 200},
		`{"USD": 2}`:                {200, 200},
		`{"USD": -2}`:               {400, 400},
		`{"ZZZ": "abc"}`:            {200, 200},
		`{"ZZZ": -1}`:               {400, 400},
		`{"EUR": ""}`:               {400, 400},
		`{"EUR": "1.5x"}`:           {200, 500},
		`{"EUR": []}`:               {200, 500},
		`{"EUR": true}`:             {200, 200},
	} {
		for i, version := range []string{"8.4", "9.3"} {
			t.Run(version+" "+body, func(t *testing.T) {
				for range 8 { // no order of a map
					s := espotest.NewServer(t, espotest.WithVersion(version))
					require.Equal(t, want[i], putRates(t, s, body))
				}
			})
		}
	}
}

// What is stored as a rate and is not a number breaks all rates until it is replaced.
func TestBrokenRate(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithVersion("9.2"))
	require.Equal(t, 200, putRates(t, s, `{"EUR": "abc"}`))
	assert.Equal(t, 500, mustCall(t, s, http.MethodGet, "CurrencyRate", nil).status)
	assert.Equal(t, 500, putRates(t, s, `{"UAH": 2}`))
	assert.Equal(t, 400, putRates(t, s, `{"UAH": -2}`))
	require.Equal(t, 200, putRates(t, s, `{"EUR": 1.5}`))
	assert.InDelta(t, 1.5, mustCall(t, s, http.MethodGet, "CurrencyRate", nil).object(t)["EUR"], 0)
}

// Of several links that are wrong, the answer is about the same one each time.
func TestWrongLinksInOrder(t *testing.T) {
	for range 8 {
		s := espotest.NewServer(t, thing(fields{
			"drafts": {Type: "attachmentMultiple"}, "files": {Type: "attachmentMultiple"}, "scans": {Type: "attachmentMultiple"},
		}, nil))
		a := mustCall(t, s, http.MethodPost, "CThing", map[string]any{
			"name": "x", "draftsIds": []string{"gone"}, "filesIds": []string{"gone"}, "scansIds": []string{"gone"},
		})
		require.Equal(t, "Can't relate with non-existing record. entity type: CThing, link: drafts.", a.reason())
	}
}
