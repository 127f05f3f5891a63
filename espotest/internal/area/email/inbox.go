package email

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/where"
)

// eachOwn calls f for the ids of the body that are e-mails of the user.
func eachOwn(c *crm.Call, f func(id string)) (any, *answer.Error) {
	ids, err := c.LinkIDs()
	if err != nil {
		return nil, err
	}
	all := c.Data["all"] == true
	if len(ids) == 0 && !all {
		return nil, answer.BadRequest("No `ids`.")
	}
	for _, id := range c.Store.Linked(c.User.Rec, "emails") {
		if all || slices.Contains(ids, id) {
			f(id)
		}
	}
	return true, nil
}

// MarkEmails sets a mark of the user's on e-mails:
// POST and DELETE Email/inbox/{mark}.
func MarkEmails(column string, value bool) func(*crm.Call) (any, *answer.Error) {
	return func(c *crm.Call) (any, *answer.Error) {
		return eachOwn(c, func(id string) {
			c.Store.Relate(c.User.Rec, "emails", id, map[string]any{column: value})
		})
	}
}

// MoveToFolder moves e-mails of the user's to a folder:
// POST Email/inbox/folders/{folderId}.
func MoveToFolder(c *crm.Call) (any, *answer.Error) {
	var folder any
	switch id := c.Params["folderId"]; id {
	case "inbox", "archive", "trash":
	default: // whether there is such a folder or not
		folder = id
	}
	if ids, _ := c.LinkIDs(); len(ids) == 1 && c.Store.Find("Email", ids[0]) == nil {
		return nil, answer.NotFound("")
	}
	return eachOwn(c, func(id string) {
		c.Store.Relate(c.User.Rec, "emails", id, map[string]any{
			"folderId": folder, "inTrash": c.Params["folderId"] == "trash", "inArchive": c.Params["folderId"] == "archive",
		})
	})
}

// UnreadCounts counts the unread e-mails of the user by folder:
// GET Email/inbox/notReadCounts.
func UnreadCounts(c *crm.Call) (any, *answer.Error) {
	var inbox, drafts int64
	counts := map[string]any{}
	for _, id := range c.Store.Linked(c.User.Rec, "emails") {
		r := c.Store.Find("Email", id)
		own := c.Store.ColumnsOf(r, "users", c.User.Rec.ID)
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
	for _, r := range c.Store.All("Email") {
		if r.Str("status") == "Draft" && r.Str("createdById") == c.User.Rec.ID && c.User.Type != "api" {
			drafts++
		}
	}
	counts["inbox"], counts["drafts"] = inbox, drafts
	return counts, nil
}

// AddEmailUsers puts an e-mail into the inboxes of other users:
// POST Email/{id}/users.
func AddEmailUsers(c *crm.Call) (any, *answer.Error) {
	r := c.Store.Find("Email", c.Params["id"])
	ids, err := c.LinkIDs()
	switch {
	case err != nil:
		return nil, err
	case r == nil:
		return nil, answer.NotFound("")
	case !c.User.May(rights.Read, r):
		return nil, answer.Forbidden("")
	case len(ids) == 0:
		return nil, answer.BadRequest("")
	}
	for _, id := range ids {
		u := c.Store.Find("User", id)
		if u == nil {
			return nil, answer.NotFound("Users not found.")
		}
		if t := u.Str("type"); t != "regular" && t != "admin" {
			return nil, answer.Forbidden("Only regular and admin users allowed.")
		}
	}
	for _, id := range ids {
		c.Store.Relate(r, "users", id, nil)
	}
	return true, nil
}

// ListFolders lists the folders of the user with the standard ones:
// GET EmailFolder/action/listAll.
func ListFolders(c *crm.Call) (any, *answer.Error) {
	standard := func(id, name string) answer.Object {
		return answer.Object{{Name: "id", Value: id}, {Name: "name", Value: name}, {Name: "deleted", Value: false}, {Name: "skipNotifications", Value: false}}
	}
	list := []answer.Object{standard("inbox", "Inbox"), standard("important", "Important"), standard("sent", "Sent")}
	attrs := c.ListAttributes(c.Store.Types["EmailFolder"], where.Params{})
	for _, r := range c.Store.All("EmailFolder") {
		if r.Str("assignedUserId") == c.User.Rec.ID {
			list = append(list, c.Item(r, attrs))
		}
	}
	list = append(list, standard("archive", "Archive"), standard("drafts", "Drafts"), standard("trash", "Trash"))
	return answer.Object{{Name: "list", Value: list}}, nil
}

// FolderBeforeSave makes a new folder the user's, and the last one.
func FolderBeforeSave(c *crm.Call, mem, before map[string]any) {
	if before != nil {
		return
	}
	order := int64(0)
	for _, r := range c.Store.All("EmailFolder") {
		if n, ok := r.Get("order").(int64); ok && r.Str("assignedUserId") == c.User.Rec.ID {
			order = max(order, n)
		}
	}
	mem["order"] = order + 1
	mem["assignedUserId"], mem["assignedUserName"] = c.User.Rec.ID, c.User.Rec.Get("name")
}
