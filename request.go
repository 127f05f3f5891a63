package espo

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// request is one call of the API, before it is built for a try.
type request struct {
	method string
	path   string // after api/v1/, escaped
	query  string // encoded
	header http.Header
	body   any // sent as JSON, unless nil

	// raw, unless nil, is opened for each try instead of body. Only one of the
	// readers that it has returned is read at a time.
	raw         func() (io.Reader, error)
	rawSize     int64
	contentType string

	effect     effect
	shown      string // stands for path in errors and logs when path holds a secret
	login      bool   // a failed one is never sent again
	anonymous  bool   // without the client's credentials
	noRenew    bool   // a 401 is final
	onResponse func(*http.Response)
}

// effect says what a request that is carried out twice does.
type effect int

const (
	// effectOnce is what may do something a second time, such as create another
	// record or send an e-mail.
	effectOnce effect = iota
	// effectState leaves the second time what it has left the first time.
	effectState
	// effectNone only reads.
	effectNone
)

// effectOf is the effect that a method has, unless the operation has another.
func effectOf(method string) effect {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return effectNone
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		return effectState
	}
	return effectOnce
}

// newRequest makes a request for the path of the given segments, which are
// escaped. Segments that a server or a proxy would take for another path are
// refused.
func newRequest(method string, segments ...string) (*request, error) {
	var b strings.Builder
	for i, s := range segments {
		if problem := badSegment(s); problem != "" {
			// The segment itself is not shown: it may be a key.
			return nil, badInput("path", "segment %d, after %q, %s", i+1, b.String(), problem)
		}
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(url.PathEscape(s))
	}
	return &request{method: method, path: b.String(), effect: effectOf(method)}, nil
}

// badSegment says why s cannot be a segment of a path, or "". Servers decode
// a path before they route it: an escaped slash in an id leads to the route of
// another method.
func badSegment(s string) string {
	switch {
	case s == "":
		return "is empty"
	case s == "." || s == "..":
		return "is a dot, or two, which lead to another path"
	case strings.ContainsAny(s, `/\`):
		return "holds a slash or a backslash, which lead to another path"
	case strings.ContainsFunc(s, unicode.IsControl) || !utf8.ValidString(s):
		return "holds a control character, or is not UTF-8"
	}
	return ""
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

// wrap adds the method and the path to an error.
func (r *request) wrap(err error) error {
	return fmt.Errorf("espo: %s %s: %w", r.method, r.escapedPath(), err)
}

// failure is the error for a reply that was not what it should be.
func (r *request) failure(status int, reason string, cause error) *Error {
	return &Error{Method: r.method, Path: r.escapedPath(), Status: status, Reason: reason, cause: cause}
}

// slowPaths begin the paths of what a server may work on for minutes.
var slowPaths = []string{"MassAction", "Export", "Import", "Action", "Admin"}

// timeout is how long a try waits for a sign of life of the server.
func (r *request) timeout(c *Client) time.Duration {
	area, _, _ := strings.Cut(r.path, "/")
	if r.method == http.MethodPost && slices.Contains(slowPaths, area) {
		return slowFactor * c.timeout
	}
	return c.timeout
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
