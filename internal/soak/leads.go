package main

import (
	"context"
	"maps"
	"slices"

	"github.com/go-espo/espo"
)

// workLeads converts leads, and takes some in from outside.
func (w *worker) workLeads() {
	if w.rng.IntN(2) == 0 {
		w.capture()
		return
	}
	lead := w.create(leads)
	if lead == nil {
		return
	}
	w.read("Leads.ConvertAttributes", func(ctx context.Context) error {
		_, err := w.client.Leads.ConvertAttributes(ctx, lead.id)
		return err
	})
	marks := map[string]string{"Account": w.mark(), "Contact": w.mark(), "Opportunity": w.mark()}
	into := espo.LeadConversion{Records: map[string]espo.Attrs{
		"Account": {"name": marks["Account"]}, "Contact": {"lastName": marks["Contact"]},
		"Opportunity": {"name": marks["Opportunity"], "amount": 1, "closeDate": day(w)},
	}}
	var converted espo.Lead
	r := w.do("Leads.Convert", func(ctx context.Context) (err error) {
		converted, err = w.client.Leads.Convert(ctx, lead.id, into)
		return err
	})
	ids := map[string]string{"Account": converted.CreatedAccountID, "Contact": converted.CreatedContactID, "Opportunity": converted.CreatedOpportunityID}
	for _, entity := range slices.Sorted(maps.Keys(marks)) {
		attribute := "name"
		if entity == "Contact" {
			attribute = "lastName"
		}
		if it := w.created(r, entity, attribute, marks[entity], ids[entity], nil); it != nil {
			w.discard(it)
		}
	}
	w.changed(r, lead, map[string]any{"status": "Converted"})
	w.discard(lead)
}

// capture takes a lead in by a key, or by a form.
func (w *worker) capture() {
	mark := w.mark()
	lead := espo.Attrs{"lastName": mark, "description": w.text()}
	want := maps.Clone(lead)
	delete(want, "lastName")
	name, call := "LeadCapture.Submit", func(ctx context.Context) error {
		return w.client.LeadCapture.Submit(ctx, espo.Secret(w.shared.entry.text("apiKey")), lead)
	}
	if w.rng.IntN(2) == 0 {
		name, call = "LeadCapture.SubmitForm", func(ctx context.Context) error {
			_, err := w.client.LeadCapture.SubmitForm(ctx, w.shared.entry.text("formId"), espo.FormSubmission{Lead: lead})
			return err
		}
	}
	if it := w.created(w.do(name, call), "Lead", "lastName", mark, "", want); it != nil {
		w.discard(it)
	}
}

// workTargets puts records on a target list, and has them opt out.
func (w *worker) workTargets() {
	list, contact := w.some(targetLists), w.some(contacts)
	if list == nil || contact == nil {
		return
	}
	c := w.client.TargetLists
	on := func() bool { return w.truth.linked("TargetList", list.id, "contacts")[contact.id] }
	out := func() bool { return w.truth.linked("TargetList", list.id, "optedOut")[contact.id] }
	w.toggles(contact.id+" on "+list.id,
		toggle{"TargetLists.Link", func(ctx context.Context) error { return c.Link(ctx, list.id, "contacts", contact.id) }, on, true},
		toggle{"TargetLists.OptOut", func(ctx context.Context) error { return c.OptOut(ctx, list.id, contact.ref()) }, out, true},
	)
	w.optedOut(list, contact, out())
	w.toggles(contact.id+" on "+list.id,
		toggle{"TargetLists.CancelOptOut", func(ctx context.Context) error { return c.CancelOptOut(ctx, list.id, contact.ref()) }, out, false},
		toggle{"TargetLists.Unlink", func(ctx context.Context) error { return c.Unlink(ctx, list.id, "contacts", contact.id) }, on, false},
	)
	w.targetLeads(list)
}

func (w *worker) optedOut(list, contact *item, want bool) {
	var page espo.Page[espo.Target]
	if r, ok := w.read("TargetLists.OptedOut", func(ctx context.Context) (err error) {
		page, err = w.client.TargetLists.OptedOut(list.id).List(ctx, espo.Paging{MaxSize: 50})
		return err
	}); ok && want != slices.ContainsFunc(page.Records, func(t espo.Target) bool { return t.ID == contact.id }) {
		w.wrong(r, "%s has opted out of %s: %t", contact.id, list.id, want)
	}
}

// targetLeads puts all leads of the worker on a list by a filter.
func (w *worker) targetLeads(list *item) {
	if w.some(leads) == nil {
		return
	}
	want := w.book.ids("Lead")
	r := w.do("Related.LinkWhere", func(ctx context.Context) error {
		return w.client.TargetLists.Leads(list.id).LinkWhere(ctx, espo.Where(espo.StartsWith("lastName", w.prefix())))
	})
	got := slices.Sorted(maps.Keys(w.truth.linked("TargetList", list.id, "leads")))
	w.state(r, judgeIDs(want, got) == "", "the leads %v on %s, where there should be %v", got, list.id, want)
	w.discard(list) // with its leads
}
