package main

import (
	"context"

	"github.com/go-espo/espo"
)

// workMass does something to several records of the worker at once: on the
// spot, or in the background.
func (w *worker) workMass() {
	pick(w, w.massUpdate, w.massUpdate, w.massDelete, w.massConvert, w.massFollow)()
}

// batch makes records of the worker's until there are at least two, and returns
// all of them.
func (w *worker) batch(k kind) []*item {
	for len(w.book.items[k.entity]) < 2 {
		if w.create(k) == nil {
			return nil
		}
	}
	return append([]*item(nil), w.book.items[k.entity]...)
}

func idsOf(items []*item) []string {
	ids := make([]string, len(items))
	for i, it := range items {
		ids[i] = it.id
	}
	return ids
}

// mass does a mass action, and waits for it where it is queued. The outcome is
// that of the whole.
func (w *worker) mass(name string, call func(context.Context, espo.MassOptions) (espo.MassResult, error), want int) result {
	o := espo.MassOptions{InBackground: w.rng.IntN(3) == 0}
	if o.InBackground {
		name += "(InBackground)"
	}
	var got espo.MassResult
	r := w.do(name, func(ctx context.Context) (err error) {
		got, err = call(ctx, o)
		return err
	})
	if !o.InBackground {
		if r.outcome == done && got.Count != want {
			w.wrong(r, "done to %d records, and not to %d", got.Count, want)
		}
		return r
	}
	w.truth.runJobs() // also what was queued without an answer
	if r.outcome != done {
		return r
	}
	w.do("MassActions.Subscribe", func(ctx context.Context) error { return w.client.MassActions.Subscribe(ctx, got.JobID) })
	var status espo.MassStatus
	if waited, ok := w.read("MassActions.Wait", func(ctx context.Context) (err error) {
		status, err = w.client.MassActions.Wait(ctx, got.JobID, espo.MassWait{})
		return err
	}); ok && (status.Status != espo.JobSuccess || status.Processed != want) {
		w.wrong(waited, "job %s: %s with %d records, and not %d", got.JobID, status.Status, status.Processed, want)
	}
	return r
}

func (w *worker) massUpdate() {
	items := w.batch(accounts)
	if items == nil {
		return
	}
	attrs := map[string]any{"description": w.mark()}
	selection := espo.ByIDs("Account", idsOf(items)...)
	if w.rng.IntN(2) == 0 {
		selection = espo.ByFilter("Account", espo.StartsWith("name", w.prefix()))
	}
	r := w.mass("MassActions.Update", func(ctx context.Context, o espo.MassOptions) (espo.MassResult, error) {
		return w.client.MassActions.Update(ctx, selection, attrs, o)
	}, len(items))
	for _, it := range items {
		w.changed(r, it, attrs)
	}
}

func (w *worker) massDelete() {
	items := w.batch(tasks)
	if items == nil {
		return
	}
	r := w.mass("MassActions.Delete", func(ctx context.Context, o espo.MassOptions) (espo.MassResult, error) {
		return w.client.MassActions.Delete(ctx, espo.ByIDs("Task", idsOf(items)...), o)
	}, len(items))
	for _, it := range items {
		w.deleted(r, it)
	}
}

// massConvert converts amounts at a rate of two, which doubles them once.
func (w *worker) massConvert() {
	made := make([]*item, 2) // with an amount of their own, in euros
	for i := range made {
		mark := w.mark()
		id := w.truth.create("Opportunity", map[string]any{"name": mark, "amount": 21, "amountCurrency": "EUR", "closeDate": day(w)})
		made[i] = &item{entity: "Opportunity", id: id, mark: mark, want: values{"amount": "21", "amountCurrency": `"EUR"`}}
	}
	first := made[0]
	r := w.do("Opportunities.ConvertCurrency", func(ctx context.Context) error {
		_, err := w.client.Opportunities.ConvertCurrency(ctx, first.id, espo.CurrencyConversion{To: "EUR"})
		return err
	})
	w.changed(r, first, map[string]any{"amountCurrency": "EUR"}) // as it was
	r = w.mass("MassActions.ConvertCurrency", func(ctx context.Context, o espo.MassOptions) (espo.MassResult, error) {
		return w.client.MassActions.ConvertCurrency(ctx, espo.ByIDs("Opportunity", idsOf(made)...), espo.MassCurrencyConversion{
			To: "USD", Base: "USD", Rates: map[string]espo.Number{"EUR": "2"},
		}, o)
	}, len(made))
	for _, it := range made {
		w.changed(r, it, map[string]any{"amount": 42, "amountCurrency": "USD"})
		w.truth.remove(it.entity, it.id)
	}
}

// massFollow follows all cases of the worker, and no longer.
func (w *worker) massFollow() {
	items := w.batch(cases)
	if items == nil {
		return
	}
	own, c := w.truth.as(w.client.sign), w.client.MassActions
	selection := espo.ByQuery("Case", espo.Query{Where: espo.Where(espo.StartsWith("name", w.prefix()))})
	for _, step := range []struct {
		name string
		do   func(context.Context, espo.Selection, espo.MassOptions, ...espo.CallOption) (espo.MassResult, error)
		want string
	}{{"MassActions.Follow", c.Follow, "true"}, {"MassActions.Unfollow", c.Unfollow, "false"}} {
		before := make([]string, len(items))
		for i, it := range items {
			v, _ := own.get(it.entity, it.id)
			before[i] = v["isFollowed"]
		}
		r := w.mass(step.name, func(ctx context.Context, o espo.MassOptions) (espo.MassResult, error) {
			return step.do(ctx, selection, o)
		}, len(items))
		for i, it := range items {
			v, _ := own.get(it.entity, it.id)
			if problem := judgeValue(r.outcome, before[i], step.want, v["isFollowed"]); problem != "" {
				w.wrong(r, "%s followed %s", it.id, problem)
			}
		}
	}
	if w.client.name == "basic" {
		w.mass("MassActions.Recalculate", func(ctx context.Context, o espo.MassOptions) (espo.MassResult, error) {
			return c.Recalculate(ctx, selection, o)
		}, len(items))
	}
}
