package espo

import "github.com/go-json-experiment/json/jsontext"

// Attrs names attributes and their values, such as those of a partial update.
// Exactly these attributes are sent: a nil value is sent as null and clears
// the attribute; an attribute that is absent stays as it is. Other values are
// whatever encodes as the JSON that the attribute takes: texts, numbers,
// booleans, a [Date] or a [DateTime], slices, maps. Where a server has sent
// them, they are those of a Record.
//
// An attribute such as teamsIds or contactsIds replaces the whole set of
// linked records; to add or remove single ones, use Link and Unlink.
//
// Attrs print and log with *** for the credentials among them, as a [Record]
// does. As JSON they are complete, also as the Extra of a struct: a custom
// attribute that is a credential is better a field of type [Secret].
type Attrs map[string]any

// The accessors return what those of [Record] return.

// Has reports whether the attribute is there, null included.
func (a Attrs) Has(attribute string) bool { return Record(a).Has(attribute) }

// IsNull reports whether the attribute is there and null.
func (a Attrs) IsNull(attribute string) bool { return Record(a).IsNull(attribute) }

// String returns a text attribute.
func (a Attrs) String(attribute string) string { return Record(a).String(attribute) }

// Bool returns a boolean attribute.
func (a Attrs) Bool(attribute string) bool { return Record(a).Bool(attribute) }

// Number returns a number with all its digits.
func (a Attrs) Number(attribute string) Number { return Record(a).Number(attribute) }

// Int returns a whole number.
func (a Attrs) Int(attribute string) int64 { return Record(a).Int(attribute) }

// Float returns a number as a float64.
func (a Attrs) Float(attribute string) float64 { return Record(a).Float(attribute) }

// Date returns a date attribute.
func (a Attrs) Date(attribute string) Date { return Record(a).Date(attribute) }

// DateTime returns a date-time attribute, in UTC.
func (a Attrs) DateTime(attribute string) DateTime { return Record(a).DateTime(attribute) }

// Strings returns a list of texts, such as a multi-enum.
func (a Attrs) Strings(attribute string) []string { return Record(a).Strings(attribute) }

// Names returns a map of ids to names.
func (a Attrs) Names(attribute string) Names { return Record(a).Names(attribute) }

// Ref returns the record that a link or parent attribute refers to.
func (a Attrs) Ref(link string) Ref { return Record(a).Ref(link) }

// Names maps the ids of linked records to their names, as in teamsNames.
type Names map[string]string

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]. PHP writes an empty
// map as [].
func (m *Names) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := phpMap[string](dec)
	*m = v
	return err
}

// Columns maps the ids of linked records to the columns of the link, as in
// contactsColumns: {"CONTACT-ID": {"role": "Buyer"}}.
type Columns map[string]Attrs

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]. PHP writes an empty
// map as [].
func (m *Columns) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := phpMap[phpAttrs](dec)
	if v == nil {
		*m = nil
		return err
	}
	*m = make(Columns, len(v))
	for k, a := range v {
		(*m)[k] = Attrs(a)
	}
	return err
}
