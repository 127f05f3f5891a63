package espo

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// RetryPolicy says how often and after how long a wait a request is tried
// again. A zero field takes its default.
//
// Only what is safe is sent twice. GET is, after an answer of 429, 502, 503 or
// 504, after a connection that broke, and after a body that breaks off. PUT,
// PATCH and DELETE are, after one of those answers. Anything is, when no
// connection came about, so that nothing was sent. A login is not, whatever
// the server says to it.
type RetryPolicy struct {
	MaxTries      int           // of one call, the first included; default 4, 1 turns retries off
	MinWait       time.Duration // before the second try, on average; default 0.5 s, growing by half each time
	MaxWait       time.Duration // default 15 s
	MaxRetryAfter time.Duration // the longest Retry-After of the server that is obeyed, a longer one is cut to it; default 1 min

	// Wait waits for d or until ctx ends, whose error it then returns. The
	// default uses a timer; tests can do without waiting.
	Wait func(ctx context.Context, d time.Duration) error
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	set := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	if p.MaxTries <= 0 {
		p.MaxTries = 4
	}
	set(&p.MinWait, 500*time.Millisecond)
	set(&p.MaxWait, 15*time.Second)
	set(&p.MaxRetryAfter, time.Minute)
	if p.Wait == nil {
		p.Wait = wait
	}
	return p
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// delays returns the source of growing, jittered waits of one call.
func (p RetryPolicy) delays() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = p.MinWait, p.MaxWait
	b.Reset()
	return b
}

// after is the wait that a Retry-After header asks for, in seconds or as a
// date, clamped; ok is false without one.
func (p RetryPolicy) after(h http.Header) (d time.Duration, ok bool) {
	v := h.Get("Retry-After")
	if s, err := strconv.ParseInt(v, 10, 64); err == nil {
		d = time.Duration(min(max(s, 0), int64(p.MaxRetryAfter/time.Second)+1)) * time.Second
	} else if t, err := http.ParseTime(v); err == nil {
		d = time.Until(t)
	} else {
		return 0, false
	}
	return min(max(d, 0), p.MaxRetryAfter), true
}

// shouldRetry reports whether a request that ended in err may be sent again.
func shouldRetry(req *request, err error) bool {
	var e *Error
	if errors.As(err, &e) && e.Status >= 300 {
		switch e.Status {
		case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return !req.anonymous && req.method != http.MethodPost
		}
		return false
	}
	if nothingSent(err) {
		return true
	}
	return req.idempotent() && !req.anonymous && transient(err)
}

// nothingSent reports whether the connection did not come about.
func nothingSent(err error) bool {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "dial" {
		return false
	}
	var dns *net.DNSError
	return !errors.As(err, &dns) || dns.IsTemporary || dns.IsTimeout
}

// transient reports whether err is one of the transport that another try may
// not meet.
func transient(err error) bool {
	var (
		netErr  net.Error
		certErr *tls.CertificateVerificationError
	)
	switch {
	case errors.Is(err, ErrRedirect), errors.As(err, &certErr):
		return false
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return true
	}
	return errors.As(err, &netErr)
}

// bare takes the *url.Error of net/http off: it repeats the URL, whose query
// may hold personal data.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
