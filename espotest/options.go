package espotest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// Option sets up a server.
type Option func(*config) error

type config struct {
	clock    func() time.Time
	path     string
	types    map[string]*entityType
	settings map[string]any
	users    []User
	roles    []Role
	images   map[string]image
	maxURL   int
	log      RequestLog
	listen   listen
}

// WithClock sets the server's clock, [time.Now] by default. It decides ids,
// createdAt and what "today" is in a filter.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return errors.New("espotest: WithClock: nil clock")
		}
		c.clock = now
		return nil
	}
}

// WithPath sets the path of the installation below the host, "/crm" by
// default.
func WithPath(path string) Option {
	return func(c *config) error {
		if path = strings.TrimSuffix(path, "/"); path != "" && !strings.HasPrefix(path, "/") {
			return fmt.Errorf("espotest: WithPath: %q does not start with a slash", path)
		}
		c.path = path
		return nil
	}
}

// WithSettings changes settings of the server, such as timeZone,
// recordListMaxSizeLimit or fiscalYearShift.
func WithSettings(settings map[string]any) Option {
	return func(c *config) error {
		if c.settings == nil {
			c.settings = map[string]any{}
		}
		b, err := json.Marshal(settings) // as the server's own are: any type of a number will do
		if err != nil {
			return fmt.Errorf("espotest: WithSettings: %w", err)
		}
		plain, err := decodeJSON(b)
		if err != nil {
			return fmt.Errorf("espotest: WithSettings: %w", err)
		}
		if values, ok := plain.(map[string]any); ok {
			maps.Copy(c.settings, values)
		}
		return nil
	}
}

// WithUser adds a user to the stock ones, or replaces the one of that name.
func WithUser(u User) Option {
	return func(c *config) error {
		if u.UserName == "" {
			return errors.New("espotest: WithUser: a user needs a UserName")
		}
		c.users = append(c.users, u)
		return nil
	}
}

// WithRole adds a role that users can have by its name.
func WithRole(r Role) Option {
	return func(c *config) error {
		if r.Name == "" {
			return errors.New("espotest: WithRole: a role needs a Name")
		}
		c.roles = append(c.roles, r)
		return nil
	}
}

// EntityType declares an entity type of one's own. Fields and Links are by
// name; what a field or a link can have is what EspoCRM's metadata has at
// entityDefs.
type EntityType struct {
	Fields map[string]Field `json:"fields"`
	Links  map[string]Link  `json:"links,omitzero"`
	// OptimisticConcurrency gives records a versionNumber.
	OptimisticConcurrency bool `json:"optimisticConcurrencyControl,omitzero"`
	Stream                bool `json:"stream,omitzero"`
	Stars                 bool `json:"stars,omitzero"`
	// OrderBy and Order ("asc", "desc") are the order of a list that asks for
	// none; createdAt and desc when empty.
	OrderBy, Order string `json:"-"`
	// TextFilterFields are what a text filter searches; name when empty.
	TextFilterFields []string `json:"-"`
	StatusField      string   `json:"statusField,omitzero"`
	// DuplicateCheckFields make a create a duplicate when one of them agrees.
	DuplicateCheckFields []string `json:"duplicateCheckFields,omitzero"`
}

// Field is a field of an entity type.
type Field struct {
	Type        string   `json:"type"` // "varchar", "enum", "currency", "link", ...
	Required    bool     `json:"required,omitzero"`
	ReadOnly    bool     `json:"readOnly,omitzero"`
	NotStorable bool     `json:"notStorable,omitzero"`
	MaxLength   int      `json:"maxLength,omitzero"`
	Min         *float64 `json:"min,omitzero"`
	Max         *float64 `json:"max,omitzero"`
	Default     any      `json:"default,omitzero"`
	Options     []string `json:"options,omitzero"`
	Pattern     string   `json:"pattern,omitzero"`
}

// Link is a link of an entity type.
type Link struct {
	Type    string `json:"type"` // "belongsTo", "hasMany", "hasOne", "hasChildren", "belongsToParent"
	Entity  string `json:"entity,omitzero"`
	Foreign string `json:"foreign,omitzero"`
	// EntityList is what a belongsToParent may link to; any type when empty.
	EntityList []string `json:"entityList,omitzero"`
}

// WithEntityType adds an entity type, or fields and links to a stock one.
// The fields name, description, createdAt, modifiedAt, createdBy, modifiedBy,
// assignedUser and teams, which EspoCRM gives every new entity type, are added
// to a new one.
func WithEntityType(name string, t EntityType) Option {
	return func(c *config) error {
		if name == "" || strings.ContainsAny(name, "/ ") {
			return fmt.Errorf("espotest: WithEntityType: bad name %q", name)
		}
		b, err := json.Marshal(t, json.Deterministic(true))
		if err != nil {
			return fmt.Errorf("espotest: WithEntityType %s: %w", name, err)
		}
		added, err := decodeEntityTypes([]byte(`{"` + name + `":` + string(b) + `}`))
		if err != nil {
			return fmt.Errorf("espotest: WithEntityType %s: %w", name, err)
		}
		// The stock types are shared by all servers, so a changed set is decoded anew.
		types, err := decodeEntityTypes(entitiesJSON)
		if err != nil {
			return err
		}
		for n, e := range c.types {
			if _, stock := types[n]; !stock || e != stockFacts()[n] {
				types[n] = e
			}
		}
		e := added[name]
		e.expand()
		if base := types[name]; base != nil {
			base.extend(e)
			e = base
		} else {
			e.extend(baseTemplate())
			e.Object, e.ACL, e.Module = true, true, "Custom"
			e.Collection.OrderBy, e.Collection.Order = t.OrderBy, t.Order
			if t.OrderBy == "" {
				e.Collection.OrderBy, e.Collection.Order = "createdAt", "desc"
			}
			e.Collection.TextFilterFields = t.TextFilterFields
		}
		if e.Stream && !e.hasField("streamUpdatedAt") {
			e.addFacts("streamUpdatedAt", &field{Type: "datetime", ReadOnly: true})
		}
		types[name] = e
		e.derive(types)
		c.types = types
		return nil
	}
}

// extend adds the fields and links that e does not have.
func (e *entityType) extend(more *entityType) {
	for _, name := range more.FieldNames {
		if !e.hasField(name) {
			e.addFacts(name, more.Fields[name])
		}
	}
	for _, name := range more.LinkNames {
		if e.Links[name] == nil {
			e.LinkNames = append(e.LinkNames, name)
			if e.Links == nil {
				e.Links = map[string]*link{}
			}
			e.Links[name] = more.Links[name]
		}
	}
}

func (e *entityType) addFacts(name string, f *field) {
	if e.Fields == nil {
		e.Fields = map[string]*field{}
	}
	e.FieldNames = append(e.FieldNames, name)
	e.Fields[name] = f
}

// expand adds the fields that are parts of others, such as the currency of an
// amount.
func (e *entityType) expand() {
	part := func(name, typ string, readOnly bool) {
		if !e.hasField(name) {
			e.addFacts(name, &field{Type: typ, ReadOnly: readOnly})
		}
	}
	for _, name := range slices.Clone(e.FieldNames) {
		switch e.Fields[name].Type {
		case "currency":
			part(name+"Currency", "enum", false)
			part(name+"Converted", "currencyConverted", true)
		case "email", "phone":
			for _, flag := range []string{"IsOptedOut", "IsInvalid"} {
				part(name+flag, "bool", false)
				e.Fields[name+flag].NotStorable = true
			}
		case "datetimeOptional":
			part(name+"Date", "date", false)
		case "address":
			for _, p := range []string{"Street", "City", "State", "Country", "PostalCode"} {
				part(name+p, "varchar", false)
			}
		case "personName":
			for _, p := range nameParts(name) {
				part(p, "varchar", false)
			}
		}
	}
}

// baseTemplate has the fields that every new entity type gets.
func baseTemplate() *entityType {
	e := &entityType{}
	e.addFacts("name", &field{Type: "varchar", Required: true, MaxLength: 255})
	e.addFacts("description", &field{Type: "text"})
	e.addFacts("createdAt", &field{Type: "datetime", ReadOnly: true})
	e.addFacts("modifiedAt", &field{Type: "datetime", ReadOnly: true})
	e.addFacts("createdBy", &field{Type: "link", ReadOnly: true})
	e.addFacts("modifiedBy", &field{Type: "link", ReadOnly: true})
	e.addFacts("assignedUser", &field{Type: "link"})
	e.addFacts("teams", &field{Type: "linkMultiple"})
	e.Links = map[string]*link{
		"createdBy":    {Type: "belongsTo", Entity: "User"},
		"modifiedBy":   {Type: "belongsTo", Entity: "User"},
		"assignedUser": {Type: "belongsTo", Entity: "User"},
		"teams":        {Type: "hasMany", Entity: "Team", RelationName: "entityTeam"},
	}
	e.LinkNames = []string{"createdBy", "modifiedBy", "assignedUser", "teams"}
	return e
}

// defaultSettings are the settings of a new installation that clients or the
// server itself read.
var defaultSettings = map[string]any{
	"version": "9.3.10", "timeZone": "UTC", "dateFormat": "DD.MM.YYYY", "timeFormat": "HH:mm", "weekStart": int64(0),
	"currencyList": []any{"USD", "EUR", "UAH"}, "defaultCurrency": "USD", "baseCurrency": "USD",
	"recordListMaxSizeLimit": int64(200), "attachmentUploadMaxSize": int64(256), "attachmentUploadChunkSize": int64(4),
	"fiscalYearShift": int64(0), "language": "en_US", "aclAllowDeleteCreated": false, "availableReactions": []any{"Like"},
}
