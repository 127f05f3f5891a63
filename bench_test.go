package espo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// Each benchmark has the library beside what one would write by hand with
// net/http and encoding/json, against the same server in the same run.

// capturedAccounts is a list answer with n accounts as a real server sent one.
func capturedAccounts(tb testing.TB, n int) []byte {
	tb.Helper()
	raw, err := os.ReadFile("testdata/wire/espocrm-9.3.10/list.json")
	require.NoError(tb, err)
	var capture struct {
		Exchanges []struct {
			Step     string
			Response struct {
				Body struct {
					List []json.RawMessage `json:"list"`
				} `json:"body"`
			}
		}
	}
	require.NoError(tb, json.Unmarshal(raw, &capture))
	for _, e := range capture.Exchanges {
		if e.Step == "full-record-in-list" {
			var compact bytes.Buffer
			require.NoError(tb, json.Compact(&compact, e.Response.Body.List[0]))
			one := compact.Bytes()
			return fmt.Appendf(nil, `{"total":%d,"list":[%s]}`, n, bytes.Join(repeat(one, n), []byte(",")))
		}
	}
	tb.Fatal("the capture has no full record")
	return nil
}

func repeat(b []byte, n int) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = b
	}
	return all
}

func benchServer(b *testing.B, answer []byte) (*espo.Client, string) {
	b.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	}))
	b.Cleanup(srv.Close)
	client, err := espo.NewClient(srv.URL+"/crm", espo.APIKey("key"))
	require.NoError(b, err)
	b.Cleanup(client.CloseIdleConnections)
	return client, srv.URL + "/crm/api/v1/"
}

func baselineGet(b *testing.B, target string, out any) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, target, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("X-Api-Key", "key")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkList200(b *testing.B) {
	answer := capturedAccounts(b, 200)
	client, base := benchServer(b, answer)
	b.Run("typed", func(b *testing.B) {
		b.SetBytes(int64(len(answer)))
		b.ReportAllocs()
		for b.Loop() {
			page, err := client.Accounts.List(b.Context(), espo.Query{MaxSize: 200})
			if err != nil || len(page.Records) != 200 {
				b.Fatal(err)
			}
		}
	})
	b.Run("typed-baseline", func(b *testing.B) {
		// The same struct without the library: encoding/json skips what it does
		// not know, where the library keeps it.
		type account struct {
			espo.Account
			Extra int `json:"-"`
		}
		b.SetBytes(int64(len(answer)))
		b.ReportAllocs()
		for b.Loop() {
			var page struct{ List []account }
			baselineGet(b, base+"Account?maxSize=200", &page)
			if len(page.List) != 200 {
				b.Fatal("incomplete")
			}
		}
	})
	b.Run("record", func(b *testing.B) {
		b.SetBytes(int64(len(answer)))
		b.ReportAllocs()
		for b.Loop() {
			page, err := client.Records("Account").List(b.Context(), espo.Query{MaxSize: 200})
			if err != nil || len(page.Records) != 200 {
				b.Fatal(err)
			}
		}
	})
	b.Run("record-baseline", func(b *testing.B) {
		b.SetBytes(int64(len(answer)))
		b.ReportAllocs()
		for b.Loop() {
			var page struct{ List []map[string]any }
			baselineGet(b, base+"Account?maxSize=200", &page)
			if len(page.List) != 200 {
				b.Fatal("incomplete")
			}
		}
	})
}

func BenchmarkGet(b *testing.B) {
	list := capturedAccounts(b, 1)
	answer := list[bytes.IndexByte(list, '[')+1 : len(list)-2]
	client, base := benchServer(b, answer)
	b.Run("typed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := client.Accounts.Get(b.Context(), "6b04d9a74767fee34"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("baseline", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var acc espo.Account
			baselineGet(b, base+"Account/6b04d9a74767fee34", &acc)
		}
	})
}

func BenchmarkQuery(b *testing.B) {
	client, base := benchServer(b, []byte(`{"total":0,"list":[]}`))
	b.Run("library", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := client.Accounts.List(b.Context(), espo.Query{
				Where:   espo.Where(espo.Equal("type", "Customer"), espo.GreaterThan("createdAt", "2026-01-01 00:00:00")),
				Select:  []string{"id", "name"},
				OrderBy: "name",
				MaxSize: 50,
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("baseline", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			params, err := json.Marshal(map[string]any{
				"where": []map[string]any{
					{"type": "equals", "attribute": "type", "value": "Customer"},
					{"type": "greaterThan", "attribute": "createdAt", "value": "2026-01-01 00:00:00"},
				},
				"select": []string{"id", "name"}, "orderBy": "name", "maxSize": 50,
			})
			if err != nil {
				b.Fatal(err)
			}
			var page struct{ List []espo.Account }
			baselineGet(b, base+"Account?searchParams="+url.QueryEscape(string(params)), &page)
		}
	})
}
