package espo_test

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/internal/exportdata"
	"github.com/go-espo/espo/internal/markdown"
)

// What snippets import without saying so.
var snippetImports = []string{
	"context", "crypto/tls", "errors", "fmt", "io", "log", "log/slog", "maps", "net/http", "os", "slices", "strings", "testing", "time",
	"github.com/go-espo/espo", "github.com/go-espo/espo/espotest", "github.com/go-espo/espo/inbox",
	"github.com/stretchr/testify/assert", "github.com/stretchr/testify/require",
}

// The modules beside the library, by the package's name in snippets, and a
// package that espogen has made.
var besides = map[string]string{"espootel": "otel", "espoprom": "prometheus", "esposqlite": "sqlite", "esponats": "nats", "crm": golden}

const golden = "internal/gen/golden"

// A snippet is a block of Go in a document.
type snippet struct {
	file string
	line int // of its first line
	text string
}

// snippetsIn finds the blocks of Go in a document.
func snippetsIn(file, text string) (found []snippet) {
	for b := range markdown.Blocks(text) {
		if b.Language == "go" {
			found = append(found, snippet{file: file, line: b.Line, text: b.Text})
		}
	}
	return found
}

var inlineCode = regexp.MustCompile("`((?:client|espo|espotest)\\.[^`\n]+)`")

// spansIn finds the pieces of Go within the text of a document.
func spansIn(file, text string) (found []snippet) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		for _, m := range inlineCode.FindAllStringSubmatch(line, -1) {
			found = append(found, snippet{file: file, line: n, text: "use(" + m[1] + ")"})
		}
	}
	return found
}

// modules are the modules beside the library that the snippet uses.
func (s snippet) modules() []string {
	return slices.DeleteFunc(s.needs(), func(dir string) bool { return dir == golden })
}

// needs are the folders of what the snippet uses beside the library.
func (s snippet) needs() (dirs []string) {
	for name, dir := range besides {
		if strings.Contains(s.text, name+".") {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// A docChecker type-checks snippets.
type docChecker struct {
	fset     *token.FileSet
	importer types.Importer
	prelude  *ast.File
}

func newDocChecker(t *testing.T, snippets []snippet) *docChecker {
	t.Helper()
	c := &docChecker{fset: token.NewFileSet()}
	packages := []exportdata.Packages{{Dir: ".", Patterns: append(slices.Clone(snippetImports), "./"+golden)}}
	loaded := map[string]bool{golden: true}
	for _, s := range snippets {
		for _, dir := range s.needs() {
			if !loaded[dir] {
				packages = append(packages, exportdata.Packages{Dir: dir, Patterns: []string{"."}})
				loaded[dir] = true
			}
		}
	}
	var err error
	c.importer, err = exportdata.Importer(t.Context(), c.fset, packages...)
	require.NoError(t, err)
	c.prelude, err = parser.ParseFile(c.fset, filepath.Join("testdata", "docs", "prelude.go"), nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	return c
}

// check says what is wrong with a snippet. It is a whole file, or declarations,
// or the statements of a function.
func (c *docChecker) check(s snippet) error {
	if strings.HasPrefix(s.text, "package ") {
		file, err := c.parse(s, "", s.text, "")
		if err != nil {
			return err
		}
		return c.types(file)
	}
	imports, rest := s.imports()
	head := "package docs; " + imports
	file, err := c.parse(s, head, rest, "")
	if err != nil {
		asDeclarations := err
		if file, err = c.parse(s, head+"func _() error { ", rest, "\npanic(nil) }"); err != nil {
			if strings.Contains(rest, "\nfunc ") || strings.HasPrefix(rest, "func ") {
				return asDeclarations
			}
			return err
		}
	}
	return c.types(file, c.prelude)
}

var newlines = regexp.MustCompile(`\n+`)

// imports are those that the snippet has and those that it can do without
// saying so; rest is what is left of it, on the same lines.
func (s snippet) imports() (imports, rest string) {
	var decls strings.Builder
	rest = s.text
	for strings.HasPrefix(strings.TrimSpace(rest), "import ") {
		text := strings.TrimLeft(rest, "\n")
		blank := strings.Repeat("\n", len(rest)-len(text))
		line, after, _ := strings.Cut(text, "\n")
		if strings.HasPrefix(line, "import (") {
			line, after, _ = strings.Cut(text, "\n)")
			line += "\n)"
		}
		decls.WriteString(newlines.ReplaceAllString(strings.Replace(line, "(\n", "(", 1), "; ") + "; ")
		rest = blank + strings.Repeat("\n", strings.Count(text, "\n")-strings.Count(after, "\n")) + after
	}
	for _, path := range snippetImports {
		if !strings.Contains(decls.String(), `"`+path+`"`) {
			fmt.Fprintf(&decls, "import %q; ", path)
		}
	}
	for name, dir := range besides {
		if path := "github.com/go-espo/espo/" + dir; strings.Contains(s.text, name+".") && !strings.Contains(decls.String(), `"`+path+`"`) {
			fmt.Fprintf(&decls, "import %s %q; ", name, path)
		}
	}
	return decls.String(), rest
}

func (c *docChecker) parse(s snippet, before, text, after string) (*ast.File, error) {
	source := fmt.Sprintf("%s/*line %s:%d:1*/%s%s", before, s.file, s.line, text, after)
	return parser.ParseFile(c.fset, "", source, parser.SkipObjectResolution)
}

// types type-checks files as one package. What is declared and not used is no
// mistake of a snippet.
func (c *docChecker) types(files ...*ast.File) error {
	var first error
	config := types.Config{
		Importer:  c.importer,
		GoVersion: "go1.26",
		Error: func(err error) {
			if e, ok := errors.AsType[types.Error](err); !ok || !e.Soft {
				first = cmp.Or(first, err)
			}
		},
	}
	_, _ = config.Check("docs", c.fset, files, nil)
	return first
}

// documents are README.md, those of the modules beside the library, and what
// stands in docs.
func documents(t *testing.T) (blocks, spans []snippet) {
	t.Helper()
	for _, pattern := range []string{"README.md", "docs/*.md", "*/README.md"} {
		names, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, name := range names {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			blocks = append(blocks, snippetsIn(name, string(text))...)
			spans = append(spans, spansIn(name, string(text))...)
		}
	}
	return blocks, spans
}

// alone are errors of what stands alone within a text: types, and functions that
// have type parameters.
var alone = regexp.MustCompile(`is not an expression|without instantiation|cannot infer`)

// Whoever copies Go from a document has something that compiles, given what
// testdata/docs/prelude.go declares.
func TestDocumentsCompile(t *testing.T) {
	t.Parallel()
	blocks, spans := documents(t)
	require.Greater(t, len(blocks), 5)
	require.Greater(t, len(spans), 20)
	// What the modules depend on takes minutes to build.
	withModules := os.Getenv("ESPO_TEST_MODULES") != ""
	c := newDocChecker(t, slices.DeleteFunc(slices.Concat(blocks, spans), func(s snippet) bool { return len(s.modules()) > 0 && !withModules }))
	for _, s := range blocks {
		t.Run(fmt.Sprintf("%s:%d", s.file, s.line), func(t *testing.T) {
			if modules := s.modules(); len(modules) > 0 && !withModules {
				t.Skipf("it uses the modules %v: set ESPO_TEST_MODULES, as .ci/modules does", modules)
			}
			assert.NoError(t, c.check(s))
		})
	}
	for _, s := range spans {
		if err := c.check(s); err != nil && !alone.MatchString(err.Error()) {
			assert.NoError(t, err)
		}
	}
}

func TestDocumentsAreReallyCompiled(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"statements":                   {"acc, err := client.Accounts.Get(ctx, id)\nreturn err\n", ""},
		"declarations":                 {"type Mine struct{ espo.Account }\n\nfunc (m Mine) X() error { return err }\n", ""},
		"types among statements":       {"type Mine struct{ ID string }\nall := espo.Records[Mine](client, \"Mine\")\n", ""},
		"imports before statements":    {"import (\n\t\"fmt\"\n\n\t\"os\"\n)\n\nfmt.Fprintln(os.Stderr, acc.Name)\n", ""},
		"a whole file":                 {"package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println() }\n", ""},
		"a method that is not there":   {"acc, err := client.Accounts.Get(ctx, id)\nacc.Nothing()\n", "doc.md:9:5: acc.Nothing undefined"},
		"too few arguments":            {"\nerr = client.Accounts.Delete(ctx)\n", "doc.md:9:33: not enough arguments"},
		"a name that nobody declares":  {"import \"os\"\n\nos.Exit(nobody)\n", "doc.md:10:9: undefined: nobody"},
		"no statement":                 {"acc, err := )\n", "doc.md:8:13"},
		"a mistake in a declaration":   {"func f() {\n\treturn }}\n", "doc.md:9:10"},
		"a mistake in a whole file":    {"package main\n\nfunc main() { ctx.Done() }\n", "doc.md:10:15: undefined: ctx"},
		"a package that is not listed": {"import \"example.com/x\"\n\nx.Y()\n", "example.com/x"},
	}
	c := newDocChecker(t, nil)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found := snippetsIn("doc.md", "# Title\n\n    go test\n\n```sh\n```\n```go\n"+test.text+"```\n\n```\nnot Go\n```\n")
			require.Len(t, found, 1)
			err := c.check(found[0])
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, test.want)
		})
	}
}
