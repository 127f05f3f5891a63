package espo_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func accountsNamed(n int) []espo.Account {
	list := make([]espo.Account, n)
	for i := range list {
		list[i] = espo.Account{Name: fmt.Sprintf("Bulk %03d", i)}
	}
	return list
}

func TestCreateAllKeepsTheOrder(t *testing.T) {
	srv := espotest.NewServer(t)
	input := accountsNamed(100)
	results, err := srv.Client().Accounts.CreateAll(t.Context(), input, espo.BulkOptions{Concurrency: 5})
	require.NoError(t, err)
	require.Len(t, results, 100)
	for i, r := range results {
		require.NoError(t, r.Err)
		assert.Equal(t, i, r.Index)
		assert.Equal(t, input[i].Name, r.Record.Name)
		assert.NotEmpty(t, r.Record.ID)
	}
	assert.Len(t, srv.Records("Account"), 100)
}

func TestBulkConcurrencyIsBoundedAndUsed(t *testing.T) {
	for _, c := range []struct{ given, want int }{{0, 8}, {1, 1}, {3, 3}, {-1, 8}} {
		var now, most atomic.Int64
		full := make(chan struct{})
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
			n := now.Add(1)
			defer now.Add(-1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			if n == int64(c.want) {
				select {
				case <-full:
				default:
					close(full)
				}
			}
			<-full // until as many are under way as may be
			reply(w, 200, `{"id": "1"}`)
		})
		results, err := client.Accounts.CreateAll(t.Context(), accountsNamed(30), espo.BulkOptions{Concurrency: c.given})
		require.NoError(t, err)
		assert.Len(t, results, 30)
		assert.EqualValues(t, c.want, most.Load(), "Concurrency: %d", c.given)
	}
}

func TestBulkPartialFailure(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	input := []espo.Account{{Name: "One"}, {}, {Name: "Two"}, {Name: "Three", Type: "Nope"}}
	srv.Seed("Account", map[string]any{"name": "Two"})
	results, err := client.Accounts.CreateAll(t.Context(), input, espo.BulkOptions{})
	require.Len(t, results, 4)
	require.NoError(t, results[0].Err)
	require.ErrorIs(t, results[1].Err, espo.ErrBadRequest)
	require.ErrorIs(t, results[2].Err, espo.ErrConflict)
	require.ErrorIs(t, results[3].Err, espo.ErrBadRequest)

	var bulk *espo.BulkError
	require.ErrorAs(t, err, &bulk)
	assert.Equal(t, 4, bulk.Total)
	assert.Equal(t, 3, bulk.Failed)
	assert.Zero(t, bulk.Left)
	assert.Contains(t, err.Error(), "3 of 4 records failed; the first: record 1: ")
	var dup *espo.DuplicateError
	require.ErrorAs(t, err, &dup, "the errors of the single records are found")
	require.ErrorIs(t, err, espo.ErrBadRequest)

	// The same again with an option of each call.
	results, err = client.Accounts.CreateAll(t.Context(), input[2:3], espo.BulkOptions{}, espo.SkipDuplicateCheck())
	require.NoError(t, err)
	assert.Equal(t, "Two", results[0].Record.Name)
}

func TestUpdateManyAndDeleteMany(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	accounts := srv.Client().Accounts
	ids := srv.Seed("Account", map[string]any{"name": "A"}, map[string]any{"name": "B"})
	changes := []espo.BulkUpdate{
		{ID: ids[1], Attrs: espo.Attrs{"description": "b"}},
		{ID: "000000000000000ab", Attrs: espo.Attrs{"description": "nobody"}},
		{ID: "", Attrs: espo.Attrs{"description": "bad"}},
		{ID: ids[0], Attrs: espo.Attrs{"description": "a"}},
	}
	updated, err := accounts.UpdateAll(ctx, changes, espo.BulkOptions{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	require.ErrorIs(t, err, espo.ErrInput)
	require.Len(t, updated, 4)
	assert.Equal(t, "b", updated[0].Record.Description)
	require.ErrorIs(t, updated[1].Err, espo.ErrNotFound)
	require.ErrorIs(t, updated[2].Err, espo.ErrInput)
	assert.Equal(t, "a", updated[3].Record.Description)

	deleted, err := accounts.DeleteAll(ctx, []string{ids[0], ids[0] + "x", ids[1]}, espo.BulkOptions{Concurrency: 1})
	var bulk *espo.BulkError
	require.ErrorAs(t, err, &bulk)
	assert.Equal(t, 1, bulk.Failed)
	assert.Equal(t, ids[0], deleted[0].Record)
	require.ErrorIs(t, deleted[1].Err, espo.ErrNotFound)
	assert.Equal(t, ids[1], deleted[2].Record)
	assert.Empty(t, srv.Records("Account"))
}

func TestBulkStopsWithTheContext(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	srv.Fail(espotest.Fault{Method: http.MethodPost, Path: "Account", Nth: 11, Delay: func(ctx context.Context) {
		cancel()
		<-ctx.Done() // the connection is closed
	}, Status: 503})
	results, err := srv.Client().Accounts.CreateAll(ctx, accountsNamed(50), espo.BulkOptions{Concurrency: 1})
	require.Len(t, results, 50, "nothing is lost")
	for i, r := range results {
		assert.Equal(t, i, r.Index)
		switch {
		case i < 10:
			require.NoError(t, r.Err)
		case i == 10:
			require.ErrorIs(t, r.Err, context.Canceled)
			require.NotErrorIs(t, r.Err, espo.ErrNotTried, "the server may have got it")
		default:
			require.ErrorIs(t, r.Err, espo.ErrNotTried)
			require.ErrorIs(t, r.Err, context.Canceled)
		}
	}
	var bulk *espo.BulkError
	require.ErrorAs(t, err, &bulk)
	assert.Equal(t, 1, bulk.Failed)
	assert.Equal(t, 39, bulk.Left)
	assert.Contains(t, err.Error(), "39 were not tried")
	assert.Len(t, srv.Records("Account"), 10)
}

func TestBulkWithAContextThatHasEnded(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	results, err := srv.Client().Accounts.CreateAll(ctx, accountsNamed(20), espo.BulkOptions{})
	require.Len(t, results, 20)
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, srv.Requests())
	assert.Empty(t, srv.Records("Account"))
}

func TestBulkStopsWhenTheCredentialsAreRefused(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.ClientAs(espo.APIKey("nobody"))
	results, err := client.Accounts.CreateAll(t.Context(), accountsNamed(200), espo.BulkOptions{Concurrency: 4})
	require.Len(t, results, 200)
	require.ErrorIs(t, err, espo.ErrUnauthorized)
	var bulk *espo.BulkError
	require.ErrorAs(t, err, &bulk)
	assert.LessOrEqual(t, bulk.Failed, 4, "no more than were under way")
	assert.Equal(t, 200, bulk.Failed+bulk.Left)
	assert.Len(t, srv.Requests(), bulk.Failed)
}

func TestBulkOfNothing(t *testing.T) {
	srv := espotest.NewServer(t)
	accounts := srv.Client().Accounts
	created, err := accounts.CreateAll(t.Context(), nil, espo.BulkOptions{})
	require.NoError(t, err)
	assert.Empty(t, created)
	deleted, err := accounts.DeleteAll(t.Context(), nil, espo.BulkOptions{})
	require.NoError(t, err)
	assert.Empty(t, deleted)
	assert.Empty(t, srv.Requests())
}

func TestCreateEachIsLazyAndEndsWithItsCaller(t *testing.T) {
	srv := espotest.NewServer(t)
	taken := 0
	var forever iter.Seq2[espo.Account, error] = func(yield func(espo.Account, error) bool) {
		for ; yield(espo.Account{Name: fmt.Sprintf("Endless %d", taken)}, nil); taken++ {
		}
	}
	var got []string
	for r := range srv.Client().Accounts.CreateEach(t.Context(), forever, espo.BulkOptions{Concurrency: 2}) {
		require.NoError(t, r.Err)
		require.Equal(t, len(got), r.Index)
		if got = append(got, r.Record.Name); len(got) == 25 {
			break
		}
	}
	assert.Equal(t, "Endless 24", got[24])
	assert.LessOrEqual(t, taken, 25+2*4, "few are taken ahead of their turn")
}

func TestBulkResultsAreComplete(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	rapid.Check(t, func(t *rapid.T) {
		good := rapid.SliceOfN(rapid.Bool(), 0, 40).Draw(t, "good")
		input := make([]espo.Lead, len(good))
		for i, ok := range good {
			if ok {
				input[i].LastName = "Name"
			}
		}
		results, err := client.Leads.CreateAll(context.Background(), input, espo.BulkOptions{
			Concurrency: rapid.IntRange(1, 6).Draw(t, "concurrency"),
		}, espo.SkipDuplicateCheck())
		if (err == nil) != !slices.Contains(good, false) {
			t.Fatalf("the error is %v", err)
		}
		if len(results) != len(good) {
			t.Fatalf("%d results of %d", len(results), len(good))
		}
		for i, r := range results {
			if r.Index != i || (r.Err == nil) != good[i] || (r.Record.ID != "") != good[i] {
				t.Fatalf("result %d: %+v", i, r)
			}
		}
	})
}

// An error of what the records come from is the last result. What stands beside
// it is not sent, and neither is what would come after it.
func TestCreateEachOfASourceThatFails(t *testing.T) {
	srv := espotest.NewServer(t)
	broken := errors.New("broken")
	source := func(yield func(espo.Account, error) bool) {
		_ = yield(espo.Account{Name: "First"}, nil) && yield(espo.Account{Name: "Half"}, broken) && yield(espo.Account{Name: "Last"}, nil)
	}
	results := slices.Collect(srv.Client().Accounts.CreateEach(t.Context(), source, espo.BulkOptions{}))
	require.Len(t, results, 2)
	assert.NoError(t, results[0].Err)
	assert.Equal(t, espo.BulkResult[espo.Account, espo.Account]{Index: 1, Input: espo.Account{Name: "Half"}, Err: broken}, results[1])
	assert.Len(t, srv.Records("Account"), 1)
}
