package rights

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
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
	"ActionHistoryRecord": {Read: LevelOwn},
	"Attachment":          {Create: LevelYes, Read: LevelOwn, Edit: LevelOwn, Delete: LevelOwn},
	"EmailAccount":        {Create: LevelYes, Read: LevelOwn, Edit: LevelOwn, Delete: LevelOwn},
	"EmailFilter":         {Create: LevelYes, Read: LevelOwn, Edit: LevelOwn, Delete: LevelOwn},
	"EmailFolder":         {Create: LevelYes, Read: LevelOwn, Edit: LevelOwn, Delete: LevelOwn},
	"GroupEmailFolder":    {Read: LevelTeam},
	"Note":                {Create: LevelYes, Read: LevelOwn, Edit: LevelOwn, Delete: LevelOwn},
	"Notification":        {Read: LevelOwn, Delete: LevelOwn},
	"Preferences":         {Read: LevelOwn, Edit: LevelOwn},
}

// listedScopes are entity types whose records everybody may list, and only
// administrators read one by one.
var listedScopes = []string{"Pipeline", "PipelineStage"}

// portalReadOnly are the entity types that portals only show.
var portalReadOnly = []string{"DocumentFolder", "KnowledgeBaseArticle", "KnowledgeBaseCategory", "Email", "Template"}

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
func (a Access) Level(action string) Level {
	l := LevelNo
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
		return LevelNo
	}
	return l
}

// Level is how far a right reaches.
type Level string

// The levels.
const (
	LevelYes  Level = "yes" // where there is no more than yes and no
	LevelAll  Level = "all"
	LevelTeam Level = "team"
	LevelOwn  Level = "own"
	LevelNo   Level = "no"

	LevelContact Level = "contact" // in portals: what is of the user's contact
	LevelAccount Level = "account" // in portals: what is of the user's accounts
)

var levelOrder = []Level{
	LevelNo, LevelOwn, LevelContact, LevelAccount, LevelTeam, LevelAll, LevelYes,
}

// unnamedScopes are what the user has of entity types that no role names.
var unnamedScopes = map[string]Access{"Team": {Read: LevelTeam}, "User": {Read: LevelOwn}}

// Level returns how far a user's right to an action reaches.
func (u *User) Level(e *schema.EntityType, action string) Level {
	limited := e.ACL == true && len(e.ACLActions) > 0 && !slices.Contains(e.ACLActions, action)
	switch {
	case limited && action == Stream:
		return LevelNo
	case u.Admin():
		return LevelAll
	}
	if !u.opened(e) {
		return LevelNo
	}
	if a, ok := fixedAccess(e.Name); ok {
		return a.Level(action)
	}
	scope := e.Name
	if s, ok := inheritedScopes[scope]; ok {
		scope = s
	} else if e.ACL == false || e.ACL == nil {
		return LevelNo
	}
	if limited || u.closed(e, action) {
		return LevelNo
	}
	best := u.roleLevel(scope, action)
	if (scope == "User" && action == Edit || scope == "Webhook" && action != Create) && best != LevelNo {
		return LevelOwn
	}
	return best
}

// fixedAccess is what everybody may do with an entity type that roles do not name.
func fixedAccess(name string) (a Access, ok bool) {
	if slices.Contains(listedScopes, name) {
		return Access{Read: LevelAll}, true
	}
	a, ok = personalScopes[name]
	return a, ok
}

// closed reports whether a kind of user may not do something, whatever its roles say.
func (u *User) closed(e *schema.EntityType, action string) bool {
	return u.Portal != nil && action != Read && slices.Contains(portalReadOnly, e.Name) || e.Name == "Webhook" && u.Type != "api"
}

// roleLevel merges what the roles say: the highest level wins.
func (u *User) roleLevel(scope, action string) Level {
	best, named := LevelNo, false
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

// Allows reports whether a role gives the user a scope that is not an entity type.
func (u *User) Allows(scope string) bool {
	return u.Admin() || slices.ContainsFunc(u.Roles(), func(r Role) bool {
		a, _ := r.scope(scope)
		return a.Level(Read) != LevelNo
	})
}

// Permission returns one of the rights that are not about an entity type.
func (u *User) Permission(name string) Level {
	if u.Admin() {
		switch name {
		case "mentionPermission", "auditPermission", "exportPermission", "massUpdatePermission", "portalPermission",
			"dataPrivacyPermission", "lockPermission":
			return LevelYes
		}
		return LevelAll
	}
	best := LevelNo
	for _, r := range u.Roles() {
		if l := r.Permissions[name]; slices.Index(levelOrder, l) > slices.Index(levelOrder, best) {
			best = l
		}
	}
	return best
}

// MayFor reports whether one of those rights reaches a user: everybody, members of
// the same teams, or nobody else.
func (u *User) MayFor(permission string, other *store.Record) bool {
	if other == u.Rec {
		return true
	}
	level := u.Permission(permission)
	return level == LevelAll || level == LevelYes || level == LevelTeam && u.SharesTeam(other)
}

// Table returns the user's rights as App/user shows them.
func (u *User) Table(types map[string]*schema.EntityType) map[string]any {
	table := map[string]any{}
	for name, e := range types {
		if e.ACL == "boolean" {
			if u.Level(e, Read) != LevelNo {
				table[name] = true
			}
			continue
		}
		row := map[string]any{}
		some := false
		for _, action := range []string{Read, Stream, Edit, Delete} {
			l := u.Level(e, action)
			row[action] = string(l)
			some = some || l != LevelNo
		}
		l := u.Level(e, Create)
		if l != LevelNo {
			l = LevelYes
		}
		row[Create] = string(l)
		_, personal := personalScopes[name]
		if some || l == LevelYes {
			if e.ACL == true || personal || u.Admin() {
				table[name] = row
			}
		}
	}
	if u.Level(types["Currency"], Read) != LevelNo {
		table["Currency"] = map[string]any{"read": "yes", "stream": "no", "edit": "yes", "delete": "no", "create": "no"}
	}
	return table
}
