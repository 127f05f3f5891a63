package store

import (
	"slices"
)

// Follow makes a user follow the record.
func (r *Record) Follow(userID string) {
	if !r.FollowedBy(userID) {
		r.Followers = append(r.Followers, userID)
	}
}

// Unfollow makes a user follow the record no longer.
func (r *Record) Unfollow(userID string) {
	if i := slices.Index(r.Followers, userID); i >= 0 {
		r.Followers = slices.Delete(r.Followers, i, i+1)
	}
}

// FollowedBy reports whether a user follows the record.
func (r *Record) FollowedBy(userID string) bool { return slices.Contains(r.Followers, userID) }

// StarredBy reports whether a user has starred the record.
func (r *Record) StarredBy(userID string) bool { return slices.Contains(r.Starred, userID) }

// Reaction is what one user has put to a note.
type Reaction struct{ UserID, Kind string }
