package espo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// request is one call of the API, before it is built for a try.
type request struct {
	method string
	path   string // after api/v1/, escaped
	query  string // encoded
	header http.Header
	body   any // sent as JSON, unless nil

	// raw, unless nil, is opened for each try instead of body.
	raw         func() (io.Reader, error)
	rawSize     int64
	contentType string

	shown      string // stands for path in errors and logs when path holds a secret
	anonymous  bool   // carries its own credentials: a login
	noRenew    bool   // a 401 is final
	onResponse func(*http.Response)
}

// newRequest makes a request for the path of the given segments, which are
// escaped. Segments that a server or a proxy would resolve to another path
// are refused.
func newRequest(method string, segments ...string) (*request, error) {
	var b strings.Builder
	for i, s := range segments {
		switch s {
		case "":
			return nil, badInput("path", "segment %d of %q is empty", i+1, strings.Join(segments, "/"))
		case ".", "..":
			return nil, badInput("path", "%q is not an entity type, id or link", s)
		}
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(url.PathEscape(s))
	}
	return &request{method: method, path: b.String()}, nil
}

// apply adds a call's options.
func (r *request) apply(c *Client, opts []CallOption) error {
	if len(opts) == 0 {
		return nil
	}
	o, err := collect(opts)
	if err != nil {
		return err
	}
	for k, v := range o.header {
		if r.header == nil {
			r.header = make(http.Header)
		}
		r.header[k] = v
	}
	if len(o.selected) > 0 {
		query, err := Query{Select: o.selected}.encode(c.searchForm)
		if err != nil {
			return err
		}
		r.query = strings.TrimPrefix(r.query+"&"+query, "&")
	}
	return nil
}

// escapedPath is the path to show in errors and logs.
func (r *request) escapedPath() string {
	if r.shown != "" {
		return r.shown
	}
	return r.path
}

// idempotent reports whether sending the request twice does no harm.
func (r *request) idempotent() bool {
	return r.method == http.MethodGet || r.method == http.MethodHead
}

// wrap adds the method and the path to an error of the transport.
func (r *request) wrap(err error) error {
	return fmt.Errorf("espo: %s %s: %w", r.method, r.escapedPath(), bare(err))
}

// do sends the request and decodes the reply into out, unless that is nil.
func (c *Client) do(ctx context.Context, req *request, out any) error {
	restore := snapshot(out)
	return c.tries(ctx, req, func(resp *http.Response) error {
		defer drain(resp.Body)
		restore()
		return c.decode(req, resp, out)
	})
}

// stream sends the request and returns the response of a success, whose body
// the caller closes.
func (c *Client) stream(ctx context.Context, req *request) (resp *http.Response, err error) {
	err = c.tries(ctx, req, func(r *http.Response) error {
		resp = r
		return nil
	})
	return resp, err
}

// tries sends the request until it succeeds or may not be sent again. accept
// takes over the response of a success.
func (c *Client) tries(ctx context.Context, req *request, accept func(*http.Response) error) error {
	var body []byte
	if req.body != nil {
		var err error
		if body, err = json.Marshal(req.body, jsonOptions); err != nil {
			return &InputError{Argument: "body", Problem: err.Error()}
		}
	}
	var delays *backoff.ExponentialBackOff
	renewed := req.noRenew || req.anonymous
	for try := 1; ; try++ {
		resp, auth, err := c.send(ctx, req, body, try)
		if err == nil {
			if err = accept(resp); err == nil {
				return nil
			}
		}
		if auth == nil {
			// It did not come to the request itself. A login has had its own tries,
			// and must not be sent again for those of the request.
			return err
		}
		if !renewed && errors.Is(err, ErrUnauthorized) {
			if r, ok := c.auth.(Renewer); ok {
				renewed = true
				again, renewErr := r.Renew(ctx, auth)
				if renewErr != nil {
					return renewErr
				}
				if again {
					continue
				}
			}
		}
		if try >= c.retry.MaxTries || ctx.Err() != nil || !shouldRetry(req, err) {
			return err
		}
		if delays == nil {
			delays = c.retry.delays()
		}
		delay := delays.NextBackOff()
		if resp != nil {
			if d, ok := c.retry.after(resp.Header); ok {
				delay = d
			}
		}
		c.log.LogAttrs(ctx, slog.LevelInfo, "espo: trying again",
			slog.String("method", req.method), slog.String("path", req.escapedPath()),
			slog.Int("try", try), slog.Duration("wait", delay))
		if waitErr := c.retry.Wait(ctx, delay); waitErr != nil {
			return fmt.Errorf("espo: %s %s: %w while waiting after: %w", req.method, req.escapedPath(), waitErr, err)
		}
	}
}

// send makes one try. The response of a success has its body open; that of an
// error is returned, with its body closed, beside the error.
func (c *Client) send(ctx context.Context, req *request, body []byte, try int) (*http.Response, *AuthRequest, error) {
	if c.limiter != nil {
		if err := c.limiter.Wait(ctx); err != nil {
			return nil, nil, req.wrap(err)
		}
	}
	hr, err := c.build(ctx, req, body)
	if err != nil {
		return nil, nil, err
	}
	auth := &AuthRequest{Method: req.method, Path: req.path, Header: hr.Header, client: c}
	if !req.anonymous {
		if err := c.auth.Authenticate(ctx, auth); err != nil {
			return nil, nil, err
		}
	}
	start := time.Now()
	resp, err := c.http.Do(hr)
	status := 0
	if resp != nil {
		status = resp.StatusCode
	}
	if c.log.Enabled(ctx, slog.LevelDebug) {
		c.log.LogAttrs(ctx, slog.LevelDebug, "espo: request",
			slog.String("method", req.method), slog.String("path", req.escapedPath()),
			slog.Int("status", status), slog.Duration("elapsed", time.Since(start)), slog.Int("try", try))
	}
	if err != nil {
		return nil, auth, req.wrap(err)
	}
	if req.onResponse != nil {
		req.onResponse(resp)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		defer drain(resp.Body)
		return resp, auth, decodeError(req, resp, c.maxReply)
	}
	return resp, auth, nil
}

// build makes the HTTP request for one try, without credentials.
func (c *Client) build(ctx context.Context, req *request, body []byte) (*http.Request, error) {
	target := c.base + req.path
	if req.query != "" {
		target += "?" + req.query
	}
	var content io.Reader
	switch {
	case req.raw != nil:
		var err error
		if content, err = req.raw(); err != nil {
			return nil, req.wrap(err)
		}
	case req.body != nil:
		content = bytes.NewReader(body)
	}
	hr, err := http.NewRequestWithContext(ctx, req.method, target, content)
	if err != nil {
		return nil, badInput("request", "%v", bare(err))
	}
	for k, v := range req.header {
		hr.Header[k] = v
	}
	hr.Header.Set("User-Agent", c.userAgent)
	hr.Header.Set("Accept", "application/json")
	switch {
	case req.raw != nil:
		hr.Header.Set("Content-Type", req.contentType)
		hr.ContentLength = req.rawSize
		// As for other bodies: net/http sends again by itself what went out on
		// a connection that had died of idleness.
		hr.GetBody = func() (io.ReadCloser, error) {
			r, err := req.raw()
			return io.NopCloser(r), err
		}
	case req.body != nil:
		hr.Header.Set("Content-Type", "application/json")
	}
	return hr, nil
}

// decode reads a JSON reply into out. With out nil it only makes sure that
// the reply is EspoCRM's.
func (c *Client) decode(req *request, resp *http.Response, out any) error {
	body := &replyReader{r: resp.Body, left: c.maxReply}
	var err error
	if out == nil {
		if _, err = io.Copy(io.Discard, body); err == nil && isHTML(resp, body.start()) {
			err = ErrNotEspoCRM
		}
	} else {
		err = json.UnmarshalRead(body, out, jsonOptions)
	}
	if err == nil {
		return nil
	}
	e := &Error{Method: req.method, Path: req.escapedPath(), Status: resp.StatusCode, cause: err}
	if !req.anonymous { // the reply to a login holds the token
		e.Body = clip(body.start(), maxErrorBody)
	}
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.Is(err, ErrReplyTooLarge):
	case isHTML(resp, body.start()):
		e.Reason, e.cause = "the body is an HTML page", ErrNotEspoCRM
	case body.n == 0 && body.ended:
		e.Reason, e.cause = "the body is empty", ErrNotEspoCRM
	case errors.As(err, &syntactic), errors.Is(err, io.ErrUnexpectedEOF):
		e.Reason, e.cause = "the body is not whole JSON", fmt.Errorf("%w: %w", ErrNotEspoCRM, err)
	}
	return e
}

// replyReader limits a body and remembers how it began.
type replyReader struct {
	r    io.Reader
	left int64
	head [256]byte
	n    int // bytes in head

	ended bool // the body came to its own end
}

func (b *replyReader) start() []byte { return b.head[:b.n] }

func (b *replyReader) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrReplyTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	b.ended = err == io.EOF
	b.n += copy(b.head[b.n:], p[:n])
	if b.left -= int64(n); b.left < 0 {
		return 0, ErrReplyTooLarge
	}
	return n, err
}

// snapshot returns a function that puts *out back to what it is now, so that
// a further try does not decode into the rests of the one before.
func snapshot(out any) func() {
	v := reflect.ValueOf(out)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return func() {}
	}
	before := reflect.New(v.Type().Elem()).Elem()
	before.Set(v.Elem())
	return func() { v.Elem().Set(before) }
}

// drain reads what is left of a body, within reason, so that the connection
// can be used again, and closes it.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 64<<10)
	_ = body.Close()
}

// guardRedirects refuses redirects that would carry credentials elsewhere or
// change what is done.
func guardRedirects(next func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		first := via[0]
		switch {
		case req.Method != first.Method:
			return fmt.Errorf("%w: it would turn %s into %s", ErrRedirect, first.Method, req.Method)
		case first.URL.Scheme == "https" && req.URL.Scheme != "https":
			return fmt.Errorf("%w: it would leave https", ErrRedirect)
		case !sameHost(first.URL, req.URL):
			return fmt.Errorf("%w: it leads to the host %q", ErrRedirect, req.URL.Host)
		case len(via) >= 10:
			return fmt.Errorf("%w: after 10 others", ErrRedirect)
		case next != nil:
			return next(req, via)
		}
		return nil
	}
}

// sameHost allows for the step from http to https on the standard ports.
func sameHost(from, to *url.URL) bool {
	if !strings.EqualFold(from.Hostname(), to.Hostname()) {
		return false
	}
	return port(from) == port(to) || port(from) == "80" && port(to) == "443"
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
