// Docrun runs the commands that the documents tell their readers to type, as
// they are written: those in README.md, CONTRIBUTING.md, SECURITY.md and docs, in
// the order in which they stand. https://crm.example.com is a fake of EspoCRM
// there. It fails when a command does, and removes the files that commands write.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-espo/espo/espotest"
)

// left are commands that are not run here, and why.
var left = map[string]string{
	"git clone https://github.com/go-espo/espo && cd espo": "this is a clone",
	"go test ./...":            "the tests run by themselves",
	"go run ./internal/perf":   "it takes a quarter of an hour",
	"go run ./internal/mutate": "it takes some twenty minutes",
}

func main() {
	log.SetFlags(0)
	modules := flag.Bool("modules", false, "run the commands that begin with cd, which are about other modules, and no others")
	flag.Parse()
	if err := run(context.Background(), *modules); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, modules bool) (err error) {
	srv, err := espotest.Start(espotest.WithEntityType("CProject", espotest.EntityType{}))
	if err != nil {
		return err
	}
	defer srv.Close()
	before, err := untracked(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, clean(ctx, before)) }()
	var files []string
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		files = append(files, found...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		commands := slices.DeleteFunc(commandsIn(string(text)), func(c string) bool { return inModule(c) != modules })
		if len(commands) == 0 {
			continue
		}
		r := &runner{server: srv.URL(), name: file}
		if err := r.all(ctx, commands); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// untracked are the files that git does not know.
func untracked(ctx context.Context) (map[string]bool, error) {
	out, err := exec.CommandContext(ctx, "git", "ls-files", "--others", "--exclude-standard").Output()
	files := map[string]bool{}
	for _, name := range strings.Fields(string(out)) {
		files[name] = true
	}
	return files, err
}

// clean removes the files that were not there before.
func clean(ctx context.Context, before map[string]bool) error {
	now, err := untracked(ctx)
	for name := range now {
		if !before[name] {
			err = errors.Join(err, os.Remove(name))
		}
	}
	return err
}

// runner runs the commands of a document.
type runner struct {
	server, name string

	running *exec.Cmd // what a command has started, and that goes on
}

func (r *runner) all(ctx context.Context, commands []string) error {
	defer r.stop()
	for _, command := range commands {
		if why := left[command]; why != "" {
			fmt.Printf("%s: left out, since %s: %s\n", r.name, why, command)
			continue
		}
		began := time.Now()
		if err := r.one(ctx, command); err != nil {
			return err
		}
		fmt.Printf("%s: %.1f s: %s\n", r.name, time.Since(began).Seconds(), command)
	}
	return nil
}
