package differ

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-espo/espo"
)

func files(r *run) {
	upload := func(name string, c *espo.Client, u espo.Upload, content string) string {
		id := missing
		u.Content = strings.NewReader(content)
		r.do(name, func() (any, error) {
			att, err := c.Attachments.Upload(r.ctx, u)
			if err == nil {
				id = att.ID
			}
			return att, err
		})
		return id
	}
	read := func(name string, c *espo.Client, id string) {
		r.do(name, func() (any, error) {
			var b bytes.Buffer
			n, err := c.Attachments.DownloadTo(r.ctx, id, &b)
			return []any{n, b.String()}, err
		})
	}
	first := ""
	for i, c := range []struct {
		name, kind string
		to         espo.FileTarget
		content    string
	}{
		{"a.txt", "text/plain", espo.FileField("Document", "file"), "hello"}, {"noname", "", espo.FileField("Document", "file"), "x"},
		{"ünï – 名.pdf", "application/pdf", espo.FileField("Document", "file"), "%PDF-1.4"}, {"a.html", "text/html", espo.FileField("Document", "file"), "<p>x</p>"},
		{"a.svg", "image/svg+xml", espo.AttachmentField("Note", "attachments"), "<svg/>"}, {"a.exe", "application/x-msdownload", espo.NoteAttachment(), "MZ"},
		{"note.txt", "text/plain", espo.NoteAttachment(), "note"}, {"t.txt", "text/plain", espo.AttachmentField("Task", "attachments"), "task"},
		{"x.txt", "text/plain", espo.FileField("Account", "noSuch"), "x"}, {"x.txt", "text/plain", espo.AttachmentField("NoSuchType", "attachments"), "x"},
		{"x.txt", "text/plain", espo.FileField("Account", "name"), "x"}, {"i.png", "image/png", espo.InlineImage("Email", "body"), "\x89PNG\r\n\x1a\n"},
		{"avatar.png", "image/png", espo.FileField("User", "avatar"), "\x89PNG\r\n\x1a\n"}, {"avatar.txt", "text/plain", espo.FileField("User", "avatar"), "text"},
		{"../up.txt", "text/plain", espo.FileField("Document", "file"), "x"}, {"e.eml", "message/rfc822", espo.FileField("ImportEml", "file"), "Subject: x\r\n\r\ny"},
		{"csv.csv", "text/csv", espo.AttachmentField("Email", "attachments"), "a,b\r\n1,2"}, {"empty.txt", "text/plain", espo.FileField("Document", "file"), ""},
	} {
		id := upload(fmt.Sprintf("upload.%02d", i), r.user, espo.Upload{Name: c.name, ContentType: c.kind, For: c.to}, c.content)
		if i == 0 {
			first = id
		}
		upload(fmt.Sprintf("upload.limited.%02d", i), r.limited, espo.Upload{Name: c.name, ContentType: c.kind, For: c.to}, c.content)
		read(fmt.Sprintf("read.%02d", i), r.user, id)
		read(fmt.Sprintf("read.limited.%02d", i), r.limited, id)
		r.get(fmt.Sprintf("get.%02d", i), r.user, "Attachment", id)
		r.do(fmt.Sprintf("copy.%02d", i), func() (any, error) { return r.user.Attachments.Copy(r.ctx, id, espo.NoteAttachment()) })
	}
	document := r.create("document", r.user, "Document", rec{"fileId": first})
	r.create("document.missing", r.user, "Document", rec{"fileId": missing})
	r.create("document.named", r.user, "Document", rec{"name": "Named", "fileId": first, "publishDate": "2026-01-01"})
	r.get("document.get", r.user, "Document", document)
	r.get("document.file", r.user, "Attachment", first)
	next := upload("upload.next", r.user, espo.Upload{Name: "next.txt", ContentType: "text/plain", For: espo.FileField("Document", "file")}, "next")
	r.update("document.replace", r.user, "Document", document, attrs{"fileId": next})
	r.get("document.replaced", r.user, "Document", document)
	read("document.old", r.user, first)
	read("document.new", r.user, next)
	note := upload("upload.note", r.user, espo.Upload{Name: "n.txt", ContentType: "text/plain", For: espo.NoteAttachment()}, "n")
	account := r.create("account", r.user, "Account", rec{"name": "Filed account"})
	r.do("post", func() (any, error) {
		return r.user.Stream.Post(r.ctx, ref("Account", account), "With a file", espo.PostAttachments(note))
	})
	r.do("post.again", func() (any, error) {
		return r.user.Stream.Post(r.ctx, ref("Account", account), "", espo.PostAttachments(note))
	})
	r.do("stream.files", func() (any, error) {
		return r.user.Stream.Attachments(ref("Account", account)).List(r.ctx, espo.Query{})
	})
	r.get("note.file", r.user, "Attachment", note)
	r.list("list", r.user, "Attachment", espo.Query{MaxSize: 2})
	task := upload("upload.task", r.user, espo.Upload{Name: "t.txt", ContentType: "text/plain", For: espo.AttachmentField("Task", "attachments")}, "t")
	r.create("task", r.user, "Task", rec{"name": "Filed", "attachmentsIds": []string{task}})
	r.create("task.missing", r.user, "Task", rec{"name": "Filed", "attachmentsIds": []string{missing}})
	r.remove("delete.limited", r.limited, "Attachment", next)
	r.remove("delete", r.user, "Attachment", next)
	r.remove("document.delete", r.user, "Document", document)
	read("document.deleted", r.user, next)
	r.do("image", func() (any, error) {
		return r.user.Attachments.FromImageURL(r.ctx, "http://127.0.0.1:1/x.png", espo.InlineImage("Email", "body"))
	})
}
