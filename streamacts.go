package espo

import (
	"context"
	"net/http"
)

// Follow makes the caller follow a record: its notes then appear in
// [StreamService.Mine]. Whoever follows it already goes on doing so.
//
// PUT {entityType}/{id}/subscription.
func (s *StreamService) Follow(ctx context.Context, ref Ref) error {
	return s.client.invokeTrue(ctx, http.MethodPut, nil, ref.Type, ref.ID, "subscription")
}

// Unfollow ends [StreamService.Follow].
//
// DELETE {entityType}/{id}/subscription.
func (s *StreamService) Unfollow(ctx context.Context, ref Ref) error {
	return s.client.invokeTrue(ctx, http.MethodDelete, nil, ref.Type, ref.ID, "subscription")
}

// Followers reads one page of the users who follow a record. API users who
// follow it are not among them.
//
// GET {entityType}/{id}/followers.
func (s *StreamService) Followers(ctx context.Context, ref Ref, q Query) (Page[User], error) {
	return listPage[User](ctx, s.client, q, nil, ref.Type, ref.ID, "followers")
}

// AddFollowers makes other users follow a record. The caller needs the
// permission to manage followers; a user who does not exist is [ErrNotFound].
//
// POST {entityType}/{id}/followers.
func (s *StreamService) AddFollowers(ctx context.Context, ref Ref, userIDs ...string) error {
	return s.changeFollowers(ctx, http.MethodPost, ref, userIDs)
}

// RemoveFollowers makes other users no longer follow a record.
//
// DELETE {entityType}/{id}/followers, with the ids in the body.
func (s *StreamService) RemoveFollowers(ctx context.Context, ref Ref, userIDs ...string) error {
	return s.changeFollowers(ctx, http.MethodDelete, ref, userIDs)
}

func (s *StreamService) changeFollowers(ctx context.Context, method string, ref Ref, userIDs []string) error {
	if err := checkIDs("userIDs", userIDs); err != nil {
		return err
	}
	return s.client.setTrue(ctx, method, Attrs{"ids": userIDs}, ref.Type, ref.ID, "followers")
}

// Attachments reads one page of the files attached to the notes of a record.
//
// GET {entityType}/{id}/streamAttachments.
func (s *StreamService) Attachments(ctx context.Context, ref Ref, q Query) (Page[Attachment], error) {
	return listPage[Attachment](ctx, s.client, q, nil, ref.Type, ref.ID, "streamAttachments")
}

// Pin puts a note on top of its record's stream. Posts and some other notes
// can be pinned, by users who may edit the record; [ErrForbidden] otherwise.
//
// POST Note/{id}/pin.
func (s *StreamService) Pin(ctx context.Context, noteID string) error {
	return s.client.setTrue(ctx, http.MethodPost, nil, "Note", noteID, "pin")
}

// Unpin ends [StreamService.Pin].
//
// DELETE Note/{id}/pin.
func (s *StreamService) Unpin(ctx context.Context, noteID string) error {
	return s.client.invokeTrue(ctx, http.MethodDelete, nil, "Note", noteID, "pin")
}

// React adds a reaction of the caller to a note. "Like" is allowed on every
// server, others as its settings say; one that is not is [ErrForbidden].
//
// POST Note/{id}/myReactions/{reaction}.
func (s *StreamService) React(ctx context.Context, noteID, reaction string) error {
	return s.client.setTrue(ctx, http.MethodPost, nil, "Note", noteID, "myReactions", reaction)
}

// Unreact takes back a reaction of the caller.
//
// DELETE Note/{id}/myReactions/{reaction}.
func (s *StreamService) Unreact(ctx context.Context, noteID, reaction string) error {
	return s.client.invokeTrue(ctx, http.MethodDelete, nil, "Note", noteID, "myReactions", reaction)
}

// Reactors reads who has reacted to a note: id, name and userName of each.
// API users are not among them.
//
// GET Note/{id}/reactors/{reaction}.
func (s *StreamService) Reactors(ctx context.Context, noteID, reaction string) (Page[User], error) {
	return listPage[User](ctx, s.client, Query{}, nil, "Note", noteID, "reactors", reaction)
}

// Star marks a record as one of the caller's favourites. API users have none:
// [ErrForbidden].
//
// PUT {entityType}/{id}/starSubscription.
func (s *StreamService) Star(ctx context.Context, ref Ref) error {
	return s.client.invokeTrue(ctx, http.MethodPut, nil, ref.Type, ref.ID, "starSubscription")
}

// Unstar ends [StreamService.Star].
//
// DELETE {entityType}/{id}/starSubscription.
func (s *StreamService) Unstar(ctx context.Context, ref Ref) error {
	return s.client.invokeTrue(ctx, http.MethodDelete, nil, ref.Type, ref.ID, "starSubscription")
}
