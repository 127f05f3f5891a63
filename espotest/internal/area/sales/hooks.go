package sales

import (
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// OpportunityBeforeSave fills in what follows from the stage and the amount.
func OpportunityBeforeSave(c *crm.Call, mem, before map[string]any) {
	stage, _ := mem["stage"].(string)
	f := c.Store.Types["Opportunity"].Fields["stage"]
	byStage, known := f.Probabilities[stage]
	stageChanged := before == nil || crm.Changed(mem, before, "stage")
	probabilityGiven := crm.Changed(mem, before, "probability")
	// The server forgets a probability of one's own as soon as it saves without.
	if known && (mem["probability"] == nil || !probabilityGiven && c.Has(release.StageProbability)) {
		mem["probability"] = int64(byStage)
	}
	if stageChanged && (before != nil || mem["lastStage"] == nil) {
		mem["lastStage"] = lastStage(f, stage, before)
	}
	amount, ok := php.Number(mem["amount"])
	if !ok || !crm.Changed(mem, before, "amount", "probability") {
		return
	}
	currency, _ := mem["amountCurrency"].(string)
	probability, _ := php.Number(mem["probability"])
	converted := amount * c.Store.Rates[currency]
	if crm.Changed(mem, before, "amount", "amountCurrency") {
		converted = crm.Cents(converted)
	}
	mem["amountWeightedConverted"] = crm.Cents(converted * probability / 100)
}

// lastStage is the last stage before an opportunity was lost, or else its
// stage.
func lastStage(f *schema.Field, stage string, before map[string]any) any {
	if p, ok := f.Probabilities[stage]; !ok || p > 0 {
		return stage
	}
	if before == nil {
		return f.Default
	}
	old, _ := before["stage"].(string)
	if f.Probabilities[old] < 100 {
		return before["lastStage"]
	}
	var last any
	for _, o := range f.Options {
		if s, _ := o.(string); f.Probabilities[s] > 0 && f.Probabilities[s] < 100 {
			last = o
		}
	}
	return last
}

// PrimaryOf keeps a link to many and the link to its primary record together:
// the primary one is always among the many.
func PrimaryOf(many, one string) func(c *crm.Call, r *store.Record, mem, before map[string]any) {
	return func(c *crm.Call, r *store.Record, mem, before map[string]any) {
		id, _ := mem[one+"Id"].(string)
		if id != "" && id != before[one+"Id"] {
			c.Store.Relate(r, many, id, nil)
		}
		if _, changed := mem[one+"Id"]; changed && id == "" && before != nil && before[one+"Id"] != nil {
			old, _ := before[one+"Id"].(string)
			c.Store.Unrelate(r, many, old)
		}
	}
}

// CaseAfterSave keeps the contacts of a case, and makes its contact follow it in the
// portal.
func CaseAfterSave(c *crm.Call, r *store.Record, mem, before map[string]any) {
	PrimaryOf("contacts", "contact")(c, r, mem, before)
	id, _ := mem["contactId"].(string)
	if id == "" || !crm.Changed(mem, before, "contactId") || r.Get("isInternal") == true {
		return
	}
	for _, u := range c.Store.Referring("User", "contactId", id) {
		if u.Get("type") == "portal" && !u.Deleted {
			r.Follow(u.ID)
		}
	}
}

// keepPrimary makes the first of a contact's accounts the primary one where there
// would be none.
func keepPrimary(c *crm.Call, r *store.Record, mem map[string]any) {
	ids := c.Store.Linked(r, "accounts")
	if r.Str("accountId") != "" || len(ids) == 0 {
		return
	}
	r.Set("accountId", ids[0])
	mem["accountId"], mem["accountName"] = ids[0], c.LinkName(r.Entity, "account", "", ids[0])
}

// ContactAfterSave keeps the title, which is the role at the primary account.
func ContactAfterSave(c *crm.Call, r *store.Record, mem, before map[string]any) {
	if c.Has(release.PrimaryKept) {
		keepPrimary(c, r, mem)
	}
	PrimaryOf("accounts", "account")(c, r, mem, before)
	title := mem["title"]
	if r.Str("accountId") != "" && (before == nil && title != nil || before != nil && crm.Changed(mem, before, "title")) {
		c.Store.Relate(r, "accounts", r.Str("accountId"), map[string]any{"role": title})
	}
}

// ContactAfterLink makes the account that a contact is linked with its primary one
// where it has none.
func ContactAfterLink(c *crm.Call, r *store.Record, l *schema.Link, to *store.Record) {
	if l.Name == "accounts" && c.Has(release.PrimaryKept) && r.Str("accountId") == "" && slices.Contains(c.Store.Linked(r, "accounts"), to.ID) {
		r.Set("accountId", to.ID)
	}
}

// leadNames are what a lead is named by when it has no name, in order.
var leadNames = []string{"accountName", "emailAddress", "phoneNumber"}

// LeadBeforeCheck refuses a lead that nothing could name.
func LeadBeforeCheck(c *crm.Call, mem map[string]any) *answer.Error {
	if !c.Has(release.LeadNamed) {
		return nil
	}
	for _, name := range append([]string{"firstName", "lastName"}, leadNames...) {
		if mem[name] != nil {
			return nil
		}
	}
	return answer.Invalid("Lead", "name", "required")
}

// LeadBeforeSave notes when a lead was converted, and names one that has no
// name.
func LeadBeforeSave(c *crm.Call, mem, before map[string]any) {
	if mem["status"] == "Converted" && before["status"] != "Converted" {
		mem["convertedAt"] = c.Store.Timestamp()
	}
	_, first := mem["firstName"]
	_, last := mem["lastName"]
	for _, name := range leadNames {
		if mem[name] != nil && before == nil && (!first || !last) {
			mem["name"] = mem[name]
			return
		}
	}
}

func changesBeyondOrder(mem, before map[string]any) bool {
	for name := range mem {
		if name != "order" && !strings.HasPrefix(name, "modified") && crm.Changed(mem, before, name) {
			return true
		}
	}
	return false
}

// CampaignBeforeCheck refuses a campaign that ends before it starts.
func CampaignBeforeCheck(_ *crm.Call, mem map[string]any) *answer.Error {
	start, _ := mem["startDate"].(string)
	end, _ := mem["endDate"].(string)
	if start != "" && end != "" && end < start {
		return answer.Invalid("Campaign", "startDate", "beforeEndDate")
	}
	return nil
}

// CampaignLoad adds the statistics; no mass email is ever sent here.
func CampaignLoad(c *crm.Call, mem map[string]any, r *store.Record) {
	for _, name := range []string{
		"sentCount", "optedInCount", "leadCreatedCount", "openedPercentage", "clickedPercentage", "optedOutPercentage",
		"bouncedPercentage", "revenue",
	} {
		mem[name] = nil
	}
	for _, name := range []string{"openedCount", "clickedCount", "optedOutCount", "bouncedCount"} {
		mem[name] = int64(0)
	}
	for name, action := range map[string]string{"leadCreatedCount": "Lead Created", "optedInCount": "Opted In"} {
		if n := logged(c, r.ID, action); n > 0 {
			mem[name] = n
		}
	}
	var revenue float64
	for _, id := range c.Store.Linked(r, "opportunities") {
		o := c.Store.Find("Opportunity", id)
		if n, ok := php.Number(o.Get("amountConverted")); ok && o.Get("stage") == "Closed Won" {
			revenue += n
		}
	}
	if revenue > 0 {
		mem["revenue"] = revenue
	}
	mem["revenueCurrency"] = c.Store.Settings["defaultCurrency"]
}

// TargetListLoad counts the targets.
func TargetListLoad(c *crm.Call, mem map[string]any, r *store.Record) {
	var all, optedOut int64
	for _, name := range []string{"accounts", "contacts", "leads", "users"} {
		for _, id := range c.Store.Linked(r, name) {
			all++
			if c.Store.ColumnsOf(r, name, id)["optedOut"] == true {
				optedOut++
			}
		}
	}
	mem["entryCount"], mem["optedOutCount"] = all, optedOut
}

// ArticleBeforeSave keeps the text of the body, and puts a new article before
// all others.
func ArticleBeforeSave(c *crm.Call, mem, before map[string]any) {
	if before != nil && !changesBeyondOrder(mem, before) { // nobody has changed the article
		for _, name := range []string{"modifiedAt", "modifiedById", "modifiedByName"} {
			mem[name] = before[name]
		}
	}
	if body, ok := mem["body"]; ok && (before == nil || crm.Changed(mem, before, "body")) {
		s, _ := body.(string)
		mem["bodyPlain"] = php.EmptyToNull(crm.PlainText(s))
	}
	if before != nil || mem["order"] != nil {
		return
	}
	order := int64(9999)
	for _, r := range c.Store.All("KnowledgeBaseArticle") {
		if n, ok := r.Get("order").(int64); ok {
			order = min(order, n)
		}
	}
	mem["order"] = order - 1
}
