package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-espo/espo"
)

// workLetters works with what e-mails are made of: templates, files, addresses.
func (w *worker) workLetters() {
	pick(w, w.template, w.emailFiles, w.importEmail, w.mailMerge, w.testEmail)()
}

// template fills in a template, and reads what could be filled in.
func (w *worker) template() {
	it := w.some(accounts)
	if it == nil {
		return
	}
	var got espo.PreparedEmail
	r := w.do("Emails.PrepareTemplate", func(ctx context.Context) (err error) {
		got, err = w.client.Emails.PrepareTemplate(ctx, w.shared.template, espo.TemplateData{Parent: it.ref()})
		return err
	})
	if r.outcome == done && got.Subject != "About "+it.mark {
		w.wrong(r, "the subject is %q, and should be about %s", got.Subject, it.mark)
	}
	var fields map[string]espo.InsertableFields
	if r, ok := w.read("Emails.InsertableFields", func(ctx context.Context) (err error) {
		fields, err = w.client.Emails.InsertableFields(ctx, it.ref(), "")
		return err
	}); ok && fields["parent"].Name != it.mark {
		w.wrong(r, "the parent is %q, and should be %s", fields["parent"].Name, it.mark)
	}
}

// emailFiles copies the files of an e-mail.
func (w *worker) emailFiles() {
	mark := w.mark()
	file := w.attach(mark, espo.AttachmentField("Email", "attachments"))
	if file == "" {
		return
	}
	id := w.truth.create("Email", map[string]any{
		"name": mark, "from": "a@soak.example", "to": address(mark), "status": "Draft", "attachmentsIds": []string{file},
	})
	defer w.truth.remove("Email", id)
	var copied espo.CopiedAttachments
	r := w.do("Emails.CopyAttachments", func(ctx context.Context) (err error) {
		copied, err = w.client.Emails.CopyAttachments(ctx, id, espo.AttachmentField("Case", "attachments"), espo.Ref{})
		return err
	})
	w.copied(r, file, mark+".txt", copied.IDs...)
	r = w.do("Attachments.Copy", func(ctx context.Context) error {
		att, err := w.client.Attachments.Copy(ctx, file, espo.AttachmentField("Task", "attachments"))
		copied.IDs = []string{att.ID}
		return err
	})
	w.copied(r, file, mark+".txt", copied.IDs...)
}

// copied compares the copy that a call should have made once of a file, and
// removes it. ids are those that the call has returned.
func (w *worker) copied(r result, file, name string, ids ...string) {
	var found []string
	for _, id := range w.wholeFiles(name) {
		if id != file {
			found = append(found, id)
			if got := w.truth.digest(id); got != w.truth.digest(file) {
				w.wrong(r, "copy %s of file %s has other contents", id, file)
			}
			w.truth.remove("Attachment", id)
		}
	}
	if problem := judgeCount(r.outcome, len(found)); problem != "" {
		w.wrong(r, "copy of file %s: %s", file, problem)
	} else if r.outcome == done && !slices.Equal(found, ids) {
		w.wrong(r, "the copies %v of file %s are not the returned %v", found, file, ids)
	}
	w.report.settled(r, len(found) > 0)
}

// importEmail makes an e-mail of a file.
func (w *worker) importEmail() {
	mark := w.mark()
	text := fmt.Sprintf("From: a@soak.example\r\nTo: b@soak.example\r\nSubject: %s\r\nContent-Type: text/plain\r\n\r\nHello\r\n", mark)
	var file string
	r := w.do("Attachments.Upload", func(ctx context.Context) error {
		att, err := w.client.Attachments.Upload(ctx, espo.Upload{Name: mark + ".eml", Content: strings.NewReader(text), For: espo.NoteAttachment()})
		file = att.ID
		return err
	})
	if r.outcome != done {
		return
	}
	var id string
	r = w.do("Emails.ImportEML", func(ctx context.Context) (err error) {
		id, err = w.client.Emails.ImportEML(ctx, file)
		return err
	})
	if it := w.created(r, "Email", "name", mark, id, map[string]any{"status": "Archived"}); it != nil {
		w.discard(it)
	}
}

// mailMerge makes a letter to everybody on a list.
func (w *worker) mailMerge() {
	var id string
	r := w.do("Campaigns.GenerateMailMerge", func(ctx context.Context) (err error) {
		id, err = w.client.Campaigns.GenerateMailMerge(ctx, w.shared.campaign, "contacts")
		return err
	})
	if r.outcome != done {
		return
	}
	if _, there := w.truth.get("Attachment", id); !there {
		w.wrong(r, "there is no letter %s", id)
	}
	w.truth.remove("Attachment", id)
}

// testEmail sends an e-mail by settings of its own.
func (w *worker) testEmail() {
	to := address(w.mark())
	r := w.do("Emails.SendTest", func(ctx context.Context) error {
		return w.client.Emails.SendTest(ctx, to, espo.SMTPSettings{Server: "smtp.espotest.example", Port: 25, FromAddress: "a@soak.example"})
	})
	n := w.truth.emails(to)
	if problem := judgeCount(r.outcome, n); problem != "" {
		w.wrong(r, "test e-mail to %s: sending %s", to, problem)
	}
	w.report.settled(r, n > 0)
}
