package schema

// ExtraAttributes are attributes that belong to no field.
var ExtraAttributes = []string{"isFollowed", "followersIds", "followersNames", "isStarred", "superParentId", "superParentType"}

// HasExtra reports whether records of the type have one of the
// ExtraAttributes that a request can send.
func (e *EntityType) HasExtra(name string) bool {
	switch name {
	case "isFollowed", "followersIds", "followersNames":
		return e.Stream
	case "isStarred":
		return e.Stars
	}
	return false
}
