package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTable(t *testing.T) {
	r := row{what: "Read a list", by: "by hand", benchmark: "List", ours: "typed", baseline: "typed-baseline"}
	found, err := parse(r, strings.NewReader(`goos: linux
BenchmarkList/typed-2            100   3000000 ns/op  12.5 MB/s  2048 B/op   30 allocs/op
BenchmarkList/typed-baseline-2   100   6000000 ns/op  12.5 MB/s  4096 B/op   60 allocs/op
BenchmarkList/typed-2            100   1000000 ns/op  12.5 MB/s  2048 B/op   30 allocs/op
BenchmarkList/typed-baseline-2   100   9000000 ns/op  12.5 MB/s  4096 B/op   60 allocs/op
BenchmarkList/typed-2            100   2000000 ns/op  12.5 MB/s  2048 B/op   30 allocs/op
BenchmarkList/typed-baseline-2   100   8000000 ns/op  12.5 MB/s  4096 B/op   60 allocs/op
PASS
`))
	require.NoError(t, err)
	assert.Equal(t, "| Read a list | by hand | 2ms | 8ms | 0.250 | 2.0 KiB | 4.0 KiB | 0.500 | 30 | 60 | 0.500 |  |", found.line())
	assert.Equal(t, map[string]float64{"Read a list": 30}, committed(found.line()+"\n"))
	assert.Equal(t, found.line(), lineOf("| What |\n"+found.line()+"\n", "Read a list"))
	_, err = parse(r, strings.NewReader("BenchmarkList/typed-2 1 1 ns/op\n"))
	require.Error(t, err)
}

// The document has a row for each benchmark.
func TestDocument(t *testing.T) {
	doc, err := os.ReadFile("../../" + document)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(doc), intro))
	known := committed(string(doc))
	for _, r := range rows {
		assert.Contains(t, known, r.what)
	}
	assert.Len(t, known, len(rows))
}
