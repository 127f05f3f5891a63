package main

import (
	"bytes"
	"context"
	"encoding/csv"

	"github.com/go-espo/espo"
)

// workExports exports the worker's accounts and compares the file.
func (w *worker) workExports() {
	items := w.batch(accounts)
	if items == nil {
		return
	}
	o := espo.ExportOptions{Attributes: []string{"id", "name", "description", "type"}, InBackground: w.rng.IntN(2) == 0}
	var b bytes.Buffer
	var (
		r  result
		ok bool
	)
	selection := espo.ByIDs("Account", idsOf(items)...)
	if !o.InBackground {
		r = w.do("Exports.Export", func(ctx context.Context) error {
			b.Reset()
			_, err := w.client.Exports.Export(ctx, selection, &b, o)
			return err
		})
		ok = r.outcome == done
	} else {
		r, ok = w.exportLater(selection, &b, o)
	}
	if !ok {
		return
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != len(items)+1 {
		w.wrong(r, "the file has %d rows for %d records: %v", len(rows), len(items), err)
		return
	}
	for _, it := range items {
		found := false
		for _, row := range rows[1:] {
			if row[0] != it.id {
				continue
			}
			found = true
			var description string
			decode(it.want["description"], &description)
			if row[1] != it.mark || row[2] != description || canon(row[3]) != it.want["type"] {
				w.wrong(r, "%s was exported as %q", it.id, row)
			}
		}
		if !found {
			w.wrong(r, "%s was not exported", it.id)
		}
	}
}

// exportLater exports in the background.
func (w *worker) exportLater(selection espo.Selection, b *bytes.Buffer, o espo.ExportOptions) (r result, ok bool) {
	var job espo.ExportJob
	r = w.do("Exports.Start", func(ctx context.Context) (err error) {
		job, err = w.client.Exports.Start(ctx, selection, o)
		return err
	})
	w.truth.runJobs()
	if r.outcome != done {
		return r, false
	}
	w.do("Exports.Subscribe", func(ctx context.Context) error { return w.client.Exports.Subscribe(ctx, job.JobID) })
	var id string
	if r, ok = w.read("Exports.Wait", func(ctx context.Context) (err error) {
		id, err = w.client.Exports.Wait(ctx, job.JobID, espo.ExportWait{})
		return err
	}); !ok {
		return r, false
	}
	r = w.do("Attachments.DownloadTo", func(ctx context.Context) error {
		b.Reset()
		_, err := w.client.Attachments.DownloadTo(ctx, id, b)
		return err
	})
	return r, r.outcome == done
}
