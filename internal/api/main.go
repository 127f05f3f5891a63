// Command api keeps the lists of what the packages export, in the folder api,
// one line for each name. It runs in the root of the module, by go generate:
//
//	go run ./internal/api            brings the lists up to date
//	go run ./internal/api -check     fails when they are not, or when something
//	                                 went that the changelog does not name
//	go run ./internal/api -release   forgets what went, once a release is named
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io/fs"
	"log"
	"os"
	"path/filepath"

	"github.com/go-espo/espo/internal/exportdata"
)

// A guarded package is one whose exported names are kept.
type guarded struct {
	path   string // of the import
	list   string // the file with the baseline
	prefix string // what stands before its names in the changelog
}

var packages = []guarded{
	{"github.com/go-espo/espo", "api/espo.txt", ""},
	{"github.com/go-espo/espo/espotest", "api/espotest.txt", "espotest."},
}

type mode int

const (
	write mode = iota
	check
	release
)

func main() {
	log.SetFlags(0)
	checks := flag.Bool("check", false, "change nothing, and fail when a list is not up to date or the changelog does not name what went")
	releases := flag.Bool("release", false, "forget what went")
	flag.Parse()
	m := write
	switch {
	case *checks:
		m = check
	case *releases:
		m = release
	}
	if err := run(context.Background(), ".", packages, m); err != nil {
		log.Fatal("api: ", err)
	}
}

// run checks or writes the lists of the module in dir.
func run(ctx context.Context, dir string, packages []guarded, m mode) error {
	paths := make([]string, 0, len(packages))
	for _, p := range packages {
		paths = append(paths, p.path)
	}
	importer, err := exportdata.Importer(ctx, token.NewFileSet(), exportdata.Packages{Dir: dir, Patterns: paths})
	if err != nil {
		return err
	}
	changelog, err := os.ReadFile(filepath.Join(dir, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	var problems []error
	for _, p := range packages {
		pkg, err := importer.Import(p.path)
		if err != nil {
			return err
		}
		file := filepath.Join(dir, p.list)
		text, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		before, now := parseBaseline(string(text)), lines(pkg)
		switch m {
		case check:
			for _, problem := range before.check(now, string(changelog), p.prefix) {
				problems = append(problems, fmt.Errorf("%s: %s", p.list, problem))
			}
			continue
		case release:
			before = baseline{}
		}
		if err := os.WriteFile(file, []byte(before.update(now).String()), 0o644); err != nil {
			return err
		}
	}
	return errors.Join(problems...)
}
