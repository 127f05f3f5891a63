package espo_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestAppUserACL(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, `{"user": {"id": "1", "type": "regular", "token": "sesame"}, "token": "sesame", "language": "de_DE",
			"acl": {
				"table": {"Account": {"read": "all", "stream": "no", "edit": "team", "delete": "own", "create": "yes"},
					"Import": true, "Calendar": false, "Empty": []},
				"fieldTable": {"Account": {"website": {"read": "yes", "edit": "no"}, "sicCode": {"read": "no", "edit": "no"}}, "Lead": []},
				"fieldTableQuickAccess": {"Account": {}}, "exportPermission": "yes", "lockPermission": "no", "odd": 1},
			"preferences": {}, "settings": {}, "appParams": []}`)
	})
	user, err := client.App.CurrentUser(t.Context())
	require.NoError(t, err)
	for _, c := range []struct {
		action espo.AccessAction
		want   espo.AccessLevel
	}{
		{espo.AccessRead, espo.AccessAll}, {espo.AccessEdit, espo.AccessTeam}, {espo.AccessDelete, espo.AccessOwn},
		{espo.AccessCreate, espo.AccessYes}, {espo.AccessStream, espo.AccessNo}, {"nope", espo.AccessNo},
	} {
		assert.Equal(t, c.want, user.Level(c.action, "Account"), c.action)
		assert.Equal(t, c.want != espo.AccessNo, user.Can(c.action, "Account"))
	}
	assert.True(t, user.Can(espo.AccessRead, "Import"), "a scope without levels")
	assert.False(t, user.Can(espo.AccessRead, "Calendar"))
	assert.False(t, user.Can(espo.AccessRead, "Empty"))
	assert.False(t, user.Can(espo.AccessRead, "Lead"))

	assert.True(t, user.CanField(espo.AccessRead, "Account", "website"))
	assert.False(t, user.CanField(espo.AccessEdit, "Account", "website"))
	assert.False(t, user.CanField(espo.AccessCreate, "Account", "website"))
	assert.False(t, user.CanField(espo.AccessRead, "Account", "sicCode"))
	assert.True(t, user.CanField(espo.AccessEdit, "Account", "name"))
	assert.False(t, user.CanField(espo.AccessRead, "Lead", "name"))
	assert.Equal(t, espo.AccessYes, user.Permission("export"))
	assert.Equal(t, map[string]espo.AccessLevel{"exportPermission": "yes", "lockPermission": "no"}, user.ACL.Permissions)
	assert.NotContains(t, fmt.Sprintf("%+v", user), "sesame", "the token of a login stays with the authenticator")
}
