package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// An administrator sets up an API user with rights of its own.
func TestRolesForAUser(t *testing.T) {
	srv := espotest.NewServer(t)
	admin, ctx := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)), t.Context()
	want := espo.Role{
		Name: "Sync",
		Data: espo.ScopeRights{
			"Account":  {Levels: map[espo.AccessAction]espo.AccessLevel{espo.AccessCreate: espo.AccessNo, espo.AccessRead: espo.AccessAll, espo.AccessEdit: espo.AccessAll, espo.AccessDelete: espo.AccessNo, espo.AccessStream: espo.AccessNo}},
			"Contact":  {},
			"Calendar": {Enabled: true},
		},
		FieldData:        espo.FieldRights{"Account": {"industry": {espo.AccessRead: espo.AccessNo, espo.AccessEdit: espo.AccessNo}}},
		ExportPermission: espo.AccessYes,
	}
	role, err := admin.Roles.Create(ctx, want)
	require.NoError(t, err)
	role, err = admin.Roles.Get(ctx, role.ID)
	require.NoError(t, err)
	assert.Equal(t, want.Data, role.Data)
	assert.Equal(t, want.FieldData, role.FieldData)
	assert.Equal(t, espo.AccessYes, role.ExportPermission)
	assert.Equal(t, espo.AccessNotSet, role.UserPermission)

	user, err := admin.Users.Create(ctx, espo.User{UserName: "sync", LastName: "Sync", Type: espo.UserTypeAPI, AuthMethod: espo.UserAuthMethodAPIKey, RolesIDs: []string{role.ID}})
	require.NoError(t, err)
	user, err = admin.Users.GenerateAPIKey(ctx, user.ID)
	require.NoError(t, err)
	client := srv.ClientAs(espo.APIKey(user.APIKey))
	id := srv.Seed("Account", espo.Attrs{"name": "Acme", "industry": "Energy"})[0]
	acc, err := client.Accounts.Get(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, "Acme", acc.Name)
	assert.Empty(t, acc.Industry)
	require.ErrorIs(t, failure(client.Accounts.Create(ctx, espo.Account{Name: "x"})), espo.ErrForbidden)
	require.ErrorIs(t, failure(client.Contacts.List(ctx, espo.Query{})), espo.ErrForbidden)
}

func TestRolesForPortals(t *testing.T) {
	srv := espotest.NewServer(t)
	admin, ctx := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)), t.Context()
	role, err := admin.PortalRoles.Create(ctx, espo.PortalRole{Name: "Customer", Data: espo.ScopeRights{
		"Case": {Levels: map[espo.AccessAction]espo.AccessLevel{espo.AccessCreate: espo.AccessYes, espo.AccessRead: espo.AccessContact, espo.AccessEdit: espo.AccessNo, espo.AccessDelete: espo.AccessNo, espo.AccessStream: espo.AccessAccount}},
	}})
	require.NoError(t, err)
	assert.Equal(t, espo.AccessContact, role.Data["Case"].Levels[espo.AccessRead])
	portal, err := admin.Portals.Create(ctx, espo.Portal{Name: "Help", PortalRolesIDs: []string{role.ID}})
	require.NoError(t, err)
	assert.True(t, portal.IsActive)
	assert.Equal(t, []string{role.ID}, portal.PortalRolesIDs)
	require.ErrorIs(t, failure(srv.Client().Portals.List(ctx, espo.Query{})), espo.ErrForbidden)
}

// PHP writes an empty map as a list.
func TestEmptyRights(t *testing.T) {
	var role espo.Role
	require.NoError(t, espo.Unmarshal([]byte(`{"id":"1","data":[],"fieldData":{"Account":[]}}`), &role))
	assert.Empty(t, role.Data)
	assert.Empty(t, role.FieldData["Account"])
	require.NoError(t, espo.Unmarshal([]byte(`{"id":"1","data":null,"fieldData":null}`), &role))
	assert.Nil(t, role.Data)
}
