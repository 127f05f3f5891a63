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

// counters is a server with an account that has a number to count with and a
// text for a strict guard.
func counters(t *testing.T) (client *espo.Client, id string) {
	t.Helper()
	srv := espotest.NewServer(t, espotest.WithEntityType("Account", espotest.EntityType{Fields: map[string]espotest.Field{
		"cCount": {Type: "int"}, "cGuard": {Type: "varchar", MaxLength: 50},
	}}))
	yield := espo.RetryPolicy{Wait: func(ctx context.Context, _ time.Duration) error { runtime.Gosched(); return ctx.Err() }}
	return srv.Client(espo.WithRetry(yield)), srv.Seed("Account", map[string]any{"name": "Acme", "cCount": 0})[0]
}

type counter struct {
	ID    string `json:"id,omitzero"`
	Count int    `json:"cCount,omitzero"`
}

// 96 increments by 32 goroutines. EspoCRM lets an outdated update pass when
// the values are there already, as when two of them make 6 of 5.
func TestModifyOfACounter(t *testing.T) {
	const workers, each = 32, 3
	for name, opts := range map[string][]espo.CallOption{"by version": nil, "by a unique text": {espo.GuardBy("cGuard")}} {
		t.Run(name, func(t *testing.T) {
			client, id := counters(t)
			service := espo.Records[counter](client, "Account")
			var done, unknown atomic.Int64
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for counted := 0; counted < each; {
						_, err := service.Modify(t.Context(), id, func(c *counter) error { c.Count++; return nil }, opts...)
						switch {
						case err == nil:
							done.Add(1)
							counted++
						case errors.Is(err, espo.ErrOutcomeUnknown):
							unknown.Add(1)
							counted++
						case !assert.ErrorIs(t, err, espo.ErrConflict, "too many conflicts in a row: nothing was counted"):
							return
						}
					}
				})
			}
			wg.Wait()
			got, err := service.Get(t.Context(), id)
			require.NoError(t, err)
			assert.EqualValues(t, done.Load(), got.Count, "what is counted is what Modify has reported as counted")
			if len(opts) > 0 {
				assert.Zero(t, unknown.Load())
				assert.EqualValues(t, workers*each, got.Count)
			}
		})
	}
}

// Who sets a value that somebody else has just set has what was wanted.
func TestModifyToWhatIsThere(t *testing.T) {
	client, id := counters(t)
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
	for name, opts := range map[string][]espo.CallOption{"by version": nil, "by a unique text": {espo.GuardBy("cGuard")}} {
		t.Run(name, func(t *testing.T) {
			client, id := counters(t)
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
			url := client.String()
			lossy := dial(t, url[len("espo.Client("):len(url)-1], espo.APIKey(espotest.FullAPIKey), espo.WithHTTPClient(&http.Client{Transport: transport}))
			service := espo.Records[counter](lossy, "Account")
			_, err := service.Modify(t.Context(), id, func(c *counter) error { c.Count++; return nil }, opts...)
			if len(opts) == 0 {
				require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
			} else {
				require.NoError(t, err)
			}
			got, err := service.Get(t.Context(), id)
			require.NoError(t, err)
			assert.Equal(t, 1, got.Count)
		})
	}
}

func TestGuardByRefuses(t *testing.T) {
	client := connect(t, unreachable(t))
	_, err := client.Accounts.Modify(t.Context(), "1", func(*espo.Account) error { return nil }, espo.GuardBy("a b"))
	assert.ErrorIs(t, err, espo.ErrInput)
}
