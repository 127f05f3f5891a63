package espo_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every function of the package that takes a context, or returns an iterator,
// is in the table.
func TestFaultMatrixHasEveryCall(t *testing.T) {
	inTable := map[string]bool{}
	for _, call := range matrixCalls {
		assert.False(t, inTable[call.name], "%s is there twice", call.name)
		name, _, _ := strings.Cut(call.name, ":")
		inTable[call.name], inTable[name] = true, true
	}
	_, files := sources(t)
	n := 0
	for _, file := range files {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !fn.Name.IsExported() || !calls(fn.Type) {
				continue
			}
			name := fn.Name.Name
			if fn.Recv != nil {
				if !ast.IsExported(receiver(fn)) {
					continue
				}
				name = receiver(fn) + "." + name
			}
			n++
			assert.True(t, inTable[name], "%s is not in the table of matrixCalls", name)
		}
	}
	assert.Greater(t, n, 140)
}

// calls reports whether a function may send a request.
func calls(fn *ast.FuncType) bool {
	takes := slices.ContainsFunc(fn.Params.List, func(p *ast.Field) bool { return typeName(p.Type) == "context.Context" })
	return takes || fn.Results != nil && slices.ContainsFunc(fn.Results.List, func(r *ast.Field) bool {
		return strings.HasPrefix(typeName(r.Type), "iter.Seq")
	})
}

// typeName is the name of a type from another package.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.IndexListExpr:
		return typeName(e.X)
	case *ast.SelectorExpr:
		if pkg, ok := e.X.(*ast.Ident); ok {
			return pkg.Name + "." + e.Sel.Name
		}
	}
	return ""
}

// Each call of the table calls the method that it is named by.
func TestFaultMatrixCallsTheMethods(t *testing.T) {
	names, err := filepath.Glob("matrix_calls_*_test.go")
	require.NoError(t, err)
	called := map[string]map[string]bool{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			entry, ok := n.(*ast.CompositeLit)
			if !ok || len(entry.Elts) == 0 {
				return true
			}
			first, ok := entry.Elts[0].(*ast.KeyValueExpr)
			if key, isName := keyOf(first); ok && isName && key == "name" {
				used := map[string]bool{}
				selectors(entry, nil, used)
				called[textOf(t, first.Value)] = used
			}
			return true
		})
	}
	for _, call := range matrixCalls {
		name, _, _ := strings.Cut(call.name, ":")
		if strings.HasPrefix(name, "TokenAuth.") { // which every call of the client's calls
			continue
		}
		method := name[strings.LastIndexByte(name, '.')+1:]
		assert.True(t, called[call.name][method], "%s does not call %s", call.name, method)
	}
}

func keyOf(kv *ast.KeyValueExpr) (string, bool) {
	if kv == nil {
		return "", false
	}
	id, ok := kv.Key.(*ast.Ident)
	if !ok {
		return "", false
	}
	return id.Name, true
}
