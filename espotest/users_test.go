package espotest_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// A password that changes ends what was begun with the old one.
func TestNewPasswordEndsTokens(t *testing.T) {
	s := espotest.NewServer(t)
	id := create(t, s, "User", map[string]any{
		"userName": "kim", "lastName": "Kim", "password": "Kim-password-1", "passwordConfirm": "Kim-password-1",
	}, admin()...)
	login := mustCall(t, s, http.MethodGet, "App/user", nil, "Espo-Authorization", basic("kim", "Kim-password-1"))
	token, _ := login.object(t)["token"].(string)
	try := func() int {
		return mustCall(t, s, http.MethodGet, "App/user", nil, "Espo-Authorization", basic("kim", token),
			"Espo-Authorization-By-Token", "true").status
	}
	update := func(attrs map[string]any) { mustCall(t, s, http.MethodPut, "User/"+id, attrs, admin()...) }
	assert.Equal(t, http.StatusOK, try())
	update(map[string]any{"isActive": false})
	assert.Equal(t, http.StatusUnauthorized, try())
	update(map[string]any{"isActive": true})
	assert.Equal(t, http.StatusOK, try())
	update(map[string]any{"password": "Kim-password-2"})
	assert.Equal(t, http.StatusUnauthorized, try())
}

func TestUserHidesCredentials(t *testing.T) {
	u := espotest.User{UserName: "kim", Password: "s3cret-1", APIKey: "s3cret-2", HMACSecret: "s3cret-3"}
	printed := fmt.Sprintf("%v %+v %#v %s", u, u, u, struct{ U espotest.User }{u})
	assert.NotContains(t, printed, "s3cret")
	assert.Contains(t, printed, "kim")
}

// The server ignores it when administrators take their own rights.
func TestAdministratorsKeepTheirOwnRights(t *testing.T) {
	srv := espotest.NewServer(t)
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	me, err := admin.App.CurrentUser(t.Context())
	require.NoError(t, err)

	user, err := admin.Users.Update(t.Context(), me.User.ID, espo.Attrs{"type": "regular", "isActive": false, "title": "Boss"})

	require.NoError(t, err)
	assert.Equal(t, espo.UserTypeAdmin, user.Type)
	assert.True(t, user.IsActive)
	assert.Equal(t, "Boss", user.Title)
	assert.ErrorIs(t, admin.Users.Delete(t.Context(), me.User.ID), espo.ErrForbidden)
}
