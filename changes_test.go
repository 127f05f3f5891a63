package espo_test

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// clock is a time that tests move on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// replica is a copy of the accounts of a server, with its cursor.
type replica struct {
	names   map[string]string
	cursor  espo.Cursor
	options espo.ChangeOptions // of FindDeleted
}

func (r *replica) After(ctx context.Context, id string, n int) ([]string, error) {
	return sorted(slices.Sorted(maps.Keys(r.names))).After(ctx, id, n)
}

// update reads changes until there are no more, or until it is stopped after so
// many batches.
func (r *replica) update(ctx context.Context, client *espo.Client, o espo.ChangeOptions, batches int) (read int, err error) {
	for batch, err := range client.Accounts.Changes(ctx, r.cursor, o) {
		if err != nil {
			return read, err
		}
		for _, account := range batch.Records {
			r.names[account.ID] = account.Name
		}
		read += len(batch.Records)
		r.cursor = batch.Cursor
		if batches--; batches == 0 {
			return read, nil
		}
	}
	return read, nil
}

// prune takes what was deleted out of the copy.
func (r *replica) prune(ctx context.Context, client *espo.Client) ([]string, error) {
	gone, err := espo.Collect(client.Accounts.FindDeleted(ctx, r, r.cursor, r.options))
	for _, id := range gone {
		delete(r.names, id)
	}
	return gone, err
}

func namesOn(srv *espotest.Server) map[string]string {
	names := map[string]string{}
	for _, r := range srv.Records("Account") {
		names[r.ID()] = r.String("name")
	}
	return names
}

func TestChanges(t *testing.T) {
	now := newClock()
	srv := espotest.NewServer(t, espotest.WithClock(now.time))
	client := srv.Client()
	ids := srv.Seed("Account", slices.Repeat([]espo.Attrs{{"name": "Acme"}}, 25)...)
	r := &replica{names: map[string]string{}}

	n, err := r.update(t.Context(), client, espo.ChangeOptions{}, 0)
	require.NoError(t, err)
	assert.Zero(t, n, "they may still be written to")
	now.add(time.Minute)
	n, err = r.update(t.Context(), client, espo.ChangeOptions{BatchSize: 10}, 0)
	require.NoError(t, err)
	assert.Equal(t, 25, n)
	n, err = r.update(t.Context(), client, espo.ChangeOptions{}, 0)
	require.NoError(t, err)
	assert.Zero(t, n, "nothing comes twice")

	_, err = client.Accounts.Update(t.Context(), ids[3], espo.Attrs{"name": "Other"})
	require.NoError(t, err)
	require.NoError(t, client.Accounts.Delete(t.Context(), ids[4]))
	now.add(5 * time.Second)
	n, err = r.update(t.Context(), client, espo.ChangeOptions{Settle: 6 * time.Second}, 0)
	require.NoError(t, err)
	assert.Zero(t, n)
	n, err = r.update(t.Context(), client, espo.ChangeOptions{Settle: time.Second}, 0)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	gone, err := r.prune(t.Context(), client)
	require.NoError(t, err)
	assert.Equal(t, ids[4:5], gone)
	assert.Equal(t, namesOn(srv), r.names)
}

// However records are created, changed and deleted, wherever the reader stops
// and whichever requests fail, the copy is the server in the end.
func TestChangesAtRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 2))
		now := newClock()
		srv := espotest.NewServer(t, espotest.WithClock(now.time))
		admin, client := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)), srv.Client(espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
		ids := srv.Seed("Account", slices.Repeat([]espo.Attrs{{"name": "Acme"}}, 300)...)
		write := func() {
			for range random.IntN(8) {
				now.add(time.Duration(random.IntN(1500)) * time.Millisecond)
				i := random.IntN(len(ids))
				switch random.IntN(3) {
				case 0:
					ids = append(ids, srv.Seed("Account", espo.Attrs{"name": "New"})...)
				case 1:
					_, err := admin.Accounts.Update(t.Context(), ids[i], espo.Attrs{"name": itoa(random.IntN(1e6))})
					require.NoError(t, err)
				case 2:
					require.NoError(t, admin.Accounts.Delete(t.Context(), ids[i]))
					ids = slices.Delete(ids, i, i+1)
				}
			}
		}
		r := &replica{names: map[string]string{}}
		o := espo.ChangeOptions{BatchSize: 1 + random.IntN(9), Concurrency: 1 + random.IntN(3)}
		for range 60 {
			write()
			if random.IntN(3) == 0 {
				srv.Fail(espotest.Fault{Path: "Account", Nth: 1 + random.IntN(4), Status: http.StatusBadGateway})
			}
			if _, err := r.update(t.Context(), client, o, random.IntN(12)); err != nil {
				require.ErrorIs(t, err, espo.ErrServer)
			}
			if random.IntN(10) == 0 {
				if _, err := r.prune(t.Context(), client); err != nil {
					require.ErrorIs(t, err, espo.ErrServer)
				}
			}
		}
		now.add(time.Minute)
		for range 2 { // a window that was open, and the last one
			_, err := r.update(t.Context(), srv.Client(), o, 0)
			require.NoError(t, err)
		}
		_, err := r.prune(t.Context(), srv.Client())
		require.NoError(t, err)
		assert.Equal(t, namesOn(srv), r.names, "seed %d", seed)
	}
}

func TestChangesRefused(t *testing.T) {
	client := connect(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	changes := func(cursor espo.Cursor, o espo.ChangeOptions, opts ...espo.CallOption) error {
		_, err := espo.Collect(client.Accounts.Changes(t.Context(), cursor, o, opts...))
		return err
	}
	const good = "2026-01-02 03:04:05"
	var resp espo.Response
	for name, err := range map[string]error{
		"no cursor":     changes("x", espo.ChangeOptions{}),
		"other form":    changes("2|"+good+"||", espo.ChangeOptions{}),
		"no times":      changes("1|||", espo.ChangeOptions{}),
		"bad time":      changes("1|2026-13-01 00:00:00||", espo.ChangeOptions{}),
		"odd time":      changes("1|2026-01-02||", espo.ChangeOptions{}),
		"id and no end": changes("1|"+good+"||5", espo.ChangeOptions{}),
		"bad id":        changes("1|"+good+"|"+good+"|a/b", espo.ChangeOptions{}),
		"batch":         changes("", espo.ChangeOptions{BatchSize: -1}),
		"concurrency":   changes("", espo.ChangeOptions{Concurrency: -1}),
		"settle":        changes("", espo.ChangeOptions{Settle: -1}),
		"response":      changes("", espo.ChangeOptions{}, espo.StoreResponse(&resp)),
	} {
		require.ErrorIs(t, err, espo.ErrInput, name)
	}
	_, err := espo.Collect(espo.Records[struct{ Name string }](client, "Account").Changes(t.Context(), "", espo.ChangeOptions{}))
	require.ErrorIs(t, err, espo.ErrInput, "no id")
}

// A copy of a part of the records is kept in step too: what no longer matches is
// found as what was deleted is, also where as many others came.
func TestChangesOfAPart(t *testing.T) {
	now := newClock()
	srv := espotest.NewServer(t, espotest.WithClock(now.time))
	client := srv.Client()
	ids := srv.Seed("Account", slices.Repeat([]espo.Attrs{{"name": "Acme", "type": "Customer"}}, 300)...)
	others := srv.Seed("Account", slices.Repeat([]espo.Attrs{{"name": "Beta", "type": "Partner"}}, 300)...)
	o := espo.ChangeOptions{Where: espo.Where(espo.Equal("type", "Customer")), Concurrency: 2}
	r := &replica{names: map[string]string{}, options: o}
	now.add(time.Minute)
	n, err := r.update(t.Context(), client, o, 0)
	require.NoError(t, err)
	assert.Equal(t, 300, n)

	require.NoError(t, client.Accounts.Delete(t.Context(), ids[5]))
	_, err = client.Accounts.Update(t.Context(), ids[6], espo.Attrs{"type": "Partner"})
	require.NoError(t, err)
	for _, id := range others[:2] {
		_, err = client.Accounts.Update(t.Context(), id, espo.Attrs{"type": "Customer"})
		require.NoError(t, err)
	}
	now.add(time.Minute)
	n, err = r.update(t.Context(), client, o, 0)
	require.NoError(t, err)
	assert.Equal(t, 2, n)
	gone, err := r.prune(t.Context(), client)
	require.NoError(t, err)
	assert.Equal(t, sortedIDs(ids[5:7]), gone)
}

// One that was deleted is found although another one has come into its place.
func TestFindDeletedAmongNewRecords(t *testing.T) {
	now := newClock()
	srv := espotest.NewServer(t, espotest.WithClock(now.time))
	client := srv.Client()
	ids := sortedIDs(srv.Seed("Account", slices.Repeat([]espo.Attrs{{"name": "Acme"}}, 10)...))
	now.add(time.Minute)
	r := &replica{names: map[string]string{}}
	_, err := r.update(t.Context(), client, espo.ChangeOptions{}, 0)
	require.NoError(t, err)
	require.NoError(t, client.Accounts.Delete(t.Context(), ids[3]))
	_, err = client.Accounts.CreateOnce(t.Context(), ids[4][:16]+"z", espo.Account{Name: "New"})
	require.NoError(t, err)
	gone, err := r.prune(t.Context(), client)
	require.NoError(t, err)
	assert.Equal(t, ids[3:4], gone)
}

// An id that a list leaves out is asked for before it counts as deleted.
func TestFindDeletedLooksTwice(t *testing.T) {
	lists := 0
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		lists++
		if lists == 1 {
			_, _ = w.Write([]byte(`{"total":1,"list":[{"id":"1"}]}`))
			return
		}
		_, _ = w.Write([]byte(`{"total":1,"list":[{"id":"2"}]}`))
	})
	gone, err := espo.Collect(client.Accounts.FindDeleted(t.Context(), unordered{"1", "2", "3"}, "", espo.ChangeOptions{}))
	require.NoError(t, err)
	assert.Equal(t, []string{"3"}, gone)
	assert.Equal(t, 2, lists)
}

// A query that must be split has no order that a cursor could tell.
func TestChangesOfManyIDs(t *testing.T) {
	srv := espotest.NewServer(t)
	ids := make([]string, 2000)
	for i := range ids {
		ids[i] = espo.NewID()
	}
	o := espo.ChangeOptions{Where: espo.Where(espo.In("accountId", ids...))}
	for _, cursor := range []espo.Cursor{"", "1|2026-01-02 03:04:05|2026-01-02 03:04:06|"} {
		_, err := espo.Collect(srv.Client().Contacts.Changes(t.Context(), cursor, o))
		require.ErrorIs(t, err, espo.ErrInput)
		require.ErrorContains(t, err, "too long")
	}
	assert.Empty(t, srv.Requests(), "nothing is sent")
}

// A server that does not say its time is an error, and no end.
func TestChangesWithoutATime(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		_, _ = w.Write([]byte(`{"total":0,"list":[]}`))
	})
	_, err := espo.Collect(client.Accounts.Changes(t.Context(), "", espo.ChangeOptions{}))
	require.ErrorContains(t, err, "does not say the server's time")
}

// unordered is a copy that breaks its promise.
type unordered []string

func (u unordered) After(context.Context, string, int) ([]string, error) { return u, nil }

type broken struct{ err error }

func (b broken) After(context.Context, string, int) ([]string, error) { return nil, b.err }

func TestFindDeletedRefused(t *testing.T) {
	client := connect(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	find := func(known espo.KnownIDs, cursor espo.Cursor) error {
		_, err := espo.Collect(client.Accounts.FindDeleted(t.Context(), known, cursor, espo.ChangeOptions{}))
		return err
	}
	require.ErrorIs(t, find(nil, ""), espo.ErrInput)
	require.ErrorIs(t, find(unordered{"2", "1"}, ""), espo.ErrInput)
	require.ErrorIs(t, find(unordered{"1", "1"}, ""), espo.ErrInput)
	require.ErrorIs(t, find(unordered{"a/b"}, ""), espo.ErrInput)
	require.ErrorIs(t, find(unordered{"1"}, "x"), espo.ErrInput)
	failed := errors.New("failed")
	require.ErrorIs(t, find(broken{failed}, ""), failed)
}

// Nothing deleted costs one request for each 2000 records, and a record that the
// user may not read is one that is gone.
func TestFindDeletedIsCheap(t *testing.T) {
	t.Parallel()
	now := newClock()
	srv := espotest.NewServer(t, espotest.WithClock(now.time))
	client := srv.Client()
	srv.Seed("Account", slices.Repeat([]espo.Attrs{{"name": "Acme"}}, 4500)...)
	now.add(time.Minute)
	r := &replica{names: map[string]string{}}
	_, err := r.update(t.Context(), client, espo.ChangeOptions{}, 0)
	require.NoError(t, err)
	before := len(srv.Requests())
	gone, err := r.prune(t.Context(), client)
	require.NoError(t, err)
	assert.Empty(t, gone)
	assert.Equal(t, 3, len(srv.Requests())-before)

	ids := slices.Sorted(maps.Keys(r.names))
	for _, i := range []int{0, 2222, 2223, 4499} {
		require.NoError(t, client.Accounts.Delete(t.Context(), ids[i]))
	}
	before = len(srv.Requests())
	gone, err = r.prune(t.Context(), client)
	require.NoError(t, err)
	assert.Equal(t, []string{ids[0], ids[2222], ids[2223], ids[4499]}, gone)
	assert.Less(t, len(srv.Requests())-before, 60)
}
