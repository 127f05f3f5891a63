package inbox

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/go-espo/espo"
)

// Option is an option of [New].
type Option func(*Inbox) error

func badInput(argument, format string, args ...any) error {
	return &espo.InputError{Argument: argument, Problem: fmt.Sprintf(format, args...)}
}

// Workers sets how many items are processed at once, 4 by default.
func Workers(n int) Option {
	return func(b *Inbox) error {
		if n < 1 {
			return badInput("inbox.Workers", "%d is less than 1", n)
		}
		b.workers = n
		return nil
	}
}

// Attempts sets how often an item is tried before it is parked, 12 by default. A
// try during which the process ended counts.
func Attempts(n int) Option {
	return func(b *Inbox) error {
		if n < 1 {
			return badInput("inbox.Attempts", "%d is less than 1", n)
		}
		b.attempts = n
		return nil
	}
}

// Backoff sets how long an item waits after its nth try has failed, n being 1 at
// first. By default it is some 1, 2, 4 … seconds, and at most some 10 minutes.
func Backoff(after func(attempt int) time.Duration) Option {
	return func(b *Inbox) error {
		if after == nil {
			return badInput("inbox.Backoff", "is nil")
		}
		b.backoff = after
		return nil
	}
}

// Grace sets how long [Inbox.Run] waits for the items that are being processed
// when its context ends, 30 seconds by default. After it the context of the
// function that processes them ends too.
func Grace(d time.Duration) Option {
	return func(b *Inbox) error {
		if d < 0 {
			return badInput("inbox.Grace", "%s is negative", d)
		}
		b.grace = d
		return nil
	}
}

// Report sets a function that is called with each item that was not processed, as an
// [*ItemError], and of each error of the store. It may be called by several
// goroutines at once.
func Report(report func(error)) Option {
	return func(b *Inbox) error {
		if report == nil {
			return badInput("inbox.Report", "is nil")
		}
		b.report = report
		return nil
	}
}

// ItemError is why an item was not processed.
type ItemError struct {
	Claim  Claim
	Parked bool // it is not tried again
	Err    error
}

func (e *ItemError) Error() string {
	what := "is tried again"
	if e.Parked {
		what = "is parked"
	}
	return fmt.Sprintf("inbox: %s of %s %s after %d tries: %v", e.Claim.Event, e.Claim.RecordID, what, e.Claim.Attempt, e.Err)
}

func (e *ItemError) Unwrap() error { return e.Err }

// permanentError is an error after which an item is parked at once.
type permanentError struct{ error }

func (e permanentError) Unwrap() error { return e.error }

// Permanent wraps an error of the function that processes items: the item is
// parked at once, since another try would fail as well.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanentError{err}
}

const maxBackoff = 10 * time.Minute

// defaultBackoff doubles, and differs by a quarter, so that what failed at once
// does not come again at once.
func defaultBackoff(attempt int) time.Duration {
	d := maxBackoff
	if attempt < 10 {
		d = time.Second << (attempt - 1)
	}
	return d - rand.N(d/4+1) //nolint:gosec // no secret
}
