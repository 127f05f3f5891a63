package espo_test

import (
	"context"
	"math"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// budgeted is a client with a budget for a server that answers what script
// says: u is up, d is down, w wants to be asked later. At its end the last letter
// goes on.
type budgeted struct {
	t      *testing.T
	client *espo.Client
	waits  waits

	mu     sync.Mutex
	script string
	sent   int
}

func newBudgeted(t *testing.T, policy espo.RetryPolicy) *budgeted {
	t.Helper()
	b := &budgeted{t: t}
	rt := exchange(func(r *http.Request) (*http.Response, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.sent++
		state := b.script[0]
		if len(b.script) > 1 {
			b.script = b.script[1:]
		}
		switch state {
		case 'd':
			return answer(r, http.StatusServiceUnavailable, ""), nil
		case 'w':
			return answer(r, http.StatusTooManyRequests, ""), nil
		}
		return answer(r, http.StatusOK, `{"id":"1"}`), nil
	})
	client, err := espo.NewClient("http://crm.example", espo.APIKey("key"), b.waits.option(), espo.WithTransport(rt), espo.WithRetry(policy))
	require.NoError(t, err)
	b.client = client
	return b
}

// get makes n reads, and returns how many requests that took.
func (b *budgeted) get(n int, script string) int {
	b.t.Helper()
	b.sent, b.script = 0, script
	for range n {
		_, err := b.client.Accounts.Get(b.t.Context(), "1")
		if script[len(script)-1] == 'd' {
			require.ErrorIs(b.t, err, espo.ErrUnavailable)
		}
	}
	return b.sent
}

// A server that is down is asked as often as there are calls, and as often
// more as the budget says.
func TestBudgetOfAServerThatIsDown(t *testing.T) {
	for name, tt := range map[string]struct {
		policy espo.RetryPolicy
		calls  int
		want   int
	}{
		"the default":             {espo.RetryPolicy{}, 300, 300 + 100},
		"the default, fewer":      {espo.RetryPolicy{}, 10, 10 * 4},
		"10":                      {espo.RetryPolicy{Budget: 10}, 50, 50 + 10},
		"1":                       {espo.RetryPolicy{Budget: 1}, 50, 50 + 1},
		"less than a call's":      {espo.RetryPolicy{Budget: 5, MaxTries: 10}, 1, 1 + 5},
		"no limit":                {espo.RetryPolicy{Budget: -1}, 300, 300 * 4},
		"no limit, the smallest":  {espo.RetryPolicy{Budget: math.MinInt}, 300, 300 * 4},
		"beyond all bounds":       {espo.RetryPolicy{Budget: math.MaxInt}, 300, 300 * 4},
		"beyond half of it":       {espo.RetryPolicy{Budget: math.MaxInt/5 + 1}, 300, 300 * 4},
		"no further tries at all": {espo.RetryPolicy{MaxTries: 1}, 300, 300},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBudgeted(t, tt.policy)
			assert.Equal(t, tt.want, b.get(tt.calls, "d"))
			assert.Len(t, b.waits.list, tt.want-tt.calls, "nothing waits but for a further try")
		})
	}
	t.Run("at once", func(t *testing.T) {
		b := newBudgeted(t, espo.RetryPolicy{Budget: 10})
		b.script = "d"
		var calls sync.WaitGroup
		for range 50 {
			calls.Go(func() {
				assert.ErrorIs(t, failure(b.client.Accounts.Get(t.Context(), "1")), espo.ErrUnavailable)
			})
		}
		calls.Wait()
		assert.Equal(t, 50+10, b.sent)
	})
}

// What pays back to the budget, and how much.
func TestBudgetIsPaidBack(t *testing.T) {
	type step struct {
		calls  int
		script string // of the server
		want   int    // requests
	}
	for name, steps := range map[string][]step{
		"a success pays back its own": {
			{1, "dddu", 4}, {1, "dddu", 4}, {1, "dddu", 4}, {1, "dddu", 4}, {1, "d", 4}, {1, "d", 1},
		},
		"a tenth each":                {{1, "d", 4}, {9, "u", 9}, {1, "d", 1}, {1, "u", 1}, {1, "d", 2}, {1, "d", 1}},
		"and no more":                 {{1, "d", 4}, {20, "u", 20}, {2, "d", 2 + 2}},
		"up to what there was":        {{1000, "u", 1000}, {1, "d", 4}, {1, "d", 1}},
		"a failure pays nothing back": {{1, "dd", 4}, {1, "d", 1}, {1, "d", 1}},
		"some of it":                  {{1, "du", 2}, {1, "d", 4}, {1, "du", 1}},
		"too many requests cost too":  {{1, "w", 4}, {1, "w", 1}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBudgeted(t, espo.RetryPolicy{Budget: 3})
			for i, s := range steps {
				assert.Equal(t, s.want, b.get(s.calls, s.script), "step %d", i+1)
			}
		})
	}
}

// All calls of a client share its budget, whatever they do; other clients have
// their own.
func TestBudgetIsOfTheClient(t *testing.T) {
	b, other := newBudgeted(t, espo.RetryPolicy{Budget: 3}), newBudgeted(t, espo.RetryPolicy{Budget: 3})
	require.Equal(t, 4, b.get(1, "d"))
	b.sent = 0
	assert.ErrorIs(t, b.client.Accounts.Delete(t.Context(), "1"), espo.ErrUnavailable)
	assert.ErrorIs(t, b.client.App.Ping(t.Context()), espo.ErrUnavailable)
	assert.Equal(t, 2, b.sent)
	assert.Equal(t, 4, other.get(1, "d"))
}

// Credentials that are renewed cost nothing.
func TestRenewalCostsNoBudget(t *testing.T) {
	var expired bool
	rt := exchange(func(r *http.Request) (*http.Response, error) {
		switch {
		case r.URL.Path == "/api/v1/App/user":
			return answer(r, 200, `{"token":"t"}`), nil
		case expired:
			expired = false
			return answer(r, http.StatusUnauthorized, ""), nil
		case r.Method == http.MethodDelete:
			return answer(r, http.StatusServiceUnavailable, ""), nil
		}
		return answer(r, 200, `{"id":"1"}`), nil
	})
	client := dial(t, "http://crm.example", espo.Token("jane", "password"), espo.WithTransport(rt), espo.WithRetry(espo.RetryPolicy{Budget: 1}))
	require.ErrorIs(t, client.Accounts.Delete(t.Context(), "1"), espo.ErrUnavailable)
	for range 5 {
		expired = true
		_, err := client.Accounts.Get(t.Context(), "1")
		require.NoError(t, err)
	}
}

// What is not done is sent again, writes too, after as long as the server says
// or, when it says nothing, as long as the policy does.
func TestTooManyRequests(t *testing.T) {
	policy := espo.RetryPolicy{MinWait: time.Second, MaxWait: 2 * time.Second, MaxRetryAfter: time.Minute}
	for retryAfter, want := range map[string][2]time.Duration{
		"7": {7 * time.Second, 7 * time.Second}, "3600": {time.Minute, time.Minute}, "0": {0, 0}, "-1": {0, 0},
		"": {time.Second / 2, 3 * time.Second / 2}, "soon": {time.Second / 2, 3 * time.Second / 2},
	} {
		t.Run(retryAfter, func(t *testing.T) {
			var w waits
			sent := 0
			client := dial(t, "http://crm.example", espo.APIKey("key"), w.option(), espo.WithRetry(policy), espo.WithTransport(exchange(func(r *http.Request) (*http.Response, error) {
				if sent++; sent == 1 {
					resp := answer(r, http.StatusTooManyRequests, "")
					if retryAfter != "" {
						resp.Header.Set("Retry-After", retryAfter)
					}
					return resp, nil
				}
				return answer(r, 200, `{"id":"1"}`), nil
			})))
			_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
			require.NoError(t, err)
			assert.Equal(t, 2, sent)
			require.Len(t, w.list, 1)
			assert.True(t, w.list[0] >= want[0] && w.list[0] <= want[1], "%v", w.list)
		})
	}
}

// A policy of its own says what it means.
func TestRetryPolicyMustBeClear(t *testing.T) {
	for name, p := range map[string]espo.RetryPolicy{
		"tries": {MaxTries: -1}, "first wait": {MinWait: -1}, "longest wait": {MaxWait: -1}, "longest Retry-After": {MaxRetryAfter: -1},
	} {
		_, err := espo.NewClient("http://crm.example", espo.APIKey("key"), espo.WithRetry(p))
		assert.ErrorIs(t, err, espo.ErrInput, name)
	}
}

// The end of the context ends the waits, and no further try is made.
func TestNoTryAfterTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	sent := 0
	client := dial(t, "http://crm.example", espo.APIKey("key"),
		espo.WithWait(func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }),
		espo.WithTransport(exchange(func(r *http.Request) (*http.Response, error) {
			sent++
			return answer(r, http.StatusServiceUnavailable, ""), nil
		})))
	_, err := client.Accounts.Get(ctx, "1")
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, espo.ErrUnavailable, "what came before stands in the error too")
	assert.Equal(t, 1, sent)
}
