// Command genfacts writes entities.json: the facts of a server's
// entity types, from testdata/metadata, and what those do not tell (which
// links are loaded, what is computed, what the server protects), from
// overlay.json.
package main

import (
	"fmt"
	"os"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: genfacts METADATA OVERLAY OUT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// facts is a file of testdata/metadata. Objects keep their order: the server
// checks the fields of a record in that order.
type facts struct {
	EntityTypes jsontext.Value `json:"entityTypes"`
}

func run(metadata, overlay, out string) error {
	var f facts
	if err := read(metadata, &f); err != nil {
		return err
	}
	base, err := parse(f.EntityTypes)
	if err != nil {
		return err
	}
	var raw jsontext.Value
	if err := read(overlay, &raw); err != nil {
		return err
	}
	extra, err := parse(raw)
	if err != nil {
		return err
	}
	b, err := json.Marshal(merge(base, extra))
	if err != nil {
		return err
	}
	v := jsontext.Value(b)
	if err := v.Indent(jsontext.WithIndent(" ")); err != nil {
		return err
	}
	return os.WriteFile(out, append(v, '\n'), 0o644)
}

func read(name string, v any) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
