package espo_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sources parses the files of the package that are not tests.
func sources(t *testing.T) (*token.FileSet, map[string]*ast.File) {
	t.Helper()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	fset, files := token.NewFileSet(), map[string]*ast.File{}
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			files[name], err = parser.ParseFile(fset, name, nil, parser.ParseComments)
			require.NoError(t, err)
		}
	}
	require.Greater(t, len(files), 20)
	return fset, files
}

// A file is one room, small enough to be read at once: tests too, and only what
// is generated may be longer.
func TestFilesStaySmall(t *testing.T) {
	n := 0
	require.NoError(t, filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil || bytes.HasPrefix(text, []byte("// Code generated")) {
			return err
		}
		n++
		assert.LessOrEqual(t, bytes.Count(text, []byte("\n")), 400, name)
		return nil
	}))
	assert.Greater(t, n, 400)
}

// Without an init function, the order of the files' names changes nothing.
func TestNothingIsInitialised(t *testing.T) {
	fset, files := sources(t)
	for _, file := range files {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				assert.Fail(t, "an init function", fset.Position(f.Pos()))
			}
		}
	}
}

// Every request passes client.go, request.go and send.go: no other file makes
// or sends one, so that none can forget to escape a path, to sign, or to close a body.
func TestOnlyOnePlaceSends(t *testing.T) {
	senders := []string{"client.go", "request.go", "send.go"}
	forbidden := []string{
		"Client", "DefaultClient", "Transport", "DefaultTransport", "NewRequest", "NewRequestWithContext",
		"Get", "Head", "Post", "PostForm",
	}
	allowed := map[string]string{"options.go": "Client", "transport.go": "Transport"}
	fset, files := sources(t)
	for name, file := range files {
		if slices.Contains(senders, name) {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, _ := sel.X.(*ast.Ident)
			switch {
			case pkg == nil:
			case pkg.Name == "http" && slices.Contains(forbidden, sel.Sel.Name) && allowed[name] != sel.Sel.Name:
				assert.Fail(t, "sends by itself", "%s uses http.%s", fset.Position(n.Pos()), sel.Sel.Name)
			case pkg.Name == "url" && slices.Contains([]string{"PathEscape", "JoinPath"}, sel.Sel.Name):
				assert.Fail(t, "builds a URL by itself", "%s uses url.%s", fset.Position(n.Pos()), sel.Sel.Name)
			}
			if sel.Sel.Name == "base" && name != "token.go" { // which compares it
				assert.Fail(t, "builds a URL by itself", "%s uses the base URL", fset.Position(n.Pos()))
			}
			return true
		})
	}
}

// Paths are made of segments by newRequest, which escapes them: none of them is
// put together by hand, and each pattern has as many arguments as it needs.
func TestPathsAreMadeOfSegments(t *testing.T) {
	// Where the pattern stands among the arguments; after it come the segments.
	patterns := map[string]int{"newRequest": 2, "feed": 1, "inbox": 3}
	fset, files := sources(t)
	checked := 0
	for name, file := range files {
		if name == "client.go" || name == "request.go" || name == "send.go" {
			continue
		}
		check := func(pattern ast.Expr, segments []ast.Expr) {
			checked++
			for _, arg := range segments {
				assert.False(t, joined(arg), "%s: a segment of a path that is put together", fset.Position(arg.Pos()))
			}
			switch pattern := pattern.(type) {
			case *ast.BasicLit:
				text, err := strconv.Unquote(pattern.Value)
				require.NoError(t, err)
				assert.Equal(t, len(segments), strings.Count(text, "{"), "%s: arguments of the pattern", fset.Position(pattern.Pos()))
			case *ast.Ident, *ast.SelectorExpr:
			default:
				assert.Fail(t, "a pattern that is put together", "%s", fset.Position(pattern.Pos()))
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				at, ok := patterns[callee(n.Fun)]
				if !ok {
					return true
				}
				segments := n.Args[at+1:]
				if callee(n.Fun) == "inbox" { // ids and options stand between
					segments = n.Args[at+3:]
				}
				check(n.Args[at], segments)
			case *ast.AssignStmt:
				for _, left := range n.Lhs {
					if sel, ok := left.(*ast.SelectorExpr); ok && sel.Sel.Name == "path" {
						assert.Fail(t, "sets a path by hand", "%s", fset.Position(n.Pos()))
					}
				}
			case *ast.CompositeLit:
				if id, ok := n.Type.(*ast.Ident); ok && id.Name == "request" {
					assert.Fail(t, "makes a request by hand", "%s", fset.Position(n.Pos()))
				}
				if pattern, args := field(n, "pattern"), field(n, "args"); pattern != nil {
					list, _ := args.(*ast.CompositeLit)
					if list == nil {
						list = new(ast.CompositeLit)
					}
					check(pattern, list.Elts)
				}
			}
			return true
		})
	}
	assert.Greater(t, checked, 80)
}

// field is the value of a field in a literal, or nil.
func field(lit *ast.CompositeLit, name string) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == name {
				return kv.Value
			}
		}
	}
	return nil
}

// callee is the name of the function or method that is called.
func callee(fn ast.Expr) string {
	switch fn := fn.(type) {
	case *ast.Ident:
		return fn.Name
	case *ast.SelectorExpr:
		return fn.Sel.Name
	case *ast.IndexExpr: // of a type parameter
		return callee(fn.X)
	}
	return ""
}

// joined reports whether an expression holds a slash or puts texts together.
func joined(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			found = found || n.Op == token.ADD
		case *ast.BasicLit:
			s, err := strconv.Unquote(n.Value)
			found = found || err == nil && n.Kind == token.STRING && strings.Contains(s, "/")
		case *ast.SelectorExpr:
			id, _ := n.X.(*ast.Ident)
			found = found || id != nil && id.Name == "fmt"
		}
		return !found
	})
	return found
}

// receiver is the name of a method's type.
func receiver(d *ast.FuncDecl) string {
	e := d.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}
