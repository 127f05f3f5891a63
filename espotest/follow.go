package espotest

import "slices"

// follow makes a user follow the record and reports whether it did not yet.
func (r *record) follow(userID string) bool {
	if r.followedBy(userID) {
		return false
	}
	r.followers = append(r.followers, userID)
	return true
}

func (r *record) unfollow(userID string) bool {
	i := slices.Index(r.followers, userID)
	if i < 0 {
		return false
	}
	r.followers = slices.Delete(r.followers, i, i+1)
	return true
}

func (r *record) followedBy(userID string) bool { return slices.Contains(r.followers, userID) }

func (r *record) starredBy(userID string) bool { return slices.Contains(r.starred, userID) }
