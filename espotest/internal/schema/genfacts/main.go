// Command genfacts writes entities.json, and for each other version of EspoCRM a
// file with how it differs from that: the facts of a server's entity types, from
// testdata/metadata, and what those do not tell (which links are loaded, what is
// computed, what the server protects), from overlay.json and, for what is
// different in a version, overlay-VERSION.json.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo/espotest/internal/patch"
	"github.com/go-espo/espo/espotest/internal/release"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: genfacts METADATA-FOLDER OVERLAYS-FOLDER OUT-FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(metadata, overlays, out string) error {
	base, err := factsOf(release.Default, metadata, overlays)
	if err != nil {
		return err
	}
	b, err := json.Marshal(base)
	if err != nil {
		return err
	}
	v := jsontext.Value(b)
	if err := v.Indent(jsontext.WithIndent(" ")); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "entities.json"), append(v, '\n'), 0o644); err != nil {
		return err
	}
	for _, r := range release.Supported() {
		if r == release.Default {
			continue
		}
		other, err := factsOf(r, metadata, overlays)
		if err != nil {
			return err
		}
		b, err := lines(patch.Diff(base, other))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, "versions", r.Minor()+".json"), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// factsOf are the facts of a release, with its overlays.
func factsOf(r release.Release, metadata, overlays string) (*patch.Object, error) {
	var f struct { // objects keep their order: the server checks the fields of a record in that order
		EntityTypes jsontext.Value `json:"entityTypes"`
	}
	if err := read(filepath.Join(metadata, "espocrm-"+r.String()+".json"), &f); err != nil {
		if err := read(filepath.Join(metadata, "espocrm-"+r.String()+"-dev.json"), &f); err != nil {
			return nil, err
		}
	}
	facts, err := patch.Parse(f.EntityTypes)
	if err != nil {
		return nil, err
	}
	overlay, err := readObject(filepath.Join(overlays, "overlay.json"))
	if err != nil {
		return nil, err
	}
	if r != release.Default {
		keep(overlay, facts)
	}
	facts = patch.Apply(facts, overlay)
	own, err := readObject(filepath.Join(overlays, "overlay-"+r.Minor()+".json"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return facts, nil
	case err != nil:
		return nil, err
	}
	return patch.Apply(facts, own), nil
}

func readObject(name string) (*patch.Object, error) {
	var raw jsontext.Value
	if err := read(name, &raw); err != nil {
		return nil, err
	}
	return patch.Parse(raw)
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

// lines writes an object with one line for each member.
func lines(o *patch.Object) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("{")
	for i, name := range o.Names() {
		if i > 0 {
			b.WriteString(",")
		}
		quoted, err := jsontext.AppendQuote(nil, name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(o.Value(name))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "\n%s: %s", quoted, value)
	}
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}

// keep leaves of an overlay what is about entity types, fields and links that
// there are.
func keep(overlay, facts *patch.Object) {
	for _, entity := range overlay.Names() {
		e := facts.Object(entity)
		if e == nil {
			overlay.Delete(entity)
			continue
		}
		for _, kind := range []string{"fields", "links"} {
			over, all := overlay.Object(entity).Object(kind), e.Object(kind)
			if over == nil {
				continue
			}
			for _, name := range over.Names() {
				if all == nil || all.Object(name) == nil {
					over.Delete(name)
				}
			}
		}
	}
}
