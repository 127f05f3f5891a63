package espo

import (
	"context"
	"net/http"
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
	return &PagedService[User]{client: s.client, operation: "Note.reactors", pattern: "Note/{id}/reactors/{reaction}", args: []string{id, string(r)}, needs: featureReactions}
}
