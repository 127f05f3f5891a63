package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// result is what has come of a call of the library.
type result struct {
	name    string // such as "Accounts.Create"
	outcome outcome
	err     error
	tries   []try
}

func (r result) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", r.name, r.outcome)
	if r.err != nil {
		fmt.Fprintf(&b, ": %v", r.err)
	}
	for _, t := range r.tries[:min(len(r.tries), 12)] {
		fmt.Fprintf(&b, "\n         %s %s: %d", t.method, t.path, t.status)
		if t.fault != nil {
			fmt.Fprintf(&b, " (%s)", t.fault.name)
		}
	}
	if len(r.tries) > 12 {
		fmt.Fprintf(&b, "\n         and %d more", len(r.tries)-12)
	}
	return b.String()
}

// any reports whether one of the requests met such a fault.
func (r result) any(is func(*fault) bool) bool {
	return slices.ContainsFunc(r.tries, func(t try) bool { return t.fault != nil && is(t.fault) })
}

// do makes a call of the library. What it must not do, whatever it is, is noted
// as wrong; whether it has done what it says is for the caller to compare.
// expected are errors that it may end with although there was no fault.
func (w *worker) do(name string, fn func(context.Context) error, expected ...error) result {
	r := w.call(name, fn, expected)
	w.persistent(r, false)
	return r
}

func (w *worker) call(name string, fn func(context.Context) error, expected []error) result {
	ctx, leave := context.WithCancel(w.ctx)
	defer leave()
	calls := &tries{dice: w.dice, leave: leave}
	err := protect(func() error { return fn(context.WithValue(ctx, triesKey{}, calls)) })
	r := result{name: name, err: err, tries: calls.all()}
	switch {
	case err == nil:
	case doubtful(err):
		r.outcome = unknown
	default:
		r.outcome = failed
	}
	w.await(r)
	w.report.count(r)
	w.suspect(r, expected)
	return r
}

// await waits until the server has done with those requests of a call that the
// library did not wait for: only then what they have done can be compared.
func (w *worker) await(r result) {
	for _, t := range r.tries {
		if t.connected && t.status == 0 {
			w.truth.await(t.id)
		}
	}
}

// doubtful reports whether an error says that the call may have been done.
func doubtful(err error) bool {
	var upload *espo.UploadError
	return errors.Is(err, espo.ErrOutcomeUnknown) ||
		errors.As(err, &upload) && upload.AttachmentID != "" && !upload.Removed // it says that it is left
}

// read makes a call that only reads, which never has an unknown outcome, and is
// tried again.
func (w *worker) read(name string, fn func(context.Context) error) (r result, ok bool) {
	r = w.call(name, fn, nil)
	w.persistent(r, true)
	if r.outcome == unknown {
		w.wrong(r, "the outcome of what only reads is unknown")
	}
	return r, r.outcome == done
}

// persistent notes a call that was given up although the last request could have
// been sent again.
func (w *worker) persistent(r result, reads bool) {
	var (
		bulk   *espo.BulkError   // whose tries are those of many calls
		upload *espo.UploadError // whose last tries are those of tidying up
	)
	switch {
	case r.outcome == done, len(r.tries) == 0, w.loginFailed(r.err):
		return
	case errors.Is(r.err, context.Canceled), errors.As(r.err, &bulk), errors.As(r.err, &upload):
		return
	}
	if n := r.lastTries(); n < maxRetries && r.tries[len(r.tries)-1].sentAgain(reads) {
		w.wrong(r, "given up after %d tries", n)
	}
}

// lastTries is how often the last request was sent.
func (r result) lastTries() int {
	n := 0
	for _, t := range slices.Backward(r.tries) {
		if t.path == r.tries[len(r.tries)-1].path {
			if t.succeeded() {
				break
			}
			n++
		}
	}
	return n
}

// triesOf is how often the request with this path was sent.
func (r result) triesOf(path string) int {
	n := 0
	for _, t := range r.tries {
		if t.path == path {
			n++
		}
	}
	return n
}

// suspect notes errors that should not be.
func (w *worker) suspect(r result, expected []error) {
	var panicked *panicError
	switch {
	case r.err == nil:
		return
	case errors.As(r.err, &panicked):
		w.wrong(r, "panic")
		return
	case slices.ContainsFunc(expected, func(e error) bool { return errors.Is(r.err, e) }):
		return
	case errors.Is(r.err, espo.ErrInput):
		w.wrong(r, "taken for bad input")
	case !r.any(func(f *fault) bool { return !f.harmless }) && !w.excused(r.err):
		w.wrong(r, "failed without a fault")
	case r.outcome == unknown && !r.any(func(f *fault) bool { return f.doubtful }) && !isTimeout(r.err):
		w.wrong(r, "unknown without a reason")
	}
	if holdsSecret(fmt.Sprintf("%v %+v", r.err, r.err)) {
		w.wrong(r, "a credential in the error")
	}
}

// holdsSecret reports whether a text shows a credential of a client.
func holdsSecret(text string) bool {
	return slices.ContainsFunc([]string{
		espotest.FullAPIKey, espotest.HMACAPIKey, espotest.HMACSecret, espotest.AdminPassword, tokenPassword,
	}, func(secret string) bool { return strings.Contains(text, secret) })
}

// logged is where a client logs to: it looks for credentials, and forgets.
type logged struct{ report *report }

// Write implements [io.Writer].
func (l logged) Write(line []byte) (int, error) {
	if holdsSecret(string(line)) {
		l.report.wrong("log", "a credential in the log: %s", line)
	}
	return len(line), nil
}

// excused reports whether a call may fail although its own requests met no
// fault.
func (w *worker) excused(err error) bool {
	return w.loginFailed(err) || w.client.token && errors.Is(err, espo.ErrUnauthorized) || isTimeout(err)
}

// loginFailed reports whether it was a login that has failed, which calls
// share.
func (w *worker) loginFailed(err error) bool {
	var (
		e         *espo.Error
		transport *espo.TransportError
	)
	return w.client.token && (errors.As(err, &e) && e.Path == "App/user" || errors.As(err, &transport) && transport.Path == "App/user")
}

// isTimeout reports whether the server was silent for too long. On a busy
// machine that can be without a fault.
func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

// panicError is a panic of the library.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

func protect(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if own, ok := p.(broken); ok {
				panic(own)
			}
			err = &panicError{value: p, stack: debug.Stack()}
		}
	}()
	return fn()
}
