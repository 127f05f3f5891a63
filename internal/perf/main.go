// Perf writes docs/performance.md: it runs the benchmarks of package espo, each
// beside its baseline in the same run, and takes the median of several runs.
// With -check it runs those that need little time once, and fails when one
// allocates more than the document says.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

const document = "docs/performance.md"

func main() {
	check := flag.Bool("check", false, "compare the allocations with those of "+document)
	count := flag.Int("count", 5, "how often each benchmark runs")
	only := flag.String("only", "", "the `benchmark` to measure anew, such as List200; the other rows stay")
	flag.Parse()
	log.SetFlags(0)
	err := run(*check, *count, *only)
	if err != nil {
		log.Fatal(err)
	}
}

func run(check bool, count int, only string) error {
	if check {
		return checkAllocations()
	}
	doc, err := os.ReadFile(document)
	if err != nil && only != "" {
		return err
	}
	var lines []string
	for _, r := range rows {
		if line := lineOf(string(doc), r.what); only != "" && r.benchmark != only && line != "" {
			lines = append(lines, line)
			continue
		}
		found, err := measure(r, strconv.Itoa(count), r.time)
		if err != nil {
			return err
		}
		lines = append(lines, found.line())
		log.Println(found.line())
	}
	return os.WriteFile(document, []byte(intro+strings.Join(lines, "\n")+"\n"), 0o644)
}

// measure runs a benchmark and its baseline.
func measure(r row, count, benchtime string, more ...string) (result, error) {
	pattern := r.benchmark + "/^(" + r.ours + "|" + r.baseline + ")$"
	args := append([]string{"test", "-run", "^$", "-bench", "^Benchmark" + pattern, "-benchmem", "-count", count, "-benchtime", benchtime, "-timeout", "2h"}, more...)
	cmd := exec.CommandContext(context.Background(), "go", append(args, ".")...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return result{}, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return parse(r, bytes.NewReader(out))
}
