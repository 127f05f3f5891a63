package espotest

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// entityHooks is what the server does for one entity type only.
type entityHooks struct {
	// beforeCheck runs before the validation, with what the record will hold.
	beforeCheck func(c *call, mem map[string]any) *answer.Error
	// afterCheck runs after the validation and the checks of rights.
	afterCheck func(c *call, mem, before map[string]any) *answer.Error
	// beforeSave completes mem. before is nil for a new record.
	beforeSave func(c *call, mem, before map[string]any)
	// afterSave runs when the record is stored.
	afterSave func(c *call, r *store.Record, mem, before map[string]any)
	// load adds to what is loaded for one record.
	load func(c *call, mem map[string]any, r *store.Record)
	// item adds to what a list has of a record.
	item func(c *call, r *store.Record, item answer.Object) answer.Object
}

// hookTable has the entity types that need more than the rules for all.
var hookTable = map[string]entityHooks{
	"Opportunity":          {beforeSave: opportunityBeforeSave, afterSave: primaryOf("contacts", "contact")},
	"Case":                 {afterSave: primaryOf("contacts", "contact")},
	"Contact":              {afterSave: contactAfterSave},
	"Lead":                 {beforeCheck: leadBeforeCheck, beforeSave: leadBeforeSave},
	"Meeting":              {beforeSave: eventBeforeSave, afterSave: eventAfterSave, load: meetingLoad},
	"Call":                 {beforeSave: eventBeforeSave, afterSave: eventAfterSave, load: callLoad},
	"Task":                 {beforeSave: taskBeforeSave, load: remindersLoad},
	"KnowledgeBaseArticle": {beforeSave: articleBeforeSave},
	"Webhook":              {afterCheck: webhookAfterCheck},
	"Email":                {beforeCheck: emailBeforeCheck, beforeSave: emailBeforeSave, afterSave: emailAfterSave, load: emailLoad, item: emailItem},
	"EmailFolder":          {beforeSave: folderBeforeSave},
	"LeadCapture":          {beforeSave: leadCaptureBeforeSave},
	"User":                 {beforeCheck: userBeforeCheck, afterCheck: userNameTaken, beforeSave: userBeforeSave, afterSave: userAfterSave, load: userLoad, item: userItem},
	"Campaign":             {beforeCheck: campaignBeforeCheck, load: campaignLoad},
	"TargetList":           {load: targetListLoad},
	"Note":                 {load: noteLoad, item: noteSuperParent},
	"Attachment":           {load: attachmentLoad},
}

func opportunityBeforeSave(c *call, mem, before map[string]any) {
	stage, _ := mem["stage"].(string)
	f := c.store.Types["Opportunity"].Fields["stage"]
	byStage, known := f.Probabilities[stage]
	stageChanged := before == nil || before["stage"] != mem["stage"]
	probabilityGiven := before == nil && mem["probability"] != nil || before != nil && !php.Same(before["probability"], mem["probability"])
	// The server forgets a probability of one's own as soon as it saves without.
	if known && (mem["probability"] == nil || !probabilityGiven) {
		mem["probability"] = int64(byStage)
	}
	if stageChanged && (before != nil || mem["lastStage"] == nil) {
		mem["lastStage"] = lastStage(f, stage, before)
	}
	amount, ok := php.Number(mem["amount"])
	if !ok || before != nil && php.Same(mem["amount"], before["amount"]) && php.Same(mem["probability"], before["probability"]) {
		return
	}
	currency, _ := mem["amountCurrency"].(string)
	probability, _ := php.Number(mem["probability"])
	converted := amount * c.store.Rates[currency]
	if before == nil || !php.Same(mem["amount"], before["amount"]) || mem["amountCurrency"] != before["amountCurrency"] {
		converted = cents(converted)
	}
	mem["amountWeightedConverted"] = cents(converted * probability / 100)
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

// primaryOf keeps a link to many and the link to its primary record together:
// the primary one is always among the many.
func primaryOf(many, one string) func(c *call, r *store.Record, mem, before map[string]any) {
	return func(c *call, r *store.Record, mem, before map[string]any) {
		id, _ := mem[one+"Id"].(string)
		if id != "" && id != before[one+"Id"] {
			c.store.Relate(r, many, id, nil)
		}
		if _, changed := mem[one+"Id"]; changed && id == "" && before != nil && before[one+"Id"] != nil {
			old, _ := before[one+"Id"].(string)
			c.store.Unrelate(r, many, old)
		}
	}
}

// contactAfterSave keeps the title, which is the role at the primary account.
func contactAfterSave(c *call, r *store.Record, mem, before map[string]any) {
	primaryOf("accounts", "account")(c, r, mem, before)
	title, ok := mem["title"]
	if ok && r.Str("accountId") != "" && (before == nil || title != before["title"] || mem["accountId"] != before["accountId"]) {
		c.store.Relate(r, "accounts", r.Str("accountId"), map[string]any{"role": title})
	}
}

// leadNames are what a lead is named by when it has no name, in order.
var leadNames = []string{"accountName", "emailAddress", "phoneNumber"}

func leadBeforeCheck(_ *call, mem map[string]any) *answer.Error {
	for _, name := range append([]string{"firstName", "lastName"}, leadNames...) {
		if mem[name] != nil {
			return nil
		}
	}
	return answer.Invalid("Lead", "name", "required")
}

func leadBeforeSave(c *call, mem, before map[string]any) {
	if mem["status"] == "Converted" && before["status"] != "Converted" {
		mem["convertedAt"] = c.store.Timestamp()
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

// eventBeforeSave keeps the duration when only the start moves.
func eventBeforeSave(c *call, mem, before map[string]any) {
	parentAccount(c, mem, before)
	assignedAttends(mem, before)
	if before == nil || mem["dateStart"] == before["dateStart"] || mem["dateEnd"] != before["dateEnd"] {
		return
	}
	var times [3]time.Time
	for i, v := range []any{before["dateStart"], before["dateEnd"], mem["dateStart"]} {
		s, _ := v.(string)
		t, err := time.Parse(time.DateTime, s)
		if err != nil {
			return
		}
		times[i] = t
	}
	mem["dateEnd"] = times[2].Add(times[1].Sub(times[0])).Format(time.DateTime)
}

// assignedAttends keeps the assigned user among those who attend.
func assignedAttends(mem, before map[string]any) {
	ids, _ := mem["usersIds"].([]any)
	id := mem["assignedUserId"]
	if before == nil || id == nil || php.Same(ids, before["usersIds"]) || slices.Contains(ids, id) {
		return
	}
	mem["usersIds"] = append(slices.Clone(ids), id)
}

// parentAccount sets the account of an activity from its parent.
func parentAccount(c *call, mem, before map[string]any) {
	id, _ := mem["parentId"].(string)
	if id == "" || before != nil && before["parentId"] == mem["parentId"] {
		return
	}
	typ, _ := mem["parentType"].(string)
	if c.store.Types[typ] == nil {
		return
	}
	parent := c.store.Find(typ, id)
	if parent == nil {
		return
	}
	var account any
	switch typ {
	case "Account":
		account = id
	case "Lead":
		account = parent.Get("createdAccountId")
	default:
		account = parent.Get("accountId")
	}
	if account != nil || before != nil {
		mem["accountId"] = account
	}
}

// eventAfterSave makes the assigned user an attendee.
func eventAfterSave(c *call, r *store.Record, mem, before map[string]any) {
	id, _ := mem["assignedUserId"].(string)
	if id != "" && id != before["assignedUserId"] {
		c.store.Relate(r, "users", id, nil)
	}
	if before == nil && c.store.ColumnsOf(r, "users", c.user.Rec.ID) != nil {
		c.store.Relate(r, "users", c.user.Rec.ID, map[string]any{"status": "Accepted"})
	}
	remindersSave(c, r, mem)
}

// remindersSave keeps the reminders; API users have none.
func remindersSave(c *call, r *store.Record, mem map[string]any) {
	if c.user.Type == "api" {
		return
	}
	if v, ok := mem["reminders"].([]any); ok {
		r.Put("reminders", v)
	}
}

func remindersLoad(_ *call, mem map[string]any, r *store.Record) {
	if v, ok := r.Stored("reminders").([]any); ok {
		mem["reminders"] = v
	} else {
		mem["reminders"] = []any{}
	}
}

func meetingLoad(c *call, mem map[string]any, r *store.Record) {
	remindersLoad(c, mem, r)
	if _, ok := mem["joinUrl"]; !ok {
		mem["joinUrl"] = nil
	}
}

// callLoad adds the numbers of those who are called.
func callLoad(c *call, mem map[string]any, r *store.Record) {
	remindersLoad(c, mem, r)
	numbers := map[string]any{}
	for _, name := range []string{"contacts", "leads"} {
		entity := r.Entity.Links[name].Entity
		for _, id := range c.store.Linked(r, name) {
			if n := c.store.Find(entity, id).Get("phoneNumber"); n != nil {
				numbers[entity+"_"+id] = n
			}
		}
	}
	mem["phoneNumbersMap"] = numbers
}

func campaignBeforeCheck(_ *call, mem map[string]any) *answer.Error {
	start, _ := mem["startDate"].(string)
	end, _ := mem["endDate"].(string)
	if start != "" && end != "" && end < start {
		return answer.Invalid("Campaign", "startDate", "beforeEndDate")
	}
	return nil
}

// campaignLoad adds the statistics; no mass email is ever sent here.
func campaignLoad(c *call, mem map[string]any, r *store.Record) {
	for _, name := range []string{
		"sentCount", "optedInCount", "leadCreatedCount", "openedPercentage", "clickedPercentage", "optedOutPercentage",
		"bouncedPercentage", "revenue",
	} {
		mem[name] = nil
	}
	for _, name := range []string{"openedCount", "clickedCount", "optedOutCount", "bouncedCount"} {
		mem[name] = int64(0)
	}
	var revenue float64
	for _, id := range c.store.Linked(r, "opportunities") {
		o := c.store.Find("Opportunity", id)
		if n, ok := php.Number(o.Get("amountConverted")); ok && o.Get("stage") == "Closed Won" {
			revenue += n
		}
	}
	if revenue > 0 {
		mem["revenue"] = revenue
	}
	mem["revenueCurrency"] = c.store.Settings["defaultCurrency"]
}

// targetListLoad counts the targets.
func targetListLoad(c *call, mem map[string]any, r *store.Record) {
	var all, optedOut int64
	for _, name := range []string{"accounts", "contacts", "leads", "users"} {
		for _, id := range c.store.Linked(r, name) {
			all++
			if c.store.ColumnsOf(r, name, id)["optedOut"] == true {
				optedOut++
			}
		}
	}
	mem["entryCount"], mem["optedOutCount"] = all, optedOut
}

func taskBeforeSave(c *call, mem, before map[string]any) {
	parentAccount(c, mem, before)
	if id := mem["parentId"]; id != nil && id != before["parentId"] {
		mem["contactId"] = nil
		if mem["parentType"] == "Contact" {
			mem["contactId"] = id
		}
	}
	switch {
	case mem["status"] == "Completed" && (before == nil || before["status"] != "Completed"):
		mem["dateCompleted"] = c.store.Timestamp()
	case mem["status"] != "Completed":
		mem["dateCompleted"] = nil
	}
}

// articleBeforeSave keeps the text of the body, and puts a new article before
// all others.
func articleBeforeSave(c *call, mem, before map[string]any) {
	if body, ok := mem["body"]; ok && (before == nil || body != before["body"]) {
		s, _ := body.(string)
		mem["bodyPlain"] = php.EmptyToNull(plainText(s))
	}
	if before != nil || mem["order"] != nil {
		return
	}
	order := int64(9999)
	for _, r := range c.store.All("KnowledgeBaseArticle") {
		if n, ok := r.Get("order").(int64); ok {
			order = min(order, n)
		}
	}
	mem["order"] = order - 1
}

var (
	boldTag  = regexp.MustCompile(`(?i)</?(b|strong)(\s[^>]*)?>`)
	breakTag = regexp.MustCompile(`(?i)<br\s*/?>|</(p|div|li|h[1-6])>`)
	anyTag   = regexp.MustCompile(`<[^>]*>`)
)

// plainText turns HTML into the text that the server keeps beside it.
func plainText(s string) string {
	s = boldTag.ReplaceAllString(s, "**")
	s = breakTag.ReplaceAllString(s, "\n")
	return strings.TrimSpace(html.UnescapeString(anyTag.ReplaceAllString(s, "")))
}
