package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// soak is a run of the program.
type soak struct {
	duration time.Duration
	workers  int
	faults   float64
	seed     uint64
	verbose  bool
	out      io.Writer

	report *report
	meter  *meter
}

// run starts the server, works, and reports. ok is whether all was right.
func (s *soak) run(ctx context.Context) (ok bool, err error) {
	before := runtime.NumGoroutine()
	_, _ = fmt.Fprintf(s.out, "seed       %d (-seed %[1]d -workers %d -faults %g)\n", s.seed, s.workers, s.faults)
	server, err := startChild(ctx)
	if err != nil {
		return false, err
	}
	s.report, s.meter = newReport(), &meter{conns: new(atomic.Int64)}
	start := time.Now()
	if err = errors.Join(s.work(ctx, server.addresses), server.stop()); err != nil {
		return false, err
	}
	took := time.Since(start)
	after := settle(before)
	s.checkRest(before, after)
	var b strings.Builder
	s.report.print(&b, took)
	s.meter.print(&b)
	fmt.Fprintf(&b, "goroutines  %d before, %d after\n", before, after)
	if s.verbose {
		table(&b, s.report.calls)
	}
	_, err = io.WriteString(s.out, b.String())
	return s.report.wrongs == 0, err
}

// checkRest notes what has grown, and what is left when all is closed.
func (s *soak) checkRest(before, after int) {
	const about = "the process"
	if after > before {
		s.report.wrong(about, "%d goroutines are left, and there were %d:\n%s", after, before, stacks())
	}
	if n := s.meter.conns.Load(); n > 0 {
		s.report.wrong(about, "%d connections are left open", n)
	}
	for _, l := range limits {
		if problem := l.growth(s.meter.samples); problem != "" {
			s.report.wrong(about, "%s", problem)
		}
	}
}

// work lets the workers work for the duration, and compares what there is in
// the end.
func (s *soak) work(ctx context.Context, server addresses) (err error) {
	defer func() {
		p := recover()
		if own, ok := p.(broken); ok {
			err = own.error
		} else if p != nil {
			panic(p)
		}
	}()
	files, err := os.MkdirTemp("", "espo-soak-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(files) }()
	defer setTempDir(files)()
	d := newDialer(server, s.meter.conns, s.faults, s.report)
	sh := &shared{truth: newTruth(ctx, server.Plain), dialer: d, files: files}
	defer sh.truth.http.CloseIdleConnections()
	if sh.clients, err = d.connectAll(); err != nil {
		return err
	}
	if err := sh.prepare(ctx, s.seed); err != nil {
		return err
	}
	s.meter.take()
	workers := s.hire(ctx, sh)
	if err := s.workAll(ctx, workers); err != nil {
		return err
	}
	s.meter.take()
	verifyAll(sh.truth, workers, s.report)
	d.watch.ended()
	left, err := os.ReadDir(files)
	left = slices.DeleteFunc(left, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), "espotest-") }) // of a server in this process
	if err != nil || len(left) > 0 {
		s.report.wrong("files", "files are left: %v %v", left, err)
	}
	for _, c := range sh.clients {
		c.CloseIdleConnections()
	}
	return sh.hooks.close()
}

// hire makes the workers, and gives each its client and its luck.
func (s *soak) hire(ctx context.Context, sh *shared) []*worker {
	workers := make([]*worker, s.workers)
	for i := range workers {
		workers[i] = &worker{
			number: i, ctx: ctx, client: sh.clients[i%len(sh.clients)], truth: sh.truth, report: s.report, book: newBook(), shared: sh,
			rng: rand.New(rand.NewPCG(s.seed, uint64(i)<<1)), dice: newDice(s.seed, i, s.faults),
		}
	}
	return workers
}

// workAll runs the workers until the time is over, or one of them cannot go on.
func (s *soak) workAll(ctx context.Context, workers []*worker) error {
	timed, stop := context.WithTimeout(ctx, s.duration)
	defer stop()
	var all sync.WaitGroup
	all.Go(func() { s.meter.run(timed, pace(s.duration)) })
	errs := make([]error, len(workers))
	for i, w := range workers {
		all.Go(func() {
			if errs[i] = w.run(func() bool { return timed.Err() != nil }); errs[i] != nil {
				stop()
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		all.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return errors.Join(errs...)
	case <-time.After(s.duration + maxCall):
		return fmt.Errorf("a call does not end:\n%s", stacks())
	}
}

// maxCall is longer than any call may take: the longest is a mass action that is
// never answered.
const maxCall = 2 * time.Minute

// setTempDir has temporary files made in a folder, the library's too, until the
// function that it returns is called.
func setTempDir(dir string) (restore func()) {
	const name = "TMPDIR"
	before, was := os.LookupEnv(name)
	_ = os.Setenv(name, dir)
	return func() {
		if was {
			_ = os.Setenv(name, before)
		} else {
			_ = os.Unsetenv(name)
		}
	}
}

// stacks are those of all goroutines.
func stacks() []byte {
	buf := make([]byte, 256<<10)
	return buf[:runtime.Stack(buf, true)]
}

// settle waits until there are no more goroutines than before, for a while.
func settle(before int) int {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	timeout := time.After(5 * time.Second)
	for {
		n := runtime.NumGoroutine()
		if n <= before {
			return n
		}
		select {
		case <-ticker.C:
		case <-timeout:
			return n
		}
	}
}
