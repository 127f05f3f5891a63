package espotest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// eachVersion are the versions that a server can be.
var eachVersion = []string{"7.5", "8.4", "9.0", "9.1", "9.2", "9.3", "10.0"}

func TestVersionIsTold(t *testing.T) {
	for version, want := range map[string]string{
		"7.5": "7.5.6", "8.4": "8.4.2", "8.4.0": "8.4.0", "9.3": "9.3.10", "9.3.1": "9.3.1", "10.0": "10.0.0", "10.0.12": "10.0.12",
	} {
		srv := espotest.NewServer(t, espotest.WithVersion(version))
		got, err := srv.Client().ServerVersion(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, got.String())
	}
}

func TestVersionThatIsNone(t *testing.T) {
	for _, version := range []string{"", "9", "8.0", "11.0", "9.3.x", "v9.3", "9.3.10.1", " 9.3"} {
		_, err := espotest.Start(espotest.WithVersion(version))
		require.Error(t, err, version)
		for _, known := range eachVersion {
			assert.Contains(t, err.Error(), known)
		}
	}
}

// The client and the server agree on what a version has.
func TestVersionLacks(t *testing.T) {
	for version, want := range map[string]struct{ about, react, files, group, params bool }{
		"7.5":  {},
		"8.4":  {about: true},
		"9.0":  {about: true, react: true},
		"9.1":  {about: true, react: true, files: true},
		"9.2":  {about: true, react: true, files: true, group: true},
		"9.3":  {about: true, react: true, files: true, group: true, params: true},
		"10.0": {about: true, react: true, files: true, group: true, params: true},
	} {
		t.Run(version, func(t *testing.T) {
			srv := espotest.NewServer(t, espotest.WithVersion(version))
			ask := func(method, path string) int {
				req, err := http.NewRequestWithContext(t.Context(), method, srv.URL()+"/api/v1/"+path, nil)
				require.NoError(t, err)
				req.Header.Set("X-Api-Key", espotest.FullAPIKey)
				resp, err := http.DefaultClient.Do(req)
				require.NoError(t, err)
				require.NoError(t, resp.Body.Close())
				return resp.StatusCode
			}
			t.Cleanup(http.DefaultClient.CloseIdleConnections)
			account := srv.Seed("Account", map[string]any{"name": "A"})[0]
			note, err := srv.Client().Stream.Post(t.Context(), espo.Ref{Type: "Account", ID: account}, "Hello")
			require.NoError(t, err)
			assert.Equal(t, want.about, ask(http.MethodGet, "App/about") == http.StatusOK, "about")
			assert.Equal(t, want.react, ask(http.MethodPost, "Note/"+note.ID+"/myReactions/Like") == http.StatusOK, "reactions")
			assert.Equal(t, want.files, ask(http.MethodGet, "Account/"+account+"/streamAttachments") == http.StatusOK, "files of a stream")
			me, err := srv.Client().App.CurrentUser(t.Context())
			require.NoError(t, err)
			notice := srv.Seed("Notification", map[string]any{"type": "Message", "message": "m", "userId": me.User.ID})[0]
			assert.Equal(t, want.group, ask(http.MethodGet, "Notification/"+notice+"/group") == http.StatusOK, "groups of notifications")
			assert.Equal(t, want.params, ask(http.MethodGet, "App/appParams") == http.StatusOK, "parameters")
			_, has := srv.Records("Account")[0]["versionNumber"]
			assert.Equal(t, want.files, has, "optimistic concurrency control")
		})
	}
}

// Metadata is read by key on every version; before 8.2 the server sends the whole.
func TestVersionMetadata(t *testing.T) {
	for _, version := range eachVersion {
		srv := espotest.NewServer(t, espotest.WithVersion(version))
		options, err := srv.Client().Metadata.EnumOptions(t.Context(), "Account", "type")
		require.NoError(t, err, version)
		assert.Contains(t, options, "Customer", version)
		types, err := srv.Client().Metadata.EntityTypes(t.Context())
		require.NoError(t, err, version)
		assert.Contains(t, types, "Account", version)
	}
}

// A fake of its own choice refuses no webhook of a test.
func TestVersionInternalHooks(t *testing.T) {
	for _, c := range []struct {
		opts []espotest.Option
		want bool
	}{
		{nil, true},
		{[]espotest.Option{espotest.WithVersion("9.3.1")}, true},
		{[]espotest.Option{espotest.WithVersion("9.3.2")}, false},
		{[]espotest.Option{espotest.WithVersion("10.0")}, false},
		{[]espotest.Option{espotest.WithVersion("10.0"), espotest.WithSettings(espo.Attrs{"webhookAllowedAddressList": []string{"127.0.0.1:8080"}})}, true},
	} {
		client := espotest.NewServer(t, c.opts...).Client()
		_, err := client.Webhooks.Register(t.Context(), espo.Webhook{Event: espo.WebhookEvent{EntityType: "Account", Kind: "create"}, URL: "http://127.0.0.1:8080/hook"})
		if c.want {
			assert.NoError(t, err)
			continue
		}
		var invalid *espo.ValidationError
		require.ErrorAs(t, err, &invalid)
		assert.Equal(t, "url", invalid.Field)
		_, err = client.Webhooks.Register(t.Context(), espo.Webhook{Event: espo.WebhookEvent{EntityType: "Account", Kind: "create"}, URL: "https://example.com/hook"})
		assert.NoError(t, err)
	}
}

func TestVersionSignsDeliveries(t *testing.T) {
	for _, version := range eachVersion {
		var got http.Header
		receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			got = r.Header
		}))
		srv := espotest.NewServer(t, espotest.WithVersion(version),
			espotest.WithSettings(espo.Attrs{"webhookAllowedAddressList": []string{receiver.Listener.Addr().String()}}))
		client := srv.Client()
		_, err := client.Webhooks.Register(t.Context(), espo.Webhook{Event: espo.WebhookEvent{EntityType: "Account", Kind: "create"}, URL: receiver.URL})
		require.NoError(t, err)
		_, err = client.Accounts.Create(t.Context(), espo.Account{Name: "A"})
		require.NoError(t, err)
		require.NoError(t, srv.DeliverWebhooks(t.Context()))
		receiver.Close()
		assert.NotEmpty(t, got.Get("X-Signature"), version)
		assert.Equal(t, version != "7.5" && version != "8.4", got.Get("Signature") != "", version)
	}
}
