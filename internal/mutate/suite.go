package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// suite is the tests of the package, built with all mutations.
type suite struct {
	root    string // of the module, where they run
	dir     string // for their temporary files
	binary  string
	timeout time.Duration
	all     bool // every test runs, also after one has noticed the mutation
}

// slowTests take much longer than all the others together. Most of them do
// something with every method.
const slowTests = "^Test(FaultMatrix|DebugOfEveryCall|UploadRepliesAreNoInput|TimeoutReachesEveryRequest|" +
	"EveryCallRefusesBadOptions|OperationsOfEveryCall|StoreResponseOfEveryCall|HeaderReachesEveryRequest|" +
	"ActAsReachesEveryRequest|Documents.*|WireResponses|DayFiltersMatchWhatServersMatch|APIRules|DecodedTypesAreComplete)$"

var compilerNames = regexp.MustCompile(mutationFile(`([^:\s]+)`) + `:\d+`)

// build builds the tests of the package in the folder root.
func build(ctx context.Context, root, dir string, mutations []mutation) (*suite, error) {
	replace, err := overlay(root, dir, mutations)
	if err != nil {
		return nil, err
	}
	config, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, config, 0o600); err != nil {
		return nil, err
	}
	s := &suite{root: root, dir: dir, binary: filepath.Join(dir, "suite.test")}
	// -e is every error of the compiler, not the first ten.
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-gcflags=-e", "-overlay", file, "-o", s.binary, ".")
	cmd.Dir = root
	output, err := cmd.CombinedOutput()
	if err == nil {
		return s, nil
	}
	var names []string
	for _, match := range compilerNames.FindAllSubmatch(output, -1) {
		names = append(names, string(match[1]))
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) > 0 {
		return nil, fmt.Errorf("mutations that do not compile: %s\n%s", strings.Join(names, ", "), output)
	}
	return nil, fmt.Errorf("the tests cannot be built: %w\n%s", err, output)
}

// result is what the tests have said of a mutation.
type result struct {
	tests   []string // that have failed
	timeout bool
	failed  bool
	broken  error // why the tests could not be run
	output  []byte
	took    time.Duration
}

func (r result) noticed() bool { return r.failed }

// names are the tests that have noticed the mutation.
func (r result) names() []string {
	switch {
	case len(r.tests) > 0:
		return r.tests
	case r.timeout:
		return []string{"the time limit"}
	}
	return []string{"TestMain"} // which looks for goroutines that were left behind
}

// first names the first test that has noticed the mutation.
func (r result) first() string {
	if !r.noticed() {
		return "UNNOTICED"
	}
	text := r.names()[0]
	if n := len(r.names()) - 1; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	if r.timeout {
		text += " (time limit)"
	}
	return text
}

// all names every test that has noticed the mutation.
func (r result) all() string {
	if !r.noticed() {
		return r.first()
	}
	return strings.Join(r.names(), " ")
}

// test runs the tests with a mutation switched on, or with none. Unless all
// were asked for, it ends after the first test that notices the mutation; the
// slow ones come last.
func (s *suite) test(ctx context.Context, name string) result {
	if s.all {
		return s.run(ctx, name)
	}
	r := s.run(ctx, name, "-test.failfast", "-test.skip="+slowTests)
	if r.noticed() {
		return r
	}
	slow := s.run(ctx, name, "-test.failfast", "-test.run="+slowTests)
	slow.took += r.took
	return slow
}

// run runs the tests once.
func (s *suite) run(ctx context.Context, name string, args ...string) result {
	start := time.Now()
	tmp, err := os.MkdirTemp(s.dir, "run-*") // takes up what the mutation leaves behind
	if err != nil {
		return result{failed: true, broken: err}
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	ctx, cancel := context.WithTimeout(ctx, s.timeout+10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.binary, append(args, "-test.v", "-test.timeout="+s.timeout.String())...)
	cmd.Dir = s.root
	cmd.Env = append(os.Environ(), switchName+"="+name, "TMPDIR="+tmp, "ESPO_URL=")
	cmd.WaitDelay = time.Second
	output, err := cmd.CombinedOutput()
	r := parseOutput(output)
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) && ctx.Err() == nil {
		r.broken = err
	}
	r.failed, r.output, r.took = err != nil, output, time.Since(start)
	r.timeout = r.timeout || errors.Is(ctx.Err(), context.DeadlineExceeded)
	return r
}

var (
	failedTest  = regexp.MustCompile(`^\s*--- FAIL: (\S+) \(`)
	startedTest = regexp.MustCompile(`^=== (?:RUN|NAME|CONT)\s+(\S+)`)
	runningTest = regexp.MustCompile(`^\t\t(\S+) \(\d`)
)

// parseOutput finds the failed tests in the output of tests.
func parseOutput(output []byte) (r result) {
	var failed []string
	current := ""
	crashed := false
	for line := range bytes.Lines(output) {
		switch {
		case failedTest.Match(line):
			failed = append(failed, string(failedTest.FindSubmatch(line)[1]))
		case startedTest.Match(line):
			current = string(startedTest.FindSubmatch(line)[1])
		case bytes.HasPrefix(line, []byte("panic: test timed out")):
			r.timeout = true
		case r.timeout && runningTest.Match(line):
			failed = append(failed, string(runningTest.FindSubmatch(line)[1]))
		case bytes.HasPrefix(line, []byte("panic: ")), bytes.HasPrefix(line, []byte("fatal error: ")):
			crashed = true
		}
	}
	if crashed && len(failed) == 0 && current != "" {
		failed = append(failed, current)
	}
	for _, name := range failed {
		hasRows := slices.ContainsFunc(failed, func(other string) bool { return strings.HasPrefix(other, name+"/") })
		if !hasRows && !slices.Contains(r.tests, name) {
			r.tests = append(r.tests, name)
		}
	}
	return r
}
