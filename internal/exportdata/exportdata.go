// Package exportdata gives type checkers the packages that the go command has
// compiled, so that checks of this project need nothing but the standard
// library.
package exportdata

import (
	"bytes"
	"context"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Packages are those that match the patterns, and what they import. Dir is a
// folder of the module that they belong to.
type Packages struct {
	Dir      string
	Patterns []string
}

// Importer returns an importer of packages, which can be those of several
// modules.
func Importer(ctx context.Context, fset *token.FileSet, packages ...Packages) (types.Importer, error) {
	files := map[string]string{}
	for _, p := range packages {
		args := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "--"}, p.Patterns...)
		cmd := exec.CommandContext(ctx, "go", args...)
		var stderr bytes.Buffer
		cmd.Dir, cmd.Stderr = p.Dir, &stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list: %w\n%s", err, stderr.Bytes())
		}
		for line := range strings.Lines(string(out)) {
			if path, file, _ := strings.Cut(strings.TrimSpace(line), "\t"); files[path] == "" {
				files[path] = file
			}
		}
	}
	return importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("package %s is not among those that were listed", path)
		}
		return os.Open(files[path])
	}), nil
}
