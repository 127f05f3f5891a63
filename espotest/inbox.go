package espotest

import (
	"slices"
)

// eachOwn calls f for the ids of the body that are e-mails of the user.
func (c *call) eachOwn(f func(id string)) (any, *apiError) {
	ids, err := c.linkIDs()
	if err != nil {
		return nil, err
	}
	all := c.data["all"] == true
	if len(ids) == 0 && !all {
		return nil, badRequest("No `ids`.")
	}
	for _, id := range c.store.linked(c.user.rec, "emails") {
		if all || slices.Contains(ids, id) {
			f(id)
		}
	}
	return true, nil
}

func markEmails(column string, value bool) func(*call) (any, *apiError) {
	return func(c *call) (any, *apiError) {
		return c.eachOwn(func(id string) {
			c.store.relate(c.user.rec, "emails", id, map[string]any{column: value})
		})
	}
}

func (c *call) moveToFolder() (any, *apiError) {
	var folder any
	if id := c.params["folderId"]; c.store.find("EmailFolder", id) != nil {
		folder = id
	}
	return c.eachOwn(func(id string) {
		c.store.relate(c.user.rec, "emails", id, map[string]any{
			"folderId": folder, "inTrash": c.params["folderId"] == "trash", "inArchive": c.params["folderId"] == "archive",
		})
	})
}

func (c *call) unreadCounts() (any, *apiError) {
	var inbox, drafts int64
	counts := map[string]any{}
	for _, id := range c.store.linked(c.user.rec, "emails") {
		r := c.store.find("Email", id)
		own := c.store.columnsOf(r, "users", c.user.rec.ID)
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
	for _, r := range c.store.all("Email") {
		if r.str("status") == "Draft" && r.str("createdById") == c.user.rec.ID && c.user.Type != "api" {
			drafts++
		}
	}
	counts["inbox"], counts["drafts"] = inbox, drafts
	return counts, nil
}

func (c *call) addEmailUsers() (any, *apiError) {
	r := c.store.find("Email", c.params["id"])
	ids, err := c.linkIDs()
	switch {
	case err != nil:
		return nil, err
	case r == nil:
		return nil, notFound("")
	case !c.user.may(actionRead, r):
		return nil, forbidden("")
	case len(ids) == 0:
		return nil, badRequest("")
	}
	for _, id := range ids {
		u := c.store.find("User", id)
		if u == nil {
			return nil, notFound("")
		}
		if t := u.str("type"); t != "regular" && t != "admin" {
			return nil, forbidden("Only regular and admin users allowed.")
		}
	}
	for _, id := range ids {
		c.store.relate(r, "users", id, nil)
	}
	return true, nil
}

func (c *call) emailFolders() (any, *apiError) {
	standard := func(id, name string) members {
		return members{{"id", id}, {"name", name}, {"deleted", false}, {"skipNotifications", false}}
	}
	list := []members{standard("inbox", "Inbox"), standard("important", "Important"), standard("sent", "Sent")}
	attrs := c.listAttributes(c.store.types["EmailFolder"], searchParams{})
	for _, r := range c.store.all("EmailFolder") {
		if r.str("assignedUserId") == c.user.rec.ID {
			list = append(list, c.item(r, attrs))
		}
	}
	list = append(list, standard("archive", "Archive"), standard("drafts", "Drafts"), standard("trash", "Trash"))
	return members{{"list", list}}, nil
}

// folderBeforeSave makes a new folder the user's, and the last one.
func folderBeforeSave(c *call, mem, before map[string]any) {
	if before != nil {
		return
	}
	order := int64(0)
	for _, r := range c.store.all("EmailFolder") {
		if n, ok := r.get("order").(int64); ok && r.str("assignedUserId") == c.user.rec.ID {
			order = max(order, n)
		}
	}
	mem["order"] = order + 1
	mem["assignedUserId"], mem["assignedUserName"] = c.user.rec.ID, c.user.rec.get("name")
}
