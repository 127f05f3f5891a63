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
		err = req.wrap(ErrNothingDone)
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

// invoke sends body, unless it is nil, as JSON to the endpoint of the given
// segments, whose reply is a T.
func invoke[T any](ctx context.Context, c *Client, method string, body any, segments ...string) (T, error) {
	req, err := newRequest(method, segments...)
	if err != nil {
		return *new(T), err
	}
	req.body = body
	return receive[T](ctx, c, req)
}

// invokeTrue is invoke for an endpoint that answers with true; see doTrue.
func (c *Client) invokeTrue(ctx context.Context, method string, body any, segments ...string) error {
	req, err := newRequest(method, segments...)
	if err != nil {
		return err
	}
	req.body = body
	return c.doTrue(ctx, req)
}

// setTrue is invokeTrue for a POST that leaves the second time what it has
// left the first time, such as one that links records.
func (c *Client) setTrue(ctx context.Context, method string, body any, segments ...string) error {
	req, err := newRequest(method, segments...)
	if err != nil {
		return err
	}
	req.body, req.effect = body, effectState
	return c.doTrue(ctx, req)
}

// get reads a T from the endpoint of the given segments. query may be nil.
func get[T any](ctx context.Context, c *Client, query url.Values, segments ...string) (T, error) {
	req, err := newRequest(http.MethodGet, segments...)
	if err != nil {
		return *new(T), err
	}
	req.query = query.Encode()
	return receive[T](ctx, c, req)
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
		if err == nil && isHTML(resp, body.start()) {
			err = ErrNotEspoCRM
		}
		if err != nil {
			return c.unreadable(req, resp, body, err)
		}
		return nil
	})
	return text, err
}

// exchange is a call with its tries.
type exchange struct {
	client  *Client
	req     *request
	body    []byte // the JSON of req.body
	try     int
	renewed bool // the credentials were renewed, or cannot be
	unclear bool // an earlier try may have done what was asked for
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
func (c *Client) tries(ctx context.Context, req *request, accept func(*http.Response) error) error {
	if size := len(req.path) + len(req.query); !c.fits(size) {
		return badInput("Query", "the URL of %s %s would have %d bytes, which is more than the limit of %d: "+
			"ask for less at once, or raise it with WithMaxURL", req.method, req.escapedPath(), len(c.base)+size, c.maxURL)
	}
	x := exchange{client: c, req: req, renewed: req.noRenew || req.anonymous}
	if req.body != nil {
		var err error
		if x.body, err = json.Marshal(req.body, sendOptions); err != nil {
			return &InputError{Argument: "body", Problem: printable(err.Error())}
		}
	}
	for x.try = 1; ; x.try++ {
		o := x.send(ctx)
		if o.err == nil {
			o.err = accept(o.resp)
		}
		o.release()
		if o.err == nil {
			return nil
		}
		again, err := x.again(ctx, o)
		if !again {
			if x.unclear {
				return &unknownOutcome{err}
			}
			return err
		}
	}
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
	if x.try >= policy.MaxTries || ctx.Err() != nil || !retryable(x.req, o) {
		return false, o.err
	}
	if x.delays == nil {
		x.delays = policy.delays()
	}
	delay := x.delays.NextBackOff()
	if o.resp != nil {
		if d, ok := policy.after(o.resp.Header); ok {
			delay = d
		}
	}
	x.client.log.LogAttrs(ctx, slog.LevelInfo, "espo: trying again",
		slog.String("method", x.req.method), slog.String("path", x.req.escapedPath()),
		slog.Int("try", x.try), slog.Duration("wait", delay))
	if err := policy.Wait(ctx, delay); err != nil {
		return false, fmt.Errorf("espo: %s %s: %w while waiting after: %w", x.req.method, x.req.escapedPath(), err, o.err)
	}
	return true, nil
}

// send makes one try.
func (x *exchange) send(ctx context.Context) outcome {
	c, req := x.client, x.req
	o := outcome{release: func() {}}
	if c.limiter != nil {
		if err := c.limiter.Wait(ctx); err != nil {
			o.err = req.wrap(err)
			return o
		}
	}
	if ctx.Err() != nil {
		o.err = req.transport(ctx, ctx.Err())
		return o
	}
	trace := &tryTrace{limit: req.timeout(c)}
	hr, err := x.build(ctx, trace)
	if err != nil {
		o.err = err
		return o
	}
	auth := &AuthRequest{Method: req.method, Path: req.path, Header: hr.Header, client: c}
	if !req.anonymous {
		if err := c.auth.Authenticate(ctx, auth); err != nil {
			o.err = err
			return o
		}
	}
	o.auth, o.release = auth, trace.release
	start := time.Now()
	trace.start(ctx)
	o.resp, err = c.http.Do(hr.WithContext(trace.ctx))
	x.logTry(ctx, o.resp, time.Since(start))
	if err != nil {
		o.unsent = trace.unsent()
		o.err = scrub(req.transport(ctx, trace.reason(err)), hr.Header)
		trace.end()
		return o
	}
	trace.guard(ctx, req, o.resp)
	if req.onResponse != nil {
		req.onResponse(o.resp)
	}
	if o.resp.StatusCode < 200 || o.resp.StatusCode > 299 {
		defer drain(o.resp.Body)
		o.err = scrub(decodeError(req, o.resp, c.maxReply), hr.Header)
	}
	return o
}

func (x *exchange) logTry(ctx context.Context, resp *http.Response, elapsed time.Duration) {
	if !x.client.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	status := 0
	if resp != nil {
		status = resp.StatusCode
	}
	x.client.log.LogAttrs(ctx, slog.LevelDebug, "espo: request",
		slog.String("method", x.req.method), slog.String("path", x.req.escapedPath()),
		slog.Int("status", status), slog.Duration("elapsed", elapsed), slog.Int("try", x.try))
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
		content = bytes.NewReader(x.body)
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
		hr.GetBody = func() (io.ReadCloser, error) { return trace.open(req.raw) }
	case req.body != nil:
		hr.Header.Set("Content-Type", "application/json")
	}
	return hr, nil
}
