package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestWhy(t *testing.T) {
	owner := espo.User{ID: "1", Type: espo.UserTypeRegular}
	mate := espo.User{ID: "2", Type: espo.UserTypeRegular, TeamsIDs: []string{"kyiv"}}
	other := espo.User{ID: "3", Type: espo.UserTypeRegular}
	record := espo.Record{"assignedUserId": "1", "teamsIds": []any{"kyiv"}}
	for _, row := range []struct {
		level espo.AccessLevel
		user  espo.User
		want  string
	}{
		{espo.AccessAll, other, "all"},
		{espo.AccessNo, owner, "no"},
		{espo.AccessOwn, owner, "own: is the owner"},
		{espo.AccessOwn, mate, "own: is not the owner"},
		{espo.AccessTeam, owner, "team: is the owner"},
		{espo.AccessTeam, mate, "team: is in a team of the record"},
		{espo.AccessTeam, other, "team: is neither owner nor in a team"},
		{espo.AccessNo, espo.User{ID: "4", Type: espo.UserTypeAdmin}, "administrator"},
	} {
		assert.Equal(t, row.want, why(row.level, row.user, record))
	}
	unassigned := espo.Record{"createdById": "1"}
	assert.Equal(t, "own: is the owner", why(espo.AccessOwn, owner, unassigned), "who has made what nobody is assigned to")
}

// What the program gives as the reason is what the server decides by.
func TestReasonsAgreeWithTheServer(t *testing.T) {
	srv, ref, err := office()
	require.NoError(t, err)
	defer srv.Close()
	client := srv.ClientAs(admin())
	record, err := client.Records(ref.Type).Get(t.Context(), ref.ID)
	require.NoError(t, err)
	n := 0
	for user, err := range client.Users.AccessTo(ref).All(t.Context(), espo.Query{}) {
		require.NoError(t, err)
		full, err := client.Users.Get(t.Context(), user.ID)
		require.NoError(t, err)
		acl, err := client.Users.ACL(t.Context(), user.ID)
		require.NoError(t, err)
		reason := why((&espo.CurrentUser{User: full, ACL: acl}).Level(espo.AccessEdit, ref.Type), full, record)
		denied := reason == "no" || reason == "own: is not the owner" || reason == "team: is neither owner nor in a team"
		assert.Equal(t, user.RecordAccessLevels.Edit, !denied, "%s: %s", user.UserName, reason)
		n++
	}
	assert.Equal(t, 9, n)
	require.Error(t, audit(t.Context(), srv.Client(), ref), "not an administrator")
}
