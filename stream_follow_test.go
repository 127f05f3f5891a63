package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestFollowers(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithUser(espotest.User{UserName: "ann", Password: "ann-password", Roles: []string{espotest.FullRole}}))
	client, ctx := srv.Client(), t.Context()
	acc := streamedAccount(t, srv)
	var ann string
	for _, u := range srv.Records("User") {
		if u["userName"] == "ann" {
			ann = u["id"].(string)
		}
	}
	require.NoError(t, client.Stream.AddFollowers(ctx, acc, []string{ann}))
	page, err := client.Stream.Followers(acc).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, ann, page.Records[0].ID)
	require.NoError(t, client.Stream.RemoveFollowers(ctx, acc, []string{ann}))
	page, err = client.Stream.Followers(acc).List(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Empty(t, page.Records)
	require.ErrorIs(t, client.Stream.AddFollowers(ctx, acc, []string{"nobody"}), espo.ErrNotFound)
}

func TestStar(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	acc := streamedAccount(t, srv)
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	require.NoError(t, admin.Stream.Star(ctx, acc))
	got, err := admin.Accounts.Get(ctx, acc.ID)
	require.NoError(t, err)
	assert.True(t, got.IsStarred)
	require.NoError(t, admin.Stream.Unstar(ctx, acc))
	require.ErrorIs(t, srv.Client().Stream.Star(ctx, acc), espo.ErrForbidden, "API users have none")
}
