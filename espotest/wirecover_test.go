package espotest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/internal/wire"
)

// realRoutes are the routes of a real server of the same minor version: methods
// and patterns.
func realRoutes(t *testing.T, version string) [][2]string {
	t.Helper()
	minor := version[:strings.LastIndexByte(version, '.')]
	files, err := filepath.Glob("../testdata/metadata/routes-" + minor + ".*.txt")
	require.NoError(t, err)
	require.Len(t, files, 1, version)
	b, err := os.ReadFile(files[0])
	require.NoError(t, err)
	var list [][2]string
	for line := range strings.Lines(string(b)) {
		if method, pattern, ok := strings.Cut(strings.TrimRight(line, "\n"), " "); ok && method != "#" {
			list = append(list, [2]string{method, pattern})
		}
	}
	require.NotEmpty(t, list)
	return list
}

// covers reports whether the exchange can be replayed: the server has the
// route, or a real one does not have it either.
func (p *replay) covers(x wire.Exchange) bool {
	method, path := x.Request.Method, x.Request.Path
	real, ok := espotest.FindRoute(p.routes, method, path)
	if !ok {
		return true
	}
	own, ok := p.srv.Route(method, path)
	if !ok || !atLeastAsSpecial(own, real) {
		return false
	}
	// Which actions there are, no list of routes tells.
	if strings.HasSuffix(own, "/:action") {
		action := path[strings.LastIndexByte(path, '/')+1:]
		return x.Response.Status == http.StatusNotFound || slices.Contains([]string{"list", "read", "create"}, action)
	}
	return true
}

// atLeastAsSpecial reports whether the server's own pattern is not just one for
// everything where the real one is for this path.
func atLeastAsSpecial(own, real string) bool {
	o, r := strings.Split(own, "/"), strings.Split(real, "/")
	for i := range min(len(o), len(r)) {
		if strings.HasPrefix(o[i], ":") && !strings.HasPrefix(r[i], ":") {
			return false
		}
	}
	return true
}

// lose remembers the ids of an answer that was not asked for: what needs them
// cannot be replayed either.
func (p *replay) lose(x wire.Exchange) {
	for _, id := range wire.IDsIn(string(x.Response.Body)) {
		p.lost[id] = true
	}
}

// needsLost reports whether a request has an id that was lost, and did not turn
// up elsewhere since.
func (p *replay) needsLost(x wire.Exchange) bool {
	text := x.Request.Path + " " + x.Request.Query + " " + string(x.Request.Body)
	if x.Request.BodyText != nil {
		text += " " + *x.Request.BodyText
	}
	for _, id := range wire.IDsIn(text) {
		if p.lost[id] && p.IDs[id] == "" {
			return true
		}
	}
	return false
}
