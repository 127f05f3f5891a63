package espo

import (
	"context"
	"net/http"
)

// TeamService has the records of the entity type Team, and their members.
type TeamService struct {
	*RecordService[Team]
}

// TeamPosition is the position that a user has in a team.
type TeamPosition struct {
	UserID string
	// Position is one of the team's PositionList, or empty for none.
	Position string
}

// SetPosition sets the position that a member has in a team. The server ignores
// a user who is not a member.
//
// PUT Team/{id}/userPosition. EspoCRM 8.4 and later. For administrators. A
// position that the team does not have is [ErrBadRequest].
func (s *TeamService) SetPosition(ctx context.Context, teamID string, p TeamPosition, opts ...CallOption) error {
	if err := notEmpty("TeamPosition.UserID", p.UserID); err != nil {
		return err
	}
	body := Attrs{"id": p.UserID, "position": nil}
	if p.Position != "" {
		body["position"] = p.Position
	}
	return s.client.doTrue(ctx, with(s.Ref(teamID).request("setPosition", http.MethodPut, "userPosition").json(body).needing(featureTeamPosition), opts))
}
