// Command mutate shows whether the tests of the library notice a bug. It puts
// small deliberate bugs, the mutations of its tables, into the library, one at
// a time, and runs the tests of the package espo with each:
//
//	go run ./internal/mutate [-run regexp] [-list] [-v] [-all] [-p n] [-timeout d]
//
// A mutation that no test notices is a missing test: the command names it and
// exits with 1. It does so, too, when a mutation no longer applies or does not
// compile: those who change the code keep the tables true.
//
// The files of the project are not touched: the tests are built from copies, by
// the option -overlay of the go command. Compiling takes much longer than
// testing, so that the tests are built once, with every mutation in them, and
// run once for each mutation, which an environment variable switches on.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// options are the flags of the command.
type options struct {
	chosen  *regexp.Regexp
	list    bool
	verbose bool
	all     bool
	workers int
	timeout time.Duration
}

func parse(args []string, out io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.SetOutput(out)
	pattern := flags.String("run", "", "only the mutations whose name matches this `regexp`")
	flags.BoolVar(&o.list, "list", false, "list the mutations and do nothing")
	flags.BoolVar(&o.verbose, "v", false, "report each mutation at once, with the tests that have noticed it")
	flags.BoolVar(&o.all, "all", false, "run every test with each mutation, and not until one has noticed it: takes several times as long")
	flags.IntVar(&o.workers, "p", runtime.NumCPU(), "mutations that are tested at the same time")
	flags.DurationVar(&o.timeout, "timeout", time.Minute, "time limit of the tests of one mutation")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 || o.workers < 1 || o.timeout <= 0 {
		return o, errors.New("there is an argument too many, or a flag that is not positive")
	}
	o.chosen, err = regexp.Compile(*pattern)
	return o, err
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	mutations := slices.DeleteFunc(slices.Clone(table), func(m mutation) bool { return !o.chosen.MatchString(m.name) })
	if o.list {
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, m := range mutations {
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", m.name, m.file, m.what)
		}
		return w.Flush()
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	return check(ctx, root, mutations, o, out)
}

// moduleRoot is the folder of the module that the command is run in.
func moduleRoot(ctx context.Context) (string, error) {
	mod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	return filepath.Dir(string(bytes.TrimSpace(mod))), nil
}

// check tests the mutations of the package in the folder root.
func check(ctx context.Context, root string, mutations []mutation, o options, out io.Writer) error {
	if len(mutations) == 0 {
		return errors.New("there is no such mutation")
	}
	dir, err := os.MkdirTemp("", "mutate-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	start := time.Now()
	s, err := build(ctx, root, dir, mutations)
	if err != nil {
		return err
	}
	s.timeout, s.all = o.timeout, o.all
	_, _ = fmt.Fprintf(out, "built in %s\n", time.Since(start).Round(time.Second))
	if plain := s.test(ctx, ""); plain.broken != nil {
		return fmt.Errorf("the tests cannot be run: %w", plain.broken)
	} else if plain.noticed() {
		return fmt.Errorf("the tests fail without a mutation: %s\n%s", plain.first(), plain.output)
	}
	results := s.testAll(ctx, mutations, o, out)
	if err := ctx.Err(); err != nil {
		return err
	}
	return report(out, mutations, results, time.Since(start))
}

// testAll tests the mutations, several at once.
func (s *suite) testAll(ctx context.Context, mutations []mutation, o options, out io.Writer) []result {
	results := make([]result, len(mutations))
	var (
		workers sync.WaitGroup
		mu      sync.Mutex // of out
	)
	next := make(chan int)
	for range o.workers {
		workers.Go(func() {
			for i := range next {
				if ctx.Err() != nil {
					continue
				}
				results[i] = s.test(ctx, mutations[i].name)
				if o.verbose {
					mu.Lock()
					_, _ = fmt.Fprintf(out, "%s (%.1fs): %s\n", mutations[i].name, results[i].took.Seconds(), results[i].all())
					mu.Unlock()
				}
			}
		})
	}
	for i := range mutations {
		next <- i
	}
	close(next)
	workers.Wait()
	return results
}

// report prints the results, and fails when a mutation was not noticed.
func report(out io.Writer, mutations []mutation, results []result, took time.Duration) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	var unnoticed []string
	for i, m := range mutations {
		if err := results[i].broken; err != nil {
			return fmt.Errorf("the tests cannot be run with %s: %w", m.name, err)
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\n", m.name, results[i].first())
		if !results[i].noticed() {
			unnoticed = append(unnoticed, m.name+": "+m.what)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	n := len(mutations)
	_, _ = fmt.Fprintf(out, "%d mutations, %d noticed, %d unnoticed, in %s\n", n, n-len(unnoticed), len(unnoticed), took.Round(time.Second))
	if len(unnoticed) == 0 {
		return nil
	}
	return errors.New("no test has noticed:\n\t" + strings.Join(unnoticed, "\n\t"))
}
