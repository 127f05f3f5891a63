package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// figures are what go test says of a benchmark, by unit.
type figures map[string][]float64

// median of a unit, or 0 where there is none.
func (f figures) median(unit string) float64 {
	values := slices.Sorted(slices.Values(f[unit]))
	if len(values) == 0 {
		return 0
	}
	return values[len(values)/2]
}

// result is what came of a row.
type result struct {
	row
	library, base figures
}

// parse reads the output of go test -bench.
func parse(r row, out io.Reader) (result, error) {
	found := result{r, figures{}, figures{}}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		_, name, _ := strings.Cut(fields[0], "/")
		if i := strings.LastIndexByte(name, '-'); i > 0 && name[i+1:] != r.baseline { // the number of processors
			if _, err := strconv.Atoi(name[i+1:]); err == nil {
				name = name[:i]
			}
		}
		into := found.library
		if name == r.baseline {
			into = found.base
		}
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return found, fmt.Errorf("%s: %w", lines.Text(), err)
			}
			into[fields[i+1]] = append(into[fields[i+1]], value)
		}
	}
	if len(found.library) == 0 || len(found.base) == 0 {
		return found, fmt.Errorf("%s: there is no result of %s beside %s", r.benchmark, r.ours, r.baseline)
	}
	return found, nil
}

// line is the row of the table.
func (r result) line() string {
	cells := []string{r.what, r.by}
	for _, column := range []struct {
		unit string
		show func(float64) string
	}{{"ns/op", duration}, {"B/op", size}, {"allocs/op", number}} {
		ours, base := r.library.median(column.unit), r.base.median(column.unit)
		cells = append(cells, column.show(ours), column.show(base), fmt.Sprintf("%.3f", ours/base))
	}
	heap := "" // which only some benchmarks measure
	if ours := r.library.median("heap-MiB"); ours > 0 {
		heap = fmt.Sprintf("%.0f MiB, baseline %.0f MiB", ours, r.base.median("heap-MiB"))
	}
	return "| " + strings.Join(append(cells, heap), " | ") + " |"
}

func duration(ns float64) string {
	d := time.Duration(ns)
	switch {
	case d > time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d > time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(100 * time.Nanosecond).String()
}

func size(bytes float64) string {
	switch {
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MiB", bytes/(1<<20))
	case bytes >= 1<<10:
		return fmt.Sprintf("%.1f KiB", bytes/(1<<10))
	}
	return fmt.Sprintf("%.0f B", bytes)
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', 0, 64) }

// lineOf is the line of the document about what, or "".
func lineOf(doc, what string) string {
	for line := range strings.Lines(doc) {
		if strings.HasPrefix(line, "| "+what+" | ") {
			return strings.TrimSuffix(line, "\n")
		}
	}
	return ""
}

// tolerance is how many times as many allocations as in the document pass:
// connections and pools make them differ from run to run.
const tolerance = 1.05

// committed are the allocations of the document's rows.
func committed(doc string) map[string]float64 {
	found := map[string]float64{}
	for line := range strings.Lines(doc) {
		cells := strings.Split(line, " | ")
		if len(cells) < 9 {
			continue
		}
		if n, err := strconv.ParseFloat(cells[8], 64); err == nil {
			found[strings.TrimPrefix(cells[0], "| ")] = n
		}
	}
	return found
}

func checkAllocations() error {
	doc, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	known := committed(string(doc))
	var errs []error
	for _, r := range rows {
		if !r.quick {
			continue
		}
		found, err := measure(r, "1", r.time)
		if err != nil {
			return err
		}
		n := found.library.median("allocs/op")
		fmt.Printf("%s: %.0f allocations, %.0f in %s\n", r.what, n, known[r.what], document)
		if n > known[r.what]*tolerance {
			errs = append(errs, fmt.Errorf("%s: %.0f allocations, more than the %.0f of %s", r.what, n, known[r.what], document))
		}
	}
	return errors.Join(errs...)
}
