package espoprom_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	espoprom "github.com/go-espo/espo/prometheus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noWait leaves out the waits between tries.
var noWait = espo.WithWait(func(ctx context.Context, _ time.Duration) error { return ctx.Err() })

// expect compares the counters and the gauge with lines such as
// `espo_requests_total{operation="Account.list",status="200"} 1`.
func expect(t *testing.T, c *espoprom.Collector, lines ...string) {
	t.Helper()
	var want strings.Builder
	want.WriteString(`
# HELP espo_requests_in_flight Requests to EspoCRM that have not ended.
# TYPE espo_requests_in_flight gauge
espo_requests_in_flight 0
# HELP espo_requests_total Requests to EspoCRM that have ended.
# TYPE espo_requests_total counter
# HELP espo_retries_total Further tries of requests to EspoCRM, by what made them necessary.
# TYPE espo_retries_total counter
`)
	for _, line := range lines {
		want.WriteString(line + "\n")
	}
	require.NoError(t, testutil.CollectAndCompare(c, strings.NewReader(want.String()),
		"espo_requests_total", "espo_retries_total", "espo_requests_in_flight"))
}

func TestRequests(t *testing.T) {
	get := func(ctx context.Context, c *espo.Client) error {
		_, err := c.Accounts.Get(ctx, "1")
		return err
	}
	list := func(ctx context.Context, c *espo.Client) error {
		_, err := c.Accounts.List(ctx, espo.Query{})
		return err
	}
	create := func(ctx context.Context, c *espo.Client) error {
		_, err := c.Accounts.Create(ctx, espo.Account{Name: "Acme"})
		return err
	}
	for name, c := range map[string]struct {
		call   func(context.Context, *espo.Client) error
		faults []espotest.Fault
		fails  bool
		want   []string
	}{
		"success": {call: create, want: []string{
			`espo_requests_total{operation="Account.create",status="200"} 1`,
		}},
		"a record that does not exist": {call: get, fails: true, want: []string{
			`espo_requests_total{operation="Account.get",status="404"} 1`,
		}},
		"a second try after a status": {call: list, faults: []espotest.Fault{{Status: 503}}, want: []string{
			`espo_requests_total{operation="Account.list",status="200"} 1`,
			`espo_retries_total{operation="Account.list",status="503"} 1`,
		}},
		"a second try after a lost connection": {call: list, faults: []espotest.Fault{{Cut: true}}, want: []string{
			`espo_requests_total{operation="Account.list",status="200"} 1`,
			`espo_retries_total{operation="Account.list",status="connection"} 1`,
		}},
		"a second try after half an answer": {call: list, faults: []espotest.Fault{{Truncate: 5}}, want: []string{
			`espo_requests_total{operation="Account.list",status="200"} 1`,
			`espo_retries_total{operation="Account.list",status="connection"} 1`,
		}},
		"tries that all fail": {call: list, faults: []espotest.Fault{{Status: 502, Times: 3}, {Status: 504, Nth: 4}}, fails: true, want: []string{
			`espo_requests_total{operation="Account.list",status="504"} 1`,
			`espo_retries_total{operation="Account.list",status="502"} 3`,
		}},
		"a lost answer": {call: create, faults: []espotest.Fault{{After: true, Cut: true}}, fails: true, want: []string{
			`espo_requests_total{operation="Account.create",status="connection"} 1`,
		}},
		"a lost answer after a status": {call: list, faults: []espotest.Fault{{Status: 503}, {Cut: true, Nth: 2, Times: -1}}, fails: true, want: []string{
			`espo_requests_total{operation="Account.list",status="connection"} 1`,
			`espo_retries_total{operation="Account.list",status="503"} 1`,
			`espo_retries_total{operation="Account.list",status="connection"} 2`,
		}},
		"a page of a proxy": {call: list, faults: []espotest.Fault{{HTML: true}}, fails: true, want: []string{
			`espo_requests_total{operation="Account.list",status="reply"} 1`,
		}},
		"input that is refused": {call: func(ctx context.Context, c *espo.Client) error {
			_, err := c.Records("\xff").Get(ctx, "1")
			return err
		}, fails: true, want: []string{
			"espo_requests_total{operation=\"\uFFFD.get\",status=\"input\"} 1",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			srv, metrics := espotest.NewServer(t), espoprom.NewCollector()
			for _, f := range c.faults {
				srv.Fail(f)
			}
			err := c.call(t.Context(), srv.Client(espo.WithHook(metrics.Hook()), noWait))
			assert.Equal(t, c.fails, err != nil, "%v", err)
			expect(t, metrics, c.want...)
		})
	}
}

// What a caller passes to Do in a path is not a label, but for the entity type.
func TestIDsAreNoLabels(t *testing.T) {
	srv, metrics := espotest.NewServer(t), espoprom.NewCollector()
	client := srv.Client(espo.WithHook(metrics.Hook()))
	ids := srv.Seed("Account", espo.Attrs{"name": "A"}, espo.Attrs{"name": "B"})
	for _, id := range ids {
		require.NoError(t, client.Do(t.Context(), espo.Request{Path: []string{"Account", id}}, nil))
		require.NoError(t, client.Do(t.Context(), espo.Request{Path: []string{"Account", id}, Operation: "Account.look"}, nil))
		_, err := client.Accounts.Contacts(id).List(t.Context(), espo.Query{})
		require.NoError(t, err)
	}
	expect(t, metrics,
		`espo_requests_total{operation="Account.contacts.list",status="200"} 2`,
		`espo_requests_total{operation="Account.get",status="200"} 2`,
		`espo_requests_total{operation="Account.look",status="200"} 2`)
}

func TestCancellation(t *testing.T) {
	srv, metrics := espotest.NewServer(t), espoprom.NewCollector()
	ctx, cancel := context.WithCancel(t.Context())
	srv.Fail(espotest.Fault{Status: 500, Delay: func(gone context.Context) {
		assert.InDelta(t, 1, inFlight(t, metrics), 0, "in flight")
		cancel()
		<-gone.Done()
	}})
	_, err := srv.Client(espo.WithHook(metrics.Hook())).Accounts.List(ctx, espo.Query{})
	require.ErrorIs(t, err, context.Canceled)
	expect(t, metrics, `espo_requests_total{operation="Account.list",status="canceled"} 1`)
}

// inFlight is the number of requests in flight.
func inFlight(t *testing.T, c *espoprom.Collector) float64 {
	t.Helper()
	families, err := registry(c).Gather()
	assert.NoError(t, err)
	for _, f := range families {
		if f.GetName() == "espo_requests_in_flight" {
			return f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	return -1
}

func registry(c *espoprom.Collector) *prometheus.Registry {
	r := prometheus.NewPedanticRegistry()
	r.MustRegister(c)
	return r
}

// A session that has expired is renewed, and the request sent again.
func TestLogins(t *testing.T) {
	srv, metrics := espotest.NewServer(t), espoprom.NewCollector()
	client := srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword), espo.WithHook(metrics.Hook()))
	for range 2 {
		_, err := client.Accounts.List(t.Context(), espo.Query{})
		require.NoError(t, err)
		srv.RevokeTokens()
	}
	expect(t, metrics,
		`espo_requests_total{operation="Account.list",status="200"} 2`,
		`espo_requests_total{operation="App.login",status="200"} 2`,
		`espo_retries_total{operation="Account.list",status="401"} 1`)
}

func TestDuration(t *testing.T) {
	srv, metrics := espotest.NewServer(t), espoprom.NewCollector(espoprom.WithBuckets(60, 120))
	srv.Fail(espotest.Fault{Status: 503})
	client := srv.Client(espo.WithHook(metrics.Hook()), noWait)
	for range 2 {
		_, err := client.Accounts.List(t.Context(), espo.Query{})
		require.NoError(t, err)
	}
	families, err := registry(metrics).Gather()
	require.NoError(t, err)
	for _, f := range families {
		if f.GetName() != "espo_request_duration_seconds" {
			continue
		}
		require.Len(t, f.GetMetric(), 1)
		h := f.GetMetric()[0].GetHistogram()
		assert.EqualValues(t, 2, h.GetSampleCount(), "a try counts as a request")
		assert.Positive(t, h.GetSampleSum())
		require.Len(t, h.GetBucket(), 2)
		assert.EqualValues(t, 2, h.GetBucket()[0].GetCumulativeCount())
		return
	}
	assert.Fail(t, "no histogram")
}

func TestBucketsThatAreNotAscending(t *testing.T) {
	assert.Panics(t, func() { espoprom.NewCollector(espoprom.WithBuckets(2, 1)) })
}

func TestConcurrency(t *testing.T) {
	const calls = "64"
	srv, metrics := espotest.NewServer(t), espoprom.NewCollector()
	srv.Fail(espotest.Fault{Status: 503, Nth: 10, Times: 10})
	var wg sync.WaitGroup
	for range 4 { // clients
		client := srv.Client(espo.WithHook(metrics.Hook()), noWait, espo.WithRetry(espo.RetryPolicy{MaxTries: 11}))
		for range 16 {
			wg.Go(func() {
				_, err := client.Accounts.List(t.Context(), espo.Query{})
				assert.NoError(t, err)
			})
		}
	}
	wg.Wait()
	expect(t, metrics,
		`espo_requests_total{operation="Account.list",status="200"} `+calls,
		`espo_retries_total{operation="Account.list",status="503"} 10`)
}

// The names, units and texts are as Prometheus wants them.
func TestNamesAreAsTheyShouldBe(t *testing.T) {
	srv, metrics := espotest.NewServer(t), espoprom.NewCollector()
	srv.Fail(espotest.Fault{Status: 503})
	_, err := srv.Client(espo.WithHook(metrics.Hook()), noWait).Accounts.List(t.Context(), espo.Query{})
	require.NoError(t, err)
	problems, err := testutil.CollectAndLint(metrics)
	require.NoError(t, err)
	assert.Empty(t, problems)
}

// Labels and a prefix come from the registry.
func TestWrappedRegistry(t *testing.T) {
	srv, metrics, registry := espotest.NewServer(t), espoprom.NewCollector(), prometheus.NewPedanticRegistry()
	prometheus.WrapRegistererWith(prometheus.Labels{"crm": "main"}, prometheus.WrapRegistererWithPrefix("shop_", registry)).MustRegister(metrics)
	_, err := srv.Client(espo.WithHook(metrics.Hook())).Accounts.List(t.Context(), espo.Query{})
	require.NoError(t, err)
	require.NoError(t, testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP shop_espo_requests_total Requests to EspoCRM that have ended.
# TYPE shop_espo_requests_total counter
shop_espo_requests_total{crm="main",operation="Account.list",status="200"} 1
`), "shop_espo_requests_total"))
}
