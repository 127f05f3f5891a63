package espotest

import (
	"slices"
)

// follow makes a user follow the record.
func (r *record) follow(userID string) {
	if !r.followedBy(userID) {
		r.followers = append(r.followers, userID)
	}
}

func (r *record) unfollow(userID string) {
	if i := slices.Index(r.followers, userID); i >= 0 {
		r.followers = slices.Delete(r.followers, i, i+1)
	}
}

func (r *record) followedBy(userID string) bool { return slices.Contains(r.followers, userID) }

func (r *record) starredBy(userID string) bool { return slices.Contains(r.starred, userID) }
