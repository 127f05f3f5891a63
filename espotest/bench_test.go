package espotest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// benchServer starts a server with 10,000 accounts, or 500 with -short, and
// returns their ids and a function that sends a request to it.
func benchServer(b *testing.B) (ids []string, send func(method, path, body string)) {
	b.Helper()
	s, err := espotest.Start()
	require.NoError(b, err)
	b.Cleanup(s.Close)
	n := 10_000
	if testing.Short() {
		n = 500
	}
	records := make([]espo.Attrs, n)
	for i := range records {
		records[i] = espo.Attrs{"name": fmt.Sprintf("Account %05d", i*7919%n), "type": "Customer"}
	}
	ids = s.Seed("Account", records...)
	client := &http.Client{Transport: &http.Transport{}}
	b.Cleanup(client.CloseIdleConnections)
	return ids, func(method, path, body string) {
		req, err := http.NewRequestWithContext(b.Context(), method, s.URL()+"/api/v1/"+path, strings.NewReader(body))
		require.NoError(b, err)
		req.Header.Set("X-Api-Key", espotest.FullAPIKey)
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		require.NoError(b, err)
		require.Equal(b, 200, resp.StatusCode)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(b, err)
		_ = resp.Body.Close()
	}
}

func BenchmarkList(b *testing.B) {
	_, send := benchServer(b)
	for _, c := range []struct{ name, query string }{
		{"Filtered", "orderBy=name&where[0][type]=equals&where[0][attribute]=type&where[0][value]=Customer"},
		{"Default", ""},
		{"Selected", "select=name,type&orderBy=name"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				send(http.MethodGet, "Account?maxSize=200&"+c.query, "")
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	ids, send := benchServer(b)
	for b.Loop() {
		send(http.MethodGet, "Account/"+ids[len(ids)/2], "")
	}
}

func BenchmarkCreate(b *testing.B) {
	_, send := benchServer(b)
	for i := 0; b.Loop(); i++ {
		send(http.MethodPost, "Account", fmt.Sprintf(`{"name":"New %d","emailAddress":"a%d@example.com"}`, i, i))
	}
}

func BenchmarkUpdate(b *testing.B) {
	ids, send := benchServer(b)
	for i := 0; b.Loop(); i++ {
		send(http.MethodPut, "Account/"+ids[i%len(ids)], fmt.Sprintf(`{"description":"%d"}`, i))
	}
}

// BenchmarkReadToTheEnd reads a list of 200,000 accounts, or of 5,000 with -short,
// to its end by id, which costs the same page after page.
func BenchmarkReadToTheEnd(b *testing.B) {
	n := 200_000
	if testing.Short() {
		n = 5_000
	}
	s, err := espotest.Start()
	require.NoError(b, err)
	b.Cleanup(s.Close)
	records := make([]espo.Attrs, n)
	for i := range records {
		records[i] = espo.Attrs{
			"name": fmt.Sprintf("Account %06d", i), "type": "Customer", "emailAddress": fmt.Sprintf("a%d@example.com", i),
		}
	}
	start := time.Now()
	ids := s.Seed("Account", records...)
	b.ReportMetric(time.Since(start).Seconds(), "s/seeding")
	require.Len(b, ids, n)
	client := s.Client()
	for b.Loop() {
		read := 0
		for _, err := range client.Accounts.All(b.Context(), espo.Query{}) {
			require.NoError(b, err)
			read++
		}
		require.Equal(b, n, read)
	}
}

// BenchmarkSeed seeds accounts, in one server that grows with them.
func BenchmarkSeed(b *testing.B) {
	s, err := espotest.Start()
	require.NoError(b, err)
	b.Cleanup(s.Close)
	records := make([]espo.Attrs, 1000)
	for n := 0; b.Loop(); n += len(records) {
		for i := range records {
			records[i] = espo.Attrs{"name": fmt.Sprintf("Account %07d", n+i)}
		}
		s.Seed("Account", records...)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/record")
}
