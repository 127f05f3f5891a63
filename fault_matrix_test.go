package espo_test

import (
	"cmp"
	"io"
	"log"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// matrixCalls is the table of all calls.
var matrixCalls = slices.Concat(crudCalls, appCalls, streamCalls, manyCalls, emailCalls, setupCalls, schemaCalls, onceCalls, changeCalls, newerCalls)

// TestFaultMatrix makes every call of the package meet every fault, in each
// of its first three requests or in all of them, and with what it asks for
// done before the fault or not, and checks what must hold whatever happens.
//
// FAULT_MATRIX=full runs all of it, and otherwise a sample is run. A failing
// cell names itself: FAULT_MATRIX=call/fault/position/effect repeats it alone,
// and FAULT_MATRIX=call all of one call.
// With FAULT_MATRIX_ALL=1 every failing cell is named, and not only some.
func TestFaultMatrix(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	defer log.SetOutput(log.Writer())
	log.SetOutput(io.Discard) // where net/http complains
	m := &matrix{clean: map[string]*cleanRun{}}
	m.runClean(t)
	files := openFiles()
	if t.Failed() {
		return
	}
	cells, notReached := m.cells()
	switch wanted := os.Getenv("FAULT_MATRIX"); wanted {
	case "full":
	case "":
		cells = sample(cells)
	default:
		cells = slices.DeleteFunc(cells, func(c cell) bool { return !strings.HasPrefix(c.String()+"/", wanted+"/") })
		require.NotEmpty(t, cells, "no such cell, or it cannot be reached")
	}
	m.runAll(t, cells)
	m.report(t, len(cells), notReached)
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	assert.Empty(t, left, "temporary files are left behind")
	assert.Equal(t, files, openFiles(), "files are left open")
}

// openFiles is how many files and sockets the process has open, where the
// system says so.
func openFiles() int {
	list, _ := os.ReadDir("/proc/self/fd")
	return len(list)
}

// matrix gathers what has come of the cells.
type matrix struct {
	clean map[string]*cleanRun // by the name of the call

	mu       sync.Mutex
	failures map[cause][]failedCell
}

type failedCell struct {
	cell
	why string
}

// runClean runs each call without a fault.
func (m *matrix) runClean(t *testing.T) {
	t.Helper()
	var mu sync.Mutex
	parallel(len(matrixCalls), func(i int) {
		call := &matrixCalls[i]
		c := cell{call: call, fault: &fault{name: "none"}, at: -1}
		clean := &cleanRun{upshot: run(t, c, nil), answers: map[string][]truth{}}
		for _, v := range clean.log {
			clean.answers[v.key()] = append(clean.answers[v.key()], v.good)
		}
		mu.Lock()
		defer mu.Unlock()
		m.clean[call.name] = clean
	})
	for _, call := range matrixCalls {
		clean := m.clean[call.name]
		require.NotNil(t, clean, call.name)
		assert.Empty(t, clean.panicked+clean.stuck, call.name)
		assert.NotEmpty(t, clean.log, "%s sends nothing", call.name)
		assert.Equal(t, cannotSucceed[call.name], clean.err != nil, "%s: %v", call.name, clean.err)
	}
}

// cannotSucceed are the calls that the fake server refuses.
var cannotSucceed = map[string]bool{"UserService.ChangePasswordByRequest": true}

// parallel calls do for the numbers below n, on all processors.
func parallel(n int, do func(i int)) {
	var (
		next    atomic.Int64
		workers sync.WaitGroup
	)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	workers.Wait()
}

// cells are those that can be reached: a call that makes one request has no
// second one.
func (m *matrix) cells() (reached []cell, notReached int) {
	for i := range matrixCalls {
		for j := range faults {
			c := cell{call: &matrixCalls[i], fault: &faults[j]}
			log := m.clean[c.call.name].log
			for c.at = range 4 {
				for _, c.done = range []bool{false, true} {
					if c.possible(log) {
						reached = append(reached, c)
					} else {
						notReached++
					}
				}
			}
		}
	}
	return reached, notReached
}

// possible reports whether the fault happens in a run like the clean one, and
// is not a lie that nobody could see.
func (c cell) possible(log []*visit) bool {
	if c.at > len(log) || c.at == 0 && c.fault.once {
		return false
	}
	hit := log
	if c.at > 0 {
		hit = log[c.at-1 : c.at]
	}
	hit = slices.DeleteFunc(slices.Clone(hit), func(v *visit) bool { return !c.fault.fitsTo(v.good.kind) })
	writes := slices.ContainsFunc(hit, (*visit).writes)
	switch {
	case len(hit) == 0:
		return false
	case c.fault.says == nothing:
		return c.done == writes
	case c.fault.says == refused, c.fault.undone, c.fault.atDial():
		return !c.done
	}
	return !c.done || writes
}

// sample is a part of the cells that has every call and every fault.
func sample(cells []cell) (chosen []cell) {
	const oneIn = 80
	var (
		pairs = byPair(cells)
		calls = map[*matrixCall]int{}
		met   = map[*fault]int{}
	)
	choose := func(which func(pair []cell, n int) bool) {
		for _, pair := range pairs {
			c := pair[0]
			if n := numberOf(c.call.name + c.fault.name); which(pair, n) {
				chosen = append(chosen, pair[n/oneIn%len(pair)])
				calls[c.call]++
				met[c.fault]++
			}
		}
	}
	choose(func(pair []cell, n int) bool { return n%oneIn == 0 && !pair[0].call.heavy })
	choose(func(pair []cell, n int) bool { return met[pair[0].fault] == 0 && n%8 == 0 && !pair[0].call.heavy })
	choose(func(pair []cell, _ int) bool { return met[pair[0].fault] == 0 })
	choose(func(pair []cell, n int) bool { return calls[pair[0].call] == 0 && n%50 == 0 })
	choose(func(pair []cell, _ int) bool { return calls[pair[0].call] == 0 })
	return chosen
}

// byPair gathers the cells of each call and fault.
func byPair(cells []cell) (pairs [][]cell) {
	for from := 0; from < len(cells); {
		to := from
		for to < len(cells) && cells[to].call == cells[from].call && cells[to].fault == cells[from].fault {
			to++
		}
		pairs = append(pairs, cells[from:to])
		from = to
	}
	return pairs
}

func numberOf(s string) int {
	n := uint32(2166136261)
	for _, c := range []byte(s) {
		n = (n ^ uint32(c)) * 16777619
	}
	return int(n >> 1)
}

func (m *matrix) runAll(t *testing.T, cells []cell) {
	t.Helper()
	m.failures = map[cause][]failedCell{}
	parallel(len(cells), func(i int) {
		c := cells[i]
		o := run(t, c, m.clean[c.call.name])
		found := checked(c, &o, m.clean[c.call.name])
		m.mu.Lock()
		defer m.mu.Unlock()
		for cause, why := range found {
			m.failures[cause] = append(m.failures[cause], failedCell{c, why})
		}
	})
}

// report fails the test for what was found, and sums it up.
func (m *matrix) report(t *testing.T, run, notReached int) {
	t.Helper()
	t.Logf("%d calls and %d faults: %d cells run, %d not reached", len(matrixCalls), len(faults), run, notReached)
	few := 5
	if os.Getenv("FAULT_MATRIX_ALL") != "" {
		few = run
	}
	needed := map[pendingCells]bool{}
	for _, cause := range slices.Sorted(maps.Keys(m.failures)) {
		all := m.failures[cause]
		failed := slices.DeleteFunc(slices.Clone(all), func(f failedCell) bool {
			i := slices.IndexFunc(pending, func(p pendingCells) bool { return p.has(cause, f.cell) })
			if i < 0 {
				return false
			}
			needed[pending[i]] = true
			if run == 1 {
				t.Logf("pending: %s: %s", cause, f.why)
			}
			return true
		})
		slices.SortFunc(failed, func(a, b failedCell) int { return cmp.Compare(a.String(), b.String()) })
		t.Logf("%6d cells: %s (%d of them pending)", len(all), cause, len(all)-len(failed))
		for _, f := range failed[:min(few, len(failed))] {
			t.Errorf("%s: %s\n\tFAULT_MATRIX=%s go test -run TestFaultMatrix .", cause, f.why, f.cell)
		}
		if len(failed) > few {
			t.Errorf("%s: %d more", cause, len(failed)-few)
		}
	}
	for _, p := range pending {
		if os.Getenv("FAULT_MATRIX") == "full" && !needed[p] {
			t.Errorf("no longer pending: %s in %s", p.cause, p.cells)
		}
	}
}
