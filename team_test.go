package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestTeams(t *testing.T) {
	srv := espotest.NewServer(t)
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	ctx := t.Context()
	team, err := admin.Teams.Create(ctx, espo.Team{Name: "Sales", PositionList: []string{"Lead", "Agent"}})
	require.NoError(t, err)
	user, err := admin.Users.Create(ctx, espo.User{UserName: "jane", LastName: "Doe", Type: espo.UserTypeRegular})
	require.NoError(t, err)
	require.NoError(t, admin.Teams.Users(team.ID).Link(ctx, user.ID))
	require.NoError(t, admin.Teams.SetPosition(ctx, team.ID, espo.TeamPosition{UserID: user.ID, Position: "Lead"}))
	members, err := admin.Teams.Users(team.ID).List(ctx, espo.Query{Select: []string{"userName", "teamRole"}})
	require.NoError(t, err)
	require.Len(t, members.Records, 1)
	assert.Equal(t, "Lead", members.Records[0].TeamRole)
	teams, err := admin.Users.Teams(user.ID).List(ctx, espo.Query{Select: []string{"name", "userRole"}})
	require.NoError(t, err)
	require.Len(t, teams.Records, 1)
	assert.Equal(t, "Lead", teams.Records[0].UserRole)
	require.NoError(t, admin.Teams.SetPosition(ctx, team.ID, espo.TeamPosition{UserID: user.ID}))
	columns, err := admin.Users.Teams(user.ID).Columns(ctx)
	require.NoError(t, err)
	assert.Nil(t, columns[team.ID]["role"])

	require.ErrorIs(t, admin.Teams.SetPosition(ctx, team.ID, espo.TeamPosition{UserID: user.ID, Position: "Boss"}), espo.ErrBadRequest)
	require.ErrorIs(t, admin.Teams.SetPosition(ctx, team.ID, espo.TeamPosition{Position: "Lead"}), espo.ErrInput)
	require.ErrorIs(t, srv.Client().Teams.SetPosition(ctx, team.ID, espo.TeamPosition{UserID: user.ID, Position: "Lead"}), espo.ErrForbidden)
	require.ErrorIs(t, srv.Client().Teams.Users(team.ID).Link(ctx, user.ID), espo.ErrForbidden)
}
