package espo

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// Request is a request of [Client.Do].
type Request struct {
	Method string     // GET when empty
	Path   []string   // the segments after api/v1/, each of which is escaped
	Query  url.Values // may be nil
	Body   any        // sent as JSON, as by [Marshal], unless nil

	// Operation is what hooks and logs are told. When it is empty, it is the
	// first segment and the method, such as "Account.get": the others may be
	// ids, of which there are too many. For the same reason it should hold none.
	Operation string
}

// Do calls any endpoint, for what has no method in this package. The reply is
// decoded into out, a pointer as for [Unmarshal]; written to it as it is, when
// out is an [io.Writer] or a *[]byte; or read and thrown away, when out is nil.
// An HTML page that is not a file is [ErrNotEspoCRM] in each case, and so is a
// part of a body. Nothing else is known of what is taken as it is: an answer
// without a body leaves out empty, and that is not an error.
//
//	var layout []any
//	err := client.Do(ctx, espo.Request{Path: []string{"Account", "layout", "list"}}, &layout)
//
// Errors are those of every other method: an [*Error] or a type that wraps it
// for an answer of the server, an [InputError] for a bad path. What out holds
// after an error is not defined.
func (c *Client) Do(ctx context.Context, r Request, out any, opts ...CallOption) error {
	req, err := r.build()
	if err != nil {
		return err
	}
	with(req, opts)
	switch out := out.(type) {
	case io.Writer:
		if isNil(out) {
			return badInput("out", "is nil")
		}
		return c.copy(ctx, req, out)
	case *[]byte:
		if out == nil {
			return badInput("out", "is nil")
		}
		text, err := c.text(ctx, req)
		*out = text
		return err
	}
	if v := reflect.ValueOf(out); out != nil && (v.Kind() != reflect.Pointer || v.IsNil()) {
		return badInput("out", "%T is not a pointer to decode into", out)
	}
	return c.do(ctx, req, out)
}

func (r Request) build() (*request, error) {
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	switch {
	case !isToken(method):
		return nil, badInput("Request.Method", "%q is not an HTTP method", method)
	case len(r.Path) == 0:
		return nil, badInput("Request.Path", "is empty")
	case !utf8.ValidString(r.Operation):
		return nil, badInput("Request.Operation", "is not UTF-8")
	}
	pattern := strings.Join(slices.Concat([]string{"{area}"}, slices.Repeat([]string{"{name}"}, len(r.Path)-1)), "/")
	operation := r.Operation
	if operation == "" {
		operation = r.Path[0] + "." + strings.ToLower(method)
	}
	req := newRequest(operation, method, pattern, r.Path...).json(r.Body).ask(r.Query)
	return req, req.err
}

// copy sends a request and writes the body of the reply to w. Once something
// was written it is not sent again.
func (c *Client) copy(ctx context.Context, req *request, w io.Writer) error {
	resp, err := c.stream(ctx, req)
	if err != nil {
		return err
	}
	defer drain(resp.Body)
	if resp.StatusCode == http.StatusPartialContent {
		return req.failure(resp.StatusCode, "the body is a part of one", ErrNotEspoCRM)
	}
	body := bufio.NewReader(resp.Body)
	if start, _ := body.Peek(256); isPage(resp, start) { // an error comes again from Copy
		return req.failure(resp.StatusCode, "the body is an HTML page", ErrNotEspoCRM)
	}
	if _, err = io.Copy(w, body); err != nil && !errors.Is(err, ErrTransport) && ctx.Err() == nil {
		err = req.wrap(err) // of w
	}
	return err
}
