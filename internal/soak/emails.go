package main

import (
	"context"

	"github.com/go-espo/espo"
)

// address is one of its own for each mark.
func address(mark string) string { return mark + "@soak.example" }

// workEmails writes drafts, and sends e-mails: each of them once.
func (w *worker) workEmails() {
	subject := w.mark()
	email := espo.Email{Name: subject, From: "soak@soak.example", To: address(subject), Body: "Hello"}
	if w.rng.IntN(3) == 0 {
		w.send(email)
		return
	}
	email.Status = espo.EmailStatusDraft
	var made espo.Email
	r := w.do("Emails.Create", func(ctx context.Context) (err error) {
		made, err = w.client.Emails.Create(ctx, email)
		return err
	})
	it := w.created(r, "Email", "name", subject, made.ID, map[string]any{"status": "Draft"})
	if n := w.truth.emails(address(subject)); n != 0 {
		w.wrong(r, "the draft %s was sent", subject)
	}
	if it == nil {
		return
	}
	change := map[string]any{"body": w.mark()}
	r = w.do("Emails.Update", func(ctx context.Context) error {
		_, err := w.client.Emails.Update(ctx, it.id, change)
		return err
	})
	it.want["body"] = canon(email.Body)
	w.changed(r, it, change)
	w.sendDraft(it, subject)
	w.discard(it)
}

func (w *worker) send(email espo.Email) {
	var sent espo.Email
	r := w.do("Emails.Send", func(ctx context.Context) (err error) {
		sent, err = w.client.Emails.Send(ctx, email)
		return err
	})
	n := w.truth.emails(email.To)
	if problem := judgeCount(r.outcome, n); problem != "" {
		w.wrong(r, "e-mail %s: sending %s", email.Name, problem)
	}
	w.report.settled(r, n > 0)
	found := w.truth.find("Email", "name", email.Name)
	if r.outcome == done && (len(found) != 1 || found[0].id() != sent.ID || found[0]["status"] != `"Sent"`) {
		w.wrong(r, "e-mail %s: the record is not that of a sent one", email.Name)
	}
	for _, v := range found {
		w.truth.remove("Email", v.id())
	}
}

func (w *worker) sendDraft(it *item, subject string) {
	r := w.do("Emails.SendDraft", func(ctx context.Context) error {
		_, err := w.client.Emails.SendDraft(ctx, it.id)
		return err
	})
	n := w.truth.emails(address(subject))
	if problem := judgeCount(r.outcome, n); problem != "" {
		w.wrong(r, "draft %s: sending %s", subject, problem)
	}
	w.report.settled(r, n > 0)
	if n == 0 {
		return
	}
	r = w.do("Emails.SendDraft(sent)", func(ctx context.Context) error {
		_, err := w.client.Emails.SendDraft(ctx, it.id)
		return err
	}, espo.ErrNothingDone)
	if r.outcome == done || w.truth.emails(address(subject)) != 1 {
		w.wrong(r, "e-mail %s was sent again", subject)
	}
}

// workInbox sorts e-mails of the administrator, who has an inbox.
func (w *worker) workInbox() {
	c, subject := w.client.Emails, w.mark()
	id := w.truth.create("Email", map[string]any{"name": subject, "from": "a@soak.example", "to": "b@soak.example", "body": "Hello", "status": "Archived"})
	defer w.truth.remove("Email", id)
	ids := []string{id}
	// A list shows an e-mail without marking it as read.
	seen := func() values {
		for _, v := range w.truth.find("Email", "id", id) {
			return v
		}
		return nil
	}
	is := func(attribute string) func() bool {
		return func() bool { return seen()[attribute] == "true" }
	}
	folder := w.truth.create("EmailFolder", map[string]any{"name": subject})
	defer w.truth.remove("EmailFolder", folder)
	inFolder := func() bool { return seen().text("folderId") == folder }
	mine := func() bool { return w.truth.linked("Email", id, "users")[w.shared.boss().userID] }
	w.toggles("e-mail "+id,
		toggle{"Emails.AddUsers", func(ctx context.Context) error { return c.AddUsers(ctx, id, []string{w.shared.boss().userID}) }, mine, true})
	if !mine() {
		return
	}
	w.toggles("e-mail "+id,
		toggle{"Emails.MarkRead", func(ctx context.Context) error { return c.MarkRead(ctx, ids) }, is("isRead"), true},
		toggle{"Emails.MarkUnread", func(ctx context.Context) error { return c.MarkUnread(ctx, ids) }, is("isRead"), false},
		toggle{"Emails.MarkAllRead", func(ctx context.Context) error { return c.MarkAllRead(ctx) }, is("isRead"), true},
		toggle{"Emails.MarkImportant", func(ctx context.Context) error { return c.MarkImportant(ctx, ids) }, is("isImportant"), true},
		toggle{"Emails.MarkUnimportant", func(ctx context.Context) error { return c.MarkUnimportant(ctx, ids) }, is("isImportant"), false},
		toggle{"Emails.Trash", func(ctx context.Context) error { return c.Trash(ctx, ids) }, is("inTrash"), true},
		toggle{"Emails.Untrash", func(ctx context.Context) error { return c.Untrash(ctx, ids) }, is("inTrash"), false},
		toggle{"Emails.MoveToFolder", func(ctx context.Context) error { return c.MoveToFolder(ctx, folder, ids) }, inFolder, true},
	)
	_, _ = w.read("Emails.Folders", func(ctx context.Context) error { _, err := c.Folders(ctx); return err })
	_, _ = w.read("Emails.UnreadCounts", func(ctx context.Context) error { _, err := c.UnreadCounts(ctx); return err })
	_, _ = w.read("Emails.SearchAddresses", func(ctx context.Context) error { _, err := c.SearchAddresses(ctx, "soak", 5); return err })
}
