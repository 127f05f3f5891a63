package main

import (
	"context"
	"slices"

	"github.com/go-espo/espo"
)

// workLinks links records to each other, sets the columns of links, and reads
// what is linked.
func (w *worker) workLinks() {
	account, contact := w.some(accounts), w.some(contacts)
	if account == nil || contact == nil {
		return
	}
	switch w.rng.IntN(6) {
	case 0, 1:
		w.link(account, contact)
	case 2:
		w.unlink(account, contact)
	case 3:
		w.columns(account, contact)
	default:
		w.readLinks(account)
	}
}

func (w *worker) link(from, to *item) {
	const link = "contacts"
	was := from.links[link][to.id]
	r := w.do("Accounts.Link", func(ctx context.Context) error { return w.client.Accounts.Link(ctx, from.id, link, to.id) })
	is := w.truth.linked(from.entity, from.id, link)[to.id]
	if !was {
		w.state(r, is, "%s %s linked to %s", from.entity, from.id, to.id)
	} else if !is {
		w.wrong(r, "%s is no longer linked", to.id)
	}
	from.link(link, to.id, is)
}

func (w *worker) unlink(from, to *item) {
	const link = "contacts"
	was := from.links[link][to.id]
	r := w.do("Related.Unlink", func(ctx context.Context) error { return w.client.Accounts.Contacts(from.id).Unlink(ctx, to.id) })
	is := w.truth.linked(from.entity, from.id, link)[to.id]
	if was {
		w.state(r, !is, "%s %s unlinked from %s", from.entity, from.id, to.id)
	} else if is {
		w.wrong(r, "%s is linked", to.id)
	}
	from.link(link, to.id, is)
}

// columns sets the role of a contact in an account.
func (w *worker) columns(account, contact *item) {
	if !account.links["contacts"][contact.id] {
		w.link(account, contact)
		return
	}
	role := w.unique("role")
	r := w.do("Related.SetColumns", func(ctx context.Context) error {
		return w.client.Contacts.Accounts(contact.id).SetColumns(ctx, account.id, espo.Attrs{"role": role})
	})
	got, _ := w.truth.get("Contact", contact.id)
	var columns map[string]struct{ Role string }
	decode(got["accountsColumns"], &columns)
	w.state(r, columns[account.id].Role == role, "role %s of %s in %s", role, contact.id, account.id)
	var read espo.Columns
	if r, ok := w.read("Related.Columns", func(ctx context.Context) (err error) {
		read, err = w.client.Contacts.Accounts(contact.id).Columns(ctx)
		return err
	}); ok && canon(read[account.id]["role"]) != canon(columns[account.id].Role) && columns[account.id].Role != "" {
		w.wrong(r, "the role is read as %v, and is %s", read[account.id]["role"], columns[account.id].Role)
	}
}

func (w *worker) readLinks(account *item) {
	want := account.linked("contacts")
	related := w.client.Accounts.Contacts(account.id)
	var ids []string
	if r, ok := w.read("Related.All", func(ctx context.Context) error {
		ids = nil
		for c, err := range related.All(ctx, espo.Query{MaxSize: 1 + w.rng.IntN(3)}) {
			if err != nil {
				return err
			}
			ids = append(ids, c.ID)
		}
		return nil
	}); ok {
		if problem := judgeIDs(want, ids); problem != "" {
			w.wrong(r, "the contacts of %s: %s", account.id, problem)
		}
	}
	var n int
	if r, ok := w.read("Related.Count", func(ctx context.Context) (err error) {
		n, err = related.Count(ctx, espo.Query{})
		return err
	}); ok && n != len(want) {
		w.wrong(r, "counts %d contacts, and should %d", n, len(want))
	}
	var page espo.Page[espo.Contact]
	if r, ok := w.read("Related.List", func(ctx context.Context) (err error) {
		page, err = related.List(ctx, espo.Query{MaxSize: 100})
		return err
	}); ok {
		for _, c := range page.Records {
			i := slices.IndexFunc(w.book.items["Contact"], func(it *item) bool { return it.id == c.ID })
			if i < 0 {
				w.wrong(r, "%s is not a contact of the worker's", c.ID)
				continue
			}
			w.saw(r, w.book.items["Contact"][i], c)
		}
	}
}
