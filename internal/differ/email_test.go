package differ

import (
	"fmt"
	"strings"

	"github.com/go-espo/espo"
)

func emails(r *run) {
	account := r.create("account", r.user, "Account", rec{"name": "Mailed account", "emailAddress": "mailed@differ.example"})
	contact := r.create("contact", r.user, "Contact", rec{"firstName": "Mail", "lastName": "Contact", "emailAddress": "mailcontact@differ.example", "accountId": account})
	draft := rec{"subject": "Draft", "from": "user@differ.example", "to": "b@differ.example", "status": "Draft", "isHtml": false, "body": "Hello"}
	with := func(more rec) rec {
		all := rec{}
		for k, v := range draft {
			all[k] = v
		}
		for k, v := range more {
			all[k] = v
		}
		return all
	}
	var ids []string
	for i, e := range []rec{
		{}, {"to": "Bob <bob@differ.example>"}, {"to": "a@differ.example, b@differ.example"}, {"to": "a@differ.example;b@differ.example"}, {"to": "a b c"}, {"to": "notmail"}, {"to": ""},
		{"to": nil, "cc": "c@differ.example"}, {"cc": "c@differ.example;d@differ.example", "bcc": "e@differ.example"}, {"from": ""}, {"from": nil}, {"from": "no mail"}, {"from": "stranger@differ.example"},
		{"parentType": "Account", "parentId": account}, {"to": "mailcontact@differ.example"}, {"isHtml": true, "body": "<p>Hello</p><p>World</p><br>x"}, {"body": nil}, {"subject": ""}, {"subject": nil},
		{"status": "Sent", "dateSent": "2026-05-05 10:00:00"}, {"status": "Archived", "dateSent": "2026-05-05 10:00:00", "from": "mailcontact@differ.example", "to": "user@differ.example"},
		{"status": "Archived", "dateSent": "2026-05-06 10:00:00", "to": "mailed@differ.example"}, {"status": "NoSuch"}, {"replyTo": "r@differ.example"}, {"to": "UPPER@Differ.Example"},
		{"name": "By name", "subject": nil}, {"parentType": "Account", "parentId": missing}, {"parentType": "Contact", "parentId": contact}, {"isHtml": true, "body": "<script>x</script><b>ok</b>"},
		{"attachmentsIds": []string{missing}}, {"status": "Being Imported"}, {"to": strings.Repeat("x", 300) + "@differ.example"},
	} {
		ids = append(ids, r.create(fmt.Sprintf("create.%02d", i), r.user, "Email", with(e)))
		r.get(fmt.Sprintf("get.%02d", i), r.user, "Email", ids[i])
	}
	for i, a := range []attrs{
		{"subject": "Changed"}, {"to": "other@differ.example"}, {"to": "bad"}, {"body": "new"}, {"status": "Archived"}, {"isImportant": true}, {"isRead": false}, {"folderId": missing},
		{"parentType": "Account", "parentId": account}, {"parentId": nil, "parentType": nil}, {"cc": "x@differ.example"}, {"isReplied": true}, {"from": "z@differ.example"},
	} {
		r.update(fmt.Sprintf("update.draft.%02d", i), r.user, "Email", ids[0], a)
		r.update(fmt.Sprintf("update.archived.%02d", i), r.user, "Email", ids[20], a)
	}
	inList := func(name string, q espo.Query) {
		q.OrderBy, q.Order, q.MaxSize = "createdAt", espo.Asc, 50
		if len(q.Select) == 0 {
			q.Select = []string{"name", "status", "from", "to"}
		}
		q.Where = append(q.Where, espo.StartsWith("status", ""))
		r.list(name, r.user, "Email", q)
	}
	for _, folder := range []string{"inbox", "important", "sent", "trash", "drafts", "all", "archive", missing} {
		inList("folder."+folder, espo.Query{Where: espo.Where(espo.CustomFilter(espo.Filter{Type: "inFolder", Attribute: "folderId", Value: folder}))})
	}
	for i, f := range []espo.Filter{
		espo.Equal("from", "user@differ.example"), espo.Equal("to", "b@differ.example"), espo.Equal("emailAddress", "mailcontact@differ.example"), espo.IsTrue("isImportant"), espo.IsFalse("isRead"),
		espo.Equal("status", "Draft"), espo.Equal("parentId", account), espo.Contains("name", "Draft"), espo.Contains("body", "Hello"), espo.IsNull("parentId"), espo.IsTrue("hasAttachment"),
		espo.IsTrue("isReplied"), espo.Equal("isNotRead", true), espo.IsNotNull("dateSent"), espo.Equal("isHtml", true), espo.Equal("fromAddress", "x"),
	} {
		inList(fmt.Sprintf("filter.%02d.%s", i, f.Attribute), espo.Query{Where: espo.Where(f)})
	}
	inList("text", espo.Query{TextFilter: "Draft"})
	inList("text.address", espo.Query{TextFilter: "mailcontact@differ.example"})
	inList("select", espo.Query{Select: []string{"subject", "fromString", "personStringData", "hasAttachment", "isRead", "isImportant", "inTrash", "isUsers", "folderId", "isReplied"}})
	r.do("count", func() (any, error) { return r.user.Emails.Count(r.ctx, espo.Query{}) })
	r.do("folders", func() (any, error) { return r.user.Emails.Folders(r.ctx) })
	mail := r.user.Emails
	for _, c := range []struct {
		name string
		call func(ids []string) error
	}{
		{"unread", func(ids []string) error { return mail.MarkUnread(r.ctx, ids) }}, {"read", func(ids []string) error { return mail.MarkRead(r.ctx, ids) }},
		{"important", func(ids []string) error { return mail.MarkImportant(r.ctx, ids) }}, {"unimportant", func(ids []string) error { return mail.MarkUnimportant(r.ctx, ids) }},
		{"trash", func(ids []string) error { return mail.Trash(r.ctx, ids) }}, {"untrash", func(ids []string) error { return mail.Untrash(r.ctx, ids) }},
		{"archive", func(ids []string) error { return mail.MoveToFolder(r.ctx, "archive", ids) }}, {"move", func(ids []string) error { return mail.MoveToFolder(r.ctx, "inbox", ids) }},
		{"misplace", func(ids []string) error { return mail.MoveToFolder(r.ctx, missing, ids) }},
	} {
		r.do("mark."+c.name, func() (any, error) { return nil, c.call([]string{ids[20]}) })
		r.do("mark."+c.name+".missing", func() (any, error) { return nil, c.call([]string{missing}) })
		r.get("mark."+c.name+".get", r.user, "Email", ids[20])
		r.do("mark."+c.name+".counts", func() (any, error) { return mail.UnreadCounts(r.ctx) })
	}
	r.do("mark.all", func() (any, error) { return nil, mail.MarkAllRead(r.ctx) })
	r.do("users", func() (any, error) { return nil, mail.AddUsers(r.ctx, ids[20], []string{r.limitedID}) })
	r.do("users.missing", func() (any, error) { return nil, mail.AddUsers(r.ctx, ids[20], []string{missing}) })
	for i, e := range []espo.Email{
		{Name: "To be sent", From: "user@differ.example", To: "b@differ.example"}, {Name: "To be sent", From: "stranger@differ.example", To: "b@differ.example"},
		{Name: "No recipient", From: "user@differ.example"}, {Name: "No sender", To: "b@differ.example"}, {Name: "Bad", From: "user@differ.example", To: "bad"},
	} {
		r.do(fmt.Sprintf("send.%d", i), func() (any, error) { return mail.Send(r.ctx, e) })
	}
	r.do("send.draft", func() (any, error) { return mail.SendDraft(r.ctx, ids[0]) })
	r.do("send.draft.again", func() (any, error) { return mail.SendDraft(r.ctx, ids[0]) })
	inList("sent", espo.Query{Where: espo.Where(espo.In("name", "To be sent", "Changed"))})
	r.do("test", func() (any, error) {
		return nil, mail.SendTest(r.ctx, "x@differ.example", espo.SMTPSettings{Server: "127.0.0.1", Port: 1, FromAddress: "a@differ.example"})
	})
	r.do("search", func() (any, error) { return mail.SearchAddresses(r.ctx, "mailc", 5) })
	r.do("search.user", func() (any, error) { return mail.SearchAddresses(r.ctx, "user@diff", 0) })
	for i, body := range []string{"Hello {Account.name}", "{Parent.name} {Parent.createdAt} {Person.name}", "{User.name} {User.userName}", "<p>{Contact.lastName}</p>", "{Account.noSuch} {today}", "{Account.billingAddressCity} {Account.assignedUserName} {Account.type}"} {
		template := r.create(fmt.Sprintf("template.%d", i), r.user, "EmailTemplate", rec{"name": fmt.Sprint("Template ", i), "subject": body, "body": body, "isHtml": i%2 == 1})
		for j, d := range []espo.TemplateData{{}, {Parent: ref("Account", account)}, {EmailAddress: "mailcontact@differ.example"}, {Parent: ref("Contact", contact), Related: ref("Account", account)}, {Parent: ref("Account", missing)}} {
			r.do(fmt.Sprintf("prepare.%d.%d", i, j), func() (any, error) { return mail.PrepareTemplate(r.ctx, template, d) })
		}
	}
	r.do("prepare.missing", func() (any, error) { return mail.PrepareTemplate(r.ctx, missing, espo.TemplateData{}) })
	r.do("insert.parent", func() (any, error) { return mail.InsertableFields(r.ctx, ref("Account", account), "") })
	r.do("insert.to", func() (any, error) { return mail.InsertableFields(r.ctx, espo.Ref{}, "mailcontact@differ.example") })
	r.do("insert.none", func() (any, error) { return mail.InsertableFields(r.ctx, espo.Ref{}, "nobody@differ.example") })
	r.addresses(account, contact)
	r.do("eml", func() (any, error) {
		file, err := r.user.Attachments.Upload(r.ctx, espo.Upload{Name: "m.eml", ContentType: "message/rfc822", For: espo.FileField("ImportEml", "file"), Content: strings.NewReader(
			"From: Ann <mailcontact@differ.example>\r\nTo: user@differ.example\r\nSubject: From a file\r\nDate: Tue, 05 May 2026 10:00:00 +0000\r\nMessage-ID: <differ-1@differ.example>\r\nContent-Type: text/plain\r\n\r\nText\r\n")})
		if err != nil {
			return nil, err
		}
		id, err := mail.ImportEML(r.ctx, file.ID)
		if err != nil {
			return nil, err
		}
		return r.user.Records("Email").Get(r.ctx, id)
	})
	r.do("eml.wrong", func() (any, error) { return mail.ImportEML(r.ctx, missing) })
}

// addresses are flags of addresses, which belong to the address and not to who
// has it.
func (r *run) addresses(account, contact string) {
	entry := func(address string, more map[string]any) map[string]any {
		m := map[string]any{"emailAddress": address, "primary": true, "optOut": false, "invalid": false}
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	for i, data := range [][]any{
		{entry("mailed@differ.example", map[string]any{"optOut": true})}, {entry("mailed@differ.example", nil), entry("second@differ.example", map[string]any{"primary": false})},
		{entry("shared@differ.example", map[string]any{"invalid": true})}, {}, {entry("bad", nil)}, {entry("one@differ.example", map[string]any{"primary": false}), entry("two@differ.example", nil)},
		{entry("Case@Differ.Example", nil)}, {entry("case@differ.example", map[string]any{"optOut": true})},
	} {
		r.update(fmt.Sprintf("address.data.%d", i), r.user, "Account", account, attrs{"emailAddressData": data})
		r.update(fmt.Sprintf("address.contact.%d", i), r.user, "Contact", contact, attrs{"emailAddress": []string{"mailed@differ.example", "shared@differ.example", "case@differ.example"}[i%3]})
		r.get(fmt.Sprintf("address.get.%d", i), r.user, "Account", account, espo.Select("name", "emailAddress", "emailAddressData", "emailAddressIsOptedOut"))
		r.get(fmt.Sprintf("address.contact.get.%d", i), r.user, "Contact", contact)
	}
	phone := func(number string, more map[string]any) map[string]any {
		m := map[string]any{"phoneNumber": number, "primary": true, "type": "Mobile", "optOut": false, "invalid": false}
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	for i, data := range [][]any{
		{phone("+380441230001", nil)}, {phone("+380441230001", map[string]any{"type": "Fax"}), phone("+380441230002", map[string]any{"primary": false, "type": "Office"})}, {}, {phone("abc", nil)},
		{phone("+380441230001", map[string]any{"type": "NoSuch"})}, {phone("+380441230003", map[string]any{"optOut": true, "invalid": true})},
	} {
		r.update(fmt.Sprintf("phone.data.%d", i), r.user, "Account", account, attrs{"phoneNumberData": data})
		r.get(fmt.Sprintf("phone.get.%d", i), r.user, "Account", account, espo.Select("name", "phoneNumber", "phoneNumberData", "phoneNumberIsOptedOut"))
	}
}
