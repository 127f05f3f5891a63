package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/go-espo/espo"
)

// workBulk creates, changes and deletes many tasks at once.
func (w *worker) workBulk() {
	o := espo.BulkOptions{Concurrency: 1 + w.rng.IntN(4)}
	marks := make([]string, 3+w.rng.IntN(5))
	batch := make([]espo.Task, len(marks))
	for i := range marks {
		marks[i] = w.mark()
		batch[i] = espo.Task{Name: marks[i], Description: marks[i], Status: espo.TaskStatusStarted, AssignedUserID: w.client.userID}
	}
	switch w.rng.IntN(5) {
	case 0:
		w.createSome(batch, marks, o)
		return
	case 1:
		w.upsertEach(marks, o)
		return
	}
	var results []espo.BulkResult[espo.Task, espo.Task]
	r := w.do("Tasks.CreateAll", func(ctx context.Context) (err error) {
		results, err = w.client.Tasks.CreateAll(ctx, batch, o)
		return err
	})
	var made []*item
	for i, one := range results {
		if it := w.created(part(r, one.Err), "Task", "name", marks[i], one.Record.ID, map[string]any{"description": marks[i]}); it != nil {
			made = append(made, it)
		}
	}
	if len(results) != len(marks) {
		w.wrong(r, "%d results for %d records", len(results), len(marks))
	}
	w.updateAll(made, o)
	made = slices.DeleteFunc(made, func(it *item) bool { return !w.has(it) })
	w.deleteAll(made, o)
	for _, it := range made {
		w.discard(it)
	}
}

// part is what has come of one of the many records of a call.
func part(r result, err error) result {
	r.err = err
	switch {
	case err == nil:
		r.outcome = done
	case doubtful(err):
		r.outcome = unknown
	default:
		r.outcome = failed
	}
	return r
}

func (w *worker) updateAll(items []*item, o espo.BulkOptions) {
	changes := make([]espo.BulkUpdate, len(items))
	for i, it := range items {
		changes[i] = espo.BulkUpdate{ID: it.id, Attrs: espo.Attrs{"description": w.mark()}}
	}
	var results []espo.BulkResult[espo.BulkUpdate, espo.Task]
	r := w.do("Tasks.UpdateAll", func(ctx context.Context) (err error) {
		results, err = w.client.Tasks.UpdateAll(ctx, changes, o)
		return err
	})
	for i, one := range results {
		w.changed(part(r, one.Err), items[i], changes[i].Attrs)
		if one.Err == nil {
			w.saw(r, items[i], one.Record)
		}
	}
}

func (w *worker) deleteAll(items []*item, o espo.BulkOptions) {
	ids := make([]string, len(items))
	for i, it := range items {
		ids[i] = it.id
	}
	var results []espo.BulkResult[string, string]
	r := w.do("Tasks.DeleteAll", func(ctx context.Context) (err error) {
		results, err = w.client.Tasks.DeleteAll(ctx, ids, o)
		return err
	})
	for i, one := range results {
		w.deleted(part(r, one.Err), items[i])
	}
}

// createSome stops in the midst of the results: the calls that are under way
// are cancelled, and what has come of them is not known.
func (w *worker) createSome(batch []espo.Task, marks []string, o espo.BulkOptions) {
	wanted := 1 + w.rng.IntN(len(marks)-1)
	var results []espo.BulkResult[espo.Task, espo.Task]
	r := w.do("Tasks.CreateEach", func(ctx context.Context) error {
		results = nil
		for one := range w.client.Tasks.CreateEach(ctx, each(batch, nil), o) {
			if results = append(results, one); len(results) == wanted {
				break
			}
		}
		return nil
	})
	for i, mark := range marks {
		one := result{name: r.name, tries: r.tries, outcome: unknown, err: fmt.Errorf("stopped after %d", wanted)}
		if i < len(results) {
			one = part(r, results[i].Err)
		}
		id := ""
		if one.outcome == done {
			id = results[i].Record.ID
		}
		if it := w.created(one, "Task", "name", mark, id, nil); it != nil {
			w.discard(it)
		}
	}
}

// upsertEach creates tasks by their marks, and then changes them by these. At
// the end of what it takes them from is an error, which is the last result.
func (w *worker) upsertEach(marks []string, o espo.BulkOptions) {
	made := make([]*item, len(marks))
	for range 2 {
		upserts := make([]espo.Upsert, len(marks))
		for i, mark := range marks {
			upserts[i] = espo.Upsert{
				Match: espo.Attrs{"name": mark}, Set: espo.Attrs{"description": w.mark()}, OnCreate: espo.Attrs{"assignedUserId": w.client.userID},
			}
		}
		var results []espo.BulkResult[espo.Upsert, espo.Task]
		r := w.do("Tasks.UpsertEach", func(ctx context.Context) error {
			results = slices.Collect(w.client.Tasks.UpsertEach(ctx, each(upserts, errEnd), o))
			return nil
		})
		if n := len(marks); len(results) != n+1 || !errors.Is(results[n].Err, errEnd) {
			w.wrong(r, "%d results for %d records and an error", len(results), n)
			break
		}
		for i, mark := range marks {
			one, set := part(r, results[i].Err), upserts[i].Set
			if one.outcome == done && results[i].Created != (made[i] == nil) {
				w.wrong(one, "%s is new: %t", mark, results[i].Created)
			}
			if made[i] != nil {
				w.changed(one, made[i], set)
			} else {
				made[i] = w.created(one, "Task", "name", mark, results[i].Record.ID, set)
			}
		}
	}
	for _, it := range made {
		if it != nil {
			w.discard(it)
		}
	}
}

var errEnd = errors.New("the end of the records")

// each yields values, and then an error, unless that is nil.
func each[V any](values []V, err error) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
		if err != nil {
			yield(*new(V), err)
		}
	}
}
