package schema

// Field is a field of an entity type, as the metadata has it.
type Field struct {
	Name        string   `json:"-"`
	Of          string   `json:"-"` // the entity type
	Type        string   `json:"type"`
	Required    bool     `json:"required,omitzero"`
	ReadOnly    bool     `json:"readOnly,omitzero"`
	NotStorable bool     `json:"notStorable,omitzero"`
	MaxLength   int      `json:"maxLength,omitzero"`
	MaxCount    int      `json:"maxCount,omitzero"`
	Min         *float64 `json:"min,omitzero"`
	Max         *float64 `json:"max,omitzero"`
	Decimal     bool     `json:"decimal,omitzero"`
	Default     any      `json:"default,omitzero"`
	Options     []any    `json:"options,omitzero"`
	Entity      string   `json:"entity,omitzero"`
	EntityList  []string `json:"entityList,omitzero"`

	OptionsFrom         string             `json:"optionsFrom,omitzero"`
	CustomOptions       bool               `json:"customOptions,omitzero"`
	NoEmptyString       bool               `json:"noEmptyString,omitzero"`
	Pattern             string             `json:"pattern,omitzero"`
	NotRequired         bool               `json:"notRequired,omitzero"`
	ReadOnlyAfterCreate bool               `json:"readOnlyAfterCreate,omitzero"`
	NonAdminReadOnly    bool               `json:"nonAdminReadOnly,omitzero"`
	OnlyAdmin           bool               `json:"onlyAdmin,omitzero"`
	NotByRole           bool               `json:"notByRole,omitzero"` // hidden by a role that knows users
	Internal            bool               `json:"internal,omitzero"`
	Forbidden           bool               `json:"forbidden,omitzero"`
	Audited             bool               `json:"audited,omitzero"`
	NoLoad              bool               `json:"noLoad,omitzero"`
	NoJoin              bool               `json:"noJoin,omitzero"`
	Computed            bool               `json:"computed,omitzero"`
	OrderDisabled       bool               `json:"orderDisabled,omitzero"`
	Link                string             `json:"link,omitzero"`  // of a foreign field
	Field               string             `json:"field,omitzero"` // of a foreign field
	Columns             map[string]string  `json:"columns,omitzero"`
	PrimaryLink         string             `json:"primaryLink,omitzero"`
	Dependees           []string           `json:"dependees,omitzero"`
	DefaultType         string             `json:"defaultType,omitzero"`
	TypeList            []string           `json:"typeList,omitzero"`
	Probabilities       map[string]float64 `json:"probabilities,omitzero"`
	Style               map[string]string  `json:"style,omitzero"` // of options

	// Of a field of type number: what its values are made of.
	Prefix     string `json:"prefix,omitzero"`
	NextNumber int64  `json:"nextNumber,omitzero"`
	PadLength  int    `json:"padLength,omitzero"`

	Custom bool   `json:"isCustom,omitzero"`
	Label  string `json:"-"` // where it is not the name in words
	params Params // what administrators have set
}

// Link is a link of an entity type, as the metadata has it.
type Link struct {
	Name             string            `json:"-"`
	Type             string            `json:"type"` // belongsTo, belongsToParent, hasOne, hasMany, hasChildren
	Entity           string            `json:"entity,omitzero"`
	Foreign          string            `json:"foreign,omitzero"`
	RelationName     string            `json:"relationName,omitzero"`
	EntityList       []string          `json:"entityList,omitzero"`
	ColumnAttributes map[string]string `json:"columnAttributeMap,omitzero"`
	Columns          map[string]column `json:"columns,omitzero"`
	NoJoin           bool              `json:"noJoin,omitzero"`
	Audited          bool              `json:"audited,omitzero"`  // the stream shows it
	Selected         []string          `json:"selected,omitzero"` // what lists of linked records have at least
	Custom           bool              `json:"isCustom,omitzero"`
	Label            string            `json:"-"` // where it is not the name in words
	params           Params            // what administrators have set
}

// column is a column of a many-to-many link.
type column struct {
	Type    string `json:"type"`
	Default any    `json:"default,omitzero"`
}

// EntityType is an entity type with everything derived from its facts.
type EntityType struct {
	Name          string
	Label, Plural string // where they are not the name in words
	Facts

	FieldNames []string // in the order of the metadata, which the server checks them in
	LinkNames  []string

	Attrs     map[string]*Attribute
	AttrNames []string

	// FieldList and AttrList have what FieldNames and AttrNames name.
	FieldList []*Field
	AttrList  []*Attribute

	defaults map[string]any // those that are not null
}

// Facts are the facts of an entity type, in entities.json.
type Facts struct {
	Fields map[string]*Field `json:"-"`
	Links  map[string]*Link  `json:"-"`

	OptimisticConcurrency bool   `json:"optimisticConcurrencyControl,omitzero"`
	Module                string `json:"module,omitzero"`
	Custom                bool   `json:"isCustom,omitzero"`
	Type                  string `json:"type,omitzero"`
	Object                bool   `json:"object,omitzero"`
	Stream                bool   `json:"stream,omitzero"`
	StatusField           string `json:"statusField,omitzero"`
	Collection            struct {
		OrderBy          string   `json:"orderBy"`
		Order            string   `json:"order"`
		TextFilterFields []string `json:"textFilterFields"`
		CountDisabled    bool     `json:"countDisabled"` // totals are never counted
	} `json:"collection"`

	Stars                bool     `json:"stars,omitzero"`
	ACL                  any      `json:"acl,omitzero"` // true, false or "boolean"
	ACLActions           []string `json:"aclActions,omitzero"`
	ACLLevels            []string `json:"aclLevels,omitzero"`
	MandatoryAttributes  []string `json:"mandatoryAttributes,omitzero"`
	SelectAll            bool     `json:"selectAll,omitzero"`
	DuplicateCheckFields []string `json:"duplicateCheckFields,omitzero"`
	UpdateDuplicateCheck bool     `json:"updateDuplicateCheck,omitzero"`
	ActivityStatuses     []string `json:"activityStatuses,omitzero"`
	HistoryStatuses      []string `json:"historyStatuses,omitzero"`
	CanceledStatuses     []string `json:"canceledStatuses,omitzero"`
}

// Attr returns the attribute of that name, or nil.
func (e *EntityType) Attr(name string) *Attribute { return e.Attrs[name] }

// TextFilterFields returns the fields that a text filter searches.
func (e *EntityType) TextFilterFields() []string {
	if f := e.Collection.TextFilterFields; len(f) > 0 {
		return f
	}
	return []string{"name"}
}

// HasField reports whether the entity type has the field.
func (e *EntityType) HasField(name string) bool { return e.Fields[name] != nil }
