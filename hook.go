package espo

import (
	"context"
	"net/http"
	"time"
)

// Operation is what a request is for.
type Operation struct {
	// Name is the entity type or the area, and what is done there:
	// "Account.create", "Account.contacts.link", "Stream.follow".
	Name   string
	Method string // of HTTP
	// Route is the path without ids: "Account/{id}/contacts".
	Route string
	// Server is what Route is relative to, without credentials:
	// "https://crm.example.com/api/v1/".
	Server string
}

// Hook watches the requests of a client: for metrics, traces, and whatever
// else needs to know what is sent. Each function may be nil. They are called
// by the goroutine of the call, and hold it up.
//
// What a Hook is told holds no contents and no credentials. Ids stand in errors
// alone, whose text has the path.
type Hook struct {
	// Start is called before the first try of a request, also when that is then
	// refused with an [InputError] and not sent. The context that it returns,
	// which must come from the one given, is that of the tries; the function,
	// unless nil, is called when the request has ended: when the answer was read,
	// or, where that is a file, when its contents begin to come.
	Start func(context.Context, Operation) (context.Context, func(Outcome))

	// Try is called before each try. The context that it returns is that of the
	// HTTP request; the function, unless nil, is called when the head of the
	// answer is there, or the try has failed.
	Try func(context.Context, Try) (context.Context, func(TryOutcome))
}

// Outcome is how a request has ended, with all of its tries.
type Outcome struct {
	Status   int // of the last answer, of whichever try; 0 without one
	Tries    int // that were sent; 0 when nothing was
	Duration time.Duration
	Err      error // nil for a success; see [ErrorClass]
}

// Try is one try of a request.
type Try struct {
	Operation Operation
	Number    int // 1 for the first
	// Cause is why the try before failed, which may have shown itself only
	// after its TryOutcome, in the body of the answer. It is nil for the first.
	Cause error
	// Header is that of the HTTP request before the credentials are added. A
	// Hook may add to it, such as the context of a trace, until it returns.
	Header http.Header
}

// TryOutcome is how a try has ended.
type TryOutcome struct {
	Status   int // 0 without an answer
	Duration time.Duration
	Err      error // nil for an answer of success, whose body is still to be read
}

// WithHook adds a Hook. Several are called one after the other, the first one
// first; at the end in the opposite order.
func WithHook(h Hook) Option {
	return func(c *Client) error {
		c.hooks = append(c.hooks, h)
		return nil
	}
}

// started tells the hooks that a request begins, and returns the function that
// tells them that it has ended.
func (c *Client) started(ctx context.Context, o Operation) (context.Context, func(Outcome)) {
	if len(c.hooks) == 0 {
		return ctx, func(Outcome) {}
	}
	var ends []func(Outcome)
	for _, h := range c.hooks {
		if h.Start == nil {
			continue
		}
		next, end := h.Start(ctx, o)
		if next != nil {
			ctx = next
		}
		if end != nil {
			ends = append(ends, end)
		}
	}
	return ctx, func(out Outcome) {
		for i := len(ends) - 1; i >= 0; i-- {
			ends[i](out)
		}
	}
}

// tried is started for a try.
func (c *Client) tried(ctx context.Context, t Try) (context.Context, func(TryOutcome)) {
	if len(c.hooks) == 0 {
		return ctx, func(TryOutcome) {}
	}
	var ends []func(TryOutcome)
	for _, h := range c.hooks {
		if h.Try == nil {
			continue
		}
		next, end := h.Try(ctx, t)
		if next != nil {
			ctx = next
		}
		if end != nil {
			ends = append(ends, end)
		}
	}
	return ctx, func(out TryOutcome) {
		for i := len(ends) - 1; i >= 0; i-- {
			ends[i](out)
		}
	}
}
