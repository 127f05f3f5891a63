package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const librarySource = `package library

type Client struct{ Name string }

func (c *Client) Get(id string) error { return nil }
func (c *Client) Close()              {}

type Authenticator interface{ Authenticate() error }

type Option interface{ apply() }

func WithName(name string) Option { return nil }

type Status string

const (
	StatusNew  Status = "New"
	StatusDone Status = "Done"
)

type Old struct{ A, B int }

func (Old) Method()     {}
func MakeOld() Old      { return Old{} }

type hidden struct{ Shown int }

func (hidden) Visible() {}

type Page[T any] struct {
	hidden
	List []T
}

func (p *Page[T]) Next() (T, error) { var t T; return t, nil }
`

// library makes a module of the source, with the changelog. It returns its
// folder and what is guarded there.
func library(t *testing.T, source, changelog string) (string, []guarded) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "api"), 0o755))
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	write("go.mod", "module example.test/library\n\ngo 1.26\n")
	write("library.go", source)
	write("CHANGELOG.md", changelog)
	return dir, []guarded{{"example.test/library", "api/library.txt", ""}}
}

// changed replaces texts, old and new in turns, and insists that they are there.
func changed(t *testing.T, text string, oldnew ...string) string {
	t.Helper()
	for i := 0; i < len(oldnew); i += 2 {
		require.Contains(t, text, oldnew[i])
		text = strings.ReplaceAll(text, oldnew[i], oldnew[i+1])
	}
	return text
}

func TestGate(t *testing.T) {
	removeOld := []string{
		"type Old struct{ A, B int }", "", "func (Old) Method()     {}", "",
		"func MakeOld() Old      { return Old{} }", "func MakeOld() int { return 0 }",
	}
	tests := map[string]struct {
		change    []string // of the source
		changelog string   // the lines of the section Unreleased
		problems  []string // after the list was brought up to date
	}{
		"nothing changed": {},
		"additions": {
			change: []string{"struct{ Name string }", "struct{ Name, Other string }", "type Status string", "type Status string\n\nfunc Added() {}"},
		},
		"other names of parameters": {change: []string{"Get(id string)", "Get(key string)"}},
		"a method that went": {
			change:   []string{"func (c *Client) Close()              {}", ""},
			problems: []string{"`Client.Close`): method (*Client).Close()"},
		},
		"a method that went, and is named": {
			change:    []string{"func (c *Client) Close()              {}", ""},
			changelog: "- `Client.Close()` is gone: nothing was left to close.",
		},
		"a method that went, and is named without backquotes": {
			change:    []string{"func (c *Client) Close()              {}", ""},
			changelog: "- Client.Close is gone. `Close` was not needed.",
			problems:  []string{"`Client.Close`"},
		},
		"another signature": {
			change:   []string{"Get(id string)", "Get(id string, force bool)"},
			problems: []string{"`Client.Get`): method (*Client).Get(string) error"},
		},
		"another signature, named": {
			change:    []string{"Get(id string)", "Get(id string, force bool)"},
			changelog: "- `Client.Get(id)` is `Client.Get(id, force)`.",
		},
		"an option more, which method values notice": {
			change:   []string{"Get(id string)", "Get(id string, opts ...Option)"},
			problems: []string{"`Client.Get`"},
		},
		"a method of an interface that users implement": {
			change:   []string{"Authenticate() error }", "Authenticate() error; Renew() }"},
			problems: []string{"`Authenticator`): type Authenticator interface { Authenticate() error }"},
		},
		"a method of an interface that users implement, named": {
			change:    []string{"Authenticate() error }", "Authenticate() error; Renew() }"},
			changelog: "- `espo.Authenticator` has a method `Renew`.",
		},
		"a method of an interface that only the package implements": {
			change: []string{"interface{ apply() }", "interface{ apply(); String() string }"},
		},
		"another type of a field": {
			change:   []string{"List []T", "List map[string]T"},
			problems: []string{"`Page.List`): field Page[T].List []T"},
		},
		"another value of a constant": {
			change:   []string{`"Done"`, `"Finished"`},
			problems: []string{"`StatusDone`"},
		},
		"what an embedded type gave": {
			change:   []string{"func (hidden) Visible() {}", "", "{ Shown int }", "{ Other int }"},
			problems: []string{"`Page.Shown`", "`Page.Visible`"},
		},
		"a receiver that became a pointer": {
			change:   []string{"func (Old) Method()", "func (*Old) Method()"},
			problems: []string{"`Old.Method`"},
		},
		"a type that went": {
			change:   removeOld,
			problems: []string{"`Old`): type Old struct"},
		},
		"a type that went, named for all that has to do with it": {
			change:    removeOld,
			changelog: "- `Old` is gone.",
		},
		"a type that is named, and is still there": {
			change:    []string{"A, B int", "A int"},
			changelog: "- `Old` has changed.",
			problems:  []string{"`Old.B`"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			changelog := "# Changelog\n\n## Unreleased\n\n" + test.changelog +
				"\n\n## 1.0.0\n\n- `Client.Close`, `Client.Get`, `Authenticator` and `Old` came.\n"
			dir, packages := library(t, librarySource, changelog)
			require.NoError(t, run(t.Context(), dir, packages, write))
			require.NoError(t, run(t.Context(), dir, packages, check))

			source := changed(t, librarySource, test.change...)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "library.go"), []byte(source), 0o644))
			if len(test.problems) > 0 {
				require.Error(t, run(t.Context(), dir, packages, check), "before the list is up to date")
			}
			require.NoError(t, run(t.Context(), dir, packages, write))
			err := run(t.Context(), dir, packages, check)
			if len(test.problems) == 0 {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			for _, problem := range test.problems {
				assert.ErrorContains(t, err, problem)
			}
			assert.Len(t, strings.Split(err.Error(), "\n"), len(test.problems))

			require.NoError(t, run(t.Context(), dir, packages, release))
			assert.NoError(t, run(t.Context(), dir, packages, check), "after a release")
		})
	}
}

// What is new is in the list, or the check fails.
func TestGateWantsAdditionsInTheList(t *testing.T) {
	dir, packages := library(t, librarySource, "## Unreleased\n")
	require.ErrorContains(t, run(t.Context(), dir, packages, check), "new, run go generate: func WithName(string) Option")
	require.NoError(t, run(t.Context(), dir, packages, write))
	require.NoError(t, run(t.Context(), dir, packages, check))

	source := librarySource + "\nfunc (c *Client) Added(n int, more ...string) (int, error) { return 0, nil }\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "library.go"), []byte(source), 0o644))
	require.EqualError(t, run(t.Context(), dir, packages, check),
		"api/library.txt: new, run go generate: method (*Client).Added(int, ...string) (int, error)")
}

// What came back is not a break.
func TestGateForgetsWhatCameBack(t *testing.T) {
	dir, packages := library(t, librarySource, "## Unreleased\n")
	require.NoError(t, run(t.Context(), dir, packages, write))
	before, err := os.ReadFile(filepath.Join(dir, "api/library.txt"))
	require.NoError(t, err)

	source := changed(t, librarySource, "StatusNew  Status", "StatusFirst Status")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "library.go"), []byte(source), 0o644))
	require.NoError(t, run(t.Context(), dir, packages, write))
	list, err := os.ReadFile(filepath.Join(dir, "api/library.txt"))
	require.NoError(t, err)
	assert.Contains(t, string(list), "\nremoved const StatusNew Status = \"New\"\n")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "library.go"), []byte(librarySource), 0o644))
	require.NoError(t, run(t.Context(), dir, packages, write))
	list, err = os.ReadFile(filepath.Join(dir, "api/library.txt"))
	require.NoError(t, err)
	assert.Contains(t, string(list), "removed const StatusFirst")
	assert.Equal(t, string(before), strings.ReplaceAll(string(list), "removed const StatusFirst Status = \"New\"\n", ""))
}

func TestNamesInTheChangelog(t *testing.T) {
	const section = "- `Fault.Path`, `espo.Where(f)`, `espotest.Server.Seed`.\n- `Client.Do(ctx, \"GET\")` and Other.\n"
	root, fake := namesIn(section, ""), namesIn(section, "espotest.")
	for _, name := range []string{"Fault.Path", "Where", "Client.Do"} {
		assert.True(t, root[name], name)
		assert.False(t, fake[name], name)
	}
	assert.True(t, fake["Server.Seed"])
	assert.False(t, root["Server.Seed"])
	assert.False(t, root["Other"])
}
