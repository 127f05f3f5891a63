package espo_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// An administrator can make calls as a regular user, and nobody else can.
func TestContractActAs(t *testing.T) {
	clients := contractClients(t)
	for _, name := range []string{"Basic", "Token"} {
		admin := clients[name]
		if admin == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			user, err := admin.Users.Create(ctx, espo.User{
				UserName: strings.ReplaceAll(uniqueName(t), " ", "-"), LastName: "Contract", Type: espo.UserTypeRegular,
			})
			require.NoError(t, err)
			t.Cleanup(func() { assert.NoError(t, admin.Users.Delete(context.WithoutCancel(ctx), user.ID)) })

			me, err := admin.App.CurrentUser(ctx, espo.ActAs(user.UserName))
			require.NoError(t, err)
			assert.Equal(t, user.ID, me.User.ID)
			_, err = admin.App.CurrentUser(ctx, espo.ActAs(user.UserName+"x"))
			require.ErrorIs(t, err, espo.ErrUnauthorized)
			if api := clients["APIKey"]; api != nil {
				apiUser, err := api.App.CurrentUser(ctx)
				require.NoError(t, err)
				require.ErrorIs(t, admin.App.Ping(ctx, espo.ActAs(apiUser.User.UserName)), espo.ErrUnauthorized, "an API user")
				require.ErrorIs(t, api.App.Ping(ctx, espo.ActAs(user.UserName)), espo.ErrUnauthorized, "by an API user")
			}
		})
	}
}
