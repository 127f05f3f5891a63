package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/go-espo/espo"
)

// together is a record that all workers change: a text with a line for each of
// them, which it alone writes. None of the lines must be lost to what another
// worker writes at the same time.
type together struct{ id string }

func newTogether(t *truth) together {
	return together{t.create(soakType, map[string]any{"name": "together"})}
}

// line is the worker's line in a text; "" is none.
func (w *worker) line(text string) string {
	for line := range strings.SplitSeq(text, "\n") {
		if of, mark, _ := strings.Cut(line, " "); of == strconv.Itoa(w.number) {
			return mark
		}
	}
	return ""
}

// withLine is a text with the worker's line in it.
func (w *worker) withLine(text, mark string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if of, _, _ := strings.Cut(line, " "); line != "" && of != strconv.Itoa(w.number) {
			lines = append(lines, line)
		}
	}
	return strings.Join(append(lines, strconv.Itoa(w.number)+" "+mark), "\n")
}

// workTogether changes the worker's line. Where too many are at it, Modify may
// give up.
func (w *worker) workTogether() {
	id, mark := w.shared.together.id, w.mark()
	was := w.lineNow()
	if was != w.written {
		w.report.wrong("together", "worker %d: its line was %q, and is %q: lost to another worker", w.number, w.written, was)
	}
	var record espo.Record
	r := w.do("Records.Modify(together)", func(ctx context.Context) (err error) {
		record, err = w.client.Records(soakType).Modify(ctx, id, func(r *espo.Record) error {
			(*r)["description"] = w.withLine(r.String("description"), mark)
			return nil
		})
		return err
	}, espo.ErrConflict)
	now := w.lineNow()
	if problem := judgeValue(r.outcome, was, mark, now); problem != "" {
		w.wrong(r, "the line of the worker %s", problem)
	}
	if r.outcome == done && w.line(record.String("description")) != mark {
		w.wrong(r, "the returned record has another line")
	}
	w.report.settled(r, now == mark)
	w.written = now
}

// lineNow is the worker's line as the server has it.
func (w *worker) lineNow() string {
	v, _ := w.truth.get(soakType, w.shared.together.id)
	return w.line(v.text("description"))
}
