package espotest_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// protocols notes the protocol of each answer.
type protocols struct {
	http.RoundTripper
	seen []string
}

func (p *protocols) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := p.RoundTripper.RoundTrip(r)
	if err == nil {
		p.seen = append(p.seen, resp.Proto)
	}
	return resp, err
}

// trusting is a transport for a server of WithTLS, over HTTP/2 or HTTP/1.1.
func trusting(s *espotest.Server, http2 bool) *http.Transport {
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.CertPool()}, ForceAttemptHTTP2: http2}
}

func TestTLS(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithTLS())
	assert.Regexp(t, `^https://127\.0\.0\.1:\d+/crm$`, s.URL())
	id := s.Seed("Account", map[string]any{"name": "A"})[0]

	t.Run("the server's clients trust it", func(t *testing.T) {
		account, err := s.Client().Accounts.Get(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, "A", account.Name)
	})
	for name, want := range map[string]string{"HTTP/2": "HTTP/2.0", "HTTP/1.1": "HTTP/1.1"} {
		t.Run("a client with the pool: "+name, func(t *testing.T) {
			p := &protocols{RoundTripper: trusting(s, name == "HTTP/2")}
			hc := &http.Client{Transport: p}
			defer hc.CloseIdleConnections()
			defer p.RoundTripper.(*http.Transport).CloseIdleConnections()
			_, err := s.Client(espo.WithHTTPClient(hc)).Accounts.Get(t.Context(), id)
			require.NoError(t, err)
			assert.Equal(t, []string{want}, p.seen)
		})
	}
	t.Run("others do not trust it", func(t *testing.T) {
		transport := &http.Transport{ForceAttemptHTTP2: true}
		defer transport.CloseIdleConnections()
		_, err := s.Client(espo.WithHTTPClient(&http.Client{Transport: transport})).Accounts.Get(t.Context(), id)
		var untrusted *tls.CertificateVerificationError
		require.ErrorAs(t, err, &untrusted)
	})
	assert.Nil(t, espotest.NewServer(t).CertPool(), "without TLS there is nothing to trust")
}

// Faults do over HTTP/2 what they do over HTTP/1.1.
func TestFaultsOverHTTP2(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithTLS())
	transport := trusting(s, true)
	defer transport.CloseIdleConnections()
	get := func() (status int, body []byte, err error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/api/v1/Account", nil)
		require.NoError(t, err)
		req.Header.Set("X-Api-Key", espotest.FullAPIKey)
		resp, err := transport.RoundTrip(req)
		if err != nil {
			return 0, nil, err
		}
		defer resp.Body.Close()
		require.Equal(t, "HTTP/2.0", resp.Proto)
		body, err = io.ReadAll(resp.Body)
		return resp.StatusCode, body, err
	}
	s.Fail(espotest.Fault{Cut: true})
	_, _, err := get()
	require.ErrorContains(t, err, "stream error")
	s.Fail(espotest.Fault{Truncate: 5})
	status, body, err := get()
	require.ErrorContains(t, err, "stream error")
	assert.Equal(t, 200, status)
	assert.Len(t, body, 5)
	status, _, err = get()
	require.NoError(t, err)
	assert.Equal(t, 200, status)
}

func TestHandler(t *testing.T) {
	for name, opts := range map[string][]espotest.Option{
		"of a server that listens": nil, "of one that does not": {espotest.WithoutListener()},
	} {
		t.Run(name, func(t *testing.T) {
			s := espotest.NewServer(t, append(opts, espotest.WithPath("/espo"))...)
			id := s.Seed("Account", map[string]any{"name": "A"})[0]
			h := s.Handler()
			seen := 0
			front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				seen++
				h.ServeHTTP(w, r)
			}))
			defer front.Close()
			client, err := espo.NewClient(front.URL+"/espo", espo.APIKey(espotest.FullAPIKey))
			require.NoError(t, err)
			defer client.CloseIdleConnections()
			account, err := client.Accounts.Get(t.Context(), id)
			require.NoError(t, err)
			assert.Equal(t, "A", account.Name)
			settings, err := client.App.Settings(t.Context())
			require.NoError(t, err)
			assert.Equal(t, front.URL+"/espo", settings.SiteURL)
			s.Fail(espotest.Fault{Status: http.StatusForbidden})
			_, err = client.Accounts.Get(t.Context(), id)
			require.ErrorIs(t, err, espo.ErrForbidden)
			assert.Equal(t, 3, seen)
			assert.Len(t, s.Requests(), 3)
		})
	}
}

// A handler needs no network at all.
func TestHandlerWithARecorder(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithoutListener())
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/crm/api/v1/Account", nil)
	r.Header.Set("X-Api-Key", espotest.FullAPIKey)
	s.Handler().ServeHTTP(w, r)
	assert.Equal(t, http.StatusOK, w.Code)
	assert.JSONEq(t, `{"total":0,"list":[]}`, w.Body.String())
}

func TestWithoutListenerHasNoClient(t *testing.T) {
	s, err := espotest.Start(espotest.WithoutListener())
	require.NoError(t, err)
	defer s.Close()
	assert.PanicsWithError(t, "espotest: URL: a server of WithoutListener has none", func() { s.URL() })
	assert.Panics(t, func() { s.Client() })
	assert.Nil(t, s.CertPool())

	_, err = espotest.Start(espotest.WithTLS(), espotest.WithoutListener())
	require.ErrorContains(t, err, "contradict")
}
