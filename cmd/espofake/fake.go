package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-espo/espo/espotest"
)

// fake is the server with what controls it.
type fake struct {
	options []espotest.Option
	seed    []byte
	cert    []byte // PEM, of -tls
	url     string

	mu  sync.RWMutex
	srv *espotest.Server // another one after a reset
}

// start makes a fake that listens nowhere yet.
func start(cfg config) (*fake, error) {
	f := &fake{
		options: slices.Concat(cfg.options, []espotest.Option{espotest.WithPath(""), espotest.WithoutListener()}),
		seed:    cfg.seed,
	}
	srv, err := f.fresh()
	f.srv = srv
	return f, err
}

// fresh makes a server with nothing but the records of -seed.
func (f *fake) fresh() (*espotest.Server, error) {
	srv, err := espotest.Start(f.options...)
	if err != nil {
		return nil, err
	}
	if len(f.seed) > 0 {
		if _, err := seed(srv, f.seed); err != nil {
			srv.Close()
			return nil, fmt.Errorf("-seed: %w", err)
		}
	}
	return srv, nil
}

// reset replaces the server by a fresh one.
func (f *fake) reset() error {
	srv, err := f.fresh()
	if err != nil {
		return err
	}
	f.mu.Lock()
	old := f.srv
	f.srv = srv
	f.mu.Unlock()
	old.Close()
	return nil
}

func (f *fake) server() *espotest.Server {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.srv
}

func (f *fake) close() { f.server().Close() }

// stopTime is how long requests may take that are being served at the end.
const stopTime = 5 * time.Second

// serve listens and serves until the context ends.
func (f *fake) serve(ctx context.Context, cfg config, out io.Writer) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.addr)
	if err != nil {
		return err
	}
	f.url = "http://" + reachable(l.Addr())
	server := &http.Server{Handler: f.handler(), ReadHeaderTimeout: time.Minute}
	serve := func() error { return server.Serve(l) }
	if cfg.tls {
		cert, pem, err := certificate(l.Addr())
		if err != nil {
			return err
		}
		f.cert, f.url = pem, "https://"+reachable(l.Addr())
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
		serve = func() error { return server.ServeTLS(l, "", "") }
	}
	if _, err := io.WriteString(out, f.greeting()); err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- serve() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	err = server.Shutdown(ending)
	if failure := <-failed; err == nil && !errors.Is(failure, http.ErrServerClosed) {
		err = failure
	}
	return err
}

// reachable is the address that a client on this machine connects to: on all
// addresses is none.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}

// greeting is what the command prints when it is ready.
func (f *fake) greeting() string {
	var text strings.Builder
	text.WriteString("A fake EspoCRM is at " + f.url + "\nThe API is below " + f.url + "/api/v1/, and the control below " + f.url + "/_fake/\n")
	for _, u := range users {
		_, _ = fmt.Fprintf(&text, "  %-18s%s\n", u.Name, u.Credentials)
	}
	return text.String()
}

// user is a user of the fake. That there are such keys is not a secret.
type user struct {
	Name        string `json:"name"`
	Credentials string `json:"credentials"`
}

var users = []user{
	{espotest.AdminUser, "administrator, password " + espotest.AdminPassword},
	{"api-key-user", "X-Api-Key " + espotest.FullAPIKey + ": every right"},
	{"api-hmac-user", "HMAC key " + espotest.HMACAPIKey + ", secret " + espotest.HMACSecret + ": every right"},
	{"api-limited-user", "X-Api-Key " + espotest.LimitedAPIKey + ": its own accounts and leads alone"},
	{espotest.TOTPUser, "password " + espotest.TOTPPassword + ", code " + espotest.TOTPCode},
}
