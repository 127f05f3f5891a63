package espo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/go-json-experiment/json"
)

// do sends the request and decodes the reply into out, unless that is nil.
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
