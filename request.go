package espo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
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

// notEmpty refuses an id, or another argument, that is empty.
func notEmpty(argument string, values ...string) error {
	if slices.Contains(values, "") {
		return badInput(argument, "is empty")
	}
	return nil
}

// checkIDs refuses a list of ids without one, or with an empty one.
func checkIDs(argument string, ids []string) error {
	if len(ids) == 0 || slices.Contains(ids, "") {
		return badInput(argument, "there is none, or an empty one")
	}
	return nil
}

// check refuses a record without a type or an id.
func (r Ref) check(argument string) error { return notEmpty(argument, r.Type, r.ID) }

// checkOptional is check for a record that may be left out altogether.
func (r Ref) checkOptional(argument string) error {
	if r == (Ref{}) {
		return nil
	}
	return r.check(argument)
}
