package espo

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Option is an option of [NewClient].
type Option func(*Client) error

// Limiter delays each try of a request, for example to stay below a rate. It
// is satisfied by *rate.Limiter of golang.org/x/time/rate.
type Limiter interface {
	Wait(ctx context.Context) error
}

// WithHTTPClient sends requests with a copy of hc: its Transport, Jar and
// Timeout. hc itself is not changed. Tracing belongs in its Transport; without
// one, the client has its own, which keeps 64 idle connections.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *Client) error {
		if hc == nil {
			return badInput("WithHTTPClient", "is nil")
		}
		own := *hc
		c.http = &own
		return nil
	}
}

// WithUserAgent sets the header User-Agent.
func WithUserAgent(name string) Option {
	return func(c *Client) error {
		c.userAgent = name
		return checkCredential("user agent", name, "")
	}
}

// WithLogger logs each try of each request at level Debug and each wait
// before another try at level Info: method, path, status, duration and number
// of the try, and nothing else.
func WithLogger(log *slog.Logger) Option {
	return func(c *Client) error {
		if log == nil {
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
// further part of the body. The default is 2 minutes; 0 is no limit. Where the
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
	// for firewalls that take "where" and "select" for SQL. EspoCRM 9.0 and
	// later.
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

// CallOption is an option of a single call.
type CallOption func(*callOptions)

type callOptions struct {
	selected []string
	header   http.Header
	err      error
}

func collect(opts []CallOption) (callOptions, error) {
	var o callOptions
	for _, opt := range opts {
		opt(&o)
	}
	return o, o.err
}

func (o *callOptions) set(key, value string) {
	if o.header == nil {
		o.header = make(http.Header)
	}
	o.header.Set(key, value)
}

// Select reads only these attributes, which is faster. The server may add
// some of its own, such as id.
func Select(attributes ...string) CallOption {
	return func(o *callOptions) { o.selected = append(o.selected, attributes...) }
}

const versionHeader = "X-Version-Number"

const skipDuplicateCheck = "X-Skip-Duplicate-Check"

// SkipDuplicateCheck creates or updates a record although there are others
// like it.
func SkipDuplicateCheck() CallOption {
	return func(o *callOptions) { o.set(skipDuplicateCheck, "true") }
}

// DuplicateOf says that a record to be created is a copy of another one, so
// that the server copies what the web client would, such as attachments.
func DuplicateOf(id string) CallOption {
	if id == "" {
		return func(o *callOptions) { o.err = badInput("DuplicateOf", "the id is empty") }
	}
	return Header("X-Duplicate-Source-Id", id)
}

// Version guards an update: it is done only when the record still has this
// versionNumber, and is a [ConflictError] otherwise. It has an effect on
// entity types with optimistic concurrency control, such as Account.
func Version(n int64) CallOption {
	return func(o *callOptions) {
		if n <= 0 {
			o.err = badInput("Version", "%d is not a version", n)
		}
		o.set(versionHeader, strconv.FormatInt(n, 10))
	}
}

// Header adds a header to the request.
func Header(key, value string) CallOption {
	return func(o *callOptions) {
		if !isToken(key) || strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
			o.err = badInput("Header", "%q is not a header", key)
			return
		}
		o.set(key, value)
	}
}

// isToken reports whether s can be the name of a header or a method.
func isToken(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}
