package espo

import (
	"context"
	"net/http"
)

// Follow makes the caller follow a record: its notes then appear in
// [StreamService.Mine]. Users who follow it already go on doing so.
//
// PUT {entityType}/{id}/subscription.
func (s *StreamService) Follow(ctx context.Context, ref Ref, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(ref.request("follow", http.MethodPut, "subscription"), opts))
}

// Unfollow ends [StreamService.Follow].
//
// DELETE {entityType}/{id}/subscription.
func (s *StreamService) Unfollow(ctx context.Context, ref Ref, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(ref.request("unfollow", http.MethodDelete, "subscription"), opts))
}

// Followers is the users who follow a record. API users who follow it are not
// among them: GET {entityType}/{id}/followers.
func (s *StreamService) Followers(ref Ref) *ListService[User] {
	return &ListService[User]{readOnly{client: s.client, operation: ref.Type + ".followers", pattern: "{type}/{id}/followers", args: []string{ref.Type, ref.ID}}}
}

// AddFollowers makes other users follow a record. The caller needs the
// permission to manage followers; a user who does not exist is [ErrNotFound].
// API users are left out by the server, without a word.
//
// POST {entityType}/{id}/followers.
func (s *StreamService) AddFollowers(ctx context.Context, ref Ref, userIDs []string, opts ...CallOption) error {
	return s.changeFollowers(ctx, ref.request("addFollowers", http.MethodPost, "followers"), userIDs, opts)
}

// RemoveFollowers makes other users no longer follow a record.
//
// DELETE {entityType}/{id}/followers, with the ids in the body.
func (s *StreamService) RemoveFollowers(ctx context.Context, ref Ref, userIDs []string, opts ...CallOption) error {
	return s.changeFollowers(ctx, ref.request("removeFollowers", http.MethodDelete, "followers"), userIDs, opts)
}

func (s *StreamService) changeFollowers(ctx context.Context, req *request, userIDs []string, opts []CallOption) error {
	if err := checkIDs("userIDs", userIDs); err != nil {
		return err
	}
	return s.client.doTrue(ctx, with(req.json(Attrs{"ids": userIDs}).having(effectState), opts))
}

// Attachments is the files attached to the notes of a record:
// GET {entityType}/{id}/streamAttachments. EspoCRM 9.1 and later.
func (s *StreamService) Attachments(ref Ref) *ListService[Attachment] {
	return &ListService[Attachment]{readOnly{
		client: s.client, operation: ref.Type + ".streamAttachments", pattern: "{type}/{id}/streamAttachments", args: []string{ref.Type, ref.ID},
		needs: featureStreamFiles,
	}}
}

// Star marks a record as one of the caller's favourites. API users have none:
// [ErrForbidden].
//
// PUT {entityType}/{id}/starSubscription. EspoCRM 8.3 and later.
func (s *StreamService) Star(ctx context.Context, ref Ref, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(ref.request("star", http.MethodPut, "starSubscription").needing(featureStars), opts))
}

// Unstar ends [StreamService.Star].
//
// DELETE {entityType}/{id}/starSubscription. EspoCRM 8.3 and later.
func (s *StreamService) Unstar(ctx context.Context, ref Ref, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(ref.request("unstar", http.MethodDelete, "starSubscription").needing(featureStars), opts))
}
