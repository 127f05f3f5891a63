package espo

import (
	"context"
	"net/http"
)

// TeamService has the records of the entity type Team, and their members.
type TeamService struct {
	*RecordService[Team]
}

// Users is the members of a team; the column of the link is role, the
// position that a member has: Team/{id}/users. Only administrators may change
// them.
func (s *TeamService) Users(id string) *RelatedService[User] {
	return Related[User](s.client, "Team", id, "users")
}

// SetPosition sets the position that a member has in a team: one of the
// team's PositionList, or "" for none. The server ignores a user who is not a
// member.
//
// PUT Team/{id}/userPosition. For administrators. A position that the team
// does not have is [ErrBadRequest].
func (s *TeamService) SetPosition(ctx context.Context, teamID, userID, position string) error {
	if err := notEmpty("userID", userID); err != nil {
		return err
	}
	body := Attrs{"id": userID, "position": nil}
	if position != "" {
		body["position"] = position
	}
	return s.client.invokeTrue(ctx, http.MethodPut, body, "Team", teamID, "userPosition")
}
