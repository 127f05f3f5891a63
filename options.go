package espo

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Option is an option of [NewClient].
type Option func(*Client) error

// Limiter delays each try of a request, for example to stay below a rate. It
// is satisfied by *rate.Limiter of golang.org/x/time/rate.
type Limiter interface {
	// Wait returns when the next try may be sent. An error ends the call.
	Wait(ctx context.Context) error
}

// WithHTTPClient sends requests with a copy of hc: its Transport, Jar and
// Timeout. hc itself is not changed. Without a Transport, the client has its
// own, which keeps 64 idle connections.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *Client) error {
		switch {
		case hc == nil:
			return badInput("WithHTTPClient", "is nil")
		case hc.Transport != nil && isNil(hc.Transport):
			return badInput("WithHTTPClient", "its Transport is nil")
		case hc.Timeout < 0:
			return badInput("WithHTTPClient", "its Timeout is negative")
		}
		own := *hc
		c.http = &own
		return nil
	}
}

// WithApplication names the application, and its version unless that is empty,
// in the header User-Agent, in front of this library.
func WithApplication(name, version string) Option {
	return func(c *Client) error {
		product := name
		if version != "" {
			product += "/" + version
		}
		if !isToken(name) || version != "" && !isToken(version) {
			return badInput("WithApplication", "%q is not a name and version: they have letters, digits, dots and dashes", product)
		}
		c.userAgent = product + " " + libraryAgent
		return nil
	}
}

// WithLogger logs each try of each request at level Debug and each wait
// before another try at level Info: operation, method, path, status, duration,
// number of the try and the error, and nothing else. None of them holds
// credentials or the contents of a record; an error may hold the reason that
// the server gives.
func WithLogger(log *slog.Logger) Option {
	return func(c *Client) error {
		if log == nil || log.Handler() == nil {
			return badInput("WithLogger", "is nil")
		}
		c.log = log
		return nil
	}
}

// WithLimiter waits for l before each try.
func WithLimiter(l Limiter) Option {
	return func(c *Client) error {
		if isNil(l) {
			return badInput("WithLimiter", "is nil")
		}
		c.limiter = l
		return nil
	}
}

// WithRetry replaces the policy for further tries. RetryPolicy{MaxTries: 1}
// turns them off.
func WithRetry(p RetryPolicy) Option {
	return func(c *Client) error {
		if p.MaxTries < 0 || p.MaxRetryAfter < 0 {
			return badInput("WithRetry", "a number of tries or a wait is negative")
		}
		if err := checkWaits("WithRetry", p.MinWait, p.MaxWait); err != nil {
			return err
		}
		c.retry = p.withDefaults()
		return nil
	}
}

// WithMaxReply sets the largest JSON reply that is read, in bytes. The default
// is 64 MiB. Files are not JSON and have no limit.
func WithMaxReply(bytes int64) Option {
	return func(c *Client) error {
		if bytes <= 0 {
			return badInput("WithMaxReply", "%d is not a size", bytes)
		}
		c.maxReply = bytes
		return nil
	}
}

// WithMaxURL sets how long the URL of a request may be, in bytes. A longer one
// is an [InputError] and is not sent: web servers answer it with a page of
// their own. The default, 8000, is what nginx and Apache take by themselves; 0
// is no limit. [RecordService.All], [RecordService.Count] and
// [RecordService.GetMany] split a long list of ids by themselves.
func WithMaxURL(bytes int) Option {
	return func(c *Client) error {
		if bytes < 0 {
			return badInput("WithMaxURL", "%d is negative", bytes)
		}
		c.maxURL = bytes
		return nil
	}
}

// WithTimeout sets how long a try may wait for a sign of life of the server:
// for the head of its answer once the request is sent, and then for each
// further part of the body. The default is 2 minutes; 0 means no limit. Where the
// server may have much to do, as in a mass action, an export, an import or a
// merge, the time is five times as long.
//
// It does not limit a call as a whole, with its further tries: the context
// does.
func WithTimeout(d time.Duration) Option {
	return func(c *Client) error {
		if d < 0 {
			return badInput("WithTimeout", "%s is negative", d)
		}
		c.timeout = d
		return nil
	}
}

// WithUpdateMethod sends updates of records with PUT, the default, or PATCH.
// They mean the same to EspoCRM; some firewalls pass only one of them.
func WithUpdateMethod(method string) Option {
	return func(c *Client) error {
		if method != http.MethodPut && method != http.MethodPatch {
			return badInput("WithUpdateMethod", "%q is neither PUT nor PATCH", method)
		}
		c.updateMethod = method
		return nil
	}
}

// SearchForm is a way to put search parameters into a URL.
type SearchForm int

// The forms of search parameters.
const (
	// SearchJSON sends everything as one JSON value, searchParams, when there
	// is a filter, and flat parameters when there is none.
	SearchJSON SearchForm = iota
	// SearchPHP sends filters as where[0][type]=… and select as select.
	SearchPHP
	// SearchAliases is SearchPHP with the names whereGroup and attributeSelect,
	// for firewalls that take "where" and "select" for SQL. EspoCRM before 9.0
	// does not know these names and would list every record: there it is
	// SearchPHP. The client asks for the version, unless [WithServerVersion]
	// states it.
	SearchAliases
)

// WithSearchForm sets the form of search parameters.
func WithSearchForm(form SearchForm) Option {
	return func(c *Client) error {
		if form < SearchJSON || form > SearchAliases {
			return badInput("WithSearchForm", "%d is not a form", form)
		}
		c.searchForm = form
		return nil
	}
}
