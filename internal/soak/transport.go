package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// tries are the requests of one call of the library.
type tries struct {
	dice  *dice
	leave context.CancelFunc // ends the caller's context

	mu   sync.Mutex
	list []*try
}

// try is one request and what it met.
type try struct {
	id           string // names it to the server's front
	method, path string
	fault        *fault // nil for none
	status       int    // 0 when there was no answer
	connected    bool   // a connection was there to send it on
}

// sentAgain reports whether the library sends a request again that has met this
// fault. What reads may be a POST.
func (t try) sentAgain(reads bool) bool {
	need := everything
	switch {
	case reads:
		need = whatReads
	case strings.HasPrefix(t.path, "Email/"), strings.HasPrefix(t.path, "UserSecurity/"): // which are done once
	case t.method != http.MethodPost:
		need = whatStays
	}
	return t.fault != nil && t.fault.again >= need
}

// succeeded reports whether the library has got its answer.
func (t try) succeeded() bool { return t.status/100 == 2 && (t.fault == nil || t.fault.harmless) }

// idHeader holds the id of a request.
const idHeader = "X-Soak-Id"

// triesKey is the key of a call's tries in its context.
type triesKey struct{}

// maxTries is how many requests of a call are remembered. More than that make
// only those that read many pages.
const maxTries = 200

// add notes a request before it is sent.
func (t *tries) add(one *try) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.list) < maxTries {
		t.list = append(t.list, one)
	}
}

// note changes what is known of a request.
func (t *tries) note(change func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change()
}

// all are the requests so far.
func (t *tries) all() []try {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]try, len(t.list))
	for i, one := range t.list {
		all[i] = *one
	}
	return all
}

// tripper sends the requests of a client, and rolls the dice for those that a
// worker has caused.
type tripper struct {
	next  *http.Transport
	sent  *atomic.Int64 // requests of all clients
	conns *atomic.Int64 // open connections
}

func newTripper(trusted *x509.CertPool, sent, conns *atomic.Int64) *tripper {
	t := &tripper{sent: sent, conns: conns}
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	t.next = &http.Transport{
		MaxIdleConns: 64, MaxIdleConnsPerHost: 64, IdleConnTimeout: 10 * time.Second,
		TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			conns.Add(1)
			return &countedConn{Conn: conn, open: conns}, nil
		},
	}
	return t
}

// RoundTrip implements [http.RoundTripper].
func (t *tripper) RoundTrip(r *http.Request) (*http.Response, error) {
	call, ok := r.Context().Value(triesKey{}).(*tries)
	if !ok {
		return t.next.RoundTrip(r)
	}
	one := &try{id: strconv.FormatInt(t.sent.Add(1), 10), method: r.Method, path: r.URL.Path, fault: call.dice.roll(r)}
	if _, path, ok := strings.Cut(one.path, "/api/v1/"); ok {
		one.path = path
	}
	call.add(one)
	r = r.Clone(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { call.note(func() { one.connected = true }) },
	}))
	r.Header.Set(idHeader, one.id)
	if one.fault != nil {
		r.Header.Set(faultHeader, one.fault.name)
		if one.fault.name == callerLeaves {
			timer := time.AfterFunc(500*time.Microsecond, call.leave)
			defer timer.Stop()
		}
	}
	resp, err := t.next.RoundTrip(r)
	if err == nil {
		call.note(func() { one.status = resp.StatusCode })
	}
	return resp, err
}

// CloseIdleConnections is what [http.Client] looks for.
func (t *tripper) CloseIdleConnections() { t.next.CloseIdleConnections() }

// countedConn counts itself out when it is closed.
type countedConn struct {
	net.Conn
	open *atomic.Int64
	once sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}
