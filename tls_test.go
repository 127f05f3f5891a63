package espo_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// secure starts a server over TLS with HTTP/2.
func secure(t *testing.T, api http.HandlerFunc) (srv *httptest.Server, opened *atomic.Int64) {
	t.Helper()
	srv, opened = httptest.NewUnstartedServer(apiOnly(t, api)), new(atomic.Int64)
	srv.EnableHTTP2 = true
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv, opened
}

// trusting is a transport that trusts the server.
func trusting(t *testing.T, srv *httptest.Server, h2 bool) *http.Transport {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: h2}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// A stream that is reset is a connection that broke, over either protocol.
func TestHTTP2(t *testing.T) {
	for name, fail := range map[string]func(w http.ResponseWriter){
		"before the header": func(http.ResponseWriter) { cut() },
		"in the body": func(w http.ResponseWriter) {
			w.Header().Set("Content-Disposition", `attachment; filename="a.txt"`)
			w.Header().Set("Content-Length", "1000")
			reply(w, 200, `{"id":`)
			_ = http.NewResponseController(w).Flush()
			cut()
		},
	} {
		for _, h2 := range []bool{true, false} {
			t.Run(name+map[bool]string{true: " over HTTP/2", false: " over HTTP/1.1"}[h2], func(t *testing.T) {
				var tries tally
				srv, _ := secure(t, func(w http.ResponseWriter, r *http.Request) {
					assert.Equal(t, h2, r.ProtoMajor == 2)
					if tries.add() == 1 {
						fail(w)
					}
					w.Header().Set("Content-Disposition", `attachment; filename="a.txt"`)
					reply(w, 200, `{"id":"1"}`)
				})
				client := dial(t, srv.URL+mount, espo.APIKey("key"), espo.WithHTTPClient(&http.Client{Transport: trusting(t, srv, h2)}))
				_, err := client.Accounts.Get(t.Context(), "1")
				require.NoError(t, err)
				assert.Equal(t, 2, tries.count())

				tries = tally{}
				_, err = client.Attachments.DownloadFile(t.Context(), "1", t.TempDir())
				require.NoError(t, err)
				assert.Equal(t, 2, tries.count())

				tries = tally{}
				_, err = client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
				require.ErrorIs(t, err, espo.ErrOutcomeUnknown)
				assert.ErrorIs(t, err, espo.ErrTransport)
				assert.Equal(t, 1, tries.count())
			})
		}
	}
}

// A server that says that it goes away gets no further requests on that
// connection, and none is lost.
func TestGoAway(t *testing.T) {
	srv, opened := secure(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close") // GOAWAY over HTTP/2
		reply(w, 200, `{"id":"1"}`)
	})
	client := dial(t, srv.URL+mount, espo.APIKey("key"), espo.WithHTTPClient(&http.Client{Transport: trusting(t, srv, true)}))
	for range 5 {
		_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
		require.NoError(t, err)
	}
	assert.Greater(t, opened.Load(), int64(1))
}

// A certificate that is not trusted will not be the second time.
func TestCertificateErrors(t *testing.T) {
	srv, opened := secure(t, unreachable(t))
	trusted := trusting(t, srv, true).TLSClientConfig
	for name, c := range map[string]struct {
		url  string
		conf *tls.Config
	}{
		"unknown authority": {srv.URL, &tls.Config{RootCAs: x509.NewCertPool()}},
		"another host":      {srv.URL, &tls.Config{RootCAs: trusted.RootCAs, ServerName: "elsewhere.invalid"}},
		"no common version": {srv.URL, &tls.Config{RootCAs: trusted.RootCAs, MinVersion: tls.VersionTLS11, MaxVersion: tls.VersionTLS11}},
	} {
		t.Run(name, func(t *testing.T) {
			before := opened.Load()
			transport := &http.Transport{TLSClientConfig: c.conf}
			t.Cleanup(transport.CloseIdleConnections)
			client := dial(t, c.url+mount, espo.APIKey("sesame"), espo.WithHTTPClient(&http.Client{Transport: transport}))
			_, err := client.Accounts.Get(t.Context(), "1")
			require.ErrorIs(t, err, espo.ErrTransport)
			assert.NotContains(t, err.Error(), "sesame")
			assert.Equal(t, int64(1), opened.Load()-before, "one try")
			_, err = client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
			assert.NotErrorIs(t, err, espo.ErrOutcomeUnknown, "nothing was sent")
		})
	}

	// A server without TLS behind https.
	var plain tally
	insecure := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { plain.add() }))
	t.Cleanup(insecure.Close)
	client := dial(t, strings.Replace(insecure.URL, "http:", "https:", 1), espo.APIKey("key"))
	_, err := client.Accounts.Get(t.Context(), "1")
	assert.ErrorIs(t, err, espo.ErrTransport)
	assert.Zero(t, plain.count())
}
