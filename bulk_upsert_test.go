package espo_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// Each result of UpsertAll stands beside what it comes from, in its order.
func TestUpsertAll(t *testing.T) {
	srv := espotest.NewServer(t)
	srv.Seed("Account", espo.Attrs{"name": "Old", "sicCode": "1"}, espo.Attrs{"name": "Twin"}, espo.Attrs{"name": "Twin"}, espo.Attrs{"name": "Taken"})
	upserts := []espo.Upsert{
		{Match: espo.Attrs{"sicCode": "1"}, Set: espo.Attrs{"website": "https://old.example"}, OnCreate: espo.Attrs{"name": "Not used"}},
		{Match: espo.Attrs{"sicCode": "2"}, Set: espo.Attrs{"website": "https://new.example"}, OnCreate: espo.Attrs{"name": "New"}},
		{Match: espo.Attrs{"name": "Twin"}, Set: espo.Attrs{"website": "https://twin.example"}},
		{Match: espo.Attrs{"sicCode": "3"}, Set: espo.Attrs{"name": "Taken"}},
		{Match: espo.Attrs{"sicCode": "4"}, Set: espo.Attrs{"name": "Taken"}, SkipDuplicateCheck: true},
		{Match: espo.Attrs{"sicCode": "5"}},
	}
	results, err := srv.Client().Accounts.UpsertAll(t.Context(), upserts, espo.BulkOptions{Concurrency: 1})
	require.Len(t, results, len(upserts))
	want := []struct {
		created bool
		name    string
		err     error
	}{
		{false, "Old", nil}, {true, "New", nil}, {false, "", espo.ErrAmbiguous}, {false, "Taken", nil}, {true, "Taken", nil}, {false, "", espo.ErrBadRequest},
	}
	for i, r := range results {
		assert.Equal(t, i, r.Index)
		assert.Equal(t, upserts[i], r.Input, "%d", i)
		assert.Equal(t, want[i].created, r.Created, "%d", i)
		assert.Equal(t, want[i].name, r.Record.Name, "%d", i)
		assert.ErrorIs(t, r.Err, want[i].err, "%d", i)
	}
	assert.Equal(t, "3", results[3].Record.SicCode, "what matches from then on")
	var bulk *espo.BulkError
	require.ErrorAs(t, err, &bulk)
	assert.Equal(t, []int{6, 2, 0}, []int{bulk.Total, bulk.Failed, bulk.Left})
	require.ErrorIs(t, err, espo.ErrAmbiguous)

	// The second time, what has worked changes nothing more, and creates nothing.
	before := len(srv.Records("Account"))
	results, err = srv.Client().Accounts.UpsertAll(t.Context(), upserts[:2], espo.BulkOptions{})
	require.NoError(t, err)
	for _, r := range results {
		assert.False(t, r.Created)
	}
	assert.Len(t, srv.Records("Account"), before)
}

// Upserts of many records keep to their order, however many run at once.
func TestUpsertEach(t *testing.T) {
	srv := espotest.NewServer(t)
	broken := errors.New("broken")
	upserts := func(yield func(espo.Upsert, error) bool) {
		for i := range 60 {
			if !yield(espo.Upsert{Match: espo.Attrs{"name": itoa(i)}, Set: espo.Attrs{"description": itoa(i)}}, nil) {
				return
			}
		}
		yield(espo.Upsert{Match: espo.Attrs{"name": "last"}}, broken)
	}
	for round, created := range []bool{true, false} {
		n := 0
		for r := range srv.Client().Accounts.UpsertEach(t.Context(), upserts, espo.BulkOptions{Concurrency: 7}) {
			require.Equal(t, n, r.Index)
			if n == 60 {
				assert.Equal(t, broken, r.Err)
				assert.Equal(t, "last", r.Input.Match.String("name"))
				assert.False(t, r.Created)
				n++
				continue
			}
			require.NoError(t, r.Err)
			assert.Equal(t, created, r.Created)
			assert.Equal(t, itoa(n), r.Input.Match.String("name"))
			assert.Equal(t, itoa(n), r.Record.Name)
			n++
		}
		assert.Equal(t, 61, n, "round %d", round)
	}
	assert.Len(t, srv.Records("Account"), 60)
}

// Each kind of bulk call gives back what went in, and refuses one answer for
// several requests.
func TestInputsOfBulkResults(t *testing.T) {
	srv := espotest.NewServer(t)
	accounts, ctx, o := srv.Client().Accounts, t.Context(), espo.BulkOptions{Concurrency: 3}
	input := accountsNamed(20)
	input[7].Name = ""
	created, err := accounts.CreateAll(ctx, input, o)
	require.ErrorIs(t, err, espo.ErrBadRequest)
	var updates []espo.BulkUpdate
	for i, r := range created {
		assert.Equal(t, input[i], r.Input)
		assert.Equal(t, i != 7, r.Err == nil)
		assert.False(t, r.Created, "which is of an Upsert alone")
		updates = append(updates, espo.BulkUpdate{ID: r.Record.ID, Attrs: espo.Attrs{"description": itoa(i)}})
	}
	updated, err := accounts.UpdateAll(ctx, updates, o)
	require.ErrorIs(t, err, espo.ErrInput, "of the one that has no id")
	var ids []string
	for i, r := range updated {
		assert.Equal(t, updates[i], r.Input)
		if i != 7 {
			assert.Equal(t, itoa(i), r.Record.Description)
		}
		ids = append(ids, r.Input.ID)
	}
	deleted, err := accounts.DeleteAll(ctx, ids, o)
	require.ErrorIs(t, err, espo.ErrInput)
	for i, r := range deleted {
		assert.Equal(t, ids[i], r.Input)
		assert.Equal(t, ids[i], r.Record)
	}

	var response espo.Response
	srv.ClearRequests()
	store := espo.StoreResponse(&response)
	for name, all := range map[string]func() error{
		"create": func() error { return failure(accounts.CreateAll(ctx, input, o, store)) },
		"update": func() error { return failure(accounts.UpdateAll(ctx, updates, o, store)) },
		"delete": func() error { return failure(accounts.DeleteAll(ctx, ids, o, store)) },
		"upsert": func() error { return failure(accounts.UpsertAll(ctx, []espo.Upsert{{}, {}}, o, store)) },
	} {
		err := all()
		var bulk *espo.BulkError
		require.ErrorAs(t, err, &bulk, name)
		assert.Equal(t, bulk.Total, bulk.Failed, name)
		require.ErrorIs(t, err, espo.ErrInput, name)
	}
	assert.Empty(t, srv.Requests())
}

// A caller who stops ends the calls that are under way, and the input.
func TestUpsertEachEndsWithItsCaller(t *testing.T) {
	srv := espotest.NewServer(t)
	ended := false
	var forever iter.Seq2[espo.Upsert, error] = func(yield func(espo.Upsert, error) bool) {
		defer func() { ended = true }()
		for i := 0; yield(espo.Upsert{Match: espo.Attrs{"name": itoa(i)}}, nil); i++ {
		}
	}
	for r := range srv.Client().Accounts.UpsertEach(t.Context(), forever, espo.BulkOptions{Concurrency: 2}) {
		if r.Index == 3 {
			break
		}
	}
	assert.True(t, ended)
}

func TestUpsertAllEndsWithTheContext(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	srv.Fail(espotest.Fault{Method: http.MethodPost, Nth: 2, Delay: func(ctx context.Context) { cancel(); <-ctx.Done() }, Status: 503})
	results, err := srv.Client().Accounts.UpsertAll(ctx, []espo.Upsert{
		{Match: espo.Attrs{"name": "a"}}, {Match: espo.Attrs{"name": "b"}}, {Match: espo.Attrs{"name": "c"}},
	}, espo.BulkOptions{Concurrency: 1})
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, results[0].Err)
	require.ErrorIs(t, results[1].Err, context.Canceled)
	require.ErrorIs(t, results[2].Err, espo.ErrNotTried)
}
