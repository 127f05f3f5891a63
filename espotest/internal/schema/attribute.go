package schema

// Dependees are attributes that selecting this one selects, too.
func (a *Attribute) Dependees() []string {
	if a.Field == nil || a.Name != a.Field.Name {
		return nil
	}
	return a.Field.Dependees
}

// Kind says what an attribute holds, and so how it is compared, checked
// and written.
type Kind uint8

// The kinds of attributes.
const (
	KindVarchar Kind = iota
	KindText
	KindEnum
	KindBool
	KindInt
	KindFloat
	KindCurrency // the amount of a currency field
	KindDecimal  // an exact number in a string
	KindDate
	KindDateTime
	KindDateTimeOptional // a date-time whose xDate attribute holds a whole day instead
	KindID               // the record's id
	KindLink             // xId of a link or a file
	KindLinkName         // xName, read through the link
	KindLinkType         // xType of a link to a parent of any type
	KindLinkMultiple     // xIds
	KindLinkNames        // xNames, an object of id and name
	KindLinkColumns      // xColumns, an object of id and columns
	KindLinkTypes        // xTypes, an object of id and MIME type
	KindArray            // a list of strings: multiEnum, array, checklist
	KindJSON             // anything
	KindForeign          // read through a link
	KindPassword         // written, never read
)

// Attribute is one name in a record's JSON. A field has one or several.
type Attribute struct {
	Name string
	Kind Kind
	// Field is the field it belongs to; nil for id, deleted and versionNumber.
	Field *Field
	// Link is the link it is read through, if any.
	Link string
	// NotStorable attributes are not kept with the record: they are computed,
	// or written only.
	NotStorable bool
	ReadOnly    bool
	Index       int // among the attributes of the entity type
	// Computed is what works the value out when none is stored: one of
	// computedAttributes, or "".
	Computed string
	// Selected attributes come with every record that is read from the
	// database, without a select.
	Selected bool
	// FindsDuplicates are compared when duplicates are looked for.
	FindsDuplicates bool
}

// IsLoose tells whether a flag is kept elsewhere, but known to the database.
func (a *Attribute) IsLoose(e *EntityType) bool {
	base, ok := AddressFlag(a.Name)
	return a.NotStorable && (ok && e.HasField(base) || a.Computed != "")
}

// UnstoredLink tells whether the attribute is of a link that is for input only.
func (a *Attribute) UnstoredLink() bool { return a.Field.Type == "link" && a.Field.NotStorable }
