package espo

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// NoteData is the data of a note: [NoteCreateData], [NoteUpdateData],
// [NoteStatusData], [NoteAssignData], [NoteEmailData],
// [NoteEventConfirmationData] or, for every other type of note,
// [NoteOtherData].
type NoteData interface{ noteData() }

// NoteCreateData is the data of a note of type Create or CreateRelated: what the
// new record began with.
type NoteCreateData struct {
	AssignedUserID   string `json:"assignedUserId,omitzero"`
	AssignedUserName string `json:"assignedUserName,omitzero"`
	StatusField      string `json:"statusField,omitzero"` // such as "status" or "stage"
	StatusValue      string `json:"statusValue,omitzero"`
	StatusStyle      string `json:"statusStyle,omitzero"` // such as "success" or "default"; EspoCRM 9.1 and earlier
	Extra            Attrs  `json:",embed"`
}

// NoteUpdateData is the data of a note of type Update.
type NoteUpdateData struct {
	Fields     []string         `json:"fields,omitzero"`     // those that were changed
	Attributes AttributeChanges `json:"attributes,omitzero"` // their attributes before and after
	Value      string           `json:"value,omitzero"`      // the new status, when that was changed too; EspoCRM 9.2 and later
	Extra      Attrs            `json:",embed"`
}

// AttributeChanges are attributes before and after a change.
type AttributeChanges struct {
	Was    Attrs
	Became Attrs
	Extra  Attrs // whatever else there is
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]. PHP writes an empty map
// as [].
func (c *AttributeChanges) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := phpMap[jsontext.Value](dec)
	if err != nil {
		return err
	}
	*c = AttributeChanges{}
	for name, value := range raw {
		var attrs phpAttrs
		switch name {
		case "was", "became":
			err = json.Unmarshal(value, &attrs, jsonOptions)
		default:
			var v any
			err = json.Unmarshal(value, &v, jsonOptions)
			c.Extra = merged(c.Extra, Attrs{name: v})
		}
		if err != nil {
			return err
		}
		switch name {
		case "was":
			c.Was = Attrs(attrs)
		case "became":
			c.Became = Attrs(attrs)
		}
	}
	return nil
}

// MarshalJSONTo implements [json.MarshalerTo].
func (c AttributeChanges) MarshalJSONTo(enc *jsontext.Encoder) error {
	return json.MarshalEncode(enc, merged(c.Extra, Attrs{"was": c.Was, "became": c.Became}))
}

// NoteStatusData is the data of a note of type Status, which EspoCRM 9.1 and earlier
// write; see [Note.StatusChange].
type NoteStatusData struct {
	Field string `json:"field,omitzero"` // such as "status" or "stage"
	Value string `json:"value,omitzero"` // the new one
	Style string `json:"style,omitzero"` // such as "success" or "danger"
	Extra Attrs  `json:",embed"`
}

// NoteAssignData is the data of a note of type Assign. Without an id the record
// was assigned to nobody.
type NoteAssignData struct {
	AssignedUserID   string `json:"assignedUserId,omitzero"`
	AssignedUserName string `json:"assignedUserName,omitzero"`
	Extra            Attrs  `json:",embed"`
}

// NoteEmailData is the data of a note of type EmailReceived or EmailSent: the
// e-mail and whom it was from or to.
type NoteEmailData struct {
	EmailID          string `json:"emailId,omitzero"`
	EmailName        string `json:"emailName,omitzero"`
	PersonEntityType string `json:"personEntityType,omitzero"`
	PersonEntityID   string `json:"personEntityId,omitzero"`
	PersonEntityName string `json:"personEntityName,omitzero"`
	Extra            Attrs  `json:",embed"`
}

// NoteEventConfirmationData is the data of a note of type EventConfirmation. The
// attendee is the note's related record.
type NoteEventConfirmationData struct {
	Status string `json:"status,omitzero"` // such as "Accepted"
	Style  string `json:"style,omitzero"`
	Extra  Attrs  `json:",embed"`
}

// NoteOtherData is the data of a note of another type, mostly empty.
type NoteOtherData struct {
	Extra Attrs `json:",embed"`
}

func (NoteCreateData) noteData() {}

func (NoteUpdateData) noteData() {}

func (NoteStatusData) noteData() {}

func (NoteAssignData) noteData() {}

func (NoteEmailData) noteData() {}

func (NoteEventConfirmationData) noteData() {}

func (NoteOtherData) noteData() {}

// NoteStatusChange is what a note says of the status of its parent.
type NoteStatusChange struct {
	Value string // the new status
	Field string // such as "status" or "stage"; empty since EspoCRM 9.2
	Style string // such as "success" or "danger"; empty since EspoCRM 9.2
}

// StatusChange returns the new status of the note's parent, and whether the
// note is about a change of it. It is the same for every version: EspoCRM 9.1
// and earlier write a note of type Status for it, later servers one of type
// Update, together with other changes that were made at the same time. The
// status that a new record begins with is not a change.
func (n Note) StatusChange() (NoteStatusChange, bool) {
	change := NoteStatusChange{Value: n.Data.String("value")}
	switch n.Type {
	case NoteTypeStatus:
		change.Field, change.Style = n.Data.String("field"), n.Data.String("style")
		return change, true
	case NoteTypeUpdate:
		return change, change.Value != ""
	}
	return NoteStatusChange{}, false
}

// Details decodes the note's data by its type; for the status of a record there
// is [Note.StatusChange]:
//
//	switch d := details.(type) {
//	case espo.NoteCreateData:
//		fmt.Println("created with", d.StatusValue)
//	case espo.NoteUpdateData:
//		fmt.Println(d.Attributes.Was, d.Attributes.Became)
//	}
func (n Note) Details() (NoteData, error) {
	switch n.Type {
	case NoteTypeCreate, NoteTypeCreateRelated:
		return decodeData[NoteCreateData](n)
	case NoteTypeUpdate:
		return decodeData[NoteUpdateData](n)
	case NoteTypeStatus:
		return decodeData[NoteStatusData](n)
	case NoteTypeAssign:
		return decodeData[NoteAssignData](n)
	case NoteTypeEmailReceived, NoteTypeEmailSent:
		return decodeData[NoteEmailData](n)
	case NoteTypeEventConfirmation:
		return decodeData[NoteEventConfirmationData](n)
	}
	return decodeData[NoteOtherData](n)
}

func decodeData[T NoteData](n Note) (NoteData, error) {
	var data T
	if err := n.Data.Decode(&data); err != nil {
		return nil, fmt.Errorf("espo: data of note %s of type %s: %w", n.ID, n.Type, err)
	}
	return data, nil
}
