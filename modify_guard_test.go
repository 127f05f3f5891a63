package espo_test

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// counted is a server with an account that has a number to count with.
func counted(t *testing.T) (srv *espotest.Server, client *espo.Client, id string) {
	t.Helper()
	srv = espotest.NewServer(t, espotest.WithEntityType("Account", espotest.EntityType{Fields: map[string]espotest.Field{"cCount": {Type: "int"}}}))
	yield := espo.WithWait(func(ctx context.Context, _ time.Duration) error { runtime.Gosched(); return ctx.Err() })
	return srv, srv.Client(yield), srv.Seed("Account", map[string]any{"name": "Acme", "cCount": 0})[0]
}

type counter struct {
	ID    string `json:"id,omitzero"`
	Count int    `json:"cCount,omitzero"`
}

// increments calls increment 96 times from 32 goroutines.
func increments(t *testing.T, increment func() error) (done, unknown int64) {
	t.Helper()
	var did, open atomic.Int64
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for n := 0; n < 3; {
				switch err := increment(); {
				case err == nil:
					did.Add(1)
					n++
				case errors.Is(err, espo.ErrOutcomeUnknown):
					open.Add(1)
					n++
				case !assert.ErrorIs(t, err, espo.ErrConflict, "too many conflicts in a row: nothing was counted"):
					return
				}
			}
		})
	}
	wg.Wait()
	return did.Load(), open.Load()
}

// EspoCRM lets an outdated update pass when the values are there already, as
// when two goroutines make 6 of 5. Modify says so instead of counting it.
func TestModifyOfACounter(t *testing.T) {
	_, client, id := counted(t)
	service := espo.Records[counter](client, "Account")
	done, unknown := increments(t, func() error {
		_, err := service.Modify(t.Context(), id, func(c *counter) error { c.Count++; return nil })
		return err
	})
	assert.EqualValues(t, 96, done+unknown)
	got, err := service.Get(t.Context(), id)
	require.NoError(t, err)
	assert.EqualValues(t, done, got.Count, "what is counted is what Modify has reported as counted")
}

// What Modify's documentation recommends for counting loses nothing.
func TestCountingByRecords(t *testing.T) {
	_, client, id := counted(t)
	done, unknown := increments(t, func() error {
		_, err := client.Cases.Create(t.Context(), espo.Case{Name: "one", AccountID: id})
		return err
	})
	assert.EqualValues(t, 96, done)
	assert.Zero(t, unknown)
	n, err := client.Accounts.Cases(id).Count(t.Context(), espo.Query{})
	require.NoError(t, err)
	assert.Equal(t, 96, n)
}

// Who sets a value that somebody else has just set has what was wanted.
func TestModifyToWhatIsThere(t *testing.T) {
	_, client, id := counted(t)
	first := true
	got, err := client.Accounts.Modify(t.Context(), id, func(a *espo.Account) error {
		if first {
			first = false
			_, err := client.Accounts.Update(t.Context(), id, espo.Attrs{"website": "https://acme.example"})
			require.NoError(t, err)
		}
		a.Website = "https://acme.example"
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, "https://acme.example", got.Website)
}

// After an answer that got lost, Modify does not count again.
func TestModifyBehindALostAnswer(t *testing.T) {
	srv, _, id := counted(t)
	lost := false
	transport := exchange(func(r *http.Request) (*http.Response, error) {
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err == nil && r.Method == http.MethodPut && !lost {
			lost = true
			_ = resp.Body.Close()
			return answer(r, http.StatusBadGateway, "<html>"), nil
		}
		return resp, err
	})
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
	client := srv.Client(noWait, espo.WithHTTPClient(&http.Client{Transport: transport}))
	service := espo.Records[counter](client, "Account")
	_, err := service.Modify(t.Context(), id, func(c *counter) error { c.Count++; return nil })
	require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
	got, err := service.Get(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, 1, got.Count)
}

// Nor does it begin anew after a conflict, when an earlier try of the same
// update may have been done before someone else's.
func TestModifyConflictBehindALostAnswer(t *testing.T) {
	updates := 0
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			reply(w, 200, `{"id":"1","versionNumber":1,"name":"Acme"}`)
			return
		}
		switch updates++; updates {
		case 1:
			w.WriteHeader(http.StatusBadGateway)
		case 2:
			w.Header().Set("X-Status-Reason", "modified")
			reply(w, 409, `{"values":{"name":"Other"},"versionNumber":3}`)
		default:
			reply(w, 200, `{"id":"1","versionNumber":4,"name":"Acme Inc."}`)
		}
	})
	_, err := client.Accounts.Modify(t.Context(), "1", func(a *espo.Account) error { a.Name += " Inc."; return nil })
	var conflict *espo.ConflictError
	require.ErrorAs(t, err, &conflict)
	require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
	assert.Equal(t, 2, updates)
}

// Once the update was done, no failure after it says that it was not.
func TestModifyThatCannotBeConfirmed(t *testing.T) {
	for name, faults := range map[string][]espotest.Fault{
		"the record cannot be read again": {
			{Method: http.MethodPut, After: true, Status: http.StatusBadGateway},
			{Method: http.MethodGet, Nth: 2, Status: http.StatusNotFound, HTML: true},
		},
		"the answer does not fit": {{Method: http.MethodPut, After: true, Body: `{"id":"1","name":5}`}},
	} {
		t.Run(name, func(t *testing.T) {
			srv, client, id := counted(t)
			for _, f := range faults {
				srv.Fail(f)
			}
			_, err := client.Accounts.Modify(t.Context(), id, func(a *espo.Account) error { a.Website = "https://a.example"; return nil })
			require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
			assert.Equal(t, "https://a.example", srv.Records("Account")[0]["website"])
		})
	}
}
