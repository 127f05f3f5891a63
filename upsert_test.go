package espo_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// A new record gets all three parts, Set before OnCreate. One that exists gets
// Set alone.
func TestUpsertOnCreate(t *testing.T) {
	_, client := fake(t)
	u := espo.Upsert{
		Match: espo.Attrs{"sicCode": "42"}, Set: espo.Attrs{"type": "Customer"},
		OnCreate: espo.Attrs{"name": "Acme", "type": "Partner", "description": "new"},
	}
	account, created, err := client.Accounts.Upsert(t.Context(), u)
	require.NoError(t, err)
	assert.True(t, created)
	assert.Equal(t, []string{"Acme", "Customer", "new", "42"}, []string{account.Name, string(account.Type), account.Description, account.SicCode})

	u.Set, u.OnCreate["name"] = espo.Attrs{"website": "https://a.example"}, "Another"
	again, created, err := client.Accounts.Upsert(t.Context(), u)
	require.NoError(t, err)
	assert.False(t, created)
	assert.Equal(t, []string{account.ID, "Acme", "https://a.example"}, []string{again.ID, again.Name, again.Website})
}

// A nil value matches null, and nothing else.
func TestUpsertByNull(t *testing.T) {
	srv, client := fake(t)
	ids := srv.Seed("Account", map[string]any{"name": "Acme", "sicCode": "1"}, map[string]any{"name": "Acme", "sicCode": nil})
	account, created, err := client.Accounts.Upsert(t.Context(), espo.Upsert{
		Match: espo.Attrs{"name": "Acme", "sicCode": nil}, Set: espo.Attrs{"description": "d"},
	})
	require.NoError(t, err)
	assert.False(t, created)
	assert.Equal(t, ids[1], account.ID)
}

func TestUpsertWithoutASearchForDuplicates(t *testing.T) {
	srv, client := fake(t)
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	u := espo.Upsert{Match: espo.Attrs{"sicCode": "42"}, Set: espo.Attrs{"name": "Acme"}, SkipDuplicateCheck: true}
	account, created, err := client.Accounts.Upsert(t.Context(), u)
	require.NoError(t, err)
	assert.True(t, created)
	assert.NotEqual(t, id, account.ID)

	again, created, err := client.Accounts.Upsert(t.Context(), u)
	require.NoError(t, err)
	assert.False(t, created, "it is for new records alone")
	assert.Equal(t, account.ID, again.ID)
}

// Each of many records has a result of its own, which says whether it is new.
func TestUpsertAllKeepsTheOrder(t *testing.T) {
	srv, client := fake(t)
	old := srv.Seed("Account", map[string]any{"name": "Old", "sicCode": "1"})[0]
	upserts := []espo.Upsert{
		{Match: espo.Attrs{"sicCode": "1"}, Set: espo.Attrs{"description": "d"}, OnCreate: espo.Attrs{"name": "Not this"}},
		{Match: espo.Attrs{"sicCode": "2"}, Set: espo.Attrs{"description": "d"}, OnCreate: espo.Attrs{"name": "New"}},
		{Match: espo.Attrs{"sicCode": "3"}}, // an account needs a name
	}
	results, err := client.Accounts.UpsertAll(t.Context(), upserts, espo.BulkOptions{})
	var bulk *espo.BulkError
	require.ErrorAs(t, err, &bulk)
	assert.Equal(t, []int{3, 1, 0}, []int{bulk.Total, bulk.Failed, bulk.Left})
	require.Len(t, results, 3)
	for i, want := range []struct {
		name    string
		created bool
		err     error
	}{{"Old", false, nil}, {"New", true, nil}, {"", false, espo.ErrBadRequest}} {
		got := results[i]
		assert.Equal(t, i, got.Index)
		assert.Equal(t, upserts[i], got.Input)
		assert.Equal(t, want.name, got.Record.Name)
		assert.Equal(t, want.created, got.Created, want.name)
		assert.ErrorIs(t, got.Err, want.err)
	}
	assert.Equal(t, old, results[0].Record.ID)
	assert.Len(t, srv.Records("Account"), 2)
}

// Each of the requests of each Upsert has the options of the call.
func TestOptionsOfUpserts(t *testing.T) {
	srv, client := fake(t)
	ids := srv.Seed("Account", map[string]any{"name": "Old", "sicCode": "1"})
	before := len(srv.Requests())
	_, err := client.Accounts.UpsertAll(t.Context(), []espo.Upsert{
		{Match: espo.Attrs{"sicCode": "1"}, Set: espo.Attrs{"description": "d"}},
		{Match: espo.Attrs{"sicCode": "2"}, Set: espo.Attrs{"name": "New"}},
	}, espo.BulkOptions{Concurrency: 1}, espo.Header("X-Custom", "v"))
	require.NoError(t, err)
	var methods []string
	for _, r := range srv.Requests()[before:] {
		methods = append(methods, r.Method)
		assert.Equal(t, "v", r.Header.Get("X-Custom"), r.Method)
	}
	assert.Equal(t, []string{"GET", "PUT", "POST"}, methods)

	var response espo.Response
	results, err := client.Accounts.UpsertAll(t.Context(), []espo.Upsert{{Match: espo.Attrs{"id": ids[0]}}}, espo.BulkOptions{}, espo.StoreResponse(&response))
	assert.ErrorIs(t, err, espo.ErrInput)
	require.Len(t, results, 1)
	assert.ErrorIs(t, results[0].Err, espo.ErrInput)
	assert.Len(t, srv.Requests(), before+3, "nothing is sent")
}

func TestUpsert(t *testing.T) {
	srv, client := fake(t)
	ctx := t.Context()
	match := espo.Attrs{"name": "Acme"}

	account, created, err := client.Accounts.Upsert(ctx, espo.Upsert{Match: match, Set: espo.Attrs{"website": "https://a.example"}})
	require.NoError(t, err)
	assert.True(t, created)
	assert.Equal(t, []string{"Acme", "https://a.example"}, []string{account.Name, account.Website})

	again, created, err := client.Accounts.Upsert(ctx, espo.Upsert{Match: match, Set: espo.Attrs{"website": "https://b.example"}})
	require.NoError(t, err)
	assert.False(t, created)
	assert.Equal(t, []string{account.ID, "https://b.example"}, []string{again.ID, again.Website})

	// Null matches null, and several attributes must all agree.
	same, created, err := client.Accounts.Upsert(ctx, espo.Upsert{Match: espo.Attrs{"type": nil, "website": "https://b.example"}, Set: espo.Attrs{"industry": "Banking"}})
	require.NoError(t, err)
	assert.False(t, created)
	assert.Equal(t, account.ID, same.ID)

	// Without anything to match, the server's search for duplicates decides.
	same, created, err = client.Accounts.Upsert(ctx, espo.Upsert{Set: espo.Attrs{"name": "Acme", "description": "d"}})
	require.NoError(t, err)
	assert.False(t, created)
	assert.Equal(t, []string{account.ID, "d"}, []string{same.ID, same.Description})

	// What is matched becomes a part of the duplicate, so that it matches.
	same, created, err = client.Accounts.Upsert(ctx, espo.Upsert{Match: espo.Attrs{"sicCode": "42"}, Set: espo.Attrs{"name": "Acme"}})
	require.NoError(t, err)
	assert.False(t, created)
	assert.Equal(t, []string{account.ID, "42"}, []string{same.ID, same.SicCode})

	srv.Seed("Account", map[string]any{"name": "Twin"}, map[string]any{"name": "Twin"})
	before := len(srv.Requests())
	_, _, err = client.Accounts.Upsert(ctx, espo.Upsert{Match: espo.Attrs{"name": "Twin"}, Set: espo.Attrs{"website": "https://x.example"}})
	assert.ErrorIs(t, err, espo.ErrAmbiguous)
	assert.Len(t, srv.Requests(), before+1, "nothing is written")

	var dup *espo.DuplicateError
	_, created, err = client.Accounts.Upsert(ctx, espo.Upsert{Set: espo.Attrs{"name": "Twin"}})
	require.ErrorAs(t, err, &dup)
	assert.Len(t, dup.Records, 2)
	assert.False(t, created)

	_, _, err = client.Accounts.Upsert(ctx, espo.Upsert{Match: espo.Attrs{"name": []string{"a"}}})
	assert.ErrorIs(t, err, espo.ErrInput)
	_, _, err = client.Accounts.Upsert(ctx, espo.Upsert{Match: espo.Attrs{"website": "https://new.example"}})
	assert.ErrorIs(t, err, espo.ErrBadRequest, "a new account needs a name")
}

// However many upsert the same record at once, there is one.
func TestUpsertRaces(t *testing.T) {
	srv, client := fake(t)
	var created tally
	var mu sync.Mutex
	seen := map[string]bool{}
	together(t, 16, func(i int) error {
		account, isNew, err := client.Accounts.Upsert(t.Context(), espo.Upsert{Match: espo.Attrs{"name": "Acme"}, Set: espo.Attrs{"description": itoa(i)}})
		if isNew {
			created.add()
		}
		mu.Lock()
		defer mu.Unlock()
		seen[account.ID] = true
		return err
	})
	assert.Equal(t, 1, created.count())
	assert.Len(t, seen, 1)
	assert.Len(t, srv.Records("Account"), 1)
}

// The record is deleted between finding and updating it.
func TestUpsertOfADeletedRecord(t *testing.T) {
	srv, client := fake(t)
	id := srv.Seed("Account", map[string]any{"name": "Acme"})[0]
	deleted := false
	srv.Fail(espotest.Fault{Method: "PUT", Delay: func(c context.Context) {
		if !deleted {
			deleted = true
			assert.NoError(t, client.Accounts.Delete(c, id))
		}
	}})
	account, created, err := client.Accounts.Upsert(t.Context(), espo.Upsert{Match: espo.Attrs{"name": "Acme"}, Set: espo.Attrs{"description": "d"}})
	require.NoError(t, err)
	assert.True(t, created)
	assert.NotEqual(t, id, account.ID)
}
