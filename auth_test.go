package espo_test

import (
	"bytes"
	"context"
	"encoding/base64"
	stdjson "encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/go-espo/espo"
)

// credentials lists the headers of a request that carry some.
func credentials(r *http.Request) map[string]string {
	found := map[string]string{}
	for _, name := range []string{
		"X-Api-Key", "X-Hmac-Authorization", "Authorization", "Espo-Authorization", "Espo-Authorization-By-Token",
		"Espo-Authorization-Code", "Espo-Authorization-Create-Token-Secret", "Cookie",
	} {
		if v := r.Header.Get(name); v != "" {
			found[name] = v
		}
	}
	return found
}

func TestHeadersOfAuthenticators(t *testing.T) {
	for name, c := range map[string]struct {
		auth espo.Authenticator
		want map[string]string
	}{
		"API key": {espo.APIKey("abc"), map[string]string{"X-Api-Key": "abc"}},
		// printf 'GET /Account/a%%20b' | openssl dgst -sha256 -hmac secret
		"HMAC": {espo.HMAC("key", "secret"), map[string]string{
			"X-Hmac-Authorization": b64("key:eeb0c6bcf46ae890a3cd1712faf6e336e5a088eddf86dbc534f9c2f47b8be52a"),
		}},
		"Basic": {espo.Basic("admin", "pa:ss wörd"), map[string]string{"Authorization": "Basic " + b64("admin:pa:ss wörd")}},
		"stored token": {espo.Token("admin", "", espo.StoredToken("tok")), map[string]string{
			"Espo-Authorization": b64("admin:tok"), "Espo-Authorization-By-Token": "true",
		}},
		"stored token with its secret": {espo.Token("admin", "", espo.StoredToken("tok sec")), map[string]string{
			"Espo-Authorization": b64("admin:tok"), "Espo-Authorization-By-Token": "true", "Cookie": "auth-token-secret=sec",
		}},
		"own": {authFunc(func(r *espo.AuthRequest) { r.Header.Set("Authorization", "Bearer "+r.Method+" "+r.Path) }),
			map[string]string{"Authorization": "Bearer GET Account/a%20b"}},
	} {
		var got map[string]string
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			got = credentials(r)
			reply(w, 200, `{"id":"1"}`)
		})
		_, err := dial(t, url, c.auth, espo.WithServerVersion("9.3")).Accounts.Get(t.Context(), "a b", espo.Select("id"))
		require.NoError(t, err, name)
		assert.Equal(t, c.want, got, name)
	}
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func unbase64(s string) string {
	b, _ := base64.StdEncoding.DecodeString(s)
	return string(b)
}

// An error of an authenticator ends the call before anything is sent.
func TestAuthenticatorError(t *testing.T) {
	broken := authErr{fmt.Errorf("no key at hand: %w", io.ErrUnexpectedEOF)}
	client := dial(t, serve(t, unreachable(t)), broken)
	_, err := client.Accounts.Get(t.Context(), "1")
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.ErrorContains(t, err, "no key at hand")
}

type authErr struct{ err error }

func (a authErr) Authenticate(context.Context, *espo.AuthRequest) error { return a.err }

// Everything that a program could print or encode of its client and of what
// it gets from it.
func printedForms(values ...any) []string {
	var forms []string
	for _, v := range values {
		type nested struct {
			Exported any
			hidden   any
		}
		inside := nested{v, v}
		for _, form := range []any{v, inside, &inside, []any{v}, map[string]any{"k": v}} {
			forms = append(forms, printed(form, "%v", "%+v", "%#v", "%s", "%q", "%x", "%d")...)
			forms = append(forms, encoded(form)...)
		}
		if err, ok := v.(error); ok {
			forms = append(forms, err.Error())
		}
	}
	return forms
}

// allVerbs are those that a value may be printed with, if only by mistake.
var allVerbs = []string{
	"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%c", "%U", "%o", "%b", "%e", "%g", "%T", "%20v", "%-5.1s",
}

// printed is a value printed with the verbs, all of them when none is given,
// and logged as text.
func printed(v any, verbs ...string) []string {
	if len(verbs) == 0 {
		verbs = allVerbs
	}
	var forms []string
	for _, verb := range verbs {
		forms = append(forms, fmt.Sprintf(verb, v))
	}
	var text bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("m", "value", v)
	return append(forms, text.String())
}

// encoded is a value as JSON of both packages, and logged as JSON.
func encoded(v any) []string {
	std, _ := stdjson.Marshal(v)
	v2, _ := json.Marshal(v)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "value", v)
	return []string{string(std), string(v2), log.String()}
}

// assertHidden fails when a secret, or a form in which it is sent, occurs in
// what is printed.
func assertHidden(t require.TestingT, secrets []string, values ...any) {
	for _, form := range printedForms(values...) {
		for _, secret := range secrets {
			for _, s := range []string{secret, b64(secret), fmt.Sprintf("%x", secret), fmt.Sprintf("%q", secret)[1 : len(secret)+1]} {
				if strings.Contains(form, s) {
					assert.Fail(t, "a credential is shown", "%q in %q", s, form)
					return
				}
			}
		}
	}
}

func TestAuthenticatorsHideTheirSecrets(t *testing.T) {
	const s1, s2, user = "s3same-0pen", "pa55-w0rd-x", "hidden.user"
	token := espo.Token(user, s1, espo.StoredToken(s2+" "+s1))
	for _, auth := range []espo.Authenticator{
		espo.APIKey(s1), espo.HMAC(s1, s2), espo.Basic(user, s2), token,
	} {
		client, err := espo.NewClient("https://crm.example.com", auth)
		require.NoError(t, err)
		assertHidden(t, []string{s1, s2, b64(user + ":" + s2)}, auth, client, *client, client.Accounts, client.Records("Lead"))
		assert.Contains(t, fmt.Sprintf("%v %+v", auth, auth), "***", "it says what it is")
	}
	// What the caller asks for is there, of course.
	assert.Equal(t, s2+" "+s1, token.Token())
}

// No credential occurs in any printed form of anything that a client has or
// returns: not in errors either, whatever the server does.
func TestNoCredentialIsEverShown(t *testing.T) {
	secretText := rapid.StringMatching(`[a-zA-Z0-9!$%&'()*+,./;<=>?@^_~-]{12,40}`)
	var status int
	var body string
	transport := exchange(func(r *http.Request) (*http.Response, error) {
		if status == 0 {
			return nil, io.ErrUnexpectedEOF
		}
		resp := answer(r, status, body)
		resp.Header.Set("X-Status-Reason", "some reason")
		return resp, nil
	})
	rapid.Check(t, func(t *rapid.T) {
		secret, second := secretText.Draw(t, "secret"), secretText.Draw(t, "second")
		auth := rapid.SampledFrom([]espo.Authenticator{
			espo.APIKey(secret), espo.HMAC(secret, second), espo.Basic("user", secret),
			espo.Token("user", secret), espo.Token("user", secret, espo.TokenSecret(), espo.StoredToken(second)),
		}).Draw(t, "auth")
		status = rapid.SampledFrom([]int{0, 200, 302, 400, 401, 403, 404, 409, 429, 500, 503}).Draw(t, "status")
		body = rapid.SampledFrom([]string{"", "{}", "[]", "true", "<html>", `{"token":"` + second + `"`, `{"token":`}).Draw(t, "body")

		var log bytes.Buffer
		client, err := espo.NewClient("https://example.com"+mount, auth, noWait, espo.WithHTTPClient(&http.Client{Transport: transport}),
			espo.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		require.NoError(t, err)
		ctx := context.Background()
		_, getErr := client.Accounts.Get(ctx, "1")
		_, createErr := client.Accounts.Create(ctx, espo.Account{Name: "x"})
		logoutErr := client.Logout(ctx)
		errs := []any{client, auth, log.String()}
		for _, err := range []error{getErr, createErr, logoutErr} {
			// The body of a reply that broke off is what the server sent, and a
			// caller's for the asking; only that of a login is never kept.
			if _, isToken := auth.(*espo.TokenAuth); err != nil && (isToken || !strings.Contains(body, second)) {
				errs = append(errs, err)
			}
		}
		assertHidden(t, []string{secret, second, "user:" + secret, "user:" + second}, errs...)
	})
}
