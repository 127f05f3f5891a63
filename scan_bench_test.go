package espo_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// slowly is the time that each answer of a slow server takes.
const slowly = 20 * time.Millisecond

// slowAccounts is a server with n accounts, in the order of their ids, whose
// answers take a while.
func slowAccounts(b *testing.B, n int) (*espo.Client, string) {
	b.Helper()
	one := capturedAccounts(b, 1)
	one = one[bytes.Index(one, []byte(`"list":[`))+len(`"list":[`) : len(one)-2]
	at := bytes.Index(one, []byte(`"id":"`)) + len(`"id":"`)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(slowly)
		q := r.URL.Query()
		from, size := 0, 200
		if id := q.Get("where[0][value]"); id != "" {
			from = sort.Search(n, func(i int) bool { return accountID(i) >= id })
			if q.Get("where[0][type]") == "greaterThan" {
				from++
			}
		}
		offset, _ := strconv.Atoi(cmp.Or(q.Get("offset"), "0"))
		from = min(from+offset, n)
		to := min(from+size, n)
		page := make([]byte, 0, (to-from)*(len(one)+1)+64)
		page = fmt.Appendf(page, `{"total":%d,"list":[`, map[bool]int{true: -1, false: -2}[to < n])
		for i := from; i < to; i++ {
			if i > from {
				page = append(page, ',')
			}
			page = append(append(append(page, one[:at]...), accountID(i)...), one[at+17:]...)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(append(page, "]}"...))
	}))
	b.Cleanup(srv.Close)
	client, err := espo.NewClient(srv.URL+"/crm", espo.APIKey("key"), espo.WithSearchForm(espo.SearchPHP))
	require.NoError(b, err)
	b.Cleanup(client.CloseIdleConnections)
	return client, srv.URL + "/crm/api/v1/"
}

func accountID(i int) string { return fmt.Sprintf("%017x", i*7) }

// BenchmarkCreateAll creates 5,000 accounts, or with -short 100, on a server that
// is 20 ms away, 32 at once.
func BenchmarkCreateAll(b *testing.B) {
	n := 5000
	if testing.Short() {
		n = 100
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		time.Sleep(slowly)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"id":"6b04d9a74767fee34","name":"Acme"}`))
	}))
	b.Cleanup(srv.Close)
	client, err := espo.NewClient(srv.URL, espo.APIKey("key"))
	require.NoError(b, err)
	b.Cleanup(client.CloseIdleConnections)
	b.Run("library", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := client.Accounts.CreateAll(b.Context(), accountsNamed(n), espo.BulkOptions{Concurrency: 32})
			require.NoError(b, err)
		}
	})
	b.Run("baseline", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, account := range accountsNamed(n) {
				body, err := json.Marshal(map[string]string{"name": account.Name})
				require.NoError(b, err)
				req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, srv.URL+"/api/v1/Account", bytes.NewReader(body))
				require.NoError(b, err)
				resp, err := http.DefaultClient.Do(req)
				require.NoError(b, err)
				var created espo.Account
				require.NoError(b, json.NewDecoder(resp.Body).Decode(&created))
				_ = resp.Body.Close()
			}
		}
	})
}

// BenchmarkScan reads 100,000 accounts, or with -short 5,000, from a server that
// is 20 ms away.
func BenchmarkScan(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 5_000
	}
	client, base := slowAccounts(b, n)
	b.Run("baseline", func(b *testing.B) {
		type account struct {
			espo.Account
			Extra int `json:"-"`
		}
		for b.Loop() {
			seen := 0
			for offset := 0; ; offset += 200 {
				var page struct{ List []account }
				values := url.Values{"orderBy": {"id"}, "offset": {strconv.Itoa(offset)}, "maxSize": {"200"}}
				baselineGet(b, base+"Account?"+values.Encode(), &page)
				if seen += len(page.List); len(page.List) < 200 {
					break
				}
			}
			if seen != n {
				b.Fatal(seen)
			}
		}
	})
	for _, pages := range []int{1, 2, 8, 32} {
		b.Run(fmt.Sprintf("pages=%d", pages), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				seen := 0
				for _, err := range client.Accounts.All(b.Context(), espo.Query{}, espo.Concurrency(pages)) {
					if err != nil {
						b.Fatal(err)
					}
					seen++
				}
				if seen != n {
					b.Fatal(seen)
				}
			}
		})
	}
}
