package activities

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// The settings activitiesEntityList, historyEntityList and calendarEntityList.
var (
	activityTypes = []string{"Meeting", "Call"}
	historyTypes  = []string{"Meeting", "Call", "Email"}
	calendarTypes = []string{"Meeting", "Call", "Task"}
)

// activityParent returns the record whose activities are wanted.
func activityParent(c *crm.Call) (*store.Record, *answer.Error) {
	if !c.User.HasScope("Activities") {
		return nil, answer.Forbidden("")
	}
	e := c.Store.Types[c.Params["parentType"]]
	if e == nil {
		return nil, answer.ServerError()
	}
	r := c.Store.Find(e.Name, c.Params["id"])
	if r == nil {
		return nil, answer.NotFound("")
	}
	if !c.User.May(rights.Read, r) {
		return nil, answer.Forbidden("")
	}
	return r, nil
}

// activityKind returns the entity types and the statuses of a kind.
func activityKind(kind string) (types []string, statuses func(*schema.EntityType) []string, err *answer.Error) {
	switch kind {
	case "activities":
		return activityTypes, func(e *schema.EntityType) []string { return e.ActivityStatuses }, nil
	case "history":
		return historyTypes, func(e *schema.EntityType) []string { return e.HistoryStatuses }, nil
	}
	return nil, nil, answer.BadRequest("")
}

func isActivity(entityType string) bool {
	return slices.Contains(activityTypes, entityType) || slices.Contains(historyTypes, entityType)
}

// concerns reports whether an activity is one of the record: as its parent,
// its account or one of those who take part.
func concerns(c *crm.Call, a, parent *store.Record) bool {
	if a.Str("parentType") == parent.Entity.Name && a.Str("parentId") == parent.ID {
		return true
	}
	if parent.Entity.Name == "Account" && a.Entity.Attr("accountId") != nil && a.Str("accountId") == parent.ID {
		return true
	}
	for _, name := range a.Entity.LinkNames {
		l := a.Entity.Links[name]
		if l.Entity == parent.Entity.Name && slices.Contains([]string{"users", "contacts", "leads"}, name) &&
			slices.Contains(c.Store.Linked(a, name), parent.ID) {
			return true
		}
	}
	return a.Entity.Name == "Email" && slices.ContainsFunc(parent.Addresses("emailAddress"), func(address string) bool {
		return slices.ContainsFunc([]string{"from", "to", "cc"}, func(name string) bool {
			return strings.Contains(crm.Lower(a.Str(name)), crm.Lower(address))
		})
	})
}

// Activities lists the planned or the past activities of a record, of all types
// or of one:
// GET Activities/{type}/{id}/{kind}.
func Activities(c *crm.Call) (any, *answer.Error) {
	types, statuses, err := activityKind(c.Params["type"])
	if err != nil {
		return nil, err
	}
	parent, err := activityParent(c)
	if err != nil {
		return nil, err
	}
	offset, size, err := c.PageOf()
	if err != nil {
		return nil, err
	}
	if only := c.Req.URL.Query().Get("entityType"); only != "" {
		if !isActivity(only) {
			return nil, answer.FailedWith("Entity '%s' is not an activity", only)
		}
		types = []string{only}
	}
	var found []*store.Record
	for _, name := range types {
		e := c.Store.Types[name]
		for _, r := range c.Store.All(name) {
			if c.User.May(rights.Read, r) && slices.Contains(statuses(e), r.Str("status")) && concerns(c, r, parent) {
				found = append(found, r)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *store.Record) int { return cmp.Compare(activityTime(b), activityTime(a)) })
	list := []answer.Object{}
	from, to := crm.PageBounds(offset, size, len(found))
	for _, r := range found[from:to] {
		list = append(list, activityItem(c, r))
	}
	return answer.Object{{Name: "total", Value: int64(len(found))}, {Name: "list", Value: list}}, nil
}

func activityTime(r *store.Record) string {
	if r.Entity.Name == "Email" {
		return r.Str("dateSent")
	}
	return r.Str("dateStart")
}

// activityItem is an activity in a list: a few attributes of the record's own,
// the others as a new record has them.
func activityItem(c *crm.Call, r *store.Record) answer.Object {
	e := r.Entity
	mem := schema.Defaults(e)
	delete(mem, "reminders")
	mem["id"], mem["deleted"], mem["_scope"] = r.ID, false, e.Name
	for _, name := range []string{
		"name", "status", "dateStart", "dateEnd", "dateStartDate", "dateEndDate", "dateSent", "hasAttachment",
		"parentType", "parentId", "assignedUserId", "assignedUserName", "createdAt",
	} {
		if e.Attr(name) != nil {
			mem[name] = r.Get(name)
		}
	}
	if e.Attr("joinUrl") != nil {
		mem["joinUrl"] = nil
	}
	if e.Stream && c.Has(release.ActivityFollowed) {
		mem["isFollowed"] = false
	}
	if e.Name == "Email" {
		mem["subject"], mem["folderId"] = mem["name"], nil
	}
	out := make(answer.Object, 0, len(mem))
	for _, name := range slices.Sorted(maps.Keys(mem)) {
		out = append(out, answer.Member{Name: name, Value: mem[name]})
	}
	return out
}

// OfType is a list like that of the entity type.
func OfType(c *crm.Call) (any, *answer.Error) {
	_, statuses, err := activityKind(c.Params["type"])
	if err != nil {
		return nil, err
	}
	parent, err := activityParent(c)
	if err != nil {
		return nil, err
	}
	e := c.Store.Types[c.Params["targetType"]]
	if e == nil {
		return nil, answer.ServerError()
	}
	if !isActivity(e.Name) {
		return nil, answer.FailedWith("Entity '%s' is not an activity.", e.Name)
	}
	sp, err := c.SearchParams()
	if err != nil {
		return nil, err
	}
	var candidates []*store.Record
	for _, r := range c.Store.All(e.Name) {
		if slices.Contains(statuses(e), r.Str("status")) && concerns(c, r, parent) {
			candidates = append(candidates, r)
		}
	}
	page, err := c.Search(e, sp, candidates)
	if err != nil {
		return nil, err
	}
	return c.ListAnswer(e, sp, page), nil
}

// ComposeAddresses are those of the record's account.
func ComposeAddresses(c *crm.Call) (any, *answer.Error) {
	r, err := activityParent(c)
	if err != nil {
		return nil, err
	}
	list := []answer.Object{}
	if r.Entity.Attr("accountId") != nil {
		a := c.Store.Find("Account", r.Str("accountId"))
		if a != nil && c.User.May(rights.Read, a) && a.Str("emailAddress") != "" {
			list = append(list, answer.Object{
				{Name: "emailAddress", Value: a.Get("emailAddress")}, {Name: "name", Value: a.Get("name")}, {Name: "entityId", Value: a.ID}, {Name: "entityType", Value: "Account"},
			})
		}
	}
	return list, nil
}
