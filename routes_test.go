package espo_test

import (
	"bufio"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// routeCall calls every method that docs/routes.md names for a route.
type routeCall struct {
	route string
	call  func(x *routeRun) error
	want  error // the answer of a fake server that does not have the route, or that cannot do it
}

// routeCalls is the table of all routes.
var routeCalls = slices.Concat(appRouteCalls, manyRouteCalls, fileRouteCalls, userRouteCalls, recordRouteCalls, pipelineRouteCalls, activityRouteCalls)

// routeFiles hold routeCalls.
var routeFiles = []string{"routes_app_test.go", "routes_many_test.go", "routes_people_test.go", "routes_pipeline_test.go", "routes_records_test.go"}

// documentedRoute is a row of docs/routes.md.
type documentedRoute struct {
	route   string   // "GET Stream"
	methods []string // "Client.Stream.Mine", "Feed.List"
	note    string
}

var codeSpan = regexp.MustCompile("`([^`]+)`")

func documentedRoutes(t *testing.T) []documentedRoute {
	t.Helper()
	doc, err := os.ReadFile("docs/routes.md")
	require.NoError(t, err)
	var rows []documentedRoute
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if !strings.HasPrefix(line, "| ") || cells[0] == "| Method" {
			continue
		}
		require.Len(t, cells, 4, line)
		path := strings.Trim(cells[1], "`")
		if path == "(empty)" {
			path = ""
		}
		row := documentedRoute{route: strings.TrimPrefix(cells[0], "| ") + " " + path, note: cells[3]}
		for _, m := range codeSpan.FindAllStringSubmatch(cells[2], -1) {
			row.methods = append(row.methods, m[1])
		}
		require.NotEmpty(t, row.methods, line)
		rows = append(rows, row)
	}
	return rows
}

// knownRoutes are those of the newest version.
func knownRoutes(t *testing.T) []string {
	t.Helper()
	return routesOf(t, "10.0.0-dev")
}

// routesOf are the routes of a version.
func routesOf(t *testing.T, version string) []string {
	t.Helper()
	f, err := os.Open("testdata/metadata/routes-" + version + ".txt")
	require.NoError(t, err)
	defer f.Close()
	var routes []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "#") {
			routes = append(routes, lines.Text())
		}
	}
	require.Greater(t, len(routes), 100)
	return routes
}

// routeTaken returns the route that a request takes: literals before parameters.
func routeTaken(routes []string, method, path string) string {
	segments, best := strings.Split(path, "/"), ""
	for _, route := range routes {
		m, pattern, _ := strings.Cut(route, " ")
		want := strings.Split(pattern, "/")
		fits := m == method && len(want) == len(segments)
		for i := 0; fits && i < len(want); i++ {
			fits = want[i] == segments[i] || strings.HasPrefix(want[i], ":") && segments[i] != ""
		}
		if fits && (best == "" || moreLiteral(pattern, best)) {
			best = route
		}
	}
	return best
}

func moreLiteral(pattern, than string) bool {
	_, than, _ = strings.Cut(than, " ")
	a, b := strings.Split(pattern, "/"), strings.Split(than, "/")
	for i := range a {
		if p, q := strings.HasPrefix(a[i], ":"), strings.HasPrefix(b[i], ":"); p != q {
			return q
		}
	}
	return false
}

func TestRouteTaken(t *testing.T) {
	routes := knownRoutes(t)
	for request, want := range map[string]string{
		"GET ":                           "GET ",
		"GET Account":                    "GET :controller",
		"GET Stream":                     "GET Stream",
		"POST Email/inbox/read":          "POST Email/inbox/read",
		"POST Email/x/users":             "POST Email/:id/users",
		"POST Note/x/pin":                "POST Note/:id/pin",
		"GET Account/x/stream":           "GET :controller/:id/stream",
		"GET Account/x/contacts":         "GET :controller/:id/:link",
		"POST Lead/action/convert":       "POST :controller/action/:action",
		"GET Activities/Lead/x/history":  "GET Activities/:parentType/:id/:type",
		"DELETE Campaign/unsubscribe/id": "DELETE Campaign/unsubscribe/:id",
		"GET Account/x/y/z/1":            "",
		"TRACE Account":                  "",
	} {
		method, path, _ := strings.Cut(request, " ")
		assert.Equal(t, want, routeTaken(routes, method, path), request)
	}
}

func TestRoutesAreDocumented(t *testing.T) {
	var documented, called []string
	for _, row := range documentedRoutes(t) {
		documented = append(documented, row.route)
	}
	assert.Equal(t, knownRoutes(t), documented, "every route once, in the order of the list")
	for _, c := range routeCalls {
		called = append(called, c.route)
	}
	assert.Equal(t, documented, called, "every route has a call")
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	assert.Contains(t, string(readme), "(docs/routes.md)")
}

// What stands in the place of client.Accounts and the like.
var genericServices = map[string]reflect.Type{
	"RecordService":  reflect.TypeFor[*espo.RecordService[espo.Record]](),
	"RelatedService": reflect.TypeFor[*espo.RelatedService[espo.Record]](),
	"Feed":           reflect.TypeFor[*espo.Feed](),
	"ListService":    reflect.TypeFor[*espo.ListService[espo.Record]](),
	"PagedService":   reflect.TypeFor[*espo.PagedService[espo.Record]](),
}

// methodNamed finds a method as docs/routes.md names it.
func methodNamed(name string) bool {
	client := reflect.TypeFor[*espo.Client]()
	parts := strings.Split(name, ".")
	of := genericServices[parts[0]]
	if parts[0] == "Client" {
		of = client
	}
	if len(parts) == 3 && of == client {
		field, ok := client.Elem().FieldByName(parts[1])
		if !ok {
			return false
		}
		of, parts = field.Type, parts[1:]
	}
	if of == nil || len(parts) != 2 {
		return false
	}
	_, ok := of.MethodByName(parts[1])
	return ok
}

func TestDocumentedMethodsExist(t *testing.T) {
	named := map[string]bool{}
	for _, row := range documentedRoutes(t) {
		for _, name := range row.methods {
			assert.True(t, methodNamed(name), "%s: there is no %s", row.route, name)
			named[name] = true
		}
	}
	assert.False(t, methodNamed("Client.Stream.Nothing") || methodNamed("Client.Nothing.Get") || methodNamed("Nothing.Get") || methodNamed("Get"))
	for _, name := range callingMethods() {
		assert.True(t, named[name], "%s stands at no route", name)
	}
}

// callingMethods are the methods that take a context, and so send requests.
func callingMethods() []string {
	var names []string
	add := func(prefix string, of reflect.Type, but ...reflect.Type) {
		for m := range of.Methods() {
			inherited := slices.ContainsFunc(but, func(e reflect.Type) bool { _, ok := e.MethodByName(m.Name); return ok })
			if !inherited && m.Type.NumIn() > 1 && m.Type.In(1) == reflect.TypeFor[context.Context]() {
				names = append(names, prefix+"."+m.Name)
			}
		}
	}
	for name, of := range genericServices {
		add(name, of)
	}
	client := reflect.TypeFor[*espo.Client]()
	add("Client", client)
	for f := range client.Elem().Fields() {
		if !f.IsExported() || strings.HasPrefix(f.Type.Elem().Name(), "RecordService[") {
			continue
		}
		var embedded []reflect.Type
		for e := range f.Type.Elem().Fields() {
			if e.Anonymous {
				embedded = append(embedded, e.Type)
			}
		}
		add("Client."+f.Name, f.Type, embedded...)
	}
	return names
}

// The examples of Client.Do call the route that they stand at.
func TestExamplesOfDo(t *testing.T) {
	routes := knownRoutes(t)
	for _, row := range documentedRoutes(t) {
		if !slices.Contains(row.methods, "Client.Do") {
			continue
		}
		_, example, ok := strings.Cut(strings.TrimSuffix(row.note, " |"), "`client.Do(")
		require.True(t, ok, "%s: no example", row.route)
		expr, err := parser.ParseExpr("client.Do(" + strings.TrimSuffix(strings.TrimSpace(example), "`"))
		require.NoError(t, err, row.route)
		call, ok := expr.(*ast.CallExpr)
		require.True(t, ok, row.route)
		require.Len(t, call.Args, 3, row.route)
		method, path := exampleRequest(t, call.Args[1])
		assert.Equal(t, row.route, routeTaken(routes, method, path))
	}
}

// exampleRequest is the method and the path of an espo.Request, in which names
// stand for themselves.
func exampleRequest(t *testing.T, e ast.Expr) (method, path string) {
	t.Helper()
	method = http.MethodGet
	lit, ok := e.(*ast.CompositeLit)
	require.True(t, ok)
	for _, elt := range lit.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		require.True(t, ok)
		switch key := textOf(t, kv.Key); key {
		case "Method":
			method = textOf(t, kv.Value)
			require.NotEqual(t, http.MethodGet, method, "it is the one without a name")
		case "Path":
			list, ok := kv.Value.(*ast.CompositeLit)
			require.True(t, ok)
			var segments []string
			for _, s := range list.Elts {
				segments = append(segments, textOf(t, s))
			}
			path = strings.Join(segments, "/")
		default:
			require.Contains(t, []string{"Body", "Query"}, key)
		}
	}
	return method, path
}

// textOf is the value of a text in which names stand for themselves.
func textOf(t *testing.T, e ast.Expr) string {
	t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		require.NoError(t, err)
		return s
	case *ast.Ident:
		return e.Name
	}
	require.Fail(t, "neither a text nor a name")
	return ""
}

// Each function of the table calls the methods that stand at its route.
func TestRouteCallsCallTheMethods(t *testing.T) {
	fset := token.NewFileSet()
	helpers, calls := map[string]ast.Node{}, map[string]ast.Node{}
	for _, name := range routeFiles {
		file, err := parser.ParseFile(fset, name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				helpers[n.Name.Name] = n.Body
			case *ast.CompositeLit:
				if len(n.Elts) > 1 {
					route, isText := n.Elts[0].(*ast.BasicLit)
					fn, isFunc := n.Elts[1].(*ast.FuncLit)
					if isText && isFunc {
						calls[textOf(t, route)] = fn.Body
					}
				}
			}
			return true
		})
	}
	for _, row := range documentedRoutes(t) {
		body := calls[row.route]
		require.NotNil(t, body, row.route)
		used := map[string]bool{}
		selectors(body, helpers, used)
		for _, name := range row.methods {
			parts := strings.Split(name, ".")
			if len(parts) == 3 {
				name = parts[1] + "." + parts[2]
			} else {
				name = parts[1]
			}
			assert.True(t, used[name], "%s: %s is not called", row.route, name)
		}
	}
}

// selectors collects what is selected in a function and in the helpers that it
// calls: "List" and, where it is selected from a selection, "Stream.List".
func selectors(body ast.Node, helpers map[string]ast.Node, used map[string]bool) {
	follow := func(name string) {
		if helper := helpers[name]; helper != nil && !used["helper "+name] {
			used["helper "+name] = true
			selectors(helper, helpers, used)
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			follow(n.Name)
		case *ast.SelectorExpr:
			used[n.Sel.Name] = true
			if of, ok := n.X.(*ast.SelectorExpr); ok {
				used[of.Sel.Name+"."+n.Sel.Name] = true
			}
		}
		return true
	})
}

// Each route is called, and answers as it should.
func TestRoutes(t *testing.T) {
	routes, older := knownRoutes(t), routesOf(t, "9.3.10")
	for _, c := range routeCalls {
		t.Run(c.route, func(t *testing.T) {
			var opts []espotest.Option
			if !slices.Contains(older, c.route) && !slices.Contains(older, strings.Replace(c.route, " Note/", " :Note/", 1)) {
				opts = append(opts, espotest.WithVersion("10.0"))
			}
			x := newRouteRun(t, opts...)
			err := c.call(x)
			if c.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, c.want)
			}
			method, _, _ := strings.Cut(c.route, " ")
			var taken []string
			for _, r := range x.srv.Requests() {
				path, err := url.PathUnescape(r.Path)
				require.NoError(t, err)
				succeeded := r.Status >= 200 && r.Status < 300
				if r.Method == method && succeeded == (c.want == nil) {
					taken = append(taken, routeTaken(routes, r.Method, path))
				}
			}
			assert.Contains(t, taken, c.route)
		})
	}
}
