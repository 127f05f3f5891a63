package espo

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// RetryPolicy says how often and after how long a wait a request is tried
// again. A zero field takes its default; that of one wait gives way to the
// other wait.
//
// Only what is safe is sent twice, which depends on what a method does:
//
//   - What reads is sent again after 502, 503 and 504, after a connection that
//     broke, and after a body that broke off.
//   - What leaves the second time what it has left the first time, such as
//     Update, Delete or Link, is sent again after 502, 503 and 504.
//   - What may do something a second time, such as Create, Send or
//     ChangePassword, is not.
//   - Everything is sent again when nothing was done: after 429, in EspoCRM's
//     maintenance mode (503), and when no connection came about.
//   - A login that was answered is never sent again, whatever the answer.
//   - Nothing is sent again after a certificate that is not trusted, or a
//     redirect that was refused.
//
// A write that may have been done although the call failed matches
// [ErrOutcomeUnknown].
type RetryPolicy struct {
	MaxTries      int           // of one call, the first included; default 4, 1 turns retries off
	MinWait       time.Duration // before the second try, on average; default 0.5 s, growing by half each time
	MaxWait       time.Duration // default 15 s
	MaxRetryAfter time.Duration // the longest Retry-After of the server that is obeyed, a longer one is cut to it; default 1 min

	// Budget is how many further tries all calls of the client together may
	// make. A call that succeeds pays back its own, and one without further
	// tries earns a tenth of one. So a server that is down is not hit several
	// times as hard. The default is 100; a negative one means no limit.
	Budget int
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	p.MaxTries = cmp.Or(p.MaxTries, 4)
	d := delays{p.MinWait, p.MaxWait}.or(500*time.Millisecond, 15*time.Second)
	p.MinWait, p.MaxWait = d.first, d.longest
	p.MaxRetryAfter = cmp.Or(p.MaxRetryAfter, time.Minute)
	p.Budget = cmp.Or(p.Budget, defaultBudget)
	return p
}

// WithWait sets how the client waits, between tries and while it polls: for d
// or until ctx ends, whose error it then returns. The default uses a timer;
// tests can do without waiting.
func WithWait(wait func(ctx context.Context, d time.Duration) error) Option {
	return func(c *Client) error {
		if wait == nil {
			return badInput("WithWait", "is nil")
		}
		c.wait = wait
		return nil
	}
}

// PollPolicy says how often the client asks for the status of a queued job. A
// zero field takes its default, which gives way to the other field.
type PollPolicy struct {
	MinWait time.Duration // after the first question; default 1 s, growing by half each time
	MaxWait time.Duration // default 30 s
}

// WithPolling sets how often the client asks for the status of a queued job.
func WithPolling(p PollPolicy) Option {
	return func(c *Client) error {
		if err := checkWaits("WithPolling", p.MinWait, p.MaxWait); err != nil {
			return err
		}
		c.polling = delays{p.MinWait, p.MaxWait}.or(time.Second, 30*time.Second)
		return nil
	}
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

// delays are growing waits, with a jitter.
type delays struct{ first, longest time.Duration }

// checkWaits refuses the waits of a policy that cannot be.
func checkWaits(option string, first, longest time.Duration) error {
	switch {
	case first < 0 || longest < 0:
		return badInput(option, "a wait is negative")
	case longest > 0 && first > longest:
		return badInput(option, "MinWait %s is above MaxWait %s", first, longest)
	}
	return nil
}

// or puts defaults in the place of what is zero. They give way to what is not.
func (d delays) or(first, longest time.Duration) delays {
	return delays{
		first:   cmp.Or(d.first, min(first, cmp.Or(d.longest, first))),
		longest: cmp.Or(d.longest, max(longest, d.first)),
	}
}

// conflictDelays are the waits of Modify after a conflict.
var conflictDelays = delays{50 * time.Millisecond, time.Second}

func (d delays) start() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = d.first, d.longest
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

// retryable reports whether a request with this outcome may be sent again.
func retryable(req *request, o outcome) bool {
	if hopeless(o.err) {
		return false
	}
	if o.unsent || nothingSent(o.err) {
		return true
	}
	if req.login {
		return false
	}
	var e *Error
	if !errors.As(o.err, &e) {
		return req.effect == effectNone
	}
	switch {
	case e.Status < 300:
		return req.effect == effectNone && e.brokenOff()
	case e.nothingDone():
		return true
	}
	switch e.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return req.effect != effectOnce
	}
	return false
}

// mayBeDone reports whether the server may have done what a try has asked for,
// although the try failed.
func mayBeDone(o outcome) bool {
	if o.unsent || nothingSent(o.err) || hopeless(o.err) {
		return false
	}
	var e *Error
	if !errors.As(o.err, &e) || e.Status < 300 {
		return true
	}
	return e.Status >= 500 && !e.nothingDone() && e.Reason != sendingFailed || e.Status == http.StatusRequestTimeout
}

// maintenanceReason begins what a server says in maintenance mode, before it does
// anything. EspoCRM before 9.1 misspells the last word.
const maintenanceReason = "Application is in maintenance mod"

// nothingDone reports whether the answer says that nothing was done because it
// was not the time for it.
func (e *Error) nothingDone() bool {
	switch e.Status {
	case http.StatusTooManyRequests, http.StatusTooEarly:
		return true
	}
	return e.Status == http.StatusServiceUnavailable && strings.HasPrefix(e.Reason, maintenanceReason)
}

// brokenOff reports whether the body of a success did not come to its end.
func (e *Error) brokenOff() bool {
	return errors.Is(e.cause, ErrTransport) || errors.Is(e.cause, io.ErrUnexpectedEOF)
}
