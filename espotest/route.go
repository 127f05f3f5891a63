package espotest

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
)

// route is one entry of the server's route table. The pattern is the path
// after api/v1/, with :name for a parameter.
type route struct {
	method, pattern string
	handle          func(*crm.Call) (any, *answer.Error)
	since           release.Feature
	public          bool // needs no credentials
	reads           bool // changes nothing: it shares the lock with others that only read
	spooled         bool // the body may be large: it is in call.spool, and in no log

	segments     []string
	ofController bool // the path begins with the name of a controller
}

// routesOf are the routes that a release has.
func routesOf(r release.Release) []route {
	own := slices.Clone(controllerRoutes)
	for i := range own {
		own[i].ofController = true
	}
	return slices.DeleteFunc(slices.Concat(routeTable, own), func(rt route) bool { return !r.Has(rt.since) })
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
			if got != want && (i > 0 || !r.ofController || controllerName(got) != want) {
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

// portalOf takes a path into a portal apart; others have no portal.
func portalOf(path string) (id, inner string) {
	rest, ok := strings.CutPrefix(path, "portal-access/")
	if !ok {
		return "", path
	}
	id, inner, _ = strings.Cut(rest, "/")
	return id, inner
}

func segmentsOf(path string) []string {
	if decoded, err := url.PathUnescape(path); err == nil {
		path = decoded
	}
	return strings.Split(path, "/")
}

// methods in the order in which the server names them.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodDelete, http.MethodPut, http.MethodPatch, http.MethodOptions}
