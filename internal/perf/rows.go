package main

// row is a benchmark beside its baseline.
type row struct {
	what      string
	by        string // what the baseline does
	benchmark string
	ours      string
	baseline  string
	time      string // of one run, as -benchtime has it
	quick     bool   // whether its allocations are checked on each change
}

var rows = []row{
	{"Read a list of 200 accounts into structs", "encoding/json, without what the struct does not name", "List200", "typed", "typed-baseline", "100x", true},
	{"Read a list of 200 accounts as records", "encoding/json into maps", "List200", "record", "record-baseline", "100x", true},
	{"Read one account", "encoding/json", "Get", "typed", "baseline", "2000x", true},
	{"Ask for a list with two filters", "encoding/json and net/url", "Query", "library", "baseline", "2000x", true},
	{"Scan 100,000 accounts, 20 ms away, page after page", "page after page by offset", "Scan", "pages=1", "baseline", "1x", false},
	{"The same, 8 pages at once", "page after page by offset", "Scan", "pages=8", "baseline", "1x", false},
	{"The same, 32 pages at once", "page after page by offset", "Scan", "pages=32", "baseline", "1x", false},
	{"Create 5,000 accounts, 20 ms away, 32 at once", "one after the other", "CreateAll", "library", "baseline", "1x", false},
	{"Upload 256 MiB", "base64 of the whole file in one JSON object", "Upload", "library", "baseline", "1x", false},
}

const intro = `# Performance

Each row is the library beside what one would write by hand with net/http and
encoding/json, on the same server and in the same run. A ratio below 1 says that
the library needs less. The table is made by

` + "```sh\ngo run ./internal/perf\n```" + `

as the median of five runs, or of as many as -count says, in about a quarter of
an hour. The figures of time are those of one machine with two cores, on which
other programs ran meanwhile: the ratios say more. The heap is the most that was
in use during an upload, the test's server included. ` + "`go run ./internal/perf -check`" + `,
which the workflow CI runs, fails when one of the first four allocates more often than here.

A client of its own for each of many users takes about 3 µs and 2.3 KB to make
(BenchmarkNewClient), since clients share the connections of a transport.

| What | Baseline | Time | of the baseline | Ratio | Memory | of the baseline | Ratio | Allocations | of the baseline | Ratio | Heap |
|---|---|---|---|---|---|---|---|---|---|---|---|
`
