package espotest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"

	"github.com/go-espo/espo"
)

// listen is how a server is reached.
type listen int

const (
	listenPlain listen = iota
	listenTLS
	listenNot
)

// WithTLS makes the server speak TLS, and HTTP/2 to clients that want it. The
// clients of [Server.Client] and [Server.ClientAs] trust its certificate;
// others need [Server.CertPool].
func WithTLS() Option {
	return listenAs(listenTLS)
}

// WithoutListener makes a server that listens nowhere, for those who need
// nothing but its [Server.Handler]. It has no URL, and therefore no clients of
// its own.
func WithoutListener() Option {
	return listenAs(listenNot)
}

func listenAs(how listen) Option {
	return func(c *config) error {
		if c.listen != listenPlain && c.listen != how {
			return errors.New("espotest: WithTLS and WithoutListener contradict each other")
		}
		c.listen = how
		return nil
	}
}

func (s *Server) listen(how listen) error {
	if how == listenNot {
		return nil
	}
	// Explicitly IPv4: where there is no IPv6, "localhost" costs time.
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.http = &httptest.Server{Listener: l, Config: &http.Server{Handler: s.Handler()}}
	if how == listenTLS {
		s.http.EnableHTTP2 = true
		s.http.StartTLS()
	} else {
		s.http.Start()
	}
	return nil
}

// Handler returns the server as a handler, to be put behind a server or a
// middleware of one's own. It answers below the path of [WithPath], and shares
// everything with the server itself: records, faults and the log of requests.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.answer) }

// URL returns the address of the installation: "http://127.0.0.1:PORT/crm".
// The API is below it at api/v1/. With [WithoutListener] there is none, and the
// test fails.
func (s *Server) URL() string {
	if s.http == nil {
		s.onFail("espotest: URL: a server of WithoutListener has none")
		return ""
	}
	return s.http.URL + s.crm.Base
}

// CertPool returns what a client must trust to reach a server of [WithTLS]; nil
// without that option.
func (s *Server) CertPool() *x509.CertPool {
	if s.http == nil || s.http.TLS == nil {
		return nil
	}
	pool := x509.NewCertPool()
	pool.AddCert(s.http.Certificate())
	return pool
}

// trusting are the options of a client that reaches the server.
func (s *Server) trusting() []espo.Option {
	pool := s.CertPool()
	if pool == nil {
		return nil
	}
	return []espo.Option{espo.WithHTTPClient(&http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
	}})}
}

// Close stops the server and waits for the requests it is serving.
func (s *Server) Close() {
	s.crm.Mu.RLock()
	clients := slices.Clone(s.clients)
	s.crm.Mu.RUnlock()
	for _, c := range clients {
		c.CloseIdleConnections()
	}
	if s.http != nil {
		s.http.Close()
	}
	s.crm.Files.Close()
}
