package espo_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// jobs is a server on which a mass action is pending for so many questions.
func jobs(t *testing.T, pending int, opts ...espo.Option) (*espo.Client, *waits, *int) {
	t.Helper()
	w, asked := new(waits), new(int)
	opts = append([]espo.Option{w.option()}, opts...)
	client := dial(t, "http://crm.example", espo.APIKey("key"), append(opts, espo.WithTransport(exchange(func(r *http.Request) (*http.Response, error) {
		if *asked++; *asked > pending {
			return answer(r, 200, `{"status":"Success","processedCount":1}`), nil
		}
		return answer(r, 200, `{"status":"Pending"}`), nil
	})))...)
	return client, w, asked
}

// How long the client waits between two questions about a job, whatever its
// policy for further tries is.
func TestPolling(t *testing.T) {
	for name, tt := range map[string]struct {
		opts           []espo.Option
		first, longest time.Duration
		growing        bool
	}{
		"the default":         {first: time.Second, longest: 30 * time.Second, growing: true},
		"without retries":     {opts: []espo.Option{espo.WithRetry(espo.RetryPolicy{MaxTries: 1})}, first: time.Second, longest: 30 * time.Second, growing: true},
		"with short retries":  {opts: []espo.Option{espo.WithRetry(espo.RetryPolicy{MinWait: 1, MaxWait: 1})}, first: time.Second, longest: 30 * time.Second, growing: true},
		"of its own":          {opts: []espo.Option{espo.WithPolling(espo.PollPolicy{MinWait: time.Minute, MaxWait: time.Hour})}, first: time.Minute, longest: time.Hour, growing: true},
		"always the same":     {opts: []espo.Option{espo.WithPolling(espo.PollPolicy{MinWait: time.Minute, MaxWait: time.Minute})}, first: time.Minute, longest: time.Minute},
		"a longer first wait": {opts: []espo.Option{espo.WithPolling(espo.PollPolicy{MinWait: time.Hour})}, first: time.Hour, longest: time.Hour},
		"a short last wait":   {opts: []espo.Option{espo.WithPolling(espo.PollPolicy{MaxWait: 100 * time.Millisecond})}, first: 100 * time.Millisecond, longest: 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			client, w, asked := jobs(t, 30, tt.opts...)
			status, err := client.MassActions.Wait(t.Context(), "1", espo.MassWait{})
			require.NoError(t, err)
			assert.Equal(t, espo.JobSuccess, status.Status)
			assert.Equal(t, 31, *asked)
			require.Len(t, w.list, 30)
			for i, d := range w.list { // each may be half as long again, or half as long
				assert.GreaterOrEqual(t, d, tt.first/2, "wait %d", i)
				assert.LessOrEqual(t, d, tt.longest*3/2, "wait %d", i)
			}
			assert.LessOrEqual(t, w.list[0], tt.first*3/2)
			if tt.growing {
				assert.GreaterOrEqual(t, w.list[29], tt.longest/2)
			}
		})
	}
}

// The waits between tries keep to the policy as well.
func TestWaitsBetweenTries(t *testing.T) {
	for name, tt := range map[string]struct {
		policy         espo.RetryPolicy
		first, longest time.Duration
	}{
		"the default":         {espo.RetryPolicy{}, 500 * time.Millisecond, 15 * time.Second},
		"a longer first wait": {espo.RetryPolicy{MinWait: time.Minute}, time.Minute, time.Minute},
		"a short last wait":   {espo.RetryPolicy{MaxWait: time.Millisecond}, time.Millisecond, time.Millisecond},
		"of its own":          {espo.RetryPolicy{MinWait: time.Second, MaxWait: time.Minute}, time.Second, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			tt.policy.MaxTries = 20
			var w waits
			client := dial(t, "http://crm.example", espo.APIKey("key"), w.option(), espo.WithRetry(tt.policy), espo.WithTransport(exchange(func(r *http.Request) (*http.Response, error) {
				return answer(r, http.StatusBadGateway, ""), nil
			})))
			require.ErrorIs(t, client.App.Ping(t.Context()), espo.ErrServer)
			require.Len(t, w.list, 19)
			for i, d := range w.list {
				assert.GreaterOrEqual(t, d, tt.first/2, "wait %d", i)
				assert.LessOrEqual(t, d, tt.longest*3/2, "wait %d", i)
			}
			assert.LessOrEqual(t, w.list[0], tt.first*3/2)
			assert.GreaterOrEqual(t, w.list[18], tt.longest/2)
		})
	}
}

// An error of the wait ends the call, with what came before.
func TestWaitThatFails(t *testing.T) {
	enough := errors.New("enough")
	refuse := espo.WithWait(func(context.Context, time.Duration) error { return enough })
	client, _, asked := jobs(t, 30, refuse)
	_, err := client.MassActions.Wait(t.Context(), "7", espo.MassWait{})
	require.ErrorIs(t, err, enough)
	assert.ErrorContains(t, err, "7 is Pending")
	assert.Equal(t, 1, *asked)

	srv := espotest.NewServer(t)
	srv.Fail(espotest.Fault{Status: http.StatusBadGateway, Times: -1})
	err = srv.Client(refuse).App.Ping(t.Context())
	require.ErrorIs(t, err, enough)
	require.ErrorIs(t, err, espo.ErrServer)
	assert.Len(t, srv.Requests(), 1)
}

// Without WithWait, the client waits by itself, and no longer than the context.
func TestWaitByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		client, err := espo.NewClient("http://crm.example", espo.APIKey("key"), espo.WithTransport(exchange(func(r *http.Request) (*http.Response, error) {
			asked++
			return answer(r, 200, `{"status":"Running"}`), nil
		})))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		start := time.Now()
		_, err = client.MassActions.Wait(ctx, "7", espo.MassWait{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 10*time.Minute, time.Since(start))
		assert.Less(t, asked, 100)
	})
}
