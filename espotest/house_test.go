package espotest_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// layers are the packages below espotest, lowest first: each imports only those
// before it. Packages of areas import none of each other.
var layers = []string{
	"internal/release", "internal/patch", "internal/php", "internal/collation", "internal/table", "internal/answer", "internal/schema", "internal/store",
	"internal/where", "internal/validate", "internal/rights", "internal/crm", "internal/area", ".",
}

const (
	maxPackageLines = 4000
	maxFileLines    = 400
	maxMethods      = 60 // of one type
	modulePath      = "github.com/go-espo/espo/espotest"
)

// house is the source of espotest without its tests, by folder.
type house map[string][]*source

type source struct {
	name  string
	lines int
	file  *ast.File
	fset  *gotoken.FileSet
}

func readHouse(t *testing.T) house {
	t.Helper()
	h := house{}
	require.NoError(t, filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		fset := gotoken.NewFileSet()
		file, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(name))
		h[dir] = append(h[dir], &source{name: name, lines: bytes.Count(text, []byte("\n")), file: file, fset: fset})
		return nil
	}))
	delete(h, "internal/schema/genfacts") // a command
	return h
}

// layer is the place of a folder among the layers, -1 without one.
func layer(dir string) int {
	if path.Dir(dir) == "internal/area" {
		dir = "internal/area"
	}
	return slices.Index(layers, dir)
}

func TestPackagesImportDownwards(t *testing.T) {
	for dir, sources := range readHouse(t) {
		if !assert.GreaterOrEqual(t, layer(dir), 0, "%s is none of the layers", dir) {
			continue
		}
		for _, src := range sources {
			for _, imp := range src.file.Imports {
				to, ours := strings.CutPrefix(strings.Trim(imp.Path.Value, `"`)+"/", modulePath+"/")
				assert.False(t, dir != "." && imp.Path.Value == `"github.com/go-espo/espo"`, "%s knows the client", src.name)
				if to = path.Clean(to); ours {
					assert.Less(t, layer(to), layer(dir), "%s imports %s", src.name, to)
				}
			}
		}
	}
}

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	for dir, sources := range readHouse(t) {
		var docs []string
		for _, src := range sources {
			if src.file.Doc != nil {
				docs = append(docs, src.file.Doc.Text())
			}
		}
		if !assert.Len(t, docs, 1, "%s has one package comment", dir) || dir == "." {
			continue
		}
		assert.Contains(t, docs[0], "imports", "what %s may import", dir)
		assert.Regexp(t, `know|must not|reach`, docs[0], "what %s must not know", dir)
	}
}

func TestPackagesStaySmall(t *testing.T) {
	for dir, sources := range readHouse(t) {
		total := 0
		for _, src := range sources {
			total += src.lines
			assert.LessOrEqual(t, src.lines, maxFileLines, src.name)
		}
		assert.LessOrEqual(t, total, maxPackageLines, dir)
	}
}

func TestTypesStaySmall(t *testing.T) {
	for dir, sources := range readHouse(t) {
		methods := map[string]int{}
		for _, src := range sources {
			for _, d := range src.file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
					methods[receiver(f.Recv.List[0].Type)]++
				}
			}
		}
		for name, n := range methods {
			assert.LessOrEqual(t, n, maxMethods, "methods of %s.%s", dir, name)
		}
	}
}

func receiver(e ast.Expr) string {
	for {
		switch t := e.(type) {
		case *ast.StarExpr:
			e = t.X
		case *ast.IndexExpr:
			e = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

// A table that an init function fills depends on the order of the files' names:
// without one, renaming a file changes nothing.
func TestNothingIsInitialised(t *testing.T) {
	for _, sources := range readHouse(t) {
		for _, src := range sources {
			for _, d := range src.file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					assert.Fail(t, "an init function", src.fset.Position(f.Pos()))
				}
			}
		}
	}
}
