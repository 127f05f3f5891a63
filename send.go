package espo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/go-json-experiment/json"
)

// do sends the request and decodes the reply into out, unless that is nil.
// Every request of the client passes it, stream or text, and with that tries.
func (c *Client) do(ctx context.Context, req *request, out any) error {
	restore := snapshot(out)
	return c.tries(ctx, req, func(resp *http.Response) error {
		defer drain(resp.Body)
		restore()
		return c.decode(req, resp, out)
	})
}

// doTrue sends a request that the server answers with true, or with false
// when there was nothing to do.
func (c *Client) doTrue(ctx context.Context, req *request) error {
	done, err := receive[bool](ctx, c, req)
	if err == nil && !done {
		err = c.explain(ctx, req, req.wrap(ErrNothingDone))
	}
	return err
}

// receive sends a request whose reply is a T.
func receive[T any](ctx context.Context, c *Client, req *request) (T, error) {
	var reply, zero T
	if err := c.do(ctx, req, &reply); err != nil {
		return zero, err
	}
	return reply, nil
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

// text sends a request whose reply need not be JSON and reads it whole.
func (c *Client) text(ctx context.Context, req *request) (text []byte, err error) {
	err = c.tries(ctx, req, func(resp *http.Response) error {
		defer drain(resp.Body)
		body := &replyReader{r: resp.Body, left: c.maxReply}
		text, err = io.ReadAll(body)
		if err == nil && (isPage(resp, body.start()) || resp.StatusCode == http.StatusPartialContent) {
			err = ErrNotEspoCRM
		}
		if err != nil {
			return c.unreadable(req, resp, body, err)
		}
		return nil
	})
	return text, err
}

// exchange is a request with its tries.
type exchange struct {
	client  *Client
	req     *request
	try     int   // that is under way, or was the last; 0 before the first
	sent    int   // tries that were sent
	cause   error // why the try before failed
	spent   int   // tokens of the budget
	renewed bool  // the credentials were renewed, or cannot be
	unclear bool  // an earlier try may have done what was asked for
	status  int   // of the last answer
	delays  *backoff.ExponentialBackOff
}

// outcome is what has come of one try.
type outcome struct {
	resp    *http.Response // nil when there was none; its body is open only without an err
	auth    *AuthRequest   // nil when it did not come to the request itself
	unsent  bool           // the connection did not come about
	release func()         // ends the reading of the request's body
	err     error
}

// tries sends the request until it succeeds or may not be sent again. accept
// takes over the response of a success.
func (c *Client) tries(ctx context.Context, req *request, accept func(*http.Response) error) (err error) {
	x := exchange{client: c, req: req, renewed: req.noRenew || req.anonymous}
	start := time.Now()
	req.operation.Server = c.base
	ctx, ended := c.started(ctx, req.operation)
	defer func() { ended(Outcome{Status: x.status, Tries: x.sent, Duration: time.Since(start), Err: err}) }()
	if err := x.prepare(ctx); err != nil {
		return err
	}
	for x.try = 1; ; x.try++ {
		o := x.send(ctx)
		if o.err == nil {
			o.err = accept(o.resp)
		}
		o.release()
		if o.err == nil {
			c.budget.earn(x.spent)
			return nil
		}
		again, err := x.again(ctx, o)
		if !again {
			if x.unclear && !errors.Is(err, ErrNotSupported) { // which does nothing
				return &unknownOutcome{err}
			}
			return err
		}
		x.cause = o.err
	}
}

// prepare checks and encodes what is sent.
func (x *exchange) prepare(ctx context.Context) error {
	c, req := x.client, x.req
	if req.err != nil {
		return req.err
	}
	if req.anonymous && req.options.header.Get(anotherUser) != "" {
		return badInput("ActAs", "has no effect on a request without credentials")
	}
	if len(req.options.selected) > 0 {
		req.search = &Query{Select: req.options.selected}
	}
	if req.search != nil {
		query, err := c.encode(ctx, *req.search, req.options)
		if err != nil {
			return err
		}
		req.query = strings.TrimPrefix(req.query+"&"+query, "&")
	}
	if size := len(req.path) + len(req.query); !c.fits(size) {
		return badInput("Query", "the URL of %s %s would have %d bytes, which is more than the limit of %d: "+
			"ask for less at once, or raise it with WithMaxURL", req.method, req.escapedPath(), len(c.base)+size, c.maxURL)
	}
	if req.body != nil {
		var err error
		if req.encoded, err = json.Marshal(req.body, sendOptions); err != nil {
			return &InputError{Argument: "body", Problem: printable(err.Error())}
		}
	}
	if req.guards != "" {
		if err := c.checkGuard(ctx, req.guards, req.options); err != nil {
			return err
		}
	}
	return c.admit(ctx, req.needs, req.options)
}

// encode makes the URL's query in the form that the client is set to, or in
// the one that means the same to an older server.
func (c *Client) encode(ctx context.Context, q Query, o callOptions) (string, error) {
	encoded, err := q.encode(c.searchForm)
	if err != nil || c.searchForm != SearchAliases || len(q.Where)+len(q.Select) == 0 {
		return encoded, err
	}
	v, err := c.ServerVersion(ctx, o.every()...)
	if err == nil && featureSearchAliases.missing(v) != nil {
		encoded, err = q.encode(SearchPHP)
	}
	return encoded, err
}

// fits reports whether web servers take a URL with so many bytes after the
// base.
func (c *Client) fits(bytes int) bool { return c.maxURL == 0 || len(c.base)+bytes <= c.maxURL }

// again decides whether the request is sent once more, and waits until it is
// time to.
func (x *exchange) again(ctx context.Context, o outcome) (bool, error) {
	if o.auth == nil {
		// A login has had its own tries, and must not be sent again for those of
		// the request.
		return false, o.err
	}
	x.unclear = x.unclear || x.req.effect != effectNone && mayBeDone(o)
	if renewer, ok := x.client.auth.(Renewer); ok && !x.renewed && errors.Is(o.err, ErrUnauthorized) {
		x.renewed = true
		if again, err := renewer.Renew(ctx, o.auth); again || err != nil {
			return again, err
		}
	}
	policy := x.client.retry
	if x.try >= policy.MaxTries || ctx.Err() != nil || !retryable(x.req, o) || !x.client.budget.spend() {
		return false, x.client.explain(ctx, x.req, o.err)
	}
	x.spent++
	if x.delays == nil {
		x.delays = delays{policy.MinWait, policy.MaxWait}.start()
	}
	delay := x.delays.NextBackOff()
	if o.resp != nil {
		if d, ok := policy.after(o.resp.Header); ok {
			delay = d
		}
	}
	x.client.log.LogAttrs(ctx, slog.LevelInfo, "espo: trying again",
		slog.String("operation", x.req.operation.Name), slog.String("method", x.req.method), slog.String("path", x.req.escapedPath()),
		slog.Int("try", x.try), slog.Duration("wait", delay), slog.Any("error", o.err))
	if err := x.client.wait(ctx, delay); err != nil {
		return false, fmt.Errorf("espo: %s %s: %w while waiting after: %w", x.req.method, x.req.escapedPath(), err, o.err)
	}
	return true, nil
}

// send makes one try.
func (x *exchange) send(ctx context.Context) (o outcome) {
	c, req := x.client, x.req
	o.release = func() {}
	if o.err = x.due(ctx); o.err != nil {
		return o
	}
	trace := &tryTrace{limit: req.timeout(c)}
	hr, err := x.build(ctx, trace)
	if err != nil {
		o.err = err
		return o
	}
	ctx, ended := c.tried(ctx, Try{Operation: req.operation, Number: x.try, Cause: x.cause, Header: hr.Header})
	if len(c.hooks) > 0 {
		hr.Header = hr.Header.Clone() // so that a Hook that has kept its own sees no credentials
	}
	start := time.Now()
	defer func() {
		out := TryOutcome{Duration: time.Since(start), Err: o.err}
		if o.resp != nil {
			out.Status = o.resp.StatusCode
		}
		x.logTry(ctx, out)
		ended(out)
	}()
	var shown http.Header
	if c.debug != nil {
		shown = hr.Header.Clone()
	}
	auth, err := x.sign(ctx, hr.Header)
	if err != nil {
		o.err = err
		return o
	}
	o.auth, o.release = auth, trace.release
	if c.debug != nil {
		c.debug.request(x, hr, shown)
	}
	trace.start(ctx)
	x.sent++
	o.resp, err = c.http.Do(hr.WithContext(trace.ctx))
	if err != nil {
		o.unsent = trace.unsent()
		o.err = scrub(req.transport(ctx, trace.reason(err)), hr.Header)
		if c.debug != nil {
			c.debug.failure(x, o.err)
		}
		trace.end()
		return o
	}
	x.answered(o.resp)
	trace.guard(ctx, req, o.resp)
	if c.debug != nil {
		c.debug.response(x, o.resp, hr.Header)
	}
	if req.onResponse != nil {
		req.onResponse(o.resp)
	}
	if o.resp.StatusCode < 200 || o.resp.StatusCode > 299 {
		defer drain(o.resp.Body)
		o.err = scrub(decodeError(req, o.resp, c.maxReply), hr.Header)
	}
	return o
}

// due waits for the client's limiter.
func (x *exchange) due(ctx context.Context) error {
	if l := x.client.limiter; l != nil {
		if err := l.Wait(ctx); err != nil {
			return x.req.wrap(err)
		}
	}
	if ctx.Err() != nil {
		return x.req.transport(ctx, ctx.Err())
	}
	return nil
}

// sign adds the credentials to the header, last of all.
func (x *exchange) sign(ctx context.Context, header http.Header) (*AuthRequest, error) {
	req := x.req
	auth := &AuthRequest{Method: req.method, Path: req.path, Header: header, client: x.client}
	if !req.anonymous {
		if err := x.client.auth.Authenticate(ctx, auth); err != nil {
			return nil, err
		}
	}
	for name, values := range req.credentials {
		header[name] = append(header[name], values...)
	}
	return auth, nil
}

// answered notes an answer.
func (x *exchange) answered(resp *http.Response) {
	x.status = resp.StatusCode
	if r := x.req.options.response; r != nil {
		*r = Response{Status: resp.StatusCode, Header: resp.Header.Clone(), Tries: x.try}
	}
}

func (x *exchange) logTry(ctx context.Context, out TryOutcome) {
	if !x.client.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("operation", x.req.operation.Name), slog.String("method", x.req.method), slog.String("path", x.req.escapedPath()),
		slog.Int("status", out.Status), slog.Duration("elapsed", out.Duration), slog.Int("try", x.try),
	}
	if out.Err != nil {
		attrs = append(attrs, slog.Any("error", out.Err))
	}
	x.client.log.LogAttrs(ctx, slog.LevelDebug, "espo: request", attrs...)
}

// build makes the HTTP request for one try, without credentials.
func (x *exchange) build(ctx context.Context, trace *tryTrace) (*http.Request, error) {
	c, req := x.client, x.req
	target := c.base + req.path
	if req.query != "" {
		target += "?" + req.query
	}
	var content io.Reader
	switch {
	case req.raw != nil:
		var err error
		if content, err = trace.open(req.raw); err != nil {
			return nil, req.wrap(err)
		}
	case req.body != nil:
		content = bytes.NewReader(req.encoded)
	}
	hr, err := http.NewRequestWithContext(ctx, req.method, target, content)
	if err != nil {
		return nil, badInput("request", "%v", bare(err))
	}
	for _, h := range []http.Header{req.header, req.options.header} {
		for k, v := range h {
			hr.Header[k] = slices.Clone(v)
		}
	}
	hr.Header.Set("User-Agent", c.userAgent)
	hr.Header.Set("Accept", "application/json")
	switch {
	case req.raw != nil:
		hr.Header.Set("Content-Type", req.contentType)
		hr.ContentLength = req.rawSize
		// As for other bodies: net/http sends again by itself what went out on
		// a connection that had died of idleness.
		hr.GetBody = func() (io.ReadCloser, error) { return trace.open(req.raw) }
	case req.body != nil:
		hr.Header.Set("Content-Type", "application/json")
	}
	return hr, nil
}
