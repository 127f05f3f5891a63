package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestJudgeCount(t *testing.T) {
	for name, c := range map[string]struct {
		o    outcome
		n    int
		want string
	}{
		"done once":          {done, 1, ""},
		"failed, not done":   {failed, 0, ""},
		"unknown, not done":  {unknown, 0, ""},
		"unknown, done":      {unknown, 1, ""},
		"false success":      {done, 0, "reported as done, and was not"},
		"false failure":      {failed, 1, "reported as failed, and was done all the same"},
		"double effect":      {done, 2, "done 2 times"},
		"unknown, twice":     {unknown, 2, "done 2 times"},
		"failed, done twice": {failed, 2, "done 2 times"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, judgeCount(c.o, c.n)) })
	}
}

func TestJudgeValue(t *testing.T) {
	for name, c := range map[string]struct {
		o              outcome
		was, want, got string
		wrong          string
	}{
		"changed":              {done, "1", "2", "2", ""},
		"not changed":          {failed, "1", "2", "1", ""},
		"unknown, changed":     {unknown, "1", "2", "2", ""},
		"unknown, not changed": {unknown, "1", "2", "1", ""},
		"the same value":       {failed, "1", "1", "1", ""},
		"lost update":          {done, "1", "2", "1", "and is still 1"},
		"false failure":        {failed, "1", "2", "2", "was changed to 2 all the same"},
		"somebody else's":      {done, "1", "2", "3", "is 3, and should be 2"},
		"unknown, and another": {unknown, "1", "2", "3", "is 3, and should be 2"},
	} {
		t.Run(name, func(t *testing.T) {
			got := judgeValue(c.o, c.was, c.want, c.got)
			assert.Contains(t, got, c.wrong)
			assert.Equal(t, c.wrong == "", got == "", got)
		})
	}
}

func TestJudgeIDs(t *testing.T) {
	assert.Empty(t, judgeIDs([]string{"a", "b"}, []string{"b", "a"}))
	assert.Equal(t, "b comes 2 times, c should not be there, a is missing", judgeIDs([]string{"a", "b"}, []string{"b", "c", "b"}))
}

func TestJudgeRecord(t *testing.T) {
	want := values{"name": `"A"`, "flag": "false"}
	assert.Empty(t, judgeRecord(want, values{"name": `"A"`}), "what is empty may be left out")
	assert.Empty(t, judgeRecord(want, values{"name": `"A"`, "flag": "false", "other": "1"}))
	assert.Equal(t, `flag is true, and should be false, name is , and should be "A"`, judgeRecord(want, values{"flag": "true"}))
}

// newWorker returns a worker on a server in this process, and the wrongs that
// it notes.
func newWorker(t *testing.T) (*worker, func() []string) {
	t.Helper()
	handler, done, err := newBackend()
	require.NoError(t, err)
	a, stop := listen(handler)
	t.Cleanup(done)
	t.Cleanup(stop)
	p := newReport()
	d := newDialer(a, new(atomic.Int64), 0, p)
	sh := &shared{truth: newTruth(t.Context(), a.Plain), dialer: d}
	t.Cleanup(sh.truth.http.CloseIdleConnections)
	sh.clients, err = d.connectAll()
	require.NoError(t, err)
	for _, c := range sh.clients {
		t.Cleanup(c.CloseIdleConnections)
		c.userID = sh.truth.as(c.sign).userID()
	}
	w := &worker{
		ctx: t.Context(), client: sh.clients[0], truth: sh.truth, report: p, book: newBook(), shared: sh,
		rng: rand.New(rand.NewPCG(1, 2)), dice: newDice(1, 0, 0),
	}
	return w, func() []string { return p.shown }
}

// With wrong facts, a call that did what it said is one that did not.
func TestWrongFactsAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		fake func(w *worker)
		want string // "" is that nothing is wrong
	}{
		"nothing": {func(w *worker) {
			w.create(accounts)
			verifyAll(w.truth, []*worker{w}, w.report)
		}, ""},
		"a success that is not there": {func(w *worker) {
			w.created(result{name: "Create"}, "Account", "name", w.mark(), "1", nil)
		}, "reported as done, and was not"},
		"a failure that was done": {func(w *worker) {
			it := w.create(accounts)
			w.created(result{name: "Create", outcome: failed}, "Account", "name", it.mark, "", nil)
		}, "reported as failed, and was done all the same"},
		"a double effect": {func(w *worker) {
			mark := w.mark()
			id := w.truth.create("Case", map[string]any{"name": mark})
			w.truth.create("Case", map[string]any{"name": mark})
			w.created(result{name: "Create"}, "Case", "name", mark, id, nil)
		}, "done 2 times"},
		"another id": {func(w *worker) {
			mark := w.mark()
			w.truth.create("Case", map[string]any{"name": mark})
			w.created(result{name: "Create"}, "Case", "name", mark, nobody, nil)
		}, "and not the returned " + nobody},
		"a lost update": {func(w *worker) {
			w.changed(result{name: "Update"}, w.create(accounts), map[string]any{"description": "another"})
		}, `reported as changed to "another", and is still`},
		"a change beside": {func(w *worker) {
			it := w.create(accounts)
			w.put(it, map[string]any{"website": "https://other.example"})
			w.changed(result{name: "Update", outcome: failed}, it, map[string]any{"type": "Partner"})
		}, "changed beside what was asked for: website is"},
		"a change in the end": {func(w *worker) {
			w.put(w.create(accounts), map[string]any{"description": "late"})
			verifyAll(w.truth, []*worker{w}, w.report)
		}, `description is "late"`},
		"a deletion that did not happen": {func(w *worker) {
			w.deleted(result{name: "Delete"}, w.create(accounts))
		}, "deletion reported as done, and was not"},
		"a record that is gone in the end": {func(w *worker) {
			it := w.create(accounts)
			w.truth.remove(it.entity, it.id)
			verifyAll(w.truth, []*worker{w}, w.report)
		}, "is gone"},
		"a record that nobody has made": {func(w *worker) {
			w.truth.create("Case", map[string]any{"name": w.mark()})
			verifyAll(w.truth, []*worker{w}, w.report)
		}, "no call has reported it"},
		"a link that is not there": {func(w *worker) {
			w.create(accounts).link("contacts", nobody, true)
			verifyAll(w.truth, []*worker{w}, w.report)
		}, nobody + " is missing"},
		"an e-mail that was sent twice": {func(w *worker) {
			mark := w.mark()
			for range 2 {
				w.truth.create("Email", map[string]any{"name": mark, "from": "a@soak.example", "to": address(mark), "status": "Sending"})
			}
			verifyAll(w.truth, []*worker{w}, w.report)
		}, "2 e-mails were sent to"},
		"a wrong value that was read": {func(w *worker) {
			w.saw(result{name: "Get"}, w.create(accounts), espo.Account{Name: "Other"})
		}, `name is "Other"`},
	} {
		t.Run(name, func(t *testing.T) {
			w, wrongs := newWorker(t)
			c.fake(w)
			if c.want == "" {
				assert.Empty(t, wrongs())
				return
			}
			assert.Contains(t, strings.Join(wrongs(), "\n"), c.want)
		})
	}
}

// put changes a record behind the worker's back.
func (w *worker) put(it *item, attrs map[string]any) {
	_, err := w.truth.ask(http.MethodPut, api+it.entity+"/"+it.id, attrs)
	if err != nil {
		panic(broken{err})
	}
}

// What a call must not do is found whatever it has done.
func TestSuspiciousErrors(t *testing.T) {
	w, wrongs := newWorker(t)
	first := func() string { return strings.Join(wrongs(), "\n") }
	met := func(name string) []try {
		for _, f := range faults {
			if f.name == name {
				return []try{{method: http.MethodGet, path: "Account", fault: f}}
			}
		}
		return nil
	}
	for name, c := range map[string]struct {
		r    result
		want string
	}{
		"no fault":             {result{outcome: failed, err: errors.New("x")}, "failed without a fault"},
		"a slow answer":        {result{outcome: failed, err: errors.New("x"), tries: met(slow)}, "failed without a fault"},
		"unknown after a 429":  {result{outcome: unknown, err: espo.ErrOutcomeUnknown, tries: met(tooMany)}, "unknown without a reason"},
		"taken for bad input":  {result{outcome: failed, err: &espo.InputError{}, tries: met(cutAfter)}, "taken for bad input"},
		"a panic":              {result{outcome: failed, err: &panicError{value: "x"}, tries: met(cutAfter)}, "panic"},
		"a key in the message": {result{outcome: failed, err: errors.New(espotest.FullAPIKey), tries: met(firewall)}, "a credential in the error"},
		"what is expected":     {result{outcome: failed, err: espo.ErrConflict}, ""},
		"after a fault":        {result{outcome: unknown, err: espo.ErrOutcomeUnknown, tries: met(cutAfter)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w.report.shown, w.report.alike = nil, map[string]int{}
			w.suspect(c.r, []error{espo.ErrConflict})
			assert.Contains(t, first(), c.want)
			assert.Equal(t, c.want == "", first() == "", first())
		})
	}
	w.report.shown = nil
	w.persistent(result{name: "Get", outcome: failed, err: errors.New("x"), tries: met(gatewayBefore)}, true)
	assert.Contains(t, first(), "given up after 1 tries")

	w.report.shown = nil
	r := w.do("Panic", func(context.Context) error { panic("x") })
	assert.Equal(t, failed, r.outcome)
	assert.Contains(t, first(), "panic: x")
}

// What the server does after the client has left is waited for.
func TestAwait(t *testing.T) {
	f := newInFlight()
	f.end("1")
	f.await(t.Context(), "1")
	ended := make(chan struct{})
	go func() {
		f.await(t.Context(), "2")
		close(ended)
	}()
	f.end("2")
	f.end("2")
	<-ended
}

func TestGrowth(t *testing.T) {
	heap := limits[0]
	mib := func(sizes ...int) (samples []sample) {
		for _, n := range sizes {
			samples = append(samples, sample{heap: n << 20})
		}
		return samples
	}
	assert.Empty(t, heap.growth(mib(1, 2)), "too few to tell")
	assert.Empty(t, heap.growth(mib(1, 1, 9, 90, 11, 12, 13, 12, 14)), "it warms up, and has one peak")
	assert.Equal(t, "heap grows from 10.0 MiB to 30.0 MiB", heap.growth(mib(1, 1, 1, 9, 10, 11, 20, 30, 40)))
}

// soakTime is enough for a few hundred calls.
const soakTime = 300 * time.Millisecond

// A whole soak, in one process, finds nothing wrong.
func TestSoak(t *testing.T) {
	handler, done, err := newBackend()
	require.NoError(t, err)
	defer done()
	a, stop := listen(handler)
	defer stop()
	var out strings.Builder
	s := &soak{duration: soakTime, workers: 4, faults: 0.05, seed: 1, out: &out, report: newReport(), meter: &meter{conns: new(atomic.Int64)}}
	require.NoError(t, s.work(t.Context(), a))
	s.report.print(&out, soakTime)
	s.meter.print(&out)
	assert.Zero(t, s.report.wrongs, out.String())
	assert.Zero(t, s.meter.conns.Load(), "connections are left open")
	assert.NotZero(t, s.report.succeeded)
	assert.Contains(t, out.String(), "wrong      0")
}
