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

func (r *Record) Unfollow(userID string) {
	if i := slices.Index(r.Followers, userID); i >= 0 {
		r.Followers = slices.Delete(r.Followers, i, i+1)
	}
}

func (r *Record) FollowedBy(userID string) bool { return slices.Contains(r.Followers, userID) }

func (r *Record) StarredBy(userID string) bool { return slices.Contains(r.Starred, userID) }

// Reaction is what one user has put to a note.
type Reaction struct{ UserID, Kind string }
