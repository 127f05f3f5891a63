package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-espo/espo"
)

// report counts what has come of the calls, and holds what was wrong.
type report struct {
	mu          sync.Mutex
	calls       map[string]int // by method of the library
	succeeded   int
	recovered   int            // of them, those that met a fault
	failures    map[string]int // by kind of error
	faults      map[string]int // by kind of fault
	unknown     int
	unknownDone int // of them, those that had been done
	wrongs      int
	shown       []string       // the first of the wrongs
	alike       map[string]int // wrongs by what they are about
}

func newReport() *report {
	return &report{calls: map[string]int{}, failures: map[string]int{}, faults: map[string]int{}, alike: map[string]int{}}
}

// maxShown is how many wrongs are printed, and maxAlike how many of those about
// the same. After the first ones, more of them say little.
const (
	maxShown = 40
	maxAlike = 3
)

// wrong notes something that must not be.
func (p *report) wrong(about, format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wrongs++
	if p.alike[about]++; p.alike[about] <= maxAlike && len(p.shown) < maxShown {
		p.shown = append(p.shown, fmt.Sprintf(format, args...))
	}
}

// count notes what has come of a call.
func (p *report) count(r result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[r.name]++
	met := false
	for _, t := range r.tries {
		if t.fault != nil {
			met = true
			p.faults[t.fault.name]++
		}
	}
	switch {
	case r.err == nil && met:
		p.recovered++
		fallthrough
	case r.err == nil:
		p.succeeded++
	default:
		p.failures[kindOf(r.err)]++
	}
}

// settled notes whether what had an unknown outcome was done.
func (p *report) settled(r result, wasDone bool) {
	if r.outcome != unknown {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unknown++
	if wasDone {
		p.unknownDone++
	}
}

// kindOf names the kind of an error.
func kindOf(err error) string {
	var (
		e       *espo.Error
		timeout interface{ Timeout() bool }
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "context canceled"
	case errors.Is(err, espo.ErrInput):
		return "input"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, espo.ErrNotEspoCRM) && errors.As(err, &e):
		return fmt.Sprintf("%d not of EspoCRM", e.Status)
	case errors.As(err, &e):
		return fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	case errors.Is(err, espo.ErrTransport):
		return "transport"
	case errors.Is(err, espo.ErrNothingDone):
		return "nothing done"
	case errors.Is(err, espo.ErrNotFound):
		return "not found"
	case errors.Is(err, espo.ErrOutcomeUnknown):
		return "unknown outcome"
	}
	return "other"
}

// print writes the report.
func (p *report) print(w *strings.Builder, took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, text := range p.shown {
		fmt.Fprintf(w, "WRONG: %s\n", text)
	}
	calls, failed, met := sum(p.calls), sum(p.failures), sum(p.faults)
	fmt.Fprintf(w, "duration   %s\n", took.Round(time.Millisecond))
	fmt.Fprintf(w, "calls      %d of %d methods (%.0f a second)\n", calls, len(p.calls), float64(calls)/took.Seconds())
	fmt.Fprintf(w, "succeeded  %d, of them %d in spite of a fault\n", p.succeeded, p.recovered)
	fmt.Fprintf(w, "failed     %d\n", failed)
	table(w, p.failures)
	fmt.Fprintf(w, "faults     %d of %d kinds\n", met, len(p.faults))
	table(w, p.faults)
	fmt.Fprintf(w, "unknown    %d outcomes, of which %d had been done\n", p.unknown, p.unknownDone)
	fmt.Fprintf(w, "wrong      %d\n", p.wrongs)
}

func sum(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

// table writes counts, the greatest first.
func table(w *strings.Builder, counts map[string]int) {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b))
	})
	for _, name := range names {
		fmt.Fprintf(w, "  %7d  %s\n", counts[name], name)
	}
}
