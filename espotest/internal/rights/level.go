package rights

import (
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// Permissions are the rights that are not about one entity type.
var Permissions = []string{
	"assignmentPermission", "messagePermission", "mentionPermission", "userCalendarPermission", "auditPermission",
	"exportPermission", "massUpdatePermission", "userPermission", "portalPermission", "groupEmailAccountPermission",
	"followerManagementPermission", "dataPrivacyPermission", "lockPermission",
}

// PortalPermissions are those of them that roles of portals have.
var PortalPermissions = []string{"exportPermission", "massUpdatePermission"}

// personalScopes are entity types that roles do not name: every user has the
// same rights to them.
var personalScopes = map[string]Access{
	"ActionHistoryRecord": {Read: espo.AccessOwn},
	"Attachment":          {Create: espo.AccessYes, Read: espo.AccessOwn, Edit: espo.AccessOwn, Delete: espo.AccessOwn},
	"EmailAccount":        {Create: espo.AccessYes, Read: espo.AccessOwn, Edit: espo.AccessOwn, Delete: espo.AccessOwn},
	"EmailFilter":         {Create: espo.AccessYes, Read: espo.AccessOwn, Edit: espo.AccessOwn, Delete: espo.AccessOwn},
	"EmailFolder":         {Create: espo.AccessYes, Read: espo.AccessOwn, Edit: espo.AccessOwn, Delete: espo.AccessOwn},
	"GroupEmailFolder":    {Read: espo.AccessTeam},
	"Note":                {Create: espo.AccessYes, Read: espo.AccessOwn, Edit: espo.AccessOwn, Delete: espo.AccessOwn},
	"Notification":        {Read: espo.AccessOwn, Delete: espo.AccessOwn},
	"Preferences":         {Read: espo.AccessOwn, Edit: espo.AccessOwn},
}

// inheritedScopes are entity types whose rights are those of another.
var inheritedScopes = map[string]string{
	"CampaignLogRecord": "Campaign", "CampaignTrackingUrl": "Campaign", "MassEmail": "Campaign",
	"EmailQueueItem": "Campaign", "ImportError": "Import", "WorkingTimeRange": "WorkingTimeCalendar",
}

// The actions that there are rights to.
const (
	Create = "create"
	Read   = "read"
	Edit   = "edit"
	Delete = "delete"
	Stream = "stream"
)

// Level returns how far the right to an action reaches.
func (a Access) Level(action string) espo.AccessLevel {
	l := espo.AccessNo
	switch action {
	case Create:
		l = a.Create
	case Read:
		l = a.Read
	case Edit:
		l = a.Edit
	case Delete:
		l = a.Delete
	case Stream:
		l = a.Stream
	}
	if l == "" {
		return espo.AccessNo
	}
	return l
}

// The levels that only portals have: what is of the user's contact, and of its
// accounts.
const (
	accessContact espo.AccessLevel = "contact"
	accessAccount espo.AccessLevel = "account"
)

var levelOrder = []espo.AccessLevel{
	espo.AccessNo, espo.AccessOwn, accessContact, accessAccount, espo.AccessTeam, espo.AccessAll, espo.AccessYes,
}

// unnamedScopes are what the user has of entity types that no role names.
var unnamedScopes = map[string]Access{"Team": {Read: espo.AccessTeam}, "User": {Read: espo.AccessOwn}}

// Level returns how far a user's right to an action reaches.
func (u *User) Level(e *schema.EntityType, action string) espo.AccessLevel {
	limited := e.ACL == true && len(e.ACLActions) > 0 && !slices.Contains(e.ACLActions, action)
	switch {
	case limited && action == Stream:
		return espo.AccessNo
	case u.Admin():
		return espo.AccessAll
	}
	if !u.opened(e) {
		return espo.AccessNo
	}
	if a, ok := personalScopes[e.Name]; ok {
		return a.Level(action)
	}
	scope := e.Name
	if s, ok := inheritedScopes[scope]; ok {
		scope = s
	} else if e.ACL == false || e.ACL == nil {
		return espo.AccessNo
	}
	if limited {
		return espo.AccessNo
	}
	best := u.roleLevel(scope, action)
	if (scope == "User" && action == Edit || scope == "Webhook" && action != Create) && best != espo.AccessNo {
		return espo.AccessOwn
	}
	return best
}

// roleLevel merges what the roles say: the highest level wins.
func (u *User) roleLevel(scope, action string) espo.AccessLevel {
	best, named := espo.AccessNo, false
	for _, r := range u.Roles() {
		a, ok := r.scope(scope)
		named = named || ok
		if l := a.Level(action); slices.Index(levelOrder, l) > slices.Index(levelOrder, best) {
			best = l
		}
	}
	if !named {
		return unnamedScopes[scope].Level(action)
	}
	return best
}

// Allows reports whether a role gives the user a scope that is no entity type.
func (u *User) Allows(scope string) bool {
	return u.Admin() || slices.ContainsFunc(u.Roles(), func(r Role) bool {
		a, _ := r.scope(scope)
		return a.Level(Read) != espo.AccessNo
	})
}

// Permission returns one of the rights that are not about an entity type.
func (u *User) Permission(name string) espo.AccessLevel {
	if u.Admin() {
		switch name {
		case "mentionPermission", "auditPermission", "exportPermission", "massUpdatePermission", "portalPermission",
			"dataPrivacyPermission", "lockPermission":
			return espo.AccessYes
		}
		return espo.AccessAll
	}
	best := espo.AccessNo
	for _, r := range u.Roles() {
		if l := r.Permissions[name]; slices.Index(levelOrder, l) > slices.Index(levelOrder, best) {
			best = l
		}
	}
	return best
}

// Table returns the user's rights as App/user shows them.
func (u *User) Table(types map[string]*schema.EntityType) map[string]any {
	table := map[string]any{}
	for name, e := range types {
		if e.ACL == "boolean" {
			if u.Level(e, Read) != espo.AccessNo {
				table[name] = true
			}
			continue
		}
		row := map[string]any{}
		some := false
		for _, action := range []string{Read, Stream, Edit, Delete} {
			l := u.Level(e, action)
			row[action] = string(l)
			some = some || l != espo.AccessNo
		}
		l := u.Level(e, Create)
		if l != espo.AccessNo {
			l = espo.AccessYes
		}
		row[Create] = string(l)
		_, personal := personalScopes[name]
		if some || l == espo.AccessYes {
			if e.ACL == true || personal || u.Admin() {
				table[name] = row
			}
		}
	}
	if u.Level(types["Currency"], Read) != espo.AccessNo {
		table["Currency"] = map[string]any{"read": "yes", "stream": "no", "edit": "yes", "delete": "no", "create": "no"}
	}
	return table
}
