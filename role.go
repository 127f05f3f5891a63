package espo

import (
	"github.com/go-json-experiment/json/jsontext"
)

// RoleService has the roles of users and teams. Administrators change them;
// others see their names at most.
type RoleService struct {
	*RecordService[Role]
}

// PortalRoleService has the roles of the users of portals. For administrators.
type PortalRoleService struct {
	*RecordService[PortalRole]
}

// PortalService has the portals. For administrators.
type PortalService struct {
	*RecordService[Portal]
}

// Role says what the users have a right to who have it, or whose teams have
// it. Of several roles, the widest right counts.
//
//	role, err := client.Roles.Create(ctx, espo.Role{
//		Name: "Sync",
//		Data: espo.ScopeRights{
//			"Account": {Levels: map[espo.AccessAction]espo.AccessLevel{
//				espo.AccessCreate: espo.AccessYes, espo.AccessRead: espo.AccessAll, espo.AccessEdit: espo.AccessTeam,
//			}},
//			"Calendar": {Enabled: true},
//		},
//		FieldData: espo.FieldRights{"Account": {"industry": {espo.AccessRead: espo.AccessYes, espo.AccessEdit: espo.AccessNo}}},
//	})
//	user, err := client.Users.Create(ctx, espo.User{UserName: "sync", Type: espo.UserTypeAPI, RolesIDs: []string{role.ID}})
//
// A permission is [AccessNotSet] by default.
type Role struct {
	ID   string `json:"id,omitzero"`
	Name string `json:"name,omitzero"`

	Data      ScopeRights `json:"data,omitzero"`
	FieldData FieldRights `json:"fieldData,omitzero"`

	AssignmentPermission         AccessLevel `json:"assignmentPermission,omitzero"`         // all, team or no
	UserPermission               AccessLevel `json:"userPermission,omitzero"`               // all, team or no
	MessagePermission            AccessLevel `json:"messagePermission,omitzero"`            // all, team or no
	PortalPermission             AccessLevel `json:"portalPermission,omitzero"`             // yes or no
	GroupEmailAccountPermission  AccessLevel `json:"groupEmailAccountPermission,omitzero"`  // all, team or no
	ExportPermission             AccessLevel `json:"exportPermission,omitzero"`             // yes or no
	MassUpdatePermission         AccessLevel `json:"massUpdatePermission,omitzero"`         // yes or no
	DataPrivacyPermission        AccessLevel `json:"dataPrivacyPermission,omitzero"`        // yes or no
	FollowerManagementPermission AccessLevel `json:"followerManagementPermission,omitzero"` // all, team or no
	AuditPermission              AccessLevel `json:"auditPermission,omitzero"`              // yes or no
	MentionPermission            AccessLevel `json:"mentionPermission,omitzero"`            // all, team or no
	UserCalendarPermission       AccessLevel `json:"userCalendarPermission,omitzero"`       // all, team or no
	LockPermission               AccessLevel `json:"lockPermission,omitzero"`               // yes or no; EspoCRM 10.0 and later

	CreatedAt  DateTime `json:"createdAt,omitzero"`
	ModifiedAt DateTime `json:"modifiedAt,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// PortalRole says what the users of portals have a right to; see [Role]. Its
// levels are all, account, contact, own and no.
type PortalRole struct {
	ID   string `json:"id,omitzero"`
	Name string `json:"name,omitzero"`

	Data      ScopeRights `json:"data,omitzero"`
	FieldData FieldRights `json:"fieldData,omitzero"`

	ExportPermission     AccessLevel `json:"exportPermission,omitzero"`     // yes or no
	MassUpdatePermission AccessLevel `json:"massUpdatePermission,omitzero"` // yes or no

	CreatedAt  DateTime `json:"createdAt,omitzero"`
	ModifiedAt DateTime `json:"modifiedAt,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Portal is a way into EspoCRM for customers; see [WithPortal].
type Portal struct {
	ID               string   `json:"id,omitzero"`
	Name             string   `json:"name,omitzero"`
	IsActive         bool     `json:"isActive,omitzero"`  // true by default; Extra sets it to false
	IsDefault        bool     `json:"isDefault,omitzero"` // the one without an id in its address
	CustomID         string   `json:"customId,omitzero"`  // that stands in its address instead of ID
	CustomURL        string   `json:"customUrl,omitzero"`
	URL              string   `json:"url,omitzero"` // of the web client; read-only
	PortalRolesIDs   []string `json:"portalRolesIds,omitzero"`
	PortalRolesNames Names    `json:"portalRolesNames,omitzero"`
	Language         string   `json:"language,omitzero"`
	TimeZone         string   `json:"timeZone,omitzero"`
	DefaultCurrency  string   `json:"defaultCurrency,omitzero"`
	Description      string   `json:"description,omitzero"`
	CreatedAt        DateTime `json:"createdAt,omitzero"`
	ModifiedAt       DateTime `json:"modifiedAt,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// ScopeRights are the rights of a role by scope, which is an entity type
// mostly. What a role does not name, it says nothing about.
type ScopeRights map[string]ScopeAccess

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (r *ScopeRights) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := phpMap[ScopeAccess](dec)
	*r = v
	return err
}

// FieldRights are the rights of a role to fields, by entity type and field:
// [AccessYes] or [AccessNo] for [AccessRead] and [AccessEdit].
type FieldRights map[string]map[string]map[AccessAction]AccessLevel

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (r *FieldRights) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := phpMap[phpObject[map[AccessAction]AccessLevel]](dec)
	if err != nil || v == nil {
		*r = nil
		return err
	}
	*r = make(FieldRights, len(v))
	for entityType, fields := range v {
		(*r)[entityType] = fields
	}
	return nil
}
