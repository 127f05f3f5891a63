package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// meter samples what must stay flat.
type meter struct {
	conns   *atomic.Int64
	samples []sample
}

// sample is what the process holds at a moment, after a garbage collection.
type sample struct {
	heap        int // bytes of live objects
	goroutines  int
	connections int // of the clients
	files       int // open descriptors; 0 where the system does not tell
}

// take takes a sample.
func (m *meter) take() {
	runtime.GC()
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(heap)
	m.samples = append(m.samples, sample{
		heap: int(heap[0].Value.Uint64()), goroutines: runtime.NumGoroutine(),
		connections: int(m.conns.Load()), files: openFiles(),
	})
}

// run takes samples until the context ends.
func (m *meter) run(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			m.take()
		case <-ctx.Done():
			return
		}
	}
}

// pace is the time between two samples: five seconds, or less for a short soak,
// so that there are twelve.
func pace(whole time.Duration) time.Duration {
	return max(min(whole/12, 5*time.Second), 50*time.Millisecond)
}

func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

// limit says when something is no longer flat. Workers are interrupted in
// the midst of uploads and replies, so that the samples differ.
type limit struct {
	name  string
	unit  string
	scale int
	slack int
	of    func(sample) int
}

var limits = []limit{
	{"heap", " MiB", 1 << 20, 8 << 20, func(s sample) int { return s.heap }},
	{"goroutines", "", 1, 64, func(s sample) int { return s.goroutines }},
	{"connections", "", 1, 32, func(s sample) int { return s.connections }},
	{"files", "", 1, 64, func(s sample) int { return s.files }},
}

// growth says that something grows, or "". It is flat when the median of the
// last third of the samples is at most 1.3 times that of the second third, and
// some slack. The first third warms up.
func (l limit) growth(samples []sample) string {
	n := len(samples) / 3
	if n == 0 {
		return ""
	}
	second, last := l.median(samples[n:2*n]), l.median(samples[2*n:])
	if last <= second*13/10+l.slack {
		return ""
	}
	return fmt.Sprintf("%s grows from %s to %s", l.name, l.text(second), l.text(last))
}

func (l limit) sorted(samples []sample) []int {
	all := make([]int, len(samples))
	for i, s := range samples {
		all[i] = l.of(s)
	}
	slices.Sort(all)
	return all
}

func (l limit) median(samples []sample) int { return l.sorted(samples)[len(samples)/2] }

func (l limit) text(n int) string {
	if l.scale == 1 {
		return fmt.Sprintf("%d%s", n, l.unit)
	}
	return fmt.Sprintf("%.1f%s", float64(n)/float64(l.scale), l.unit)
}

// print writes how much there was.
func (m *meter) print(w *strings.Builder) {
	for _, l := range limits {
		all := l.sorted(m.samples)
		fmt.Fprintf(w, "%-11s start %s, min %s, median %s, max %s, end %s\n", l.name,
			l.text(l.of(m.samples[0])), l.text(all[0]), l.text(all[len(all)/2]), l.text(all[len(all)-1]), l.text(l.of(m.samples[len(m.samples)-1])))
	}
}
