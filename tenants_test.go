package espo_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// tenantServer serves many installations, each below a path and with a key of
// its own, and counts the connections. It sets a cookie that must never come
// back.
func tenantServer(tb testing.TB) (url string, connections, wrong *atomic.Int64) {
	tb.Helper()
	connections, wrong = new(atomic.Int64), new(atomic.Int64)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tenant, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if r.Header.Get("X-Api-Key") != "key of "+tenant || len(r.Cookies()) > 0 {
			wrong.Add(1)
		}
		http.SetCookie(w, &http.Cookie{Name: "of", Value: tenant, Path: "/"})
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"id":"%s","name":"%s"}`, tenant, tenant)
	}))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	tb.Cleanup(srv.Close)
	return srv.URL, connections, wrong
}

// sharedLimit counts its calls.
type sharedLimit struct{ n atomic.Int64 }

func (c *sharedLimit) Wait(context.Context) error { c.n.Add(1); return nil }

// A thousand clients share their connections and the limit of their host, and
// nothing else.
func TestThousandTenants(t *testing.T) {
	url, connections, wrong := tenantServer(t)
	transport := espo.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	limiters := map[string]*sharedLimit{}
	limits := espo.NewHostLimits(func(host string) espo.Limiter {
		limiters[host] = new(sharedLimit)
		return limiters[host]
	})
	clients := make([]*espo.Client, 1000)
	for i := range clients {
		var err error
		clients[i], err = espo.NewClient(fmt.Sprintf("%s/t%d", url, i), espo.APIKey(fmt.Sprintf("key of t%d", i)),
			espo.WithTransport(transport), espo.WithHostLimits(limits))
		require.NoError(t, err)
	}
	var group sync.WaitGroup
	for worker := range 16 {
		group.Go(func() {
			for i := worker; i < 2000; i += 16 {
				account, err := clients[i%1000].Accounts.Get(t.Context(), fmt.Sprintf("t%d", i%1000))
				assert.NoError(t, err)
				assert.Equal(t, fmt.Sprintf("t%d", i%1000), account.ID)
			}
		})
	}
	group.Wait()
	assert.Zero(t, wrong.Load())
	assert.LessOrEqual(t, connections.Load(), int64(64), "with 16 calls at once")
	require.Len(t, limiters, 1)
	assert.Equal(t, int64(2000), limiters[strings.TrimPrefix(url, "http://")].n.Load())
}

func TestHostLimits(t *testing.T) {
	var asked []string
	limits := espo.NewHostLimits(func(host string) espo.Limiter {
		asked = append(asked, host)
		if host == "none.example" {
			return nil
		}
		return new(sharedLimit)
	})
	for _, url := range []string{"https://a.example", "https://A.example/crm", "https://b.example:8443", "https://b.example"} {
		_, err := espo.NewClient(url, espo.APIKey("key"), espo.WithHostLimits(limits))
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"a.example", "b.example:8443", "b.example"}, asked)
	_, err := espo.NewClient("https://none.example", espo.APIKey("key"), espo.WithHostLimits(limits))
	require.ErrorIs(t, err, espo.ErrInput)
}

// BenchmarkNewClient makes the client of one of many tenants.
func BenchmarkNewClient(b *testing.B) {
	transport := espo.NewTransport()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := espo.NewClient("https://crm.example.com", espo.APIKey("key"), espo.WithTransport(transport)); err != nil {
			b.Fatal(err)
		}
	}
}
