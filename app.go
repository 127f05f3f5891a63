package espo

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// AppService says who the client is and what the server is set to.
type AppService struct{ client *Client }

// User reads who the client is, what it may do, and the settings that apply
// to it.
//
// GET App/user. Credentials that the server does not accept are
// [ErrUnauthorized], so that it is also a way to check them.
func (s *AppService) User(ctx context.Context) (CurrentUser, error) {
	user, err := get[CurrentUser](ctx, s.client, nil, "App", "user")
	delete(user.User.Extra, "token") // of a login; the Token authenticator keeps it
	return user, err
}

// Ping asks whether an EspoCRM server is there that knows the client: the
// least that can be asked of one.
//
// GET on the API's own address, api/v1/. Credentials that the server does not
// accept are [ErrUnauthorized].
func (s *AppService) Ping(ctx context.Context) error {
	_, err := get[string](ctx, s.client, nil)
	return err
}

// Settings reads the settings that the user may see.
//
// GET Settings.
func (s *AppService) Settings(ctx context.Context) (Settings, error) {
	return get[Settings](ctx, s.client, nil, "Settings")
}

// UpdateSettings changes exactly the given settings and returns them all. It
// needs an administrator.
//
// PUT Settings, or PATCH by [WithUpdateMethod].
func (s *AppService) UpdateSettings(ctx context.Context, settings Attrs) (Settings, error) {
	if len(settings) == 0 {
		return Settings{}, badInput("settings", "there is none")
	}
	return invoke[Settings](ctx, s.client, s.client.updateMethod, settings, "Settings")
}

// About reads the server's version and licence.
//
// GET App/about.
func (s *AppService) About(ctx context.Context) (About, error) {
	return get[About](ctx, s.client, nil, "App", "about")
}

// Params reads parameters of the application, such as maxUploadSize, that
// [AppService.User] has too.
//
// GET App/appParams. EspoCRM 9.2 and later; older servers answer [ErrNotFound].
func (s *AppService) Params(ctx context.Context) (Record, error) {
	params, err := get[fullObject[any]](ctx, s.client, nil, "App", "appParams")
	return Record(params), err
}

// About is what a server says of itself.
type About struct {
	Version string `json:"version"` // such as "9.3.10"
	Text    string `json:"text"`    // licence and authors, in Markdown
}

// Settings are the settings of a server that a client uses; Extra holds the
// others.
type Settings struct {
	Version         string   `json:"version,omitzero"`  // of EspoCRM, such as "9.3.10"
	SiteURL         string   `json:"siteUrl,omitzero"`  // of the web client
	Language        string   `json:"language,omitzero"` // such as "en_US"
	TimeZone        string   `json:"timeZone,omitzero"` // such as "UTC" or "Europe/Kyiv"
	DateFormat      string   `json:"dateFormat,omitzero"`
	TimeFormat      string   `json:"timeFormat,omitzero"`
	WeekStart       int      `json:"weekStart,omitzero"` // 0 is Sunday
	DecimalMark     string   `json:"decimalMark,omitzero"`
	CurrencyList    []string `json:"currencyList,omitzero"` // such as "USD"
	DefaultCurrency string   `json:"defaultCurrency,omitzero"`
	BaseCurrency    string   `json:"baseCurrency,omitzero"`

	RecordListMaxSizeLimit    int    `json:"recordListMaxSizeLimit,omitzero"`    // records of one page
	AttachmentUploadMaxSize   Number `json:"attachmentUploadMaxSize,omitzero"`   // MiB
	AttachmentUploadChunkSize Number `json:"attachmentUploadChunkSize,omitzero"` // MiB

	// Extra holds the settings that have no field here.
	Extra Attrs `json:",embed"`
}

// CurrentUser is the user that the client is, with what applies to it.
type CurrentUser struct {
	User        User     `json:"user"`
	Language    string   `json:"language"` // such as "en_US"
	ACL         ACL      `json:"acl"`
	Settings    Settings `json:"settings"`
	Preferences Record   `json:"preferences"`
	Params      Record   `json:"appParams"` // such as maxUploadSize
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
// so with the record. Only [ActionRead] and [ActionEdit] are about fields; to
// create with a field is to edit it.
func (u *CurrentUser) CanField(action AccessAction, entityType, field string) bool {
	if !u.Can(action, entityType) {
		return false
	}
	if action == ActionCreate {
		action = ActionEdit
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
	ActionCreate AccessAction = "create"
	ActionRead   AccessAction = "read"
	ActionEdit   AccessAction = "edit"
	ActionDelete AccessAction = "delete"
	ActionStream AccessAction = "stream"
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
)

// ACL is what a user may do. [CurrentUser] answers questions about it.
type ACL struct {
	Scopes      map[string]ScopeAccess                             // by entity type
	Fields      map[string]map[string]map[AccessAction]AccessLevel // the restricted fields, by entity type and field
	Permissions map[string]AccessLevel                             // such as "exportPermission"
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
		var level AccessLevel
		if value.Kind() == '"' && json.Unmarshal(value, &level) == nil {
			a.Permissions[name] = level
		}
	}
	return nil
}
