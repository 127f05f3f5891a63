package espo_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestUserAPIKey(t *testing.T) {
	srv := espotest.NewServer(t)
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	ctx := t.Context()
	created, err := admin.Users.Create(ctx, espo.User{UserName: "sync", Type: espo.UserTypeAPI, AuthMethod: espo.UserAuthMethodAPIKey})
	require.NoError(t, err)
	require.NotEmpty(t, created.APIKey)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", created, created, created), string(created.APIKey))
	sync := srv.ClientAs(espo.APIKey(string(created.APIKey)))
	me, err := sync.App.CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, "sync", me.User.UserName)

	renewed, err := admin.Users.GenerateAPIKey(ctx, created.ID)
	require.NoError(t, err)
	assert.NotEqual(t, created.APIKey, renewed.APIKey)
	_, err = sync.App.CurrentUser(ctx)
	require.ErrorIs(t, err, espo.ErrUnauthorized)
	_, err = srv.ClientAs(espo.APIKey(string(renewed.APIKey))).App.CurrentUser(ctx)
	require.NoError(t, err)

	_, err = admin.Users.GenerateAPIKey(ctx, "")
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = admin.Users.GenerateAPIKey(ctx, "000000000000000ab")
	require.ErrorIs(t, err, espo.ErrNotFound)
	own, err := admin.App.CurrentUser(ctx)
	require.NoError(t, err)
	_, err = admin.Users.GenerateAPIKey(ctx, own.User.ID)
	require.ErrorIs(t, err, espo.ErrForbidden, "an administrator has no key")
	_, err = srv.Client().Users.GenerateAPIKey(ctx, created.ID)
	require.ErrorIs(t, err, espo.ErrForbidden)
}

func TestUserPasswords(t *testing.T) {
	srv := espotest.NewServer(t)
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	ctx := t.Context()
	created, err := admin.Users.Create(ctx, espo.User{
		UserName: "jane", LastName: "Doe", Type: espo.UserTypeRegular, Password: "First-pass-1", PasswordConfirm: "First-pass-1",
	})
	require.NoError(t, err)
	jane := srv.ClientAs(espo.Basic("jane", "First-pass-1"))
	require.NoError(t, jane.Users.ChangePassword(ctx, espo.PasswordChange{Current: "First-pass-1", New: "Second-pass-2"}))
	jane = srv.ClientAs(espo.Basic("jane", "Second-pass-2"))
	err = jane.Users.ChangePassword(ctx, espo.PasswordChange{Current: "Wrong-pass-0", New: "Third-pass-3"})
	require.ErrorIs(t, err, espo.ErrForbidden)
	require.ErrorContains(t, err, "Wrong password")
	assert.NotContains(t, err.Error(), "Third-pass-3")
	require.ErrorIs(t, jane.Users.ChangePassword(ctx, espo.PasswordChange{New: "x"}), espo.ErrInput)

	require.ErrorIs(t, admin.Users.GeneratePassword(ctx, created.ID), espo.ErrForbidden, "there is no e-mail address")
	require.ErrorIs(t, admin.Users.SendPasswordRecovery(ctx, created.ID), espo.ErrServer)
	require.ErrorIs(t, jane.Users.GeneratePassword(ctx, created.ID), espo.ErrForbidden)
	require.ErrorIs(t, admin.Users.GeneratePassword(ctx, ""), espo.ErrInput)
	require.ErrorIs(t, admin.Users.SendPasswordRecovery(ctx, ""), espo.ErrInput)

	require.ErrorIs(t, jane.Users.RequestPasswordChange(ctx, espo.PasswordRecovery{UserName: "jane", EmailAddress: "nobody@x.example"}), espo.ErrNotFound)
	last := srv.Requests()[len(srv.Requests())-1]
	assert.Empty(t, last.Header.Get("Authorization"), "no credentials for who has forgotten them")
	_, err = jane.Users.ChangePasswordByRequest(ctx, espo.PasswordReset{RequestID: "6b0538bc04ab91663", New: "Third-pass-3"})
	require.ErrorIs(t, err, espo.ErrNotFound)
	require.ErrorIs(t, jane.Users.RequestPasswordChange(ctx, espo.PasswordRecovery{UserName: "jane"}), espo.ErrInput)
	_, err = jane.Users.ChangePasswordByRequest(ctx, espo.PasswordReset{New: "x"})
	require.ErrorIs(t, err, espo.ErrInput)
}

func TestUserPasswordMail(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithSettings(map[string]any{"smtpServer": "smtp.example"}))
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	ctx := t.Context()
	created, err := admin.Users.Create(ctx, espo.User{
		UserName: "jane", LastName: "Doe", Type: espo.UserTypeRegular, EmailAddress: "jane@x.example",
	})
	require.NoError(t, err)
	require.NoError(t, admin.Users.GeneratePassword(ctx, created.ID))
	require.NoError(t, admin.Users.SendPasswordRecovery(ctx, created.ID))
	require.NoError(t, admin.Users.RequestPasswordChange(ctx, espo.PasswordRecovery{UserName: "jane", EmailAddress: "JANE@x.example"}))
}

func TestUserACLAndPreferences(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	ctx := t.Context()
	me, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	id := me.User.ID

	acl, err := client.Users.ACL(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, me.ACL, acl)
	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey))
	_, err = limited.Users.ACL(ctx, id)
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)).Users.ACL(ctx, "000000000000000ab")
	require.ErrorIs(t, err, espo.ErrNotFound)

	before, err := client.Users.Preferences(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, ".", before.String("decimalMark"))
	after, err := client.Users.UpdatePreferences(ctx, id, espo.Attrs{"timeZone": "Europe/Kyiv", "decimalMark": ","})
	require.NoError(t, err)
	assert.Equal(t, "Europe/Kyiv", after.String("timeZone"))
	after, err = client.Users.Preferences(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, ",", after.String("decimalMark"))
	after, err = client.Users.ResetPreferences(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	_, err = limited.Users.Preferences(ctx, id)
	require.ErrorIs(t, err, espo.ErrForbidden)
}

func TestUserAccessTo(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx, users := t.Context(), srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)).Users
	account := espo.Ref{Type: "Account", ID: srv.Seed("Account", map[string]any{"name": "Acme"})[0]}
	page, err := users.AccessTo(account).List(ctx, espo.Query{OrderBy: "userName"})
	require.NoError(t, err)
	reads, edits := map[string]bool{}, map[string]bool{}
	for _, u := range page.Records {
		reads[u.UserName], edits[u.UserName] = u.RecordAccessLevels.Read, u.RecordAccessLevels.Edit
	}
	assert.True(t, reads[espotest.AdminUser])
	assert.True(t, edits[espotest.AdminUser])
	assert.True(t, reads["api-key-user"])
	assert.Contains(t, reads, "api-limited-user")
	assert.False(t, edits["api-limited-user"])
	page, err = users.AccessTo(account).List(ctx, espo.Query{MaxSize: 1, Select: []string{"userName"}})
	require.NoError(t, err)
	assert.Len(t, page.Records, 1)
	assert.True(t, page.More)

	_, err = users.AccessTo(espo.Ref{Type: "Account"}).List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = users.AccessTo(espo.Ref{Type: "Account", ID: "missing"}).List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = users.AccessTo(espo.Ref{Type: "Nothing", ID: "missing"}).List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrServer)
	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).Users
	_, err = limited.AccessTo(espo.Ref{Type: "Case", ID: srv.Seed("Case", map[string]any{"name": "Not its own"})[0]}).List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrForbidden)
}
