package espo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestAppUser(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	user, err := srv.Client().App.CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, "api-key-user", user.User.UserName)
	assert.NotEmpty(t, user.User.ID)
	assert.Equal(t, "en_US", user.Language)
	assert.Equal(t, "USD", user.Settings.BaseCurrency)
	assert.EqualValues(t, 64, user.Params.Int("maxUploadSize"))
	assert.Equal(t, user.User.ID, user.Preferences.ID())
	assert.False(t, user.IsAdmin())
	assert.True(t, user.Can(espo.AccessEdit, "Account"))
	assert.Equal(t, espo.AccessAll, user.Level(espo.AccessDelete, "Contact"))
	assert.Equal(t, espo.AccessYes, user.Level(espo.AccessCreate, "Contact"))
	assert.Equal(t, espo.AccessYes, user.Permission("massUpdate"))
	assert.Equal(t, espo.AccessAll, user.Permission("assignmentPermission"))
	assert.Equal(t, espo.AccessNo, user.Permission("nope"))
	assert.False(t, user.Can(espo.AccessRead, "NoSuchType"))

	limited, err := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).App.CurrentUser(ctx)
	require.NoError(t, err)
	assert.True(t, limited.Can(espo.AccessRead, "Account"))
	assert.Equal(t, espo.AccessOwn, limited.Level(espo.AccessRead, "Account"))
	assert.False(t, limited.Can(espo.AccessEdit, "Account"))
	assert.True(t, limited.Can(espo.AccessCreate, "Lead"))
	assert.False(t, limited.Can(espo.AccessRead, "Contact"))
	assert.Equal(t, espo.AccessNo, limited.Permission("export"))
	assert.False(t, limited.CanField(espo.AccessEdit, "Account", "name"), "the record cannot be edited")

	admin, err := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)).App.CurrentUser(ctx)
	require.NoError(t, err)
	assert.True(t, admin.IsAdmin())
	assert.True(t, admin.Can(espo.AccessDelete, "NoSuchScope"), "an administrator may do anything")

	_, err = srv.ClientAs(espo.APIKey("nobody")).App.CurrentUser(ctx)
	require.ErrorIs(t, err, espo.ErrUnauthorized)
}

func TestSettings(t *testing.T) {
	ctx := t.Context()
	srv := espotest.NewServer(t, espotest.WithSettings(map[string]any{"timeZone": "Europe/Kyiv", "myOwn": "x"}))
	client := srv.Client()
	settings, err := client.App.Settings(ctx)
	require.NoError(t, err)
	assert.Equal(t, "9.3.10", settings.Version)
	assert.Equal(t, "Europe/Kyiv", settings.TimeZone)
	assert.Equal(t, []string{"USD", "EUR", "UAH"}, settings.CurrencyList)
	assert.Equal(t, 200, settings.RecordListMaxSizeLimit)
	assert.Equal(t, espo.Number("4"), settings.AttachmentUploadChunkSize)
	assert.Equal(t, srv.URL(), settings.SiteURL)
	assert.Equal(t, "x", settings.Extra["myOwn"])

	_, err = client.App.UpdateSettings(ctx, espo.Attrs{"weekStart": 1})
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = client.App.UpdateSettings(ctx, nil)
	require.ErrorIs(t, err, espo.ErrInput)
	for _, method := range []string{http.MethodPut, http.MethodPatch} {
		admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword), espo.WithUpdateMethod(method))
		settings, err = admin.App.UpdateSettings(ctx, espo.Attrs{"weekStart": 1})
		require.NoError(t, err)
		assert.Equal(t, 1, settings.WeekStart)
		assert.Equal(t, "Europe/Kyiv", settings.TimeZone)
	}
}

func TestAboutAndParams(t *testing.T) {
	client := espotest.NewServer(t).Client()
	about, err := client.App.About(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "9.3.10", about.Version)
	assert.NotEmpty(t, about.Text)
	params, err := client.App.Params(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 64, params.Int("maxUploadSize"))

	old := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 404, "") })
	_, err = old.App.Params(t.Context())
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = old.App.About(t.Context())
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = old.App.Settings(t.Context())
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestContractApp(t *testing.T) {
	for name, client := range contractClients(t) {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			user, err := client.App.CurrentUser(ctx)
			require.NoError(t, err)
			assert.NotEmpty(t, user.User.UserName)
			assert.True(t, user.Can(espo.AccessRead, "Account"))
			assert.True(t, user.CanField(espo.AccessEdit, "Account", "name"))
			assert.NotEmpty(t, user.ACL.Permissions)
			settings, err := client.App.Settings(ctx)
			require.NoError(t, err)
			assert.NotEmpty(t, settings.Version)
			assert.Contains(t, settings.CurrencyList, settings.BaseCurrency)
			version, err := client.ServerVersion(ctx)
			require.NoError(t, err)
			assert.Equal(t, settings.Version, version.String())
			about, err := client.App.About(ctx)
			if contractHas(t, client, err) {
				assert.Equal(t, settings.Version, about.Version)
			}
			_, err = client.App.Params(ctx)
			contractHas(t, client, err)
		})
	}
}

func TestPing(t *testing.T) {
	srv := espotest.NewServer(t)
	require.NoError(t, srv.Client().App.Ping(t.Context()))
	require.ErrorIs(t, srv.ClientAs(espo.APIKey("wrong")).App.Ping(t.Context()), espo.ErrUnauthorized)
	elsewhere := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "<!doctype html><p>Welcome</p>") })
	require.ErrorIs(t, elsewhere.App.Ping(t.Context()), espo.ErrNotEspoCRM)
}

func TestPingAnswers(t *testing.T) {
	for body, ok := range map[string]bool{
		`"EspoCRM REST API"`: true, `EspoCRM REST API`: true, `"another name"`: true,
		"": false, "null": false, "{}": false, "OK": false, "true": false, `"broken off`: false, "<html></html>": false, `"a" "b"`: false,
	} {
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
		err := client.App.Ping(t.Context())
		if ok {
			assert.NoError(t, err, body)
		} else {
			assert.ErrorIs(t, err, espo.ErrNotEspoCRM, body)
		}
	}
}
