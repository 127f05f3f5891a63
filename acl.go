package espo

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// CurrentUser is the user that the client is, with what applies to it.
type CurrentUser struct {
	User        User     `json:"user"`
	Language    string   `json:"language"` // such as "en_US"
	ACL         ACL      `json:"acl"`
	Settings    Settings `json:"settings"`
	Preferences Record   `json:"preferences"`
	Params      Record   `json:"appParams"` // such as maxUploadSize

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// IsAdmin reports whether the user is an administrator, who may do anything.
func (u *CurrentUser) IsAdmin() bool { return u.User.Type == "admin" || u.User.Type == "super-admin" }

// Can reports whether the user may do the action with some records of the
// entity type: all of them, those of its teams or its own, as
// [CurrentUser.Level] says.
func (u *CurrentUser) Can(action AccessAction, entityType string) bool {
	return u.Level(action, entityType) != AccessNo
}

// Level returns how far the user's right to an action reaches.
func (u *CurrentUser) Level(action AccessAction, entityType string) AccessLevel {
	scope, ok := u.ACL.Scopes[entityType]
	switch {
	case !ok && u.IsAdmin():
		return AccessAll
	case scope.Enabled:
		return AccessYes
	case scope.Levels[action] == "":
		return AccessNo
	}
	return scope.Levels[action]
}

// CanField reports whether the user may read or edit a field, where it may do
// so with the record. Only [AccessRead] and [AccessEdit] are about fields; to
// create with a field is to edit it.
func (u *CurrentUser) CanField(action AccessAction, entityType, field string) bool {
	if !u.Can(action, entityType) {
		return false
	}
	if action == AccessCreate {
		action = AccessEdit
	}
	return u.ACL.Fields[entityType][field][action] != AccessNo
}

// Permission returns a right that is not about an entity type, by its name
// with or without the end Permission: "export", "massUpdate", "assignment".
func (u *CurrentUser) Permission(name string) AccessLevel {
	for _, name := range []string{name, name + "Permission"} {
		if level := u.ACL.Permissions[name]; level != "" {
			return level
		}
	}
	return AccessNo
}

// AccessAction is what a right is about.
type AccessAction string

// The actions.
const (
	AccessCreate AccessAction = "create"
	AccessRead   AccessAction = "read"
	AccessEdit   AccessAction = "edit"
	AccessDelete AccessAction = "delete"
	AccessStream AccessAction = "stream"
)

// AccessLevel is how far a right reaches.
type AccessLevel string

// The levels.
const (
	AccessYes  AccessLevel = "yes"  // where there is no more than yes and no
	AccessAll  AccessLevel = "all"  // every record
	AccessTeam AccessLevel = "team" // the user's own records, and those of its teams
	AccessOwn  AccessLevel = "own"  // the user's own records
	AccessNo   AccessLevel = "no"

	AccessAccount AccessLevel = "account" // in portals: the records of the user's accounts
	AccessContact AccessLevel = "contact" // in portals: the records of the user's contact
	AccessNotSet  AccessLevel = "not-set" // a permission of a role that says nothing about it
)

// ACL is what a user may do. [CurrentUser] answers questions about it.
type ACL struct {
	Scopes      map[string]ScopeAccess                             // by entity type
	Fields      map[string]map[string]map[AccessAction]AccessLevel // the restricted fields, by entity type and field
	Permissions map[string]AccessLevel                             // such as "exportPermission"

	// Extra holds what is none of these.
	Extra Attrs
}

// ScopeAccess is what a user may do with an entity type.
type ScopeAccess struct {
	Enabled bool                         // of a scope that one may use or not, without levels
	Levels  map[AccessAction]AccessLevel // by action
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (s *ScopeAccess) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*s = ScopeAccess{}
	switch dec.PeekKind() {
	case 't', 'f':
		return json.UnmarshalDecode(dec, &s.Enabled)
	}
	levels, err := phpMap[AccessLevel](dec)
	s.Levels = make(map[AccessAction]AccessLevel, len(levels))
	for action, level := range levels {
		s.Levels[AccessAction(action)] = level
	}
	return err
}

// MarshalJSONTo implements [json.MarshalerTo].
func (s ScopeAccess) MarshalJSONTo(enc *jsontext.Encoder) error {
	if s.Levels == nil {
		return json.MarshalEncode(enc, s.Enabled)
	}
	return json.MarshalEncode(enc, s.Levels)
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (a *ACL) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var raw struct {
		Table       phpObject[ScopeAccess]                             `json:"table"`
		FieldTable  phpObject[phpObject[map[AccessAction]AccessLevel]] `json:"fieldTable"`
		Permissions map[string]jsontext.Value                          `json:",embed"`
	}
	if err := json.UnmarshalDecode(dec, &raw); err != nil {
		return err
	}
	*a = ACL{Scopes: raw.Table, Permissions: map[string]AccessLevel{}}
	a.Fields = make(map[string]map[string]map[AccessAction]AccessLevel, len(raw.FieldTable))
	for entityType, fields := range raw.FieldTable {
		if len(fields) > 0 {
			a.Fields[entityType] = fields
		}
	}
	for name, value := range raw.Permissions {
		if value.Kind() != '"' {
			var other any
			if err := json.Unmarshal(value, &other, jsonOptions); err != nil {
				return err
			}
			a.Extra = merged(a.Extra, Attrs{name: other})
			continue
		}
		var level AccessLevel
		if err := json.Unmarshal(value, &level); err != nil {
			return err
		}
		a.Permissions[name] = level
	}
	return nil
}

// MarshalJSONTo implements [json.MarshalerTo].
func (a ACL) MarshalJSONTo(enc *jsontext.Encoder) error {
	all := merged(a.Extra)
	for name, level := range a.Permissions {
		all[name] = level
	}
	all["table"], all["fieldTable"] = a.Scopes, a.Fields
	return json.MarshalEncode(enc, map[string]any(all))
}
