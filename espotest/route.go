package espotest

import (
	"cmp"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// route is one entry of the server's route table. The pattern is the path
// after api/v1/, with :name for a parameter.
type route struct {
	method, pattern string
	handle          func(*call) (any, *answer.Error)
	public          bool // needs no credentials
	reads           bool // changes nothing: it shares the lock with others that only read
	spooled         bool // the body may be large: it is in call.spool, and in no log

	segments []string
}

// call is one request on its way through a handler.
type call struct {
	*crm
	user   *rights.User
	token  *authToken // the one the request came with, or that it made
	req    *http.Request
	path   string // after api/v1/, as on the wire
	params map[string]string
	data   map[string]any // the JSON body, when it is an object
	raw    []byte         // the body as it came
	spool  *store.File    // the body of a spooled route

	outHeader  http.Header
	wantsToken bool           // came with a password that gives a token
	stamps     map[string]any // what a new record has instead of the time now and the user

	fails    stage  // where a fault makes the call fail
	happened bool   // it did
	misfit   string // why it cannot
}

// out returns the headers that a successful answer will have.
func (c *call) out() http.Header {
	if c.outHeader == nil {
		c.outHeader = http.Header{}
	}
	return c.outHeader
}

// parseBody reads a JSON object, or a form, into data. What has another
// content type is no body at all.
func (c *call) parseBody() *answer.Error {
	c.data = map[string]any{}
	media, _, _ := mime.ParseMediaType(c.header("Content-Type"))
	switch {
	case len(c.raw) == 0:
	case media == "application/json":
		v, err := php.DecodeJSON(c.raw)
		if err != nil {
			return answer.ServerError()
		}
		switch v := v.(type) {
		case map[string]any:
			c.data = v
		case []any: // as good as an empty object
		default:
			return answer.BadRequest("Body is not a JSON object.")
		}
	case media == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(c.raw))
		if err != nil {
			return answer.ServerError()
		}
		for name := range form {
			c.data[name] = form.Get(name)
		}
	}
	return nil
}

func (c *call) header(name string) string { return c.req.Header.Get(name) }

// readBody reads the request's body.
func (c *call) readBody(spooled bool) (err error) {
	if spooled {
		c.spool = c.files.Add()
		return c.spool.Append(c.req.Body)
	}
	c.raw, err = io.ReadAll(c.req.Body)
	return err
}

func (c *call) bodySize() int64 {
	if c.spool != nil {
		return c.spool.Size
	}
	return int64(len(c.raw))
}

func (c *call) closeBody() {
	if c.spool != nil {
		c.spool.Drop()
	}
}

// newRoutes returns the routes in the order in which a path is looked for among
// them.
func newRoutes(table []route) []route {
	routes := slices.Clone(table)
	for i := range routes {
		routes[i].segments = strings.Split(routes[i].pattern, "/")
	}
	// Literal segments win over parameters.
	slices.SortStableFunc(routes, func(a, b route) int {
		for i := range min(len(a.segments), len(b.segments)) {
			ap, bp := a.segments[i][:min(1, len(a.segments[i]))] == ":", b.segments[i][:min(1, len(b.segments[i]))] == ":"
			if ap != bp {
				if bp {
					return -1
				}
				return 1
			}
		}
		return cmp.Compare(len(a.segments), len(b.segments))
	})
	return routes
}

// match returns the parameters if the route's pattern fits the path.
func (r *route) match(segments []string) (map[string]string, bool) {
	if len(segments) != len(r.segments) {
		return nil, false
	}
	var params map[string]string
	for i, want := range r.segments {
		got := segments[i]
		name, isParam := strings.CutPrefix(want, ":")
		switch {
		case !isParam:
			if got != want {
				return nil, false
			}
		case got == "":
			return nil, false
		default:
			if params == nil {
				params = map[string]string{}
			}
			params[name] = got
		}
	}
	return params, true
}

// findRoute returns the route for a request. Without one, allowed lists the methods
// that the path has. EspoCRM's router decodes the path before it takes it apart,
// so that an escaped slash in an id reaches another route.
func findRoute(routes []route, method, path string) (r *route, params map[string]string, allowed []string) {
	segments := segmentsOf(path)
	for i := range routes {
		params, ok := routes[i].match(segments)
		if !ok {
			continue
		}
		if routes[i].method == method || routes[i].method == http.MethodGet && method == http.MethodHead {
			return &routes[i], params, nil
		}
		if !slices.Contains(allowed, routes[i].method) {
			allowed = append(allowed, routes[i].method)
		}
	}
	slices.SortFunc(allowed, func(a, b string) int { return slices.Index(methods, a) - slices.Index(methods, b) })
	return nil, nil, allowed
}

func segmentsOf(path string) []string {
	if decoded, err := url.PathUnescape(path); err == nil {
		path = decoded
	}
	return strings.Split(path, "/")
}

// methods in the order in which the server names them.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodDelete, http.MethodPut, http.MethodPatch, http.MethodOptions}
