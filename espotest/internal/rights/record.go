package rights

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/store"
)

// May reports whether the user may do the action to the record.
func (u *User) May(action string, r *store.Record) bool {
	if r.Entity.Name == "User" && r.Get("type") == "portal" && r.ID != u.Rec.ID && u.Permission("portalPermission") == LevelNo {
		return false
	}
	if slices.Contains(listedScopes, r.Entity.Name) && !u.Admin() {
		return false
	}
	switch u.Level(r.Entity, action) {
	case LevelAll, LevelYes:
		return true
	case LevelTeam:
		return u.owns(action, r) || u.SharesTeam(r)
	case LevelAccount:
		return r.Entity.Name != "Account" && u.owns(action, r) || u.ofContact(r) || u.ofAccounts(r)
	case LevelContact:
		return r.Entity.Name != "Contact" && u.owns(action, r) || u.ofContact(r)
	case LevelOwn:
		return u.owns(action, r)
	}
	return false
}

// owns reports whether the record is the user's own: assigned to it or, where
// records of the type are not assigned and in portals, created by it. Who takes
// part in a meeting or a call may read it.
func (u *User) owns(action string, r *store.Record) bool {
	id := u.Rec.ID
	e := r.Entity
	takesPart := func() bool { return e.Fields["users"] != nil && slices.Contains(r.Store.Linked(r, "users"), id) }
	switch {
	case r.ID == id && (e.Name == "User" || e.Name == "Preferences"):
		return true
	case e.Fields["assignedUsers"] != nil && slices.Contains(r.Store.Linked(r, "assignedUsers"), id):
		return true
	case e.Name == "Meeting" || e.Name == "Call":
		if (action == Read || action == Stream) && takesPart() {
			return true
		}
	case takesPart():
		return true
	case e.Fields["collaborators"] != nil && (action == Read || action == Stream) && slices.Contains(r.Store.Linked(r, "collaborators"), id):
		return true
	}
	switch {
	case e.Fields["assignedUser"] != nil && u.Portal == nil:
		return r.Str("assignedUserId") == id
	case e.Fields["user"] != nil:
		return r.Str("userId") == id
	}
	return r.Str("createdById") == id
}

// ofContact reports whether the record is the contact of a user of portals, or
// linked to it.
func (u *User) ofContact(r *store.Record) bool {
	id := u.Rec.Str("contactId")
	switch {
	case id == "":
		return false
	case r.Entity.Name == "Contact":
		return r.ID == id
	}
	return r.Entity.Attr("contactId") != nil && r.Str("contactId") == id || slices.Contains(r.Store.Linked(r, "contacts"), id)
}

// ofAccounts reports whether the record is one of the accounts of a user of
// portals, or linked to one.
func (u *User) ofAccounts(r *store.Record) bool {
	accounts := r.Store.Linked(u.Rec, "accounts")
	if r.Entity.Name == "Account" {
		return slices.Contains(accounts, r.ID)
	}
	if r.Entity.Attr("accountId") != nil && slices.Contains(accounts, r.Str("accountId")) {
		return true
	}
	return slices.ContainsFunc(r.Store.Linked(r, "accounts"), func(id string) bool { return slices.Contains(accounts, id) })
}

// SharesTeam reports whether the record is of one of the user's teams.
func (u *User) SharesTeam(r *store.Record) bool {
	teams := r.Store.Linked(u.Rec, "teams")
	if r.Entity.Name == "Team" {
		return slices.Contains(teams, r.ID)
	}
	return slices.ContainsFunc(r.Store.Linked(r, "teams"), func(id string) bool { return slices.Contains(teams, id) })
}
