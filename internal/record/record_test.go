package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/internal/wire"
)

const captures = "../../testdata/wire/espocrm-9.3.10"

func newRecorder(srv *espotest.Server, out string) recorder {
	return recorder{url: srv.URL() + "/", from: captures, out: out, keys: keys(func(string) string { return "" })}
}

// What is recorded of a server that answers as the recorded one did says the
// same, with that server's ids, and the server is empty afterwards.
func TestRecord(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithVersion("9.3.10"),
		espotest.WithSettings(espo.Attrs{"webhookAllowedAddressList": []string{"127.0.0.1:9999"}}))
	r := newRecorder(srv, t.TempDir())
	require.NoError(t, r.run(t.Context()))
	files, err := wire.Files(captures)
	require.NoError(t, err)
	for _, file := range files {
		want, err := wire.Read(file)
		require.NoError(t, err)
		got, err := wire.Read(filepath.Join(r.out, filepath.Base(file)))
		require.NoError(t, err)
		require.Len(t, got.Exchanges, len(want.Exchanges))
		for i, x := range want.Exchanges {
			assert.Equal(t, x.Response.Status, got.Exchanges[i].Response.Status, "%s %s", want.Scenario, x.Step)
			assert.Equal(t, x.Response.Headers["X-Status-Reason"] != "", got.Exchanges[i].Response.Headers["X-Status-Reason"] != "", "%s %s", want.Scenario, x.Step)
			assert.Equal(t, x.Response.Body == nil, got.Exchanges[i].Response.Body == nil, "%s %s", want.Scenario, x.Step)
		}
	}
	for _, entityType := range []string{"Account", "Contact", "Opportunity", "Lead", "Webhook"} {
		assert.Empty(t, srv.Records(entityType), entityType)
	}
	text, err := os.ReadFile(filepath.Join(r.out, "auth-token.json"))
	require.NoError(t, err)
	assert.NotContains(t, string(text), `"languageList"`, "what clients do not use is cut")
}

// A user whom the server does not have keeps one scenario back, and no other.
func TestRecordWithoutAUser(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithVersion("9.3.10"))
	r := newRecorder(srv, t.TempDir())
	r.keys.Passwords = map[string]string{espotest.TOTPUser: "wrong"}
	require.EqualError(t, r.run(t.Context()), "second-factor: token-needs-no-code: totp-user cannot log in: 401")
	want, err := wire.Files(captures)
	require.NoError(t, err)
	got, err := wire.Files(r.out)
	require.NoError(t, err)
	assert.Len(t, got, len(want)-1)
}

// A server with records is not touched.
func TestRecordRefuses(t *testing.T) {
	srv := espotest.NewServer(t)
	srv.Seed("Account", espo.Attrs{"name": "Acme"})
	r := newRecorder(srv, t.TempDir())
	require.ErrorContains(t, r.run(t.Context()), "the server holds 1 records of Account")
	assert.Len(t, srv.Records("Account"), 1)

	r.out = ""
	require.ErrorContains(t, r.run(t.Context()), "say by -url")
	r.out, r.from = t.TempDir(), t.TempDir()
	require.ErrorContains(t, r.run(t.Context()), "there are no captures")
	r.from, r.keys.User, r.keys.Password = captures, espotest.TOTPUser, espotest.TOTPPassword
	require.Error(t, r.run(t.Context()))
}

func TestScrub(t *testing.T) {
	r := recorder{url: "https://crm.acme.example/espo/", keys: keys(func(name string) string {
		return map[string]string{
			"ESPO_API_KEY": "live-key", "ESPO_HMAC_SECRET": "live-secret", "ESPO_USERNAME": "boss", "ESPO_PASSWORD": "live-password",
		}[name]
	})}
	text := "the key live-key"
	x := r.scrub(wire.Exchange{
		Request: wire.Request{
			Path: "User/live-key", Query: "q=live-secret", BodyText: &text, Body: wire.Raw(`{"password":"live-password"}`),
			Headers: map[string]string{"Espo-Authorization": "Ym9zczpsaXZlLXBhc3N3b3Jk"},
		},
		Response: wire.Response{
			Headers: map[string]string{"X-Status-Reason": "live-password"},
			Body:    wire.Raw(`{"apiKey":"live-key","siteUrl":"https:\/\/crm.acme.example\/espo","url":"https://crm.acme.example/espo/x"}`),
		},
	})
	file := filepath.Join(t.TempDir(), "x.json")
	require.NoError(t, wire.Write(file, wire.Capture{Exchanges: []wire.Exchange{x}}))
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, secret := range []string{"live", "acme", "Ym9zczps"} {
		assert.NotContains(t, string(written), secret)
	}
	for _, standIn := range []string{espotest.FullAPIKey, espotest.HMACSecret, espotest.AdminPassword, "YWRtaW46YWRtaW4tcGFzc3dvcmQ="} {
		assert.Contains(t, string(written), standIn)
	}
	assert.Equal(t, "the key live-key", text, "what was read stays")
}

// Reading and writing a capture changes nothing but its layout.
func TestCapturesAreKept(t *testing.T) {
	files, err := wire.Files(captures)
	require.NoError(t, err)
	for _, file := range files {
		c, err := wire.Read(file)
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "copy.json")
		require.NoError(t, wire.Write(path, c))
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(got), file)
		require.Equal(t, strings.Count(string(want), `\/`), strings.Count(string(got), `\/`))
	}
}
