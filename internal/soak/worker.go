package main

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo"
)

// worker makes calls, one after the other, and compares what they say with
// what the server has.
type worker struct {
	number int
	ctx    context.Context // of every call; it does not end with the time
	rng    *rand.Rand      // decides what is done
	dice   *dice           // decide what fails
	client *account
	truth  *truth
	report *report
	book   *book
	shared *shared
	made   int // marks

	written string // the line in the record that all change
}

// area is a part of the library, exercised by a worker.
type area struct {
	name   string
	weight int
	how    manner
	work   func(*worker)
}

// manner is how an area is worked in.
type manner int

const (
	freely manner = iota
	alone         // one worker at a time: it is about what there is once
	asBoss        // likewise, as an administrator
)

// areas are those of the library. What creates and changes records is most of
// what programs do.
var areas = []area{
	{"records", 40, freely, (*worker).workRecords},
	{"links", 8, freely, (*worker).workLinks},
	{"bulk", 4, freely, (*worker).workBulk},
	{"together", 3, freely, (*worker).workTogether},
	{"small files", 5, freely, (*worker).workSmallFiles},
	{"large files", 4, alone, (*worker).workLargeFiles},
	{"posts", 6, freely, (*worker).workPosts},
	{"follow", 4, freely, (*worker).workFollow},
	{"emails", 8, freely, (*worker).workEmails},
	{"letters", 4, freely, (*worker).workLetters},
	{"inbox", 2, asBoss, (*worker).workInbox},
	{"mass actions", 4, freely, (*worker).workMass},
	{"exports", 3, freely, (*worker).workExports},
	{"imports", 3, freely, (*worker).workImports},
	{"webhooks", 4, freely, (*worker).workHooks},
	{"leads", 4, freely, (*worker).workLeads},
	{"target lists", 3, freely, (*worker).workTargets},
	{"activities", 4, freely, (*worker).workActivities},
	{"kanban", 2, alone, (*worker).workKanban},
	{"people", 2, asBoss, (*worker).workPeople},
	{"passwords", 3, asBoss, (*worker).workPasswords},
	{"settings", 2, asBoss, (*worker).workSettings},
	{"notifications", 2, freely, (*worker).workNotifications},
	{"search", 3, freely, (*worker).workSearch},
	{"server", 5, freely, (*worker).workServer},
}

// run works until the time is over.
func (w *worker) run(over func() bool) (err error) {
	defer func() {
		if p := recover(); p != nil {
			own, ok := p.(broken)
			if !ok {
				panic(p)
			}
			err = fmt.Errorf("worker %d: %w", w.number, own.error)
		}
	}()
	total := 0
	for _, a := range areas {
		total += a.weight
	}
	for !over() {
		n := w.rng.IntN(total)
		for _, a := range areas {
			if n -= a.weight; n < 0 {
				w.enter(a)
				break
			}
		}
	}
	return nil
}

// enter works in an area, unless it is another worker's at the moment.
func (w *worker) enter(a area) {
	if a.how != freely {
		lock, _ := w.shared.turns.LoadOrStore(a.name, new(sync.Mutex))
		turn := lock.(*sync.Mutex)
		if !turn.TryLock() {
			return
		}
		defer turn.Unlock()
	}
	if a.how == asBoss {
		own := w.client
		w.client = w.shared.boss()
		defer func() { w.client = own }()
	}
	a.work(w)
}

// mark returns a text that nothing else on the server holds.
func (w *worker) mark() string {
	w.made++
	return fmt.Sprintf("%s%06d", w.prefix(), w.made)
}

// prefix begins all marks of the worker, and none of another one.
func (w *worker) prefix() string { return fmt.Sprintf("soak-%03d-", w.number) }

// wrong notes what is wrong with what came of a call.
func (w *worker) wrong(r result, format string, args ...any) {
	w.report.wrong(r.name, "worker %d: %s\n       %s", w.number, fmt.Sprintf(format, args...), r)
}

// created compares a record that a call should have created once, found by the
// attribute that holds its mark, and returns it when it is there. id is the one
// that the call has returned; "" is not known.
func (w *worker) created(r result, entity, attribute, mark, id string, want map[string]any) *item {
	found := w.truth.find(entity, attribute, mark)
	problem := judgeCount(r.outcome, len(found))
	if problem == "" && r.outcome == done && id != "" && found[0].id() != id {
		problem = fmt.Sprintf("has the id %s, and not the returned %s", found[0].id(), id)
	}
	w.report.settled(r, len(found) > 0)
	if problem != "" {
		w.wrong(r, "%s %s: %s", entity, mark, problem)
	}
	if problem != "" || len(found) == 0 {
		for _, v := range found {
			w.truth.remove(entity, v.id())
		}
		return nil
	}
	it := &item{entity: entity, id: found[0].id(), mark: mark, want: values{attribute: canon(mark)}}
	for name, value := range want {
		it.want[name] = canon(value)
	}
	if problem := judgeRecord(it.want, found[0]); problem != "" {
		w.wrong(r, "%s %s: stored wrongly: %s", entity, it.id, problem)
	}
	w.book.add(it)
	return it
}

// changed compares the attributes that a call should have changed.
func (w *worker) changed(r result, it *item, change map[string]any) {
	got, there := w.truth.get(it.entity, it.id)
	if !there {
		w.wrong(r, "%s %s is gone", it.entity, it.id)
		w.book.drop(it)
		return
	}
	var changed, same int // of the attributes that were to become others
	for name, value := range inOrder(change) {
		want := canon(value)
		if problem := judgeValue(r.outcome, it.want[name], want, got[name]); problem != "" {
			w.wrong(r, "%s %s: %s %s", it.entity, it.id, name, problem)
		}
		switch {
		case it.want[name] == want:
		case got[name] == want:
			changed++
		default:
			same++
		}
		it.want[name] = got[name]
	}
	if changed > 0 && same > 0 {
		w.wrong(r, "%s %s: half done: %d attributes are changed, and %d are not", it.entity, it.id, changed, same)
	}
	w.report.settled(r, changed > 0)
	if problem := judgeRecord(it.want, got); problem != "" {
		w.wrong(r, "%s %s: changed beside what was asked for: %s", it.entity, it.id, problem)
	}
}

// deleted compares a record that a call should have deleted.
func (w *worker) deleted(r result, it *item) {
	_, there := w.truth.get(it.entity, it.id)
	if problem := judgeState(r.outcome, !there); problem != "" {
		w.wrong(r, "%s %s: deletion %s", it.entity, it.id, problem)
	}
	w.report.settled(r, !there)
	if !there {
		w.book.drop(it)
	}
}

// state compares what a call should have brought about, as far as it has no
// value of its own in the book.
func (w *worker) state(r result, reached bool, format string, args ...any) {
	if problem := judgeState(r.outcome, reached); problem != "" {
		w.wrong(r, "%s: %s", fmt.Sprintf(format, args...), problem)
	}
	w.report.settled(r, reached)
}

// toggle is a call that brings about a state, or ends it.
type toggle struct {
	name string
	call func(context.Context) error
	is   func() bool
	want bool
}

// toggles makes calls, one after the other.
func (w *worker) toggles(what string, steps ...toggle) {
	for _, t := range steps {
		was := t.is()
		r := w.do(t.name, t.call)
		is := t.is()
		switch {
		case was != t.want:
			w.state(r, is == t.want, "%s of %s", t.name, what)
		case is != was:
			w.wrong(r, "has done the opposite to %s", what)
		}
	}
}

// saw compares a record that the library has read.
func (w *worker) saw(r result, it *item, record any) {
	if problem := judgeRecord(it.want, plain(record)); problem != "" {
		w.wrong(r, "%s %s read wrongly: %s", it.entity, it.id, problem)
	}
}

// discard deletes a record without the library, and forgets it.
func (w *worker) discard(it *item) {
	w.truth.remove(it.entity, it.id)
	w.book.drop(it)
}

// plain are the attributes of a record of the library's.
func plain(record any) values {
	text, err := json.Marshal(record)
	if err != nil {
		panic(broken{err})
	}
	var raw map[string]jsontext.Value
	if err := json.Unmarshal(text, &raw); err != nil {
		panic(broken{err})
	}
	v := make(values, len(raw))
	for name, value := range raw {
		v[name] = canon(jsonText(value))
	}
	return v
}

// jsonText makes a value of the library's JSON one of encoding/json's.
type jsonText []byte

// MarshalJSON implements the interface of encoding/json.
func (t jsonText) MarshalJSON() ([]byte, error) { return t, nil }

// pick returns one of several at random.
func pick[T any](w *worker, from ...T) T { return from[w.rng.IntN(len(from))] }

// inOrder ranges over a map in the same order each time, so that a seed leads to
// the same calls.
func inOrder[K cmp.Ordered, V any](m map[K]V) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

// some returns a record of the worker's, and makes one when there is none.
func (w *worker) some(k kind) *item {
	if items := w.book.items[k.entity]; len(items) > 0 {
		return pick(w, items...)
	}
	return w.create(k)
}

// text is a random text, longer or shorter, and not only of plain letters.
func (w *worker) text() string {
	words := []string{"alpha", "Бета", "γάμμα", "delta & co.", "<epsilon>", `"zeta"`, "eta/theta", "ι\nκ", "100 %", "λ'μ", "日本", "🙂"}
	n := 1 + w.rng.IntN(12)
	if w.rng.IntN(20) == 0 {
		n = 400
	}
	picked := make([]string, n)
	for i := range picked {
		picked[i] = pick(w, words...)
	}
	return strings.Join(picked, " ")
}

func (it *item) ref() espo.Ref { return espo.Ref{Type: it.entity, ID: it.id} }

// has reports whether a record is in the worker's book.
func (w *worker) has(it *item) bool { return slices.Contains(w.book.items[it.entity], it) }
