package espo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

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
			return &Error{Method: req.method, Path: req.escapedPath(), Status: resp.StatusCode, Body: body.start(), cause: err}
		}
		return nil
	})
	return text, err
}
