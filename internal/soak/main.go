// Command soak uses the whole library at once, for as long as it is told, and
// checks that it does what it says.
//
//	go run ./internal/soak -for 60s
//
// Many workers share a few clients of an embedded fake server, which runs in a
// process of its own, and call nearly every method while a part of their
// requests fails in one of many ways. Each worker compares what a call has
// reported with what the server then has: what was reported as done must have
// been done once, what was reported as failed must not have been done, and what
// has an unknown outcome may have been done once. In the end everything that
// the server has is compared with what the workers know.
//
// The exit status is 1 when anything was wrong, or when the memory, the
// goroutines, the connections or the files did not stay flat.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

func main() {
	var (
		s        = soak{out: os.Stdout}
		asServer = flag.Bool("serve", false, "be the server: for the program itself")
	)
	flag.DurationVar(&s.duration, "for", time.Minute, "how long to work")
	flag.IntVar(&s.workers, "workers", 32, "how many workers")
	flag.Float64Var(&s.faults, "faults", 0.05, "the part of the requests that fail")
	flag.Uint64Var(&s.seed, "seed", rand.Uint64(), "decides what is done and what fails, as far as goroutines allow")
	flag.BoolVar(&s.verbose, "v", false, "print how often each method was called")
	flag.Parse()
	if s.duration <= 0 || s.workers <= 0 || s.faults < 0 || s.faults > 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	var (
		ok  bool
		err error
	)
	if *asServer {
		ok, err = true, serve()
	} else {
		ok, err = s.run(context.Background())
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(2)
	case !ok:
		os.Exit(1)
	}
}
