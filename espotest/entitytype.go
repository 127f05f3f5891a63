package espotest

import (
	"fmt"
	"regexp"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo/espotest/internal/schema"
)

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
	Type        string   `json:"type"` // a field type of EspoCRM but foreign: "varchar", "enum", "currency", "link", ...
	Required    bool     `json:"required,omitzero"`
	ReadOnly    bool     `json:"readOnly,omitzero"`
	NotStorable bool     `json:"notStorable,omitzero"`
	MaxLength   int      `json:"maxLength,omitzero"`
	Min         *float64 `json:"min,omitzero"`
	Max         *float64 `json:"max,omitzero"`
	Default     any      `json:"default,omitzero"` // of a new record, as JSON has it: a text, a number, a boolean or a list
	Options     []string `json:"options,omitzero"`
	Pattern     string   `json:"pattern,omitzero"`
}

// Link is a link of an entity type.
type Link struct {
	Type string `json:"type"` // "belongsTo", "hasMany", "hasOne", "hasChildren", "belongsToParent"
	// Entity is the entity type at the other end; none of a belongsToParent.
	Entity string `json:"entity,omitzero"`
	// Foreign is the link at the other end. It may be empty for belongsTo and
	// hasMany: then the other end knows nothing of the link.
	Foreign string `json:"foreign,omitzero"`
	// EntityList is what a belongsToParent may link to; any type when empty.
	EntityList []string `json:"entityList,omitzero"`
}

// WithEntityType adds an entity type, or fields and links to one that there is.
// The fields name, description, createdAt, modifiedAt, createdBy, modifiedBy,
// assignedUser and teams, which EspoCRM gives every new entity type, are added
// to a new one.
//
// A link of type belongsTo, belongsToParent or hasOne gets a field of type link,
// linkParent or linkOne if none is declared, so that records have the attributes
// of the link, such as accountId and accountName. Those of type hasMany and
// hasChildren need none, as in EspoCRM; with a field of type linkMultiple,
// records have the ids, too.
//
// A type of a field or a link, an entity type or a link at the other end that
// does not exist is an error when the server starts, and so is a field or a link
// that there is already. The order in which entity types are declared does not
// matter.
func WithEntityType(name string, t EntityType) Option {
	return func(c *config) error {
		if !entityTypeName.MatchString(name) {
			return fmt.Errorf("espotest: WithEntityType: bad name %q: it is letters and digits, the first a capital", name)
		}
		d, err := t.declaration(name)
		if err != nil {
			return fmt.Errorf("espotest: WithEntityType %s: %w", name, err)
		}
		c.declared = append(c.declared, d)
		return nil
	}
}

var entityTypeName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)

// declaration is the entity type as the schema takes it.
func (t EntityType) declaration(name string) (schema.Declaration, error) {
	d := schema.Declaration{Name: name}
	b, err := json.Marshal(t)
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal(b, &d); err != nil {
		return d, err
	}
	d.OrderBy, d.Order, d.TextFilterFields = t.OrderBy, t.Order, t.TextFilterFields
	return d, nil
}
