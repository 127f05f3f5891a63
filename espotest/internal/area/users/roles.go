package users

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// The server keeps the rights of each user until it knows that they have changed.
// It does so when a role is saved or deleted, when a user or a team is saved with
// other roles or teams, and when a user is linked from a team. Other links, such
// as User/:id/roles, have no effect until then.

// RoleAfterSave makes the rights of all users be read anew.
func RoleAfterSave(c *crm.Call, r *store.Record, mem, before map[string]any) {
	if before != nil && crm.Changed(mem, before, "data") {
		delete(c.Roles, r.ID) // the record says more than what it was given
	}
	c.ForgetRights()
}

// RoleAfterDelete is RoleAfterSave for a role that is gone.
func RoleAfterDelete(c *crm.Call, _ *store.Record) { c.ForgetRights() }

// TeamAfterSave makes the rights of all users be read anew when the team has
// other roles.
func TeamAfterSave(c *crm.Call, _ *store.Record, mem, before map[string]any) {
	if before != nil && crm.Changed(mem, before, "rolesIds") {
		c.ForgetRights()
	}
}

// TeamAfterLink makes the rights of a user be read anew who joins or leaves.
func TeamAfterLink(c *crm.Call, _ *store.Record, l *schema.Link, to *store.Record) {
	if u := c.Users[to.ID]; u != nil && l.Name == "users" {
		u.Forget()
	}
}

// ClearCache makes the rights of all users be read anew; nothing else that a
// client can see changes.
func ClearCache(c *crm.Call) (any, *answer.Error) {
	if !c.User.Admin() {
		return nil, answer.Forbidden("")
	}
	c.ForgetRights()
	return true, nil
}
