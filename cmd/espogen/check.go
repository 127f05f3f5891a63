package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-espo/espo/internal/gen"
)

// compare reports on log in what the files of dir differ from what would be
// written now, and whether the server's OpenAPI document says the same.
func compare(ctx context.Context, from source, facts gen.Facts, files []gen.File, dir string, log io.Writer) error {
	var differ []string
	var types []string
	for _, f := range files {
		types = append(types, f.EntityType)
		changes, err := compareFile(f, filepath.Join(dir, f.Name))
		if err != nil {
			return err
		}
		differ = append(differ, changes...)
	}
	document, err := from.readOpenAPI(ctx)
	if err != nil {
		return err
	}
	if document != nil {
		more, err := gen.CheckOpenAPI(facts, types, document)
		if err != nil {
			return err
		}
		differ = append(differ, more...)
	}
	for _, line := range differ {
		_, _ = fmt.Fprintln(log, line)
	}
	if len(differ) > 0 {
		return errors.New("the generated code does not match the server: write it anew without -check, and see what no longer compiles")
	}
	return nil
}

// compareFile says what has changed since a file was written.
func compareFile(f gen.File, path string) ([]string, error) {
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []string{f.EntityType + ": " + path + " does not exist"}, nil
	case err != nil:
		return nil, err
	case bytes.Equal(old, f.Source):
		return nil, nil
	}
	changes, err := gen.Compare(f.EntityType, old, f.Source)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(changes) == 0 {
		changes = []string{f.EntityType + ": " + path + " was changed by hand, or is of another version of espogen"}
	}
	return changes, nil
}
