package espo_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// scanned seeds n accounts and returns their ids in order.
func scanned(srv *espotest.Server, n int) []string {
	return sortedIDs(srv.Seed("Account", slices.Repeat([]espo.Attrs{{"name": "Acme"}}, n)...))
}

// Whatever the number of records, the size of a page and the concurrency are,
// each record comes once and in order.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 6, 7, 8, 49, 50, 51} {
		srv := espotest.NewServer(t)
		ids := scanned(srv, n)
		for _, size := range []int{0, 1, 2, 3, 7} {
			for _, pages := range []int{1, 2, 5, 64} {
				for _, order := range []espo.Order{"", espo.Desc} {
					q := espo.Query{MaxSize: size, Order: order}
					if order != "" {
						q.OrderBy = "id"
					}
					got, err := espo.Collect(srv.Client().Accounts.All(t.Context(), q, espo.Concurrency(pages)))
					require.NoError(t, err)
					want := append([]string{}, ids...)
					if order == espo.Desc {
						slices.Reverse(want)
					}
					assert.Equal(t, want, idsOf(got), "%d records, %d a page, %d at once, %s", n, size, pages, order)
				}
			}
		}
	}
}

// While records come and go at every place, those that stay come once, in order,
// and none that was gone from the beginning comes.
func TestConcurrencyWhileRecordsComeAndGo(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		srv := espotest.NewServer(t)
		stay := map[string]bool{}
		var leaving []string
		ids := scanned(srv, 200)
		for i, id := range ids {
			if stay[id] = i%3 > 0; !stay[id] {
				leaving = append(leaving, id)
			}
		}
		random.Shuffle(len(leaving), func(i, j int) { leaving[i], leaving[j] = leaving[j], leaving[i] })
		admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
		change := func() {
			if len(leaving) > 0 && random.IntN(2) == 0 {
				require.NoError(t, admin.Accounts.Delete(t.Context(), leaving[0]))
				leaving = leaving[1:]
				return
			}
			// One that follows some other one.
			id := ids[random.IntN(len(ids))][:16] + string(rune('g'+random.IntN(20)))
			_, err := admin.Accounts.CreateOnce(t.Context(), id, espo.Account{Name: "New"})
			require.NoError(t, err)
		}
		last, seen := "", 0
		q := espo.Query{MaxSize: 5}
		if seed%2 == 1 {
			q.OrderBy, q.Order = "id", espo.Desc
		}
		for account, err := range srv.Client().Accounts.All(t.Context(), q, espo.Concurrency(4)) {
			require.NoError(t, err)
			if q.Order == espo.Desc {
				assert.True(t, last == "" || account.ID < last)
			} else {
				assert.Greater(t, account.ID, last)
			}
			last = account.ID
			if stay[account.ID] {
				seen++
			}
			if random.IntN(4) == 0 {
				change()
			}
		}
		assert.Equal(t, 133, seen, "seed %d", seed)
	}
}

func TestConcurrencyOfLinks(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	for range 30 {
		srv.Seed("Contact", espo.Attrs{"lastName": "Doe", "accountId": account})
	}
	contacts, err := espo.Collect(client.Accounts.Contacts(account).All(t.Context(), espo.Query{MaxSize: 4}, espo.Concurrency(3)))
	require.NoError(t, err)
	assert.Len(t, contacts, 30)
}

func TestConcurrencyRefused(t *testing.T) {
	client := connect(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	var resp espo.Response
	for name, seq := range map[string]func(func(espo.Account, error) bool){
		"none":        client.Accounts.All(t.Context(), espo.Query{}, espo.Concurrency(0)),
		"negative":    client.Accounts.All(t.Context(), espo.Query{}, espo.Concurrency(-1)),
		"other order": client.Accounts.All(t.Context(), espo.Query{OrderBy: "name"}, espo.Concurrency(2)),
		"response":    client.Accounts.All(t.Context(), espo.Query{}, espo.Concurrency(2), espo.StoreResponse(&resp)),
		"nil":         client.Accounts.All(t.Context(), espo.Query{}, espo.Concurrency(2), nil),
	} {
		_, err := espo.Collect(seq)
		require.ErrorIs(t, err, espo.ErrInput, name)
	}
}

// A server that forgets filters, offsets or the order is found out.
func TestConcurrencyOnServersThatForget(t *testing.T) {
	srv := espotest.NewServer(t)
	scanned(srv, 100)
	for _, name := range []string{"where", "offset", "order"} {
		t.Run(name, func(t *testing.T) {
			client := connect(t, func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				for key := range q {
					if strings.HasPrefix(key, name) {
						q.Del(key)
					}
				}
				if name == "order" {
					q.Set("orderBy", "id")
					q.Set("order", "desc")
				}
				r.URL.RawQuery = q.Encode()
				r.Header.Set("X-Api-Key", espotest.FullAPIKey)
				srv.Handler().ServeHTTP(w, r)
			}, espo.WithSearchForm(espo.SearchPHP))
			got, err := espo.Collect(client.Accounts.All(t.Context(), espo.Query{MaxSize: 10}, espo.Concurrency(4)))
			if err == nil { // what was read ahead was read again, and was right
				assert.Len(t, got, 100)
				return
			}
			require.ErrorIs(t, err, espo.ErrPages)
			assert.Less(t, len(got), 100)
		})
	}
}

// What is read ahead has a bound, and an early end leaves nothing behind.
func TestConcurrencyIsBounded(t *testing.T) {
	srv := espotest.NewServer(t)
	scanned(srv, 200)
	var all atomic.Int32
	var both sync.WaitGroup
	both.Add(2)
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		if n := all.Add(1); n == 2 || n == 3 { // those after the first come together
			both.Done()
			both.Wait()
		}
		r.Header.Set("X-Api-Key", espotest.FullAPIKey)
		srv.Handler().ServeHTTP(w, r)
	})
	n := 0
	for _, err := range client.Accounts.All(t.Context(), espo.Query{MaxSize: 5}, espo.Concurrency(3)) {
		require.NoError(t, err)
		if n++; n == 41 { // of the 11th page, since each has 4 new records after the first
			break
		}
	}
	assert.LessOrEqual(t, all.Load(), int32(11+3))
}

// An error comes after the records before it, and a context ends it.
func TestConcurrencyErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	ids := scanned(srv, 100)
	client := srv.Client()
	srv.Fail(espotest.Fault{Path: "Account", Nth: 4, Status: http.StatusForbidden})
	got, err := espo.Collect(client.Accounts.All(t.Context(), espo.Query{MaxSize: 10}, espo.Concurrency(2)))
	require.ErrorIs(t, err, espo.ErrForbidden)
	assert.Equal(t, ids[:len(got)], idsOf(got))
	assert.GreaterOrEqual(t, len(got), 10)

	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	enough := errors.New("enough")
	n := 0
	for _, err = range client.Accounts.All(ctx, espo.Query{MaxSize: 10}, espo.Concurrency(2)) {
		if n++; n == 15 {
			cancel(enough)
		}
	}
	require.ErrorIs(t, err, enough)
}

// A request that fails is sent again, or the list ends with an error after the
// records before it; it is never shorter without one.
func TestConcurrencyBehindFaults(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]espotest.Fault{
		"gateway": {Status: http.StatusBadGateway}, "cut": {Cut: true}, "broken off": {Truncate: 10}, "login": {HTML: true},
	} {
		for nth := 1; nth <= 6; nth++ {
			for _, tries := range []int{1, 3} {
				srv := espotest.NewServer(t)
				ids := scanned(srv, 20)
				fault.Path, fault.Nth = "Account", nth
				srv.Fail(fault)
				client := srv.Client(espo.WithRetry(espo.RetryPolicy{MaxTries: tries}))
				got, err := espo.Collect(client.Accounts.All(t.Context(), espo.Query{MaxSize: 5}, espo.Concurrency(3)))
				if err == nil {
					assert.Equal(t, ids, idsOf(got), "%s %d", name, nth)
					continue
				}
				assert.Equal(t, ids[:len(got)], append([]string{}, idsOf(got)...), "%s %d", name, nth)
				assert.True(t, tries == 1 || name == "login", "%s %d: %v", name, nth, err)
			}
		}
	}
}
