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

// request is one request of the API, before it is built for a try.
type request struct {
	operation Operation
	method    string
	path      string // after api/v1/, escaped
	query     string // encoded
	header    http.Header
	body      any      // sent as JSON, unless nil
	encoded   []byte   // the JSON of body
	search    *Query   // of a list, in the form that suits the server; unless nil
	needs     *feature // that not every server has, unless nil
	guards    string   // the entity type whose versions an IfVersion needs

	// credentials are added to the header last of all, where the client's
	// authenticator has no part in it. Nobody is shown them.
	credentials http.Header

	// raw, unless nil, is opened for each try instead of body. Only one of the
	// readers that it has returned is read at a time.
	raw         func() (io.Reader, error)
	rawSize     int64
	contentType string

	effect     effect
	options    callOptions
	shown      string // stands for path in errors and logs when path holds a secret
	login      bool   // a failed one is never sent again
	anonymous  bool   // without the client's credentials
	noRenew    bool   // a 401 is final
	onResponse func(*http.Response)

	err error // why it cannot be sent
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

// newRequest makes the request of an operation. The pattern is its route as
// EspoCRM has it, with a segment such as {id} for each of the arguments, which
// are escaped. Arguments that a server or a proxy would take for another path
// are refused; the error is in the request, and comes when it is sent.
//
// In what hooks are told, {type}, {link} and the like stand for themselves, and
// {id}, {key} and {name} stay as they are: there are too many of those.
func newRequest(operation, method, pattern string, args ...string) *request {
	r := &request{method: method, effect: effectOf(method)}
	var path, route strings.Builder
	left := args
	for i, segment := range strings.Split(pattern, "/") {
		if i > 0 {
			path.WriteByte('/')
			route.WriteByte('/')
		}
		name, isArg := strings.CutPrefix(segment, "{")
		if !isArg {
			path.WriteString(segment)
			route.WriteString(segment)
			continue
		}
		arg := left[0]
		left = left[1:]
		problem := badSegment(arg)
		if problem != "" && r.err == nil {
			// The argument itself is not shown: it may be a key.
			r.err = badInput(strings.TrimSuffix(name, "}"), "%s: it is a segment of the path %s", problem, pattern)
		}
		path.WriteString(url.PathEscape(arg))
		if problem != "" || name == "id}" || name == "key}" || name == "name}" {
			arg = segment
		}
		route.WriteString(arg)
	}
	r.path = path.String()
	// An entity type that is refused may be in the name, and metrics take UTF-8 only.
	r.operation = Operation{Name: strings.ToValidUTF8(operation, "\uFFFD"), Method: method, Route: route.String()}
	return r
}

// with adds the options of a call.
func with[O option](r *request, opts []O) *request {
	o, err := collect(opts)
	r.options = o
	if r.err == nil {
		r.err = err
	}
	return r
}

// json sets the body.
func (r *request) json(body any) *request {
	r.body = body
	return r
}

// ask sets the query.
func (r *request) ask(query url.Values) *request {
	r.query = query.Encode()
	return r
}

// needing says which feature of the server the request is for.
func (r *request) needing(f *feature) *request {
	r.needs = f
	return r
}

// having sets the effect, where it is not that of the method.
func (r *request) having(e effect) *request {
	r.effect = e
	return r
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
var slowPaths = []string{"MassAction", "Export", "Import", "Action", "Admin", "EntityManager"}

// timeout is how long a try waits for a sign of life of the server.
func (r *request) timeout(c *Client) time.Duration {
	area, _, _ := strings.Cut(r.path, "/")
	switch {
	case r.options.timeout > 0:
		return r.options.timeout
	case r.method != http.MethodGet && slices.Contains(slowPaths, area):
		return slowFactor * c.timeout
	}
	return c.timeout
}
