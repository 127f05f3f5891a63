package espo_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// watch notes what a hook is told.
type watch struct {
	mu          sync.Mutex
	operations  []espo.Operation
	tries       []espo.Try
	outcomes    []espo.Outcome
	tryOutcomes []espo.TryOutcome
}

func (w *watch) option() espo.Option {
	note := func(f func()) {
		w.mu.Lock()
		defer w.mu.Unlock()
		f()
	}
	return espo.WithHook(espo.Hook{
		Start: func(ctx context.Context, o espo.Operation) (context.Context, func(espo.Outcome)) {
			note(func() { w.operations = append(w.operations, o) })
			return ctx, func(out espo.Outcome) { note(func() { w.outcomes = append(w.outcomes, out) }) }
		},
		Try: func(ctx context.Context, t espo.Try) (context.Context, func(espo.TryOutcome)) {
			note(func() { w.tries = append(w.tries, t) })
			return ctx, func(out espo.TryOutcome) { note(func() { w.tryOutcomes = append(w.tryOutcomes, out) }) }
		},
	})
}

func TestHookIsToldTheOperation(t *testing.T) {
	srv := espotest.NewServer(t)
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	for want, call := range map[espo.Operation]func(*espo.Client) error{
		{Name: "Account.get", Method: "GET", Route: "Account/{id}"}: func(c *espo.Client) error {
			_, err := c.Accounts.Get(t.Context(), id)
			return err
		},
		{Name: "Account.contacts.list", Method: "GET", Route: "Account/{id}/contacts"}: func(c *espo.Client) error {
			_, err := c.Accounts.Contacts(id).List(t.Context(), espo.Query{})
			return err
		},
		{Name: "Account.get", Method: "GET", Route: "Account/{name}"}: func(c *espo.Client) error {
			return c.Do(t.Context(), espo.Request{Path: []string{"Account", id}}, nil)
		},
		{Name: "Account.look", Method: "GET", Route: "Account/{name}"}: func(c *espo.Client) error {
			return c.Do(t.Context(), espo.Request{Path: []string{"Account", id}, Operation: "Account.look"}, nil)
		},
	} {
		t.Run(want.Name+" "+want.Route, func(t *testing.T) {
			var w watch
			require.NoError(t, call(srv.Client(w.option())))
			want.Server = srv.URL() + "/api/v1/"
			assert.Equal(t, []espo.Operation{want}, w.operations)
			require.Len(t, w.tries, 1)
			assert.Equal(t, want, w.tries[0].Operation)
			assert.Equal(t, 1, w.outcomes[0].Tries)
		})
	}
}

func TestHookIsToldWhyARequestIsSentAgain(t *testing.T) {
	for name, c := range map[string]struct {
		fault espotest.Fault
		class string
		head  int // of the first try
	}{
		"a status":               {espotest.Fault{Status: 503}, "503", 503},
		"a connection":           {espotest.Fault{Cut: true}, "connection", 0},
		"a body that breaks off": {espotest.Fault{Truncate: 5}, "connection", 200},
	} {
		t.Run(name, func(t *testing.T) {
			srv := espotest.NewServer(t)
			id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
			srv.Fail(c.fault)
			var w watch
			_, err := srv.Client(w.option(), noWait).Accounts.Get(t.Context(), id)
			require.NoError(t, err)
			require.Len(t, w.tries, 2)
			require.NoError(t, w.tries[0].Cause)
			assert.Equal(t, c.class, espo.ErrorClass(w.tries[1].Cause), "%v", w.tries[1].Cause)
			assert.Equal(t, c.head, w.tryOutcomes[0].Status)
			assert.Equal(t, 200, w.tryOutcomes[1].Status)
			require.Len(t, w.outcomes, 1)
			assert.Equal(t, 2, w.outcomes[0].Tries)
			require.NoError(t, w.outcomes[0].Err)
		})
	}
}

type refusingLimiter struct{ err error }

func (r refusingLimiter) Wait(context.Context) error { return r.err }

// What was not sent is not a try.
func TestHookCountsWhatWasSent(t *testing.T) {
	srv := espotest.NewServer(t)
	t.Run("the context has ended", func(t *testing.T) {
		var w watch
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := srv.Client(w.option()).Accounts.Get(ctx, "1")
		require.ErrorIs(t, err, context.Canceled)
		require.Len(t, w.outcomes, 1)
		assert.Zero(t, w.outcomes[0].Tries)
		assert.Equal(t, "canceled", espo.ErrorClass(w.outcomes[0].Err))
		assert.Empty(t, w.tries)
	})
	t.Run("the limiter refuses", func(t *testing.T) {
		var w watch
		_, err := srv.Client(w.option(), espo.WithLimiter(refusingLimiter{errors.New("no more today")})).Accounts.Get(t.Context(), "1")
		require.Error(t, err)
		require.Len(t, w.outcomes, 1)
		assert.Zero(t, w.outcomes[0].Tries)
		assert.Equal(t, "other", espo.ErrorClass(w.outcomes[0].Err))
	})
	t.Run("the input is refused", func(t *testing.T) {
		var w watch
		err := srv.Client(w.option()).Do(t.Context(), espo.Request{Path: []string{"Account"}, Operation: "\xff"}, nil)
		require.ErrorIs(t, err, espo.ErrInput)
		assert.Empty(t, w.operations)
	})
	assert.Empty(t, srv.Requests())
}

// An entity type that is refused is in the name as far as it is UTF-8, and not
// in the route.
func TestHookIsToldRefusedNames(t *testing.T) {
	srv := espotest.NewServer(t)
	var w watch
	_, err := srv.Client(w.option()).Records("CCar\xff").Get(t.Context(), "1")
	require.ErrorIs(t, err, espo.ErrInput)
	require.Len(t, w.operations, 1)
	assert.Equal(t, "CCar\uFFFD.get", w.operations[0].Name)
	assert.Equal(t, "{type}/{id}", w.operations[0].Route)
	require.Len(t, w.outcomes, 1)
	assert.Equal(t, "input", espo.ErrorClass(w.outcomes[0].Err))
}
