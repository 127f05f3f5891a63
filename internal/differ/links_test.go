package differ

import (
	"fmt"

	"github.com/go-espo/espo"
)

func links(r *run) {
	account := r.create("account", r.user, "Account", rec{"name": "Linked account"})
	other := r.create("account.other", r.user, "Account", rec{"name": "Other linked account"})
	contact := r.create("contact", r.user, "Contact", rec{"firstName": "Ann", "lastName": "Linked"})
	second := r.create("contact.second", r.user, "Contact", rec{"firstName": "Bob", "lastName": "Linked", "accountId": other})
	deal := r.create("opportunity", r.user, "Opportunity", rec{"name": "Linked deal", "amount": 1, "closeDate": "2026-01-01", "accountId": account})
	task := r.create("task", r.user, "Task", rec{"name": "Linked task", "parentType": "Account", "parentId": account})
	lead := r.create("lead", r.user, "Lead", rec{"lastName": "Linked lead"})
	list := r.create("list", r.user, "TargetList", rec{"name": "Linked list"})
	document := r.create("document", r.user, "Document", rec{"name": "Linked document"})
	kase := r.create("case", r.user, "Case", rec{"name": "Linked case", "accountId": account, "contactsIds": []string{contact}, "contactId": contact})
	article := r.create("article", r.user, "KnowledgeBaseArticle", rec{"name": "Linked article"})
	meeting := r.create("meeting", r.user, "Meeting", rec{
		"name": "Linked meeting", "dateStart": "2026-05-05 10:00:00", "dateEnd": "2026-05-05 11:00:00", "contactsIds": []string{contact}, "usersIds": []string{r.userID},
	})
	both := []struct{ t, id, link, foreign, other string }{
		{"Account", account, "contacts", contact, "Contact"}, {"Account", account, "contacts", second, "Contact"}, {"Account", account, "opportunities", deal, "Opportunity"},
		{"Account", other, "opportunities", deal, "Opportunity"}, {"Account", account, "tasks", task, "Task"}, {"Account", account, "documents", document, "Document"},
		{"Account", account, "targetLists", list, "TargetList"}, {"Contact", contact, "accounts", other, "Account"}, {"Contact", contact, "account", account, "Account"},
		{"Contact", contact, "opportunities", deal, "Opportunity"}, {"Contact", contact, "cases", kase, "Case"}, {"Opportunity", deal, "contacts", second, "Contact"},
		{"Case", kase, "articles", article, "KnowledgeBaseArticle"}, {"Case", kase, "contacts", second, "Contact"}, {"Meeting", meeting, "contacts", second, "Contact"},
		{"Meeting", meeting, "leads", lead, "Lead"}, {"Meeting", meeting, "users", r.limitedID, "User"}, {"TargetList", list, "leads", lead, "Lead"},
		{"TargetList", list, "users", r.userID, "User"}, {"Account", account, "teams", r.teamID, "Team"}, {"Lead", lead, "targetLists", list, "TargetList"},
		{"Task", task, "parent", other, "Account"}, {"Task", task, "assignedUser", r.userID, "User"}, {"Account", account, "noSuchLink", contact, "Contact"},
		{"Account", account, "createdBy", r.userID, "User"}, {"Account", account, "emails", missing, "Email"}, {"Document", document, "accounts", other, "Account"},
		{"Account", account, "contacts", missing, "Contact"}, {"Account", missing, "contacts", contact, "Contact"}, {"Account", account, "contacts", deal, "Opportunity"},
		{"Account", account, "meetings", meeting, "Meeting"}, {"Account", account, "campaignLogRecords", missing, "CampaignLogRecord"}, {"Account", account, "originalLead", lead, "Lead"},
	}
	for i, c := range both {
		from := ref(c.t, c.id)
		say := func(what string) string { return fmt.Sprintf("%02d.%s.%s.%s", i, c.t, c.link, what) }
		for _, name := range []string{"name", "", "noSuch"} {
			q := espo.Query{OrderBy: name, Order: espo.Asc}
			if name == "" {
				q.Order = ""
			}
			r.related(say("list."+name), r.user, from, c.link, q)
		}
		r.do(say("link"), func() (any, error) { return nil, r.user.Records(c.t).Link(r.ctx, c.id, c.link, c.foreign) })
		r.do(say("link.again"), func() (any, error) { return nil, r.user.Records(c.t).Link(r.ctx, c.id, c.link, c.foreign) })
		r.do(say("link.limited"), func() (any, error) { return nil, r.limited.Records(c.t).Link(r.ctx, c.id, c.link, c.foreign) })
		r.related(say("list.linked"), r.user, from, c.link, espo.Query{OrderBy: "name", Order: espo.Asc})
		r.related(say("list.select"), r.user, from, c.link, espo.Query{OrderBy: "name", Order: espo.Asc, Select: []string{"name", "createdAt"}, MaxSize: 2})
		r.get(say("get"), r.user, c.t, c.id)
		r.do(say("columns"), func() (any, error) { return r.user.Related(from, c.link).Columns(r.ctx) })
		r.do(say("unlink"), func() (any, error) { return nil, r.user.Records(c.t).Unlink(r.ctx, c.id, c.link, c.foreign) })
		r.do(say("unlink.again"), func() (any, error) { return nil, r.user.Records(c.t).Unlink(r.ctx, c.id, c.link, c.foreign) })
		r.get(say("get.unlinked"), r.user, c.t, c.id)
		r.get(say("get.foreign"), r.user, c.other, c.foreign)
	}
	contacts := r.user.Related(ref("Account", account), "contacts")
	r.do("many", func() (any, error) { return nil, contacts.LinkMany(r.ctx, []string{contact, second}) })
	r.do("many.missing", func() (any, error) { return nil, contacts.LinkMany(r.ctx, []string{contact, missing}) })
	r.do("where", func() (any, error) {
		return nil, contacts.LinkWhere(r.ctx, espo.Where(espo.Equal("lastName", "Linked")))
	})
	r.do("with", func() (any, error) {
		return nil, contacts.LinkWith(r.ctx, contact, attrs{"role": "Boss", "isInactive": true})
	})
	r.do("columns", func() (any, error) { return nil, contacts.SetColumns(r.ctx, contact, attrs{"role": "Chief"}) })
	r.do("columns.odd", func() (any, error) { return nil, contacts.SetColumns(r.ctx, contact, attrs{"noSuch": "Chief"}) })
	r.do("columns.long", func() (any, error) {
		return nil, contacts.SetColumns(r.ctx, contact, attrs{"role": fmt.Sprintf("%0200d", 1)})
	})
	r.related("many.list", r.user, ref("Account", account), "contacts", espo.Query{OrderBy: "name", Order: espo.Asc})
	r.do("many.columns", func() (any, error) { return contacts.Columns(r.ctx) })
	r.get("many.contact", r.user, "Contact", contact)
	r.update("ids.account", r.user, "Contact", contact, attrs{"accountsIds": []string{other}})
	r.update("ids.columns", r.user, "Contact", contact, attrs{"accountsIds": []string{other, account}, "accountsColumns": map[string]any{account: map[string]any{"role": "Both"}}})
	r.update("id.account", r.user, "Contact", contact, attrs{"accountId": account})
	r.update("id.account.title", r.user, "Contact", contact, attrs{"title": "By title"})
	r.update("id.account.null", r.user, "Contact", contact, attrs{"accountId": nil})
	r.get("contact.after", r.user, "Contact", contact)
	r.do("unlink.many", func() (any, error) { return nil, contacts.UnlinkMany(r.ctx, []string{contact, second}) })
	r.remove("delete.account", r.user, "Account", account)
	r.get("deal.after", r.user, "Opportunity", deal)
	r.get("task.after", r.user, "Task", task)
	r.get("case.after", r.user, "Case", kase)
}
