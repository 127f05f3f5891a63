package stream

import (
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/store"
)

// The types of groups of notifications: about the notes of a record, and about
// e-mails received.
const (
	groupRecord = "Record"
	groupEmails = "EmailReceived"
)

// groupOf is the id of the group that a notification is in, "" without one.
func groupOf(c *crm.Call, r *store.Record) string {
	switch {
	case !c.Has(release.RouteNotificationGroups):
		return ""
	case r.Str("type") == groupEmails:
		return groupEmails + "_"
	case r.Str("type") == "Note" && r.Str("relatedParentId") != "":
		return groupRecord + "_" + r.Str("relatedParentType") + "_" + r.Str("relatedParentId")
	}
	return ""
}

// listGroups lists the user's notifications, with one item for each group.
func listGroups(c *crm.Call) (any, *answer.Error) {
	e := c.Store.Types["Notification"]
	sp, err := c.SearchParams()
	if err != nil {
		return nil, err
	}
	found, err := c.Search(e, sp.WithoutPage(), notifications(c))
	if err != nil {
		return nil, err
	}
	// Of each group, the first is the one that stands for it.
	groups := map[string][]*store.Record{}
	heads := slices.DeleteFunc(found.Records, func(r *store.Record) bool {
		id := groupOf(c, r)
		if id == "" {
			return false
		}
		groups[id] = append(groups[id], r)
		return len(groups[id]) > 1
	})
	size := sp.MaxSize
	if !sp.HasMaxSize {
		size = c.MaxListSize()
	}
	from, to := crm.PageBounds(sp.Offset, size, len(heads))
	total := int64(-2)
	if to < len(heads) {
		total = -1
	}
	attrs := c.ListAttributes(e, sp)
	list := make([]answer.Object, 0, to-from)
	for _, r := range heads[from:to] {
		id := groupOf(c, r)
		list = append(list, groupItem(c.Item(r, attrs), id, r, groups[id]))
		if id == "" {
			r.Set("read", true)
		}
	}
	return answer.Object{{Name: "total", Value: total}, {Name: "list", Value: list}}, nil
}

// groupItem is the item of a list for a notification, or for the group that
// it is the newest of.
func groupItem(item answer.Object, id string, r *store.Record, group []*store.Record) answer.Object {
	if id == "" {
		return put(item, "groupedUnreadCount", unread([]*store.Record{r}))
	}
	kind, _, _ := strings.Cut(id, "_")
	item = put(item, "id", id)
	item = slices.DeleteFunc(item, func(m answer.Member) bool { return slices.Contains([]string{"userId", "userName", "noteData"}, m.Name) })
	empty := []string{"data", "type", "message", "actionId", "relatedId", "relatedType", "createdById"}
	if kind == groupEmails {
		empty = append(empty, "relatedParentId", "relatedParentType")
	}
	for i, m := range item {
		if slices.Contains(empty, m.Name) {
			item[i].Value = nil
		}
	}
	item = put(item, "read", unread(group) == 0)
	item = put(item, "groupType", kind)
	item = put(item, "groupedCount", int64(-1))
	item = put(item, "groupedUnreadCount", unread(group))
	return put(item, "isFeatured", kind == groupRecord && slices.ContainsFunc(group, func(r *store.Record) bool {
		return r.Get("isFeatured") == true && r.Get("read") != true
	}))
}

// put sets a member of an item.
func put(item answer.Object, name string, v any) answer.Object {
	for i := range item {
		if item[i].Name == name {
			item[i].Value = v
			return item
		}
	}
	return append(item, answer.Member{Name: name, Value: v})
}

func unread(list []*store.Record) (n int64) {
	for _, r := range list {
		if r.Get("read") != true {
			n++
		}
	}
	return n
}

// GroupedNotifications lists a group of notifications, and marks what it lists
// as read: GET Notification/group.
func GroupedNotifications(c *crm.Call) (any, *answer.Error) {
	query := c.Req.URL.Query()
	kind, id := query.Get("type"), query.Get("id")
	switch {
	case !query.Has("type"):
		return nil, answer.BadRequest("No `type`.")
	case !query.Has("id"):
		return nil, answer.BadRequest("No `id`.")
	case kind == groupEmails: // whatever the id
		id = groupEmails + "_"
	case kind != groupRecord:
		return nil, answer.BadRequest("Bad group.")
	default:
		if entityType := recordOfGroup(id); entityType == "" {
			return nil, answer.BadRequest("Bad ID.")
		} else if c.Store.Types[entityType] == nil {
			return nil, answer.ServerError()
		}
	}
	sp, err := c.SearchParams()
	if err != nil {
		return nil, err
	}
	if len(sp.SelectList) > 0 { // the server needs what is not selected
		return nil, answer.ServerError()
	}
	answer, page, err := notificationPage(c, inGroup(c, id))
	if err != nil {
		return nil, err
	}
	for _, r := range page.Records {
		r.Set("read", true)
	}
	return answer, nil
}

// recordOfGroup is the entity type in the id of a group of a record's.
func recordOfGroup(id string) string {
	parts := strings.SplitN(id, "_", 3)
	if len(parts) < 3 || parts[0] != groupRecord {
		return ""
	}
	return parts[1]
}

func inGroup(c *crm.Call, id string) []*store.Record {
	return slices.DeleteFunc(notifications(c), func(r *store.Record) bool { return groupOf(c, r) != id })
}

// namedGroup is the group that a path names.
func namedGroup(c *crm.Call) ([]*store.Record, *answer.Error) {
	id := c.Params["id"]
	switch kind, _, ok := strings.Cut(id, "_"); {
	case !ok, kind == groupRecord && recordOfGroup(id) == "":
		return nil, answer.BadRequest("Bad ID.")
	case kind == groupEmails:
		id = groupEmails + "_"
	case kind != groupRecord:
		return nil, answer.BadRequest("Bad group type.")
	}
	return inGroup(c, id), nil
}

// MarkNotificationGroup marks a group of notifications as read:
// POST Notification/group/{id}/markRead.
func MarkNotificationGroup(c *crm.Call) (any, *answer.Error) {
	group, err := namedGroup(c)
	if err != nil {
		return nil, err
	}
	for _, r := range group {
		r.Set("read", true)
	}
	return true, nil
}

// DeleteNotificationGroup deletes a group of notifications:
// DELETE Notification/group/{id}.
func DeleteNotificationGroup(c *crm.Call) (any, *answer.Error) {
	group, err := namedGroup(c)
	if err != nil {
		return nil, err
	}
	for _, r := range group {
		c.Store.Remove(r)
	}
	return true, nil
}
