package sales

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Unsubscribed never knows what is to be unsubscribed from: the ids and hashes
// go out in mass e-mails, and there are none.
func Unsubscribed(reason string) func(*crm.Call) (any, *answer.Error) {
	return func(*crm.Call) (any, *answer.Error) { return nil, answer.NotFound("%s", reason) }
}

// targetLinks are the links of a target list to its targets.
var targetLinks = schema.TargetLinks

// targetLink returns the link of a target list to targets of an entity type.
func targetLink(list *schema.EntityType, target string) *schema.Link {
	for _, name := range targetLinks {
		if l := list.Links[name]; l.Entity == target {
			return l
		}
	}
	return nil
}

// OptedOut lists the members of a target list that have opted out:
// GET TargetList/{id}/optedOut.
func OptedOut(c *crm.Call) (any, *answer.Error) {
	list, err := c.Subject(c.Store.Types["TargetList"], c.Params["id"])
	if err != nil {
		return nil, err
	}
	offset, size, err := c.PageOf()
	if err != nil {
		return nil, err
	}
	var found []*store.Record
	for _, name := range targetLinks {
		l := list.Entity.Links[name]
		for _, id := range c.Store.Linked(list, name) {
			if c.Store.ColumnsOf(list, name, id)["optedOut"] == true {
				found = append(found, c.Store.Find(l.Entity, id))
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *store.Record) int { return strings.Compare(b.Str("createdAt"), a.Str("createdAt")) })
	items := []answer.Object{}
	from, to := crm.PageBounds(offset, size, len(found))
	for _, r := range found[from:to] {
		item := answer.Object{
			{Name: "id", Value: r.ID}, {Name: "name", Value: r.Get("name")}, {Name: "deleted", Value: false}, {Name: "createdAt", Value: r.Get("createdAt")}, {Name: "_scope", Value: r.Entity.Name},
		}
		more := unread(r.Entity)
		for _, name := range slices.Sorted(maps.Keys(more)) {
			item = append(item, answer.Member{Name: name, Value: more[name]})
		}
		items = append(items, item)
	}
	return answer.Object{{Name: "total", Value: int64(len(found))}, {Name: "list", Value: items}}, nil
}

// unread is what the server's entity holds of what was not selected: defaults,
// whatever the record has.
func unread(e *schema.EntityType) map[string]any {
	mem := schema.Defaults(e)
	if e.Stream {
		mem["isFollowed"] = false
	}
	if e.Stars {
		mem["isStarred"] = false
	}
	return mem
}

// Opt marks a target as one that has opted out, or has not.
func Opt(out bool) func(*crm.Call) (any, *answer.Error) {
	return func(c *crm.Call) (any, *answer.Error) {
		id, _ := c.Data["id"].(string)
		target, _ := c.Data["targetType"].(string)
		targetID, _ := c.Data["targetId"].(string)
		if id == "" || target == "" || targetID == "" {
			return nil, answer.BadRequest("")
		}
		list, err := c.Editable(c.Store.Types["TargetList"], id)
		if err != nil {
			return nil, err
		}
		if c.Store.Types[target] == nil {
			return nil, answer.ServerError()
		}
		l := targetLink(list.Entity, target)
		if c.Store.Find(target, targetID) == nil || l == nil {
			return nil, answer.NotFound("")
		}
		c.Store.Relate(list, l.Name, targetID, map[string]any{"optedOut": out})
		return true, nil
	}
}

// UnlinkAll takes all targets of one link from a target list.
func UnlinkAll(c *crm.Call) (any, *answer.Error) {
	id, _ := c.Data["id"].(string)
	name, _ := c.Data["link"].(string)
	if id == "" || name == "" {
		return nil, answer.BadRequest("")
	}
	list, err := c.Editable(c.Store.Types["TargetList"], id)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(targetLinks, name) {
		return nil, answer.BadRequest("Not supported link.")
	}
	for _, id := range c.Store.Linked(list, name) {
		c.Store.Unrelate(list, name, id)
	}
	return true, nil
}

// MailMerge makes a letter to each target of a campaign.
func MailMerge(c *crm.Call) (any, *answer.Error) {
	name, _ := c.Data["link"].(string)
	if name == "" {
		return nil, answer.BadRequest("No `link`.")
	}
	e := c.Store.Types["Campaign"]
	if c.User.Level(e, rights.Read) == rights.LevelNo {
		return nil, answer.Forbidden("")
	}
	campaign := c.Store.Find(e.Name, c.Params["id"])
	switch {
	case campaign == nil:
		return nil, answer.ServerError()
	case !c.User.May(rights.Read, campaign):
		return nil, answer.Forbidden("")
	case !slices.Contains(targetLinks, name):
		return nil, answer.BadRequest("")
	}
	if c.Store.LinkedOne(campaign, name+"Template") == nil {
		return nil, answer.FailedWith("Could not mail merge campaign w/o specified template.")
	}
	var letters []string
	for _, r := range mergeTargets(c, campaign, name) {
		letters = append(letters, r.Str("name"))
	}
	if len(letters) == 0 {
		return nil, answer.FailedWith("No targets available for mail merge.")
	}
	file, err := c.AddFile(campaign.Str("name")+".pdf", "application/pdf", "Mail Merge", pdf(letters))
	if err != nil {
		return nil, err
	}
	return answer.Object{{Name: "id", Value: file.ID}}, nil
}

// mergeTargets are the targets of a campaign that a letter can be sent to.
func mergeTargets(c *crm.Call, campaign *store.Record, name string) []*store.Record {
	var targets []*store.Record
	for _, listID := range c.Store.Linked(campaign, "targetLists") {
		list := c.Store.Find("TargetList", listID)
		for _, id := range c.Store.Linked(list, name) {
			r := c.Store.Find(list.Entity.Links[name].Entity, id)
			prefix := "address"
			if r.Entity.Name == "Account" {
				prefix = "billingAddress"
			}
			reached := r.Str(prefix+"Street") != "" || r.Str(prefix+"PostalCode") != "" || campaign.Get("mailMergeOnlyWithAddress") == false
			out := c.Store.ColumnsOf(list, name, id)["optedOut"] == true
			if reached && !out && !slices.Contains(targets, r) {
				targets = append(targets, r)
			}
		}
	}
	return targets
}

// pdf is a document with one page for each text.
func pdf(texts []string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(offsets)}, args...)...)
	}
	pages := make([]string, len(texts))
	for i := range texts {
		pages[i] = fmt.Sprintf("%d 0 R", 4+2*i)
	}
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Count %d /Kids [%s] >>", len(pages), strings.Join(pages, " "))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	escape := strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`)
	for i, text := range texts {
		object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>", 5+2*i)
		show := "BT /F1 12 Tf 72 770 Td (" + escape.Replace(text) + ") Tj ET"
		object("<< /Length %d >>\nstream\n%s\nendstream", len(show), show)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return b.Bytes()
}
