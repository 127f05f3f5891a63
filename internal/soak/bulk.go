package main

import (
	"context"
	"fmt"
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
	if w.rng.IntN(4) == 0 {
		w.createSome(batch, marks, o)
		return
	}
	var results []espo.Result[espo.Task]
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
	changes := make([]espo.Change, len(items))
	for i, it := range items {
		changes[i] = espo.Change{ID: it.id, Attrs: espo.Attrs{"description": w.mark()}}
	}
	var results []espo.Result[espo.Task]
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
	var results []espo.Result[string]
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
	var results []espo.Result[espo.Task]
	r := w.do("Tasks.CreateEach", func(ctx context.Context) error {
		results = nil
		for one := range w.client.Tasks.CreateEach(ctx, slices.Values(batch), o) {
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
