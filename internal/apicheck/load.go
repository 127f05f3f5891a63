// Package apicheck holds the exported API of a package to rules that the
// compiler does not know. Each rule returns what breaks it; tests of the
// packages run the rules, and say where one does not hold and why.
package apicheck

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Package is a package with its types and its comments.
type Package struct {
	fset  *token.FileSet
	files []*ast.File
	types *types.Package
	info  *types.Info
}

// Load reads the package in a directory, without its tests.
func Load(ctx context.Context, dir string) (*Package, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	p := &Package{fset: token.NewFileSet()}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(p.fset, name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, file)
	}
	return p, p.check(ctx, dir)
}

// Parse reads a package of one file, such as an example of what breaks a rule.
func Parse(ctx context.Context, source string) (*Package, error) {
	p := &Package{fset: token.NewFileSet()}
	file, err := parser.ParseFile(p.fset, "source.go", source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	p.files = []*ast.File{file}
	return p, p.check(ctx, ".")
}

// check finds out the types.
func (p *Package) check(ctx context.Context, dir string) error {
	exports, err := p.exports(ctx, dir)
	if err != nil {
		return err
	}
	config := types.Config{Importer: importer.ForCompiler(p.fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	p.info = &types.Info{
		Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
		Selections: make(map[*ast.SelectorExpr]*types.Selection),
	}
	p.types, err = config.Check(p.files[0].Name.Name, p.fset, p.files, p.info)
	return err
}

// exports are the files with the types of other packages. The go command has
// them, since it has compiled the packages for the test.
func (p *Package) exports(ctx context.Context, dir string) (map[string]string, error) {
	var imports []string
	for _, file := range p.files {
		for _, spec := range file.Imports {
			imports = append(imports, strings.Trim(spec.Path.Value, `"`))
		}
	}
	files := make(map[string]string)
	if len(imports) == 0 {
		return files, nil
	}
	args := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}}={{.Export}}"}, imports...)
	var output, problem bytes.Buffer
	list := exec.CommandContext(ctx, "go", args...)
	list.Dir, list.Stdout, list.Stderr = dir, &output, &problem
	if err := list.Run(); err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, problem.String())
	}
	for line := range strings.Lines(output.String()) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "=")
		files[path] = file
	}
	return files, nil
}
