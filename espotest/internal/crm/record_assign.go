package crm

import (
	"maps"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// assign sets whom a new record is assigned to where the user has no say in it:
// to itself, and to its default team. In a portal, the record is linked to the
// user's account and contact instead.
func assign(c *Call, e *schema.EntityType, mem map[string]any) {
	if c.User.Admin() {
		return
	}
	if c.User.Portal != nil {
		ofPortalUser(c, e, mem)
		return
	}
	if f := e.Fields["assignedUser"]; f != nil && c.User.Type != "api" && hasNoSay(c, f) {
		mem["assignedUserId"] = c.User.Rec.ID
	}
	team := c.User.Rec.Str("defaultTeamId")
	if f := e.Fields["teams"]; f != nil && team != "" && hasNoSay(c, f) {
		if ids, _ := mem["teamsIds"].([]any); !slices.Contains(ids, any(team)) {
			mem["teamsIds"] = append(slices.Clone(ids), team)
		}
	}
}

func hasNoSay(c *Call, f *schema.Field) bool {
	alone := c.Has(release.AssignedAlone) && c.User.Permission("assignmentPermission") == rights.LevelNo
	return alone || !c.User.MayField(rights.Edit, f)
}

func ofPortalUser(c *Call, e *schema.EntityType, mem map[string]any) {
	u := c.User.Rec
	accounts := c.Store.Linked(u, "accounts")
	switch {
	case len(accounts) == 0:
	case e.Name == "Contact":
		if ids, _ := mem["accountsIds"].([]any); len(ids) == 0 {
			mem["accountsIds"] = []any{accounts[0]}
		}
	case e.HasField("account") && mem["accountId"] == nil:
		mem["accountId"] = accounts[0]
	}
	contact := u.Str("contactId")
	if contact == "" || e.Name == "Contact" {
		return
	}
	if e.HasField("contact") && mem["contactId"] == nil {
		mem["contactId"] = contact
	}
	if ids, _ := mem["contactsIds"].([]any); e.HasField("contacts") && !slices.Contains(ids, any(contact)) {
		mem["contactsIds"] = append(slices.Clone(ids), contact)
	}
}

// checkAssignment refuses an assignment that the user's assignment permission
// does not allow: by team, to others than members of its teams, and to nobody at
// all; by no, to others than itself. What stays as it is needs no permission.
func checkAssignment(c *Call, ch change) *answer.Error {
	level := c.User.Permission("assignmentPermission")
	if c.User.Portal != nil || level != rights.LevelTeam && level != rights.LevelNo {
		return nil
	}
	if !mayAssignUser(c, ch, level) || !mayAssignTeams(c, ch, level) || !mayAddUsers(c, ch, level) {
		return answer.Forbidden("Assignment failure: assigned user or team not allowed.")
	}
	return nil
}

// MayAssign reports whether the user may give the record what the attributes say
// of its user and its teams.
func MayAssign(c *Call, r *store.Record, attrs map[string]any) bool {
	before := c.Fetched(r)
	c.Load(before, r)
	in := c.Input(r.Entity, attrs, false)
	mem := maps.Clone(before)
	maps.Copy(mem, in)
	return checkAssignment(c, change{e: r.Entity, data: attrs, in: in, mem: mem, before: before, of: r}) == nil
}

func mayAssignUser(c *Call, ch change, level rights.Level) bool {
	id, ok := ch.mem["assignedUserId"]
	switch {
	case !ch.e.HasField("assignedUser") || ch.before != nil && (!ok || php.Same(id, ch.before["assignedUserId"])):
		return true
	case id == nil:
		return level != rights.LevelNo || c.User.Type == "api"
	}
	return mayAssignTo(c, id, level)
}

// mayAssignTo reports whether the user may assign to another.
func mayAssignTo(c *Call, id any, level rights.Level) bool {
	s, _ := id.(string)
	if s == c.User.Rec.ID {
		return true
	}
	u := c.Store.Find("User", s)
	return level == rights.LevelTeam && u != nil && c.User.SharesTeam(u)
}

func mayAssignTeams(c *Call, ch change, level rights.Level) bool {
	if !ch.e.HasField("teams") || ch.e.Name == "User" {
		return true
	}
	ids, _ := ch.mem["teamsIds"].([]any)
	if len(ids) == 0 {
		return level != rights.LevelTeam || !ch.e.HasField("assignedUser") || ch.mem["assignedUserId"] != nil
	}
	old, _ := ch.before["teamsIds"].([]any)
	own := c.Store.Linked(c.User.Rec, "teams")
	return !slices.ContainsFunc(ids, func(id any) bool {
		s, _ := id.(string)
		return !slices.Contains(old, id) && !slices.Contains(own, s)
	})
}

// mayAddUsers is for those who take part in a meeting or a call.
func mayAddUsers(c *Call, ch change, level rights.Level) bool {
	if ch.e.Name != "Meeting" && ch.e.Name != "Call" {
		return true
	}
	ids, _ := ch.in["usersIds"].([]any)
	old, _ := ch.before["usersIds"].([]any)
	return !slices.ContainsFunc(ids, func(id any) bool { return !slices.Contains(old, id) && !mayAssignTo(c, id, level) })
}

// Collaborate makes the assigned user a collaborator.
func Collaborate(c *Call, mem, before map[string]any) {
	ids, _ := mem["collaboratorsIds"].([]any)
	id := mem["assignedUserId"]
	if c.Has(release.AssignedCollaborates) && id != nil && Changed(mem, before, "assignedUserId") && !slices.Contains(ids, id) {
		mem["collaboratorsIds"] = append(slices.Clone(ids), id)
	}
}
