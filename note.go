package espo

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Note is an entry of a stream: a post, or what the server has noted about a
// record. Entity type "Note". Which attributes are there depends on the type
// and on the stream that it was read from.
type Note struct {
	ID     string   `json:"id,omitzero"`
	Type   NoteType `json:"type,omitzero"`
	Number int64    `json:"number,omitzero"` // grows from note to note; not in the answer to a new post
	Post   string   `json:"post,omitzero"`   // the text, Markdown; empty where the server wrote the note

	// Data is what the server has noted, by type; see [Note.Details].
	Data jsontext.Value `json:"data,omitzero"`

	ParentType      string `json:"parentType,omitzero"` // of the record that the note is about
	ParentID        string `json:"parentId,omitzero"`
	ParentName      string `json:"parentName,omitzero"`
	RelatedType     string `json:"relatedType,omitzero"` // of the other record, such as the one that was linked
	RelatedID       string `json:"relatedId,omitzero"`
	RelatedName     string `json:"relatedName,omitzero"`
	SuperParentType string `json:"superParentType,omitzero"` // of a record in whose stream the note appears too
	SuperParentID   string `json:"superParentId,omitzero"`

	AttachmentsIDs   []string `json:"attachmentsIds,omitzero"`
	AttachmentsNames Names    `json:"attachmentsNames,omitzero"` // by id
	AttachmentsTypes Names    `json:"attachmentsTypes,omitzero"` // media types by id

	IsInternal bool   `json:"isInternal,omitzero"` // hidden from portal users
	IsPinned   bool   `json:"isPinned,omitzero"`   // on top of the record's stream
	IsGlobal   bool   `json:"isGlobal,omitzero"`   // for every user
	TargetType string `json:"targetType,omitzero"` // of a post without a parent: self, all, teams, users or portals

	ReactionCounts ReactionCounts `json:"reactionCounts,omitzero"`
	MyReactions    []string       `json:"myReactions,omitzero"` // of the caller

	CreatedAt      DateTime `json:"createdAt,omitzero"`
	ModifiedAt     DateTime `json:"modifiedAt,omitzero"`
	CreatedByID    string   `json:"createdById,omitzero"`
	CreatedByName  string   `json:"createdByName,omitzero"`
	ModifiedByID   string   `json:"modifiedById,omitzero"`
	ModifiedByName string   `json:"modifiedByName,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Parent returns the record that the note is about.
func (n Note) Parent() Ref { return Ref{Type: n.ParentType, ID: n.ParentID} }

// Related returns the other record that the note is about, such as the one
// that was linked to the parent.
func (n Note) Related() Ref { return Ref{Type: n.RelatedType, ID: n.RelatedID} }

// ReactionCounts is how many users have reacted, by reaction.
type ReactionCounts map[string]int

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]. PHP writes an empty
// map as [].
func (m *ReactionCounts) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := phpMap[int](dec)
	*m = v
	return err
}

// NoteType says what a note is about. A server may have other types.
type NoteType string

// The types of notes.
const (
	NoteTypePost              NoteType = "Post"              // someone's text
	NoteTypeCreate            NoteType = "Create"            // the parent was created
	NoteTypeCreateRelated     NoteType = "CreateRelated"     // the related record was created for the parent
	NoteTypeUpdate            NoteType = "Update"            // audited fields of the parent were changed
	NoteTypeStatus            NoteType = "Status"            // the status of the parent was changed
	NoteTypeAssign            NoteType = "Assign"            // the parent was assigned
	NoteTypeRelate            NoteType = "Relate"            // the related record was linked to the parent
	NoteTypeUnrelate          NoteType = "Unrelate"          // the link was removed
	NoteTypeEmailReceived     NoteType = "EmailReceived"     // an e-mail about the parent came in
	NoteTypeEmailSent         NoteType = "EmailSent"         // an e-mail about the parent went out
	NoteTypeEventConfirmation NoteType = "EventConfirmation" // someone accepted or declined the parent, a meeting or a call
)

// NoteData is the data of a note: [CreateData], [UpdateData], [StatusData],
// [AssignData], [EmailData], [EventConfirmationData] or, for every other type
// of note, [OtherData].
type NoteData interface{ noteData() }

// CreateData is the data of a note of type Create or CreateRelated: what the
// new record began with.
type CreateData struct {
	AssignedUserID   string `json:"assignedUserId,omitzero"`
	AssignedUserName string `json:"assignedUserName,omitzero"`
	StatusField      string `json:"statusField,omitzero"` // such as "status" or "stage"
	StatusValue      string `json:"statusValue,omitzero"`
	StatusStyle      string `json:"statusStyle,omitzero"` // such as "success" or "default"
	Extra            Attrs  `json:",embed"`
}

// UpdateData is the data of a note of type Update.
type UpdateData struct {
	Fields     []string `json:"fields,omitzero"` // those that were changed
	Attributes struct {
		Was    Attrs `json:"was,omitzero"`
		Became Attrs `json:"became,omitzero"`
	} `json:"attributes,omitzero"` // their attributes before and after
	Extra Attrs `json:",embed"`
}

// StatusData is the data of a note of type Status.
type StatusData struct {
	Field string `json:"field,omitzero"` // such as "status" or "stage"
	Value string `json:"value,omitzero"` // the new one
	Style string `json:"style,omitzero"` // such as "success" or "danger"
	Extra Attrs  `json:",embed"`
}

// AssignData is the data of a note of type Assign. Without an id the record
// was assigned to nobody.
type AssignData struct {
	AssignedUserID   string `json:"assignedUserId,omitzero"`
	AssignedUserName string `json:"assignedUserName,omitzero"`
	Extra            Attrs  `json:",embed"`
}

// EmailData is the data of a note of type EmailReceived or EmailSent: the
// e-mail and whom it was from or to.
type EmailData struct {
	EmailID          string `json:"emailId,omitzero"`
	EmailName        string `json:"emailName,omitzero"`
	PersonEntityType string `json:"personEntityType,omitzero"`
	PersonEntityID   string `json:"personEntityId,omitzero"`
	PersonEntityName string `json:"personEntityName,omitzero"`
	Extra            Attrs  `json:",embed"`
}

// EventConfirmationData is the data of a note of type EventConfirmation. The
// attendee is the note's related record.
type EventConfirmationData struct {
	Status string `json:"status,omitzero"` // such as "Accepted"
	Style  string `json:"style,omitzero"`
	Extra  Attrs  `json:",embed"`
}

// OtherData is the data of a note of another type, mostly empty.
type OtherData struct {
	Extra Attrs `json:",embed"`
}

func (CreateData) noteData()            {}
func (UpdateData) noteData()            {}
func (StatusData) noteData()            {}
func (AssignData) noteData()            {}
func (EmailData) noteData()             {}
func (EventConfirmationData) noteData() {}
func (OtherData) noteData()             {}

// Details decodes the note's data by its type:
//
//	switch d := details.(type) {
//	case espo.StatusData:
//		fmt.Println(d.Field, "is now", d.Value)
//	case espo.UpdateData:
//		fmt.Println(d.Attributes.Was, d.Attributes.Became)
//	}
func (n Note) Details() (NoteData, error) {
	switch n.Type {
	case NoteTypeCreate, NoteTypeCreateRelated:
		return decodeData[CreateData](n)
	case NoteTypeUpdate:
		return decodeData[UpdateData](n)
	case NoteTypeStatus:
		return decodeData[StatusData](n)
	case NoteTypeAssign:
		return decodeData[AssignData](n)
	case NoteTypeEmailReceived, NoteTypeEmailSent:
		return decodeData[EmailData](n)
	case NoteTypeEventConfirmation:
		return decodeData[EventConfirmationData](n)
	}
	return decodeData[OtherData](n)
}

func decodeData[T NoteData](n Note) (NoteData, error) {
	var data T
	raw := bytes.TrimSpace(n.Data)
	if len(raw) == 0 || string(raw) == "null" || raw[0] == '[' { // PHP writes an empty map as []
		return data, nil
	}
	if err := json.Unmarshal(raw, &data, jsonOptions); err != nil {
		return nil, fmt.Errorf("espo: data of note %s of type %s: %w", n.ID, n.Type, err)
	}
	return data, nil
}
