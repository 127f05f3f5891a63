package espo_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
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

// Every request passes client.go, request.go and send.go: no other file makes
// or sends one, so that none can forget to escape a path, to sign, or to close a body.
func TestOnlyOnePlaceSends(t *testing.T) {
	senders := []string{"client.go", "request.go", "send.go"}
	forbidden := []string{
		"Client", "DefaultClient", "Transport", "DefaultTransport", "NewRequest", "NewRequestWithContext",
		"Get", "Head", "Post", "PostForm",
	}
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
			case pkg.Name == "http" && slices.Contains(forbidden, sel.Sel.Name) && (name != "options.go" || sel.Sel.Name != "Client"):
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

// Paths are made of segments by newRequest and the functions that pass them on
// to it, which escapes them: none of them is put together by hand.
func TestPathsAreMadeOfSegments(t *testing.T) {
	// Arguments before the segments.
	before := map[string]int{
		"newRequest": 1, "get": 3, "invoke": 4, "invokeTrue": 3, "setTrue": 3, "invokeRecord": 4, "readRecord": 2,
		"listPage": 4, "listRequest": 2,
	}
	fset, files := sources(t)
	checked := 0
	for name, file := range files {
		if name == "client.go" || name == "request.go" || name == "send.go" {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				skip, ok := before[callee(n.Fun)]
				if !ok {
					return true
				}
				checked++
				for _, arg := range n.Args[skip:] {
					assert.False(t, joined(arg), "%s: a segment of a path that is put together", fset.Position(arg.Pos()))
				}
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
			}
			return true
		})
	}
	assert.Greater(t, checked, 80)
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

// Everything exported is explained.
func TestExportedNamesHaveDocComments(t *testing.T) {
	fset, files := sources(t)
	hidden := map[string]bool{} // types whose methods nobody sees
	for _, file := range files {
		for _, d := range file.Decls {
			if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.TYPE {
				for _, s := range gen.Specs {
					if name := s.(*ast.TypeSpec).Name; !name.IsExported() {
						hidden[name.Name] = true
					}
				}
			}
		}
	}
	explained := 0
	need := func(name *ast.Ident, docs ...*ast.CommentGroup) {
		if !name.IsExported() {
			return
		}
		explained++
		for _, doc := range docs {
			if strings.TrimSpace(doc.Text()) != "" {
				return
			}
		}
		assert.Fail(t, "no doc comment", "%s: %s", fset.Position(name.Pos()), name.Name)
	}
	// What every Go programmer knows.
	known := []string{"Error", "Unwrap", "String", "Format", "GoString", "LogValue", "MarshalText", "UnmarshalText", "MarshalJSON", "UnmarshalJSON", "Is"}
	for _, file := range files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv != nil && (hidden[receiver(d)] || slices.Contains(known, d.Name.Name)) {
					continue
				}
				need(d.Name, d.Doc)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						need(s.Name, s.Doc, d.Doc)
					case *ast.ValueSpec:
						for _, name := range s.Names {
							need(name, s.Doc, s.Comment, d.Doc)
						}
					}
				}
			}
		}
	}
	assert.Greater(t, explained, 300)
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
