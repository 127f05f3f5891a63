package espo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestAllByKey(t *testing.T) {
	srv, client := fake(t)
	ids := seedAccounts(srv, 450)
	got, err := espo.Collect(client.Accounts.All(t.Context(), espo.Query{}))
	require.NoError(t, err)
	assert.Equal(t, sortedIDs(ids), idsOf(got))

	requests := srv.Requests()
	require.Len(t, requests, 3)
	for i, r := range requests {
		q, err := r.Search()
		require.NoError(t, err)
		assert.Equal(t, []any{"id", espo.Asc, 200, 0, true}, []any{q.OrderBy, q.Order, q.MaxSize, q.Offset, q.NoTotal})
		if i == 0 {
			assert.Empty(t, q.Where)
			continue
		}
		require.Len(t, q.Where, 1)
		assert.Equal(t, []any{"greaterThan", "id", got[200*i-1].ID}, []any{q.Where[0].Type, q.Where[0].Attribute, q.Where[0].Value})
	}
}

func idsOf(accounts []espo.Account) []string {
	ids := make([]string, len(accounts))
	for i, a := range accounts {
		ids[i] = a.ID
	}
	return ids
}

func sortedIDs(ids []string) []string { return slices.Sorted(slices.Values(ids)) }

func TestAllForms(t *testing.T) {
	srv := espotest.NewServer(t)
	ids := sortedIDs(seedAccounts(srv, 25))
	reversed := slices.Clone(ids)
	slices.Reverse(reversed)
	for name, c := range map[string]struct {
		query espo.Query
		want  []string
	}{
		"by id":           {espo.Query{OrderBy: "id", MaxSize: 10}, ids},
		"by id, downward": {espo.Query{OrderBy: "id", Order: espo.Desc, MaxSize: 10}, reversed},
		"by name":         {espo.Query{OrderBy: "name", MaxSize: 10}, ids},
		"from an offset":  {espo.Query{Offset: 12, MaxSize: 10}, ids[12:]},
		"by name, from an offset": {
			espo.Query{OrderBy: "name", Offset: 12, MaxSize: 10}, ids[12:]},
		"with a filter":       {espo.Query{Where: espo.Where(espo.GreaterOrEqual("name", "A0010")), MaxSize: 10}, ids[10:]},
		"pages that are full": {espo.Query{MaxSize: 5}, ids},
		"one a page":          {espo.Query{MaxSize: 1}, ids},
		"nothing":             {espo.Query{Where: espo.Where(espo.Equal("name", "none"))}, []string{}},
	} {
		for _, form := range []espo.SearchForm{espo.SearchJSON, espo.SearchPHP, espo.SearchAliases} {
			got, err := espo.Collect(srv.Client(espo.WithSearchForm(form)).Accounts.All(t.Context(), c.query))
			require.NoError(t, err, name)
			assert.Equal(t, c.want, idsOf(got), "%s, form %d", name, form)
		}
	}
}

// others creates and deletes records between the pages of a list: at each
// page but the first, one before and one after what has been read is deleted,
// and new ones are created.
func others(t *testing.T, srv *espotest.Server, ids []string) {
	t.Helper()
	client := srv.Client()
	page := 0
	srv.Fail(espotest.Fault{Method: "GET", Path: "Account", Nth: 2, Times: -1, Delay: func(ctx context.Context) {
		page++
		if early, late := ids[page-1], ids[len(ids)-page]; page <= 3 {
			assert.NoError(t, client.Accounts.Delete(ctx, early))
			assert.NoError(t, client.Accounts.Delete(ctx, late))
			for i := range 3 {
				_, err := client.Accounts.Create(ctx, espo.Account{Name: fmt.Sprintf("New %d %d", page, i)})
				assert.NoError(t, err)
			}
		}
	}})
}

// missedAndRepeated says how a list differs from the records that were there
// all the time.
func missedAndRepeated(t *testing.T, query espo.Query) (missed, repeated int) {
	t.Helper()
	srv := espotest.NewServer(t)
	ids := seedAccounts(srv, 60)
	others(t, srv, ids)
	query.MaxSize = 10
	got, err := espo.Collect(srv.Client().Accounts.All(t.Context(), query))
	require.NoError(t, err)
	count := map[string]int{}
	for _, a := range got {
		count[a.ID]++
		if count[a.ID] == 2 {
			repeated++
		}
	}
	for _, id := range ids[3 : len(ids)-3] {
		if count[id] == 0 {
			missed++
		}
	}
	return missed, repeated
}

// While others create and delete records, paging by key neither skips nor
// repeats one that stays. Paging by offset does both.
func TestAllWhileOthersWrite(t *testing.T) {
	missed, repeated := missedAndRepeated(t, espo.Query{})
	assert.Equal(t, []int{0, 0}, []int{missed, repeated}, "by key")
	missed, repeated = missedAndRepeated(t, espo.Query{OrderBy: "id", Order: espo.Desc})
	assert.Equal(t, []int{0, 0}, []int{missed, repeated}, "by key, downward")

	missed, _ = missedAndRepeated(t, espo.Query{OrderBy: "name"})
	assert.NotZero(t, missed, "by offset, what moves up is skipped")
	_, repeated = missedAndRepeated(t, espo.Query{OrderBy: "createdAt", Order: espo.Desc})
	assert.NotZero(t, repeated, "by offset, what moves down is repeated")
}

func TestAllRangedTwice(t *testing.T) {
	srv, client := fake(t)
	seedAccounts(srv, 5)
	all := client.Accounts.All(t.Context(), espo.Query{MaxSize: 2})
	first, err := espo.Collect(all)
	require.NoError(t, err)
	srv.Seed("Account", map[string]any{"name": "later"})
	second, err := espo.Collect(all)
	require.NoError(t, err)
	assert.Len(t, first, 5)
	assert.Len(t, second, 6)
	assert.Equal(t, first, second[:5])
}

// All is lazy, and leaves no goroutine behind when the caller stops.
func TestAllStopsWithTheCaller(t *testing.T) {
	srv, client := fake(t)
	seedAccounts(srv, 100)
	before := goleak.IgnoreCurrent()
	for stop := range 25 {
		seen := 0
		for _, err := range client.Accounts.All(t.Context(), espo.Query{MaxSize: 10}) {
			require.NoError(t, err)
			if seen++; seen > stop {
				break
			}
		}
		assert.Equal(t, stop+1, seen)
	}
	require.Panics(t, func() {
		for _, err := range client.Accounts.All(t.Context(), espo.Query{MaxSize: 10}) {
			panic(fmt.Sprint("the caller's, beside ", err))
		}
	})
	client.CloseIdleConnections()
	goleak.VerifyNone(t, before)

	requests := len(srv.Requests())
	client.Accounts.All(t.Context(), espo.Query{})
	assert.Len(t, srv.Requests(), requests, "nothing is asked for before it is ranged over")
}

// The next page is fetched while the caller works on this one.
func TestAllPrefetches(t *testing.T) {
	srv, client := fake(t)
	seedAccounts(srv, 30)
	arrived := make(chan struct{}, 3)
	srv.Fail(espotest.Fault{Method: "GET", Times: -1, Delay: func(context.Context) { arrived <- struct{}{} }})
	seen := 0
	for _, err := range client.Accounts.All(t.Context(), espo.Query{MaxSize: 10}) {
		require.NoError(t, err)
		if seen%10 == 0 {
			<-arrived // the request for this page
			if seen < 20 {
				<-arrived // and, with its first record at hand, that for the next
				arrived <- struct{}{}
			}
		}
		seen++
	}
	assert.Equal(t, 30, seen)
	assert.Len(t, srv.Requests(), 3, "and no page more than there is")
}

// At most one page is held ahead of the caller's.
func TestAllHoldsOnePageAhead(t *testing.T) {
	srv, client := fake(t)
	seedAccounts(srv, 100)
	seen := 0
	for _, err := range client.Accounts.All(t.Context(), espo.Query{MaxSize: 10}) {
		require.NoError(t, err)
		page := seen/10 + 1
		assert.LessOrEqual(t, len(srv.Requests()), page+1)
		seen++
		runtime.Gosched()
	}
}

// A server with a lower limit than usual is asked for smaller pages.
func TestAllOfSmallPages(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithSettings(map[string]any{"recordListMaxSizeLimit": 7}))
	ids := seedAccounts(srv, 20)
	client := srv.Client()
	got, err := espo.Collect(client.Accounts.All(t.Context(), espo.Query{}))
	require.NoError(t, err)
	assert.Equal(t, sortedIDs(ids), idsOf(got))
	assert.Len(t, srv.Requests(), 4, "once to learn the limit, and three pages")
	_, err = espo.Collect(client.Accounts.All(t.Context(), espo.Query{MaxSize: 8}))
	assert.ErrorIs(t, err, espo.ErrForbidden, "the caller's own size is the caller's")
}

func TestAllOfTypesWithoutAnID(t *testing.T) {
	srv, client := fake(t)
	seedAccounts(srv, 5)
	type named struct {
		Name string `json:"name"`
	}
	got, err := espo.Collect(espo.Records[named](client, "Account").All(t.Context(), espo.Query{MaxSize: 2, Select: []string{"name"}}))
	require.NoError(t, err)
	assert.Equal(t, []named{{"A0000"}, {"A0001"}, {"A0002"}, {"A0003"}, {"A0004"}}, got)
	raw, err := espo.Collect(espo.Records[jsontext.Value](client, "Account").All(t.Context(), espo.Query{MaxSize: 2}))
	require.NoError(t, err)
	assert.Len(t, raw, 5)
	records, err := espo.Collect(client.Records("Account").All(t.Context(), espo.Query{MaxSize: 2}))
	require.NoError(t, err)
	assert.Equal(t, "A0004", records[4].Name())
	pointers, err := espo.Collect(espo.Records[*espo.Account](client, "Account").All(t.Context(), espo.Query{MaxSize: 2}))
	require.NoError(t, err)
	assert.Equal(t, "A0004", pointers[4].Name)
}

func TestLimit(t *testing.T) {
	srv, client := fake(t)
	seedAccounts(srv, 30)
	for limit, want := range map[int]int{-1: 0, 0: 0, 1: 1, 10: 10, 11: 11, 30: 30, 31: 30} {
		got, err := espo.Collect(espo.Limit(client.Accounts.All(t.Context(), espo.Query{MaxSize: 10}), limit))
		require.NoError(t, err)
		assert.Len(t, got, want, "limit %d", limit)
	}
}

func TestAllErrors(t *testing.T) {
	srv, client := fake(t)
	seedAccounts(srv, 30)
	_, err := espo.Collect(client.Accounts.All(t.Context(), espo.Query{Offset: -1}))
	assert.ErrorIs(t, err, espo.ErrInput)

	srv.Fail(espotest.Fault{Method: "GET", Nth: 3, Status: 500})
	got, err := espo.Collect(client.Accounts.All(t.Context(), espo.Query{MaxSize: 10}))
	assert.ErrorIs(t, err, espo.ErrServer)
	assert.Len(t, got, 20, "what came before the error")

	ended := 0
	for account, err := range client.Records("NoSuchType").All(t.Context(), espo.Query{}) {
		assert.ErrorIs(t, err, espo.ErrNotFound)
		assert.Nil(t, account)
		ended++
	}
	assert.Equal(t, 1, ended, "the error is the end")
}

func TestAllEndsWithTheContext(t *testing.T) {
	srv, client := fake(t)
	seedAccounts(srv, 30)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	srv.Fail(espotest.Fault{Method: "GET", Nth: 2, Delay: func(c context.Context) { cancel(); <-c.Done() }})
	got, err := espo.Collect(client.Accounts.All(ctx, espo.Query{MaxSize: 10}))
	assert.ErrorIs(t, err, context.Canceled)
	assert.Len(t, got, 10)
}

// A list from which the next page cannot be told is an error, not a loop.
func TestAllDoesNotLoop(t *testing.T) {
	page := func(first, n int) string {
		records := make([]string, n)
		for i := range records {
			records[i] = fmt.Sprintf(`{"id":"%04d"}`, first+i)
		}
		return `{"total":-1,"list":[` + strings.Join(records, ",") + `]}`
	}
	for name, c := range map[string]struct {
		pages []string // one after the other, and then from the first on
		order string
		want  error
		most  int // requests
	}{
		"no id":                {[]string{`{"total":-1,"list":[{"name":"a"}]}`}, "", espo.ErrNotEspoCRM, 1},
		"always the same id":   {[]string{page(1, 1)}, "", espo.ErrPages, 3},
		"always the same page": {[]string{page(1, 200)}, "", espo.ErrPages, 3},
		"A B A B":              {[]string{page(1, 200), page(201, 200)}, "", espo.ErrPages, 4},
		"A B A B of odd ids":   {[]string{`{"total":-1,"list":[{"id":"A-1"},{"id":"A-2"}]}`, `{"total":-1,"list":[{"id":"B-1"}]}`}, "", espo.ErrPages, 6},
		"overlapping pages":    {[]string{page(1, 200), page(200, 200)}, "", espo.ErrPages, 3},
		"ids in no order":      {[]string{`{"total":-1,"list":[{"id":"2"},{"id":"1"}]}`}, "", espo.ErrPages, 1},
		"offset ignored":       {[]string{page(1, 200)}, "name", espo.ErrPages, 3},
		"A B A B by offset":    {[]string{page(1, 200), page(201, 200)}, "name", espo.ErrPages, 6},
		"one record for ever":  {[]string{page(1, 1)}, "name", espo.ErrPages, 20},
	} {
		t.Run(name, func(t *testing.T) {
			var requests tally
			client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
				n := requests.add()
				if n > c.most { // or a loop would fill the memory
					w.WriteHeader(http.StatusGone)
					return
				}
				reply(w, 200, c.pages[(n-1)%len(c.pages)])
			})
			_, err := espo.Collect(client.Accounts.All(t.Context(), espo.Query{OrderBy: c.order}))
			assert.ErrorIs(t, err, c.want)
		})
	}
	// More is promised, and nothing comes.
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"total":-1,"list":[]}`) })
	got, err := espo.Collect(client.Accounts.All(t.Context(), espo.Query{}))
	require.NoError(t, err)
	assert.Empty(t, got)
}

func TestCollectOfOtherIterators(t *testing.T) {
	broken := errors.New("broken")
	got, err := espo.Collect(func(yield func(string, error) bool) {
		if yield("a", nil) {
			yield("", broken)
		}
	})
	assert.Equal(t, broken, err)
	assert.Equal(t, "a", strings.Join(got, ""))
}
