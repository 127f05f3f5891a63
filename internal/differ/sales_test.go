package differ

import (
	"fmt"

	"github.com/go-espo/espo"
)

func sales(r *run) {
	r.merges()
	r.conversions()
	for i, c := range []espo.CurrencyConversion{{To: "EUR"}, {To: "USD"}, {To: "ZZZ"}, {To: "UAH", Fields: []string{"amount"}}, {To: "USD", Fields: []string{"noSuch"}}} {
		for _, t := range []string{"Opportunity", "Lead", "Account"} {
			base := map[string]rec{
				"Opportunity": {"name": fmt.Sprint("Converted ", i), "amount": 10, "closeDate": "2026-01-01"}, "Lead": {"lastName": fmt.Sprint("Converted ", i), "opportunityAmount": 5},
				"Account": {"name": fmt.Sprint("Converted ", i)},
			}[t]
			id := r.create(fmt.Sprintf("currency.%s.%d", t, i), r.user, t, base)
			r.do(fmt.Sprintf("currency.%s.%d.convert", t, i), func() (any, error) { return r.user.Records(t).ConvertCurrency(r.ctx, id, c) })
		}
	}
	for _, t := range []string{"Lead", "Opportunity", "Case", "Task", "Account", "NoSuchType"} {
		q := stockQuery(t)
		if t == "NoSuchType" {
			q = espo.Query{}
		}
		r.do("kanban."+t, func() (any, error) { return r.user.Records(t).Kanban(r.ctx, q) })
		r.do("kanban.order."+t, func() (any, error) { return nil, r.user.Records(t).SetKanbanOrder(r.ctx, "New", []string{missing}) })
		r.do("kanban.order.group."+t, func() (any, error) { return nil, r.user.Records(t).SetKanbanOrder(r.ctx, "NoSuch", []string{missing}) })
	}
}

func (r *run) merges() {
	for _, t := range []string{"Account", "Contact", "Lead", "Opportunity"} {
		base := func(n int) rec {
			switch t {
			case "Account":
				return rec{"name": fmt.Sprint("Merged ", n), "emailAddress": fmt.Sprintf("merge-a%d@differ.example", n), "phoneNumber": fmt.Sprintf("+38044999000%d", n)}
			case "Opportunity":
				return rec{"name": fmt.Sprint("Merged ", n), "amount": n, "closeDate": "2026-01-01"}
			}
			return rec{"firstName": "Merged", "lastName": fmt.Sprint(t, n), "emailAddress": fmt.Sprintf("merge-%s%d@differ.example", t, n)}
		}
		one := r.create("merge."+t+".one", r.user, t, base(1))
		two := r.create("merge."+t+".two", r.user, t, base(2))
		if t == "Account" {
			r.create("merge.contact", r.user, "Contact", rec{"lastName": "Of merged", "accountId": two})
		}
		r.do("merge."+t+".limited", func() (any, error) {
			return r.limited.Records(t).Merge(r.ctx, one, []string{two}, attrs{"description": "x"})
		})
		r.do("merge."+t+".missing", func() (any, error) {
			return r.user.Records(t).Merge(r.ctx, one, []string{missing}, attrs{"description": "x"})
		})
		r.do("merge."+t+".bad", func() (any, error) {
			return r.user.Records(t).Merge(r.ctx, one, []string{two}, attrs{"name": "", "lastName": ""})
		})
		r.do("merge."+t, func() (any, error) {
			return r.user.Records(t).Merge(r.ctx, one, []string{two}, attrs{"description": "merged"})
		})
		r.get("merge."+t+".winner", r.user, t, one)
		r.get("merge."+t+".loser", r.user, t, two)
		r.related("merge."+t+".contacts", r.user, ref(t, one), "contacts", espo.Query{})
		r.do("merge."+t+".stream", func() (any, error) { return r.user.Stream.Of(ref(t, one)).List(r.ctx, espo.FeedQuery{}) })
	}
}

func (r *run) conversions() {
	lead := func(name string, more rec) string {
		all := rec{"firstName": "Lea", "lastName": name, "accountName": "Account of " + name, "emailAddress": name + "@differ.example", "addressCity": "Kyiv", "opportunityAmount": 100, "status": "New", "assignedUserId": r.userID}
		for k, v := range more {
			all[k] = v
		}
		return r.create("lead."+name, r.user, "Lead", all)
	}
	deal := attrs{"name": "Won", "closeDate": "2026-01-01", "amount": 5, "probability": 10}
	for i, records := range []map[string]attrs{
		{}, {"Account": {"name": "Converted"}}, {"Contact": {"firstName": "A", "lastName": "Converted"}}, {"Account": {"name": "Converted 2"}, "Contact": {"lastName": "Converted 2"}, "Opportunity": deal},
		{"Account": {}}, {"Opportunity": {"name": "No amount"}}, {"Account": {"name": "Left behind"}, "Opportunity": {"name": "No date", "amount": 1}}, {"Account": {"name": "Converted"}},
		{"NoSuchType": {"name": "x"}}, {"Contact": {"firstName": "A", "lastName": "Converted"}},
	} {
		id := lead(fmt.Sprint("convert", i), nil)
		r.do(fmt.Sprintf("convert.%d.attributes", i), func() (any, error) { return r.user.Leads.ConvertAttributes(r.ctx, id) })
		r.do(fmt.Sprintf("convert.%d", i), func() (any, error) { return r.user.Leads.Convert(r.ctx, id, espo.LeadConversion{Records: records}) })
		r.do(fmt.Sprintf("convert.%d.skip", i), func() (any, error) {
			return r.user.Leads.Convert(r.ctx, id, espo.LeadConversion{Records: records, SkipDuplicateCheck: true})
		})
		r.get(fmt.Sprintf("convert.%d.lead", i), r.user, "Lead", id)
		r.do(fmt.Sprintf("convert.%d.stream", i), func() (any, error) { return r.user.Stream.Of(ref("Lead", id)).List(r.ctx, espo.FeedQuery{}) })
	}
	r.do("convert.missing", func() (any, error) { return r.user.Leads.Convert(r.ctx, missing, espo.LeadConversion{}) })
	r.do("convert.attributes.missing", func() (any, error) { return r.user.Leads.ConvertAttributes(r.ctx, missing) })
	r.do("convert.limited", func() (any, error) {
		return r.limited.Leads.Convert(r.ctx, lead("limited", nil), espo.LeadConversion{})
	})
}

func marketing(r *run) {
	list := r.create("list", r.user, "TargetList", rec{"name": "Marketing list"})
	account := r.create("account", r.user, "Account", rec{"name": "Target account", "emailAddress": "target@differ.example"})
	contact := r.create("contact", r.user, "Contact", rec{"lastName": "Target contact"})
	campaign := r.create("campaign", r.user, "Campaign", rec{"name": "Campaign", "type": "Mail", "targetListsIds": []string{list}, "budget": 100, "startDate": "2026-01-01", "endDate": "2026-02-01"})
	r.create("campaign.dates", r.user, "Campaign", rec{"name": "Backwards", "startDate": "2026-02-01", "endDate": "2026-01-01"})
	for i, t := range []espo.Ref{ref("Account", account), ref("Contact", contact), ref("Lead", missing), ref("User", r.userID), ref("Opportunity", missing), ref("NoSuchType", missing)} {
		r.do(fmt.Sprintf("optout.unlinked.%d", i), func() (any, error) { return nil, r.user.TargetLists.OptOut(r.ctx, list, t) })
		r.do(fmt.Sprintf("optout.cancel.%d", i), func() (any, error) { return nil, r.user.TargetLists.CancelOptOut(r.ctx, list, t) })
	}
	r.do("link", func() (any, error) { return nil, r.user.Records("TargetList").Link(r.ctx, list, "accounts", account) })
	r.do("link.contact", func() (any, error) { return nil, r.user.Records("TargetList").Link(r.ctx, list, "contacts", contact) })
	r.get("list.get", r.user, "TargetList", list)
	r.do("optout", func() (any, error) { return nil, r.user.TargetLists.OptOut(r.ctx, list, ref("Account", account)) })
	r.do("optedout", func() (any, error) { return r.user.TargetLists.OptedOut(list).List(r.ctx, espo.Paging{}) })
	r.get("list.optedout", r.user, "TargetList", list)
	r.related("accounts", r.user, ref("TargetList", list), "accounts", espo.Query{})
	r.related("contacts", r.user, ref("TargetList", list), "contacts", espo.Query{})
	r.get("account.get", r.user, "Account", account)
	r.do("action.unlinkAll", func() (any, error) {
		var out any
		return out, r.user.Do(r.ctx, espo.Request{Method: "POST", Path: []string{"TargetList", "action", "unlinkAll"}, Body: attrs{"id": list, "link": "contacts"}}, &out)
	})
	r.related("contacts.after", r.user, ref("TargetList", list), "contacts", espo.Query{})
	for _, link := range []string{"accounts", "contacts", "leads", "users", "targetLists", "noSuch"} {
		r.do("merge."+link, func() (any, error) { return r.user.Campaigns.GenerateMailMerge(r.ctx, campaign, link) })
	}
	r.get("campaign.get", r.user, "Campaign", campaign)
	lead := r.create("lead.campaign", r.user, "Lead", rec{"lastName": "From campaign", "campaignId": campaign})
	r.get("lead.get", r.user, "Lead", lead)
	r.get("campaign.counted", r.user, "Campaign", campaign)
	r.related("campaign.log", r.user, ref("Campaign", campaign), "campaignLogRecords", espo.Query{})
	r.related("campaign.leads", r.user, ref("Campaign", campaign), "leads", espo.Query{})
	r.captures(campaign, list)
}

func (r *run) captures(campaign, list string) {
	capture := missing
	var key espo.Secret
	r.do("capture", func() (any, error) {
		got, err := r.admin.Records("LeadCapture").Create(r.ctx, rec{
			"name": "Capture", "campaignId": campaign, "targetListId": list, "leadSource": "Web Site", "isActive": true, "subscribeToTargetList": true,
			"fieldList": []string{"firstName", "lastName", "emailAddress", "phoneNumber", "website", "doNotCall", "status"},
		})
		if err == nil {
			capture, key = got.ID(), espo.Secret(got.String("apiKey"))
		}
		delete(got, "exampleRequestPayload")
		delete(got, "exampleRequestUrl")
		return got, err
	})
	r.create("capture.user", r.user, "LeadCapture", rec{"name": "Capture of a user"})
	for i, a := range []attrs{
		{"firstName": "Cap", "lastName": "Tured", "emailAddress": "cap@differ.example"}, {"firstName": "Other", "lastName": "Name", "emailAddress": "cap@differ.example", "website": "cap.example"},
		{"lastName": "No mail"}, {"emailAddress": "bad"}, {"emailAddress": "only@capture.example"}, {"noSuch": 1}, {"lastName": ""}, {"lastName": "Odd", "description": "not in the list", "status": "Dead"},
		{"lastName": "Tick", "doNotCall": true, "phoneNumber": "+380445556677"}, {"phoneNumber": "abc", "lastName": "Bad phone"},
	} {
		r.do(fmt.Sprintf("capture.submit.%d", i), func() (any, error) { return nil, r.user.LeadCapture.Submit(r.ctx, key, a) })
	}
	r.do("capture.submit.key", func() (any, error) { return nil, r.user.LeadCapture.Submit(r.ctx, "wrong", attrs{"lastName": "x"}) })
	r.list("capture.leads", r.admin, "Lead", espo.Query{Where: espo.Where(espo.Equal("source", "Web Site")), OrderBy: "createdAt", Order: espo.Asc, Select: []string{
		"firstName", "lastName", "emailAddress", "website", "phoneNumber", "doNotCall", "status", "source", "campaignId", "createdById", "description",
	}})
	r.related("capture.log", r.admin, ref("LeadCapture", capture), "logRecords", espo.Query{Select: []string{"isCreated", "data"}})
	r.related("capture.list", r.admin, ref("TargetList", list), "leads", espo.Query{})
	r.do("capture.key", func() (any, error) { return r.admin.LeadCapture.GenerateAPIKey(r.ctx, capture) })
	r.do("capture.key.user", func() (any, error) { return r.user.LeadCapture.GenerateAPIKey(r.ctx, capture) })
	r.do("capture.submit.old", func() (any, error) { return nil, r.user.LeadCapture.Submit(r.ctx, key, attrs{"lastName": "x"}) })
	r.do("capture.form", func() (any, error) {
		return r.user.LeadCapture.SubmitForm(r.ctx, missing, espo.FormSubmission{Lead: attrs{"lastName": "x"}})
	})
}
