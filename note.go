package espo

import (
	"context"
	"net/http"

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
	Data Record `json:"data,omitzero"`

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

	// Whom a post without a parent is for.
	UsersIDs     []string `json:"usersIds,omitzero"`
	UsersNames   Names    `json:"usersNames,omitzero"`
	TeamsIDs     []string `json:"teamsIds,omitzero"`
	TeamsNames   Names    `json:"teamsNames,omitzero"`
	PortalsIDs   []string `json:"portalsIds,omitzero"`
	PortalsNames Names    `json:"portalsNames,omitzero"`

	NotifiedUserIDs []string `json:"notifiedUserIdList,omitzero"` // users who are notified of the note

	ReactionCounts ReactionCounts `json:"reactionCounts,omitzero"`
	MyReactions    []Reaction     `json:"myReactions,omitzero"` // of the caller

	CreatedAt       DateTime `json:"createdAt,omitzero"`
	ModifiedAt      DateTime `json:"modifiedAt,omitzero"`
	CreatedByID     string   `json:"createdById,omitzero"`
	CreatedByName   string   `json:"createdByName,omitzero"`
	CreatedByGender string   `json:"createdByGender,omitzero"`
	ModifiedByID    string   `json:"modifiedById,omitzero"`
	ModifiedByName  string   `json:"modifiedByName,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Parent returns the record that the note is about.
func (n Note) Parent() Ref { return Ref{Type: n.ParentType, ID: n.ParentID} }

// Related returns the other record that the note is about, such as the one
// that was linked to the parent.
func (n Note) Related() Ref { return Ref{Type: n.RelatedType, ID: n.RelatedID} }

// ReactionCounts is how many users have reacted, by reaction.
type ReactionCounts map[Reaction]int

// UnmarshalJSONFrom implements [json.UnmarshalerFrom]. PHP writes an empty
// map as [].
func (m *ReactionCounts) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := phpMap[int](dec)
	if v == nil {
		*m = nil
		return err
	}
	*m = make(ReactionCounts, len(v))
	for reaction, n := range v {
		(*m)[Reaction(reaction)] = n
	}
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
	NoteTypeStatus            NoteType = "Status"            // the status of the parent was changed; EspoCRM 9.1 and earlier, see [Note.StatusChange]
	NoteTypeAssign            NoteType = "Assign"            // the parent was assigned
	NoteTypeRelate            NoteType = "Relate"            // the related record was linked to the parent
	NoteTypeUnrelate          NoteType = "Unrelate"          // the link was removed
	NoteTypeEmailReceived     NoteType = "EmailReceived"     // an e-mail about the parent came in
	NoteTypeEmailSent         NoteType = "EmailSent"         // an e-mail about the parent went out
	NoteTypeEventConfirmation NoteType = "EventConfirmation" // someone accepted or declined the parent, a meeting or a call
)

// NoteService has the records of the entity type Note, one by one. To post,
// and to list the notes of a stream, there is [StreamService].
type NoteService struct {
	*RecordService[Note]
}

// SetText replaces the text of a post. What the server itself has noted cannot
// be changed: [ErrForbidden].
//
// PUT Note/{id}.
func (s *NoteService) SetText(ctx context.Context, id, text string, opts ...UpdateOption) (Note, error) {
	return s.Update(ctx, id, Attrs{"post": text}, opts...)
}

// Pin puts a note on top of its record's stream. Posts and some other notes
// can be pinned, by users who may edit the record; [ErrForbidden] otherwise.
//
// POST Note/{id}/pin. EspoCRM 8.3 and later.
func (s *NoteService) Pin(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(s.Ref(id).request("pin", http.MethodPost, "pin").having(effectState).needing(featurePins), opts))
}

// Unpin ends [NoteService.Pin].
//
// DELETE Note/{id}/pin. EspoCRM 8.3 and later.
func (s *NoteService) Unpin(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(s.Ref(id).request("unpin", http.MethodDelete, "pin").needing(featurePins), opts))
}

// Reaction is a reaction to a note. A server's settings can allow others.
type Reaction string

// ReactionLike is the reaction that every server allows.
const ReactionLike Reaction = "Like"

// React adds a reaction of the caller to a note; one that the server does not
// allow is [ErrForbidden].
//
// POST Note/{id}/myReactions/{reaction}. EspoCRM 9.0 and later.
func (s *NoteService) React(ctx context.Context, id string, r Reaction, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(s.reaction("react", http.MethodPost, id, r).having(effectState), opts))
}

// Unreact takes back a reaction of the caller.
//
// DELETE Note/{id}/myReactions/{reaction}. EspoCRM 9.0 and later.
func (s *NoteService) Unreact(ctx context.Context, id string, r Reaction, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(s.reaction("unreact", http.MethodDelete, id, r), opts))
}

func (s *NoteService) reaction(what, method, id string, r Reaction) *request {
	return newRequest("Note."+what, method, "Note/{id}/myReactions/{reaction}", id, string(r)).needing(featureReactions)
}

// Reactors is who has reacted to a note: id, name and userName of each. API
// users are not among them: GET Note/{id}/reactors/{reaction}. EspoCRM 9.0 and
// later.
func (s *NoteService) Reactors(id string, r Reaction) *PagedService[User] {
	return &PagedService[User]{readOnly{client: s.client, operation: "Note.reactors", pattern: "Note/{id}/reactors/{reaction}", args: []string{id, string(r)}, needs: featureReactions}}
}
