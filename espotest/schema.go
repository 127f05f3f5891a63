package espotest

// attrKind says what an attribute holds, and so how it is compared, checked
// and written.
type attrKind uint8

const (
	kindVarchar attrKind = iota
	kindText
	kindEnum
	kindBool
	kindInt
	kindFloat
	kindCurrency // the amount of a currency field
	kindDecimal  // an exact number in a string
	kindDate
	kindDateTime
	kindDateTimeOptional // a date-time whose xDate attribute holds a whole day instead
	kindID               // the record's id
	kindLink             // xId of a link or a file
	kindLinkName         // xName, read through the link
	kindLinkType         // xType of a link to a parent of any type
	kindLinkMultiple     // xIds
	kindLinkNames        // xNames, an object of id and name
	kindLinkColumns      // xColumns, an object of id and columns
	kindArray            // a list of strings: multiEnum, array, checklist
	kindJSON             // anything
	kindForeign          // read through a link
	kindPassword         // written, never read
)

// attribute is one name in a record's JSON. A field has one or several.
type attribute struct {
	Name string
	Kind attrKind
	// Field is the field it belongs to; nil for id and deleted.
	Field *field
	// Link is the link it is read through, if any.
	Link string
	// NotStorable attributes are not kept in the record's table: they are
	// computed, or written only.
	NotStorable bool
	ReadOnly    bool
}

// field is a field of an entity type, as the metadata has it.
type field struct {
	Name        string   `json:"-"`
	Type        string   `json:"type"`
	Required    bool     `json:"required,omitzero"`
	ReadOnly    bool     `json:"readOnly,omitzero"`
	NotStorable bool     `json:"notStorable,omitzero"`
	MaxLength   int      `json:"maxLength,omitzero"`
	Min         *float64 `json:"min,omitzero"`
	Max         *float64 `json:"max,omitzero"`
	Decimal     bool     `json:"decimal,omitzero"`
	Default     any      `json:"default,omitzero"`
	Options     []string `json:"options,omitzero"`
	Entity      string   `json:"entity,omitzero"`
	EntityList  []string `json:"entityList,omitzero"`
}

// link is a link of an entity type, as the metadata has it.
type link struct {
	Name         string            `json:"-"`
	Type         string            `json:"type"` // belongsTo, belongsToParent, hasOne, hasMany, hasChildren
	Entity       string            `json:"entity,omitzero"`
	Foreign      string            `json:"foreign,omitzero"`
	RelationName string            `json:"relationName,omitzero"`
	EntityList   []string          `json:"entityList,omitzero"`
	Columns      map[string]string `json:"columnAttributeMap,omitzero"`
}

// entityType is an entity type with everything derived from its facts.
type entityType struct {
	Name   string
	Fields map[string]*field
	Links  map[string]*link
	// FieldNames has the fields in the order of the metadata.
	FieldNames []string

	OptimisticConcurrency bool
	Stream                bool
	Object                bool
	StatusField           string
	OrderBy, Order        string
	TextFilterFields      []string

	attrs     map[string]*attribute
	attrNames []string
}

// attr returns the attribute of that name, or nil.
func (e *entityType) attr(name string) *attribute { return e.attrs[name] }
