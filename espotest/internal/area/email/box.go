package email

import (
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// isAddress reports whether a text can be an address.
func isAddress(s string) bool { return strings.Contains(s, "@") && !strings.ContainsAny(s, " ,;") }

// toUsers puts an e-mail into the boxes of the users whose addresses it has, and of
// the one that it is assigned to. What a user sent, the user is known to have sent.
func toUsers(c *crm.Call, r *store.Record, mem map[string]any) {
	for _, name := range schema.EmailAddresses {
		for _, address := range addressesIn(r.Str(name)) {
			for _, id := range usersAt(c, address) {
				c.Store.Relate(r, "assignedUsers", id, nil)
				putInBox(c, r, id)
			}
		}
	}
	if id, _ := mem["assignedUserId"].(string); id != "" {
		putInBox(c, r, id)
	}
	status := r.Str("status")
	if from := r.Str("from"); from != "" && (status == "Sent" || status == "Archived") && r.Get("sentById") == nil {
		for _, id := range usersAt(c, from) {
			r.Set("sentById", id)
			mem["sentById"] = id
		}
	}
}

// usersAt are the ids of the users whose primary address it is.
func usersAt(c *crm.Call, address string) (ids []string) {
	for _, u := range c.Store.WithAddress(c.Store.Types["User"].Attr("emailAddress"), "User", []string{address}) {
		if !u.Deleted && address != "" && strings.EqualFold(u.Str("emailAddress"), address) {
			ids = append(ids, u.ID)
		}
	}
	return ids
}

// shown is what the answer says of the e-mail to its user.
func shown(c *crm.Call, r *store.Record, mem, before map[string]any) {
	own := c.Store.ColumnsOf(r, "users", c.User.Rec.ID)
	if own == nil {
		return
	}
	showOwn(c, r, mem, own)
	if before == nil { // the answer shows it as it was made
		delete(mem, "folderId")
	}
}

// ReadEmail reads an e-mail, and marks it as read: GET Email/{id}.
func ReadEmail(c *crm.Call) (any, *answer.Error) {
	c.Params["controller"] = "Email"
	out, err := crm.ReadRecord(c)
	r := c.Store.Find("Email", c.Params["id"])
	if err == nil && r != nil {
		markRead(c, r)
	}
	return out, err
}

// markRead marks an e-mail as read by the user who has it.
func markRead(c *crm.Call, r *store.Record) {
	if c.Store.ColumnsOf(r, "users", c.User.Rec.ID) != nil {
		c.Store.Relate(r, "users", c.User.Rec.ID, map[string]any{"isRead": true})
	}
}

// putInBox gives an e-mail to a user who does not have it yet.
func putInBox(c *crm.Call, r *store.Record, userID string) {
	if c.Store.Find("User", userID) != nil && c.Store.ColumnsOf(r, "users", userID) == nil {
		c.Store.Relate(r, "users", userID, map[string]any{"isRead": false, "isImportant": false, "inTrash": false, "inArchive": false, "folderId": nil})
	}
}

// showOwn is what an e-mail is to the user who has it.
func showOwn(c *crm.Call, r *store.Record, mem, own map[string]any) {
	mem["isRead"], mem["isUsers"] = own["isRead"] == true, true
	for _, name := range []string{"isImportant", "inTrash", "inArchive"} {
		mem[name] = own[name] == true
	}
	mem["folderId"] = own["folderId"]
	mem["isUsersSent"] = r.Get("sentById") == c.User.Rec.ID
}
