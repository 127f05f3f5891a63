package main

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The text that a mutation replaces is there, once, in a function.
func TestMutationsApply(t *testing.T) {
	assert.GreaterOrEqual(t, len(table), 50)
	seen := map[string]bool{}
	for _, m := range table {
		t.Run(m.name, func(t *testing.T) {
			assert.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, m.name)
			assert.False(t, seen[m.name], "the name is taken")
			seen[m.name] = true
			assert.NotEqual(t, m.find, m.with)
			assert.NotEmpty(t, m.what)
			assert.NotContains(t, m.what, "\n")
			src, err := os.ReadFile(filepath.Join("..", "..", m.file))
			require.NoError(t, err)
			contents, err := mutated(m.file, src, []mutation{m})
			require.NoError(t, err)
			_, err = parser.ParseFile(token.NewFileSet(), m.file, contents, parser.SkipObjectResolution)
			assert.NoError(t, err)
		})
	}
}

const (
	tinySource = `package tiny

import "errors"

func Half(n int) (half int, err error) {
	if n%2 != 0 {
		return 0, errors.New("odd")
	}
	half = n / 2
	return
}

type Sum[T int | float64] struct{ total T }

func (s *Sum[T]) Add(values ...T) {
	for _, v := range values {
		s.total += v
	}
}

func Unused() int { return 1 }
`
	tinyTests = `package tiny

import "testing"

func TestHalf(t *testing.T) {
	for n, want := range map[int]int{2: 1, 4: 2} {
		t.Run("row", func(t *testing.T) {
			if got, err := Half(n); got != want || err != nil {
				t.Error(got, err)
			}
		})
	}
	if _, err := Half(3); err == nil {
		t.Error("an odd number has a half")
	}
}

func TestFaultMatrix(t *testing.T) {
	var s Sum[int]
	if s.Add(1, 2); s.total != 3 {
		t.Error(s.total)
	}
}
`
)

// tiny is a module with the tests given, and its folder.
func tiny(t *testing.T, tests string) string {
	t.Helper()
	dir := t.TempDir()
	for name, contents := range map[string]string{
		"go.mod": "module tiny\n\ngo 1.26\n", "tiny.go": tinySource, "tiny_test.go": tests,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(contents), 0o600))
	}
	return dir
}

func checkTiny(t *testing.T, all bool, tests string, mutations ...mutation) (string, error) {
	t.Helper()
	var out bytes.Buffer
	dir := tiny(t, tests)
	err := check(t.Context(), dir, mutations, options{workers: 2, timeout: 2 * time.Second, verbose: true, all: all}, &out)
	source, readErr := os.ReadFile(filepath.Join(dir, "tiny.go"))
	require.NoError(t, readErr)
	assert.Equal(t, tinySource, string(source), "the sources are not touched")
	entries, readErr := os.ReadDir(dir)
	require.NoError(t, readErr)
	assert.Len(t, entries, 3)
	return out.String(), err
}

func TestCheck(t *testing.T) {
	out, err := checkTiny(t, true, tinyTests,
		mutation{"third", "tiny.go", "n / 2", "n / 3", "a third"},
		mutation{"even-odd", "tiny.go", `0, errors.New("odd")`, "0, nil", "odd numbers are even"},
		mutation{"sum-of-nothing", "tiny.go", "s.total += v", "_ = v", "nothing is added"},
		mutation{"hangs", "tiny.go", "for _, v := range values {", "for {}\nfor _, v := range values {", "it never ends"},
		mutation{"panics", "tiny.go", "half = n / 2", "half = n / (n - 2)", "it panics"},
		mutation{"nobody-cares", "tiny.go", "return 1", "return 2", "nobody asks"},
	)
	assert.EqualError(t, err, "no test has noticed:\n\tnobody-cares: nobody asks")
	for _, want := range []string{
		`(?m)^third +TestHalf/row and 1 more$`,
		`(?m)^even-odd +TestHalf$`,
		`(?m)^sum-of-nothing +TestFaultMatrix$`,
		`(?m)^hangs +TestFaultMatrix \(time limit\)$`,
		`(?m)^panics +TestHalf/row`,
		`(?m)^nobody-cares +UNNOTICED$`,
		`(?m)^6 mutations, 5 noticed, 1 unnoticed, in \d+s$`,
		`(?m)^sum-of-nothing \(\d+\.\ds\): TestFaultMatrix$`,
	} {
		assert.Regexp(t, regexp.MustCompile(want), out)
	}

	out, err = checkTiny(t, false, tinyTests,
		mutation{"third", "tiny.go", "n / 2", "n / 3", "a third"},
		mutation{"seen-by-a-slow-one", "tiny.go", "s.total += v", "_ = v", "nothing is added"},
	)
	assert.NoError(t, err)
	assert.Regexp(t, `(?m)^third +TestHalf/row$`, out, "the first that notices it")
	assert.Regexp(t, `(?m)^seen-by-a-slow-one +TestFaultMatrix$`, out)
}

// What is wrong with the table, or with the tests, is told apart from what the
// tests notice.
func TestCheckFails(t *testing.T) {
	for name, c := range map[string]struct {
		with  mutation
		tests string
		want  string
	}{
		"text is gone":     {mutation{"m", "tiny.go", "n / 4", "n", ""}, tinyTests, "m: the text is 0 times in tiny.go"},
		"text is repeated": {mutation{"m", "tiny.go", "return", "n", ""}, tinyTests, "m: the text is 3 times in tiny.go"},
		"not in a body":    {mutation{"m", "tiny.go", "total T", "total  T", ""}, tinyTests, "m: the text is not in the body of a function"},
		"file is gone":     {mutation{"m", "gone.go", "n", "m", ""}, tinyTests, "m: open "},
		"does not compile": {mutation{"m", "tiny.go", "n / 2", "none", ""}, tinyTests, "mutations that do not compile: m\n"},
		"not terminated":   {mutation{"m", "tiny.go", "half = n / 2\n\treturn", "half = n", ""}, tinyTests, "mutations that do not compile: m\n"},
		"tests fail":       {mutation{"m", "tiny.go", "n / 2", "n", ""}, strings.Replace(tinyTests, "2: 1", "2: 2", 1), "the tests fail without a mutation: TestHalf/row"},
		"tests are broken": {mutation{"m", "tiny.go", "n / 2", "n", ""}, "package tiny\n\nfunc broken", "the tests cannot be built: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := checkTiny(t, false, c.tests, c.with)
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := checkTiny(t, false, tinyTests)
	assert.ErrorContains(t, err, "no such mutation")
}

// Tests that cannot be run have noticed nothing.
func TestTestsThatCannotRun(t *testing.T) {
	s := &suite{root: t.TempDir(), dir: t.TempDir(), binary: filepath.Join(t.TempDir(), "gone"), timeout: time.Second}
	m := []mutation{{"third", "tiny.go", "n / 2", "n / 3", "a third"}}
	var out bytes.Buffer
	err := report(&out, m, []result{s.test(t.Context(), "third")}, time.Second)
	assert.ErrorContains(t, err, "the tests cannot be run with third: ")
}

func TestFlags(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-list", "-run", "^retry-(post|login)"}, &out))
	assert.Equal(t, 3, strings.Count(out.String(), "\n"))
	assert.Regexp(t, `(?m)^retry-login +retry\.go +a login that failed is sent again$`, out.String())
	for _, args := range [][]string{{"-run", "("}, {"-p", "0"}, {"-timeout", "0s"}, {"all"}, {"-unknown"}} {
		assert.Error(t, run(t.Context(), args, &out), args)
	}
}
