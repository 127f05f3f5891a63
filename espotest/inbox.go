package espotest

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/where"
)

// eachOwn calls f for the ids of the body that are e-mails of the user.
func (c *call) eachOwn(f func(id string)) (any, *answer.Error) {
	ids, err := c.linkIDs()
	if err != nil {
		return nil, err
	}
	all := c.data["all"] == true
	if len(ids) == 0 && !all {
		return nil, answer.BadRequest("No `ids`.")
	}
	for _, id := range c.store.Linked(c.user.Rec, "emails") {
		if all || slices.Contains(ids, id) {
			f(id)
		}
	}
	return true, nil
}

func markEmails(column string, value bool) func(*call) (any, *answer.Error) {
	return func(c *call) (any, *answer.Error) {
		return c.eachOwn(func(id string) {
			c.store.Relate(c.user.Rec, "emails", id, map[string]any{column: value})
		})
	}
}

func (c *call) moveToFolder() (any, *answer.Error) {
	var folder any
	if id := c.params["folderId"]; c.store.Find("EmailFolder", id) != nil {
		folder = id
	}
	return c.eachOwn(func(id string) {
		c.store.Relate(c.user.Rec, "emails", id, map[string]any{
			"folderId": folder, "inTrash": c.params["folderId"] == "trash", "inArchive": c.params["folderId"] == "archive",
		})
	})
}

func (c *call) unreadCounts() (any, *answer.Error) {
	var inbox, drafts int64
	counts := map[string]any{}
	for _, id := range c.store.Linked(c.user.Rec, "emails") {
		r := c.store.Find("Email", id)
		own := c.store.ColumnsOf(r, "users", c.user.Rec.ID)
		folder, _ := own["folderId"].(string)
		switch {
		case own["isRead"] == true || own["inTrash"] == true || own["inArchive"] == true:
		case folder != "":
			n, _ := counts[folder].(int64)
			counts[folder] = n + 1
		default:
			inbox++
		}
	}
	for _, r := range c.store.All("Email") {
		if r.Str("status") == "Draft" && r.Str("createdById") == c.user.Rec.ID && c.user.Type != "api" {
			drafts++
		}
	}
	counts["inbox"], counts["drafts"] = inbox, drafts
	return counts, nil
}

func (c *call) addEmailUsers() (any, *answer.Error) {
	r := c.store.Find("Email", c.params["id"])
	ids, err := c.linkIDs()
	switch {
	case err != nil:
		return nil, err
	case r == nil:
		return nil, answer.NotFound("")
	case !c.user.May(rights.Read, r):
		return nil, answer.Forbidden("")
	case len(ids) == 0:
		return nil, answer.BadRequest("")
	}
	for _, id := range ids {
		u := c.store.Find("User", id)
		if u == nil {
			return nil, answer.NotFound("")
		}
		if t := u.Str("type"); t != "regular" && t != "admin" {
			return nil, answer.Forbidden("Only regular and admin users allowed.")
		}
	}
	for _, id := range ids {
		c.store.Relate(r, "users", id, nil)
	}
	return true, nil
}

func (c *call) emailFolders() (any, *answer.Error) {
	standard := func(id, name string) answer.Object {
		return answer.Object{{Name: "id", Value: id}, {Name: "name", Value: name}, {Name: "deleted", Value: false}, {Name: "skipNotifications", Value: false}}
	}
	list := []answer.Object{standard("inbox", "Inbox"), standard("important", "Important"), standard("sent", "Sent")}
	attrs := c.listAttributes(c.store.Types["EmailFolder"], where.Params{})
	for _, r := range c.store.All("EmailFolder") {
		if r.Str("assignedUserId") == c.user.Rec.ID {
			list = append(list, c.item(r, attrs))
		}
	}
	list = append(list, standard("archive", "Archive"), standard("drafts", "Drafts"), standard("trash", "Trash"))
	return answer.Object{{Name: "list", Value: list}}, nil
}

// folderBeforeSave makes a new folder the user's, and the last one.
func folderBeforeSave(c *call, mem, before map[string]any) {
	if before != nil {
		return
	}
	order := int64(0)
	for _, r := range c.store.All("EmailFolder") {
		if n, ok := r.Get("order").(int64); ok && r.Str("assignedUserId") == c.user.Rec.ID {
			order = max(order, n)
		}
	}
	mem["order"] = order + 1
	mem["assignedUserId"], mem["assignedUserName"] = c.user.Rec.ID, c.user.Rec.Get("name")
}
