package espotest_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// answer is what the server says to one request.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   any
}

func (a answer) object(t *testing.T) map[string]any {
	t.Helper()
	m, ok := a.body.(map[string]any)
	require.True(t, ok, "no object: %d %s", a.status, a.raw)
	return m
}

func (a answer) reason() string { return a.header.Get("X-Status-Reason") }

// call sends a request as api-key-user unless the header names credentials.
func call(t *testing.T, s *espotest.Server, method, path string, body any, headers ...string) (answer, error) {
	t.Helper()
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		require.NoError(t, err)
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+"/api/v1/"+path, r)
	require.NoError(t, err)
	req.Close = true // leave no idle connection behind
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	if req.Header.Get("Espo-Authorization") == "" && req.Header.Get("Authorization") == "" && req.Header.Get("X-Api-Key") == "" {
		req.Header.Set("X-Api-Key", espotest.FullAPIKey)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	if a.raw, err = io.ReadAll(resp.Body); err != nil {
		return a, err
	}
	_ = json.Unmarshal(a.raw, &a.body)
	return a, nil
}

func mustCall(t *testing.T, s *espotest.Server, method, path string, body any, headers ...string) answer {
	t.Helper()
	a, err := call(t, s, method, path, body, headers...)
	require.NoError(t, err)
	return a
}

func create(t *testing.T, s *espotest.Server, entity string, attrs map[string]any, headers ...string) string {
	t.Helper()
	a := mustCall(t, s, http.MethodPost, entity, attrs, headers...)
	require.Equal(t, http.StatusOK, a.status, "%s %s", a.reason(), a.raw)
	id, _ := a.object(t)["id"].(string)
	require.Len(t, id, 17)
	return id
}

func basic(user, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServerIsMountedUnderASubPath(t *testing.T) {
	s := espotest.NewServer(t)
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+/crm$`, s.URL())

	root := espotest.NewServer(t, espotest.WithPath(""))
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, root.URL())
	assert.Equal(t, http.StatusOK, mustCall(t, root, http.MethodGet, "Account", nil).status)
}

func TestRequestsAreLogged(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	s := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now }))
	mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "A"}, "X-Skip-Duplicate-Check", "true")
	mustCall(t, s, http.MethodGet, "Account/a%20b?select=id", nil)

	log := s.Requests()
	require.Len(t, log, 2)
	assert.Equal(t, "POST", log[0].Method)
	assert.Equal(t, "Account", log[0].Path)
	assert.JSONEq(t, `{"name":"A"}`, string(log[0].Body))
	assert.Equal(t, "true", log[0].Header.Get("X-Skip-Duplicate-Check"))
	assert.Equal(t, http.StatusOK, log[0].Status)
	assert.Equal(t, now, log[0].Time)
	assert.Equal(t, "Account/a%20b", log[1].Path, "as it was on the wire")
	assert.Equal(t, "select=id", log[1].Query)
	assert.Equal(t, http.StatusNotFound, log[1].Status)
}

func TestRequestsShowNoCredentials(t *testing.T) {
	s := espotest.NewServer(t)
	key := "a-key-of-nobody"
	headers := []string{
		"X-Api-Key", key, "Authorization", key, "Espo-Authorization", key, "X-Hmac-Authorization", key,
		"Espo-Authorization-Code", key, "Cookie", key, "X-Other", "shown",
	}
	mustCall(t, s, http.MethodPost, "Account", map[string]any{"password": key}, headers...)
	r := s.Requests()[0]
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("sent", "request", r)
	for _, printed := range []string{
		fmt.Sprint(r), fmt.Sprintf("%+v", r), fmt.Sprintf("%#v", r), fmt.Sprint(&r, []espotest.Request{r}), logged.String(),
	} {
		assert.NotContains(t, printed, key)
		assert.NotContains(t, printed, fmt.Sprintf("%d", []byte(key)))
		assert.Contains(t, printed, "shown")
	}
	assert.Equal(t, key, r.Header.Get("X-Api-Key"), "for tests that look at it")
}

func TestTokens(t *testing.T) {
	s := espotest.NewServer(t)
	login := func() string {
		a := mustCall(t, s, http.MethodGet, "App/user", nil, "Espo-Authorization", basic(espotest.AdminUser, espotest.AdminPassword))
		require.Equal(t, 200, a.status)
		token, _ := a.object(t)["token"].(string)
		require.Len(t, token, 32)
		return token
	}
	with := func(token string) int {
		return mustCall(t, s, http.MethodGet, "Account", nil,
			"Espo-Authorization", basic(espotest.AdminUser, token), "Espo-Authorization-By-Token", "true").status
	}
	first, second := login(), login()
	assert.Equal(t, 2, s.Logins())
	assert.Equal(t, 200, with(first))
	assert.Equal(t, 200, with(second))
	s.RevokeTokens()
	assert.Equal(t, 401, with(first))
	assert.Equal(t, 401, with(second))
	assert.Equal(t, 200, with(login()))
	assert.Equal(t, 3, s.Logins())
}

func TestTokenSecretIsACookie(t *testing.T) {
	s := espotest.NewServer(t)
	a := mustCall(t, s, http.MethodGet, "App/user", nil,
		"Espo-Authorization", basic(espotest.AdminUser, espotest.AdminPassword), "Espo-Authorization-Create-Token-Secret", "true")
	token, _ := a.object(t)["token"].(string)
	cookie := a.header.Get("Set-Cookie")
	require.Contains(t, cookie, "auth-token-secret=")
	without := mustCall(t, s, http.MethodGet, "Account", nil, "Espo-Authorization", basic(espotest.AdminUser, token))
	assert.Equal(t, 401, without.status)
	with := mustCall(t, s, http.MethodGet, "Account", nil, "Espo-Authorization", basic(espotest.AdminUser, token), "Cookie", cookie)
	assert.Equal(t, 200, with.status)
}

// The server refuses an address after too many failed logins, good credentials
// included, and only for a while.
func TestTooManyFailedLoginsLockOut(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	s := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now }))
	for range 11 {
		assert.Equal(t, 401, mustCall(t, s, http.MethodGet, "Account", nil, "X-Api-Key", "wrong").status)
	}
	assert.Equal(t, 403, mustCall(t, s, http.MethodGet, "Account", nil, "X-Api-Key", "wrong").status)
	assert.Equal(t, 403, mustCall(t, s, http.MethodGet, "Account", nil).status)
	now = now.Add(2 * time.Minute)
	assert.Equal(t, 200, mustCall(t, s, http.MethodGet, "Account", nil).status)
}

// How many failed logins, and in which time, is a setting.
func TestLimitOfFailedLoginsIsASetting(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	s := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now }), espotest.WithSettings(espo.Attrs{
		"authMaxFailedAttemptNumber": 2, "authFailedAttemptsPeriod": "5 minutes",
	}))
	status := func(headers ...string) int { return mustCall(t, s, http.MethodGet, "Account", nil, headers...).status }
	for range 3 {
		assert.Equal(t, 401, status("X-Api-Key", "wrong"))
	}
	assert.Equal(t, 403, status())
	now = now.Add(4 * time.Minute)
	assert.Equal(t, 403, status())
	now = now.Add(time.Minute + time.Second)
	assert.Equal(t, 200, status())
	settings := mustCall(t, s, http.MethodGet, "Settings", nil, asAdmin...).object(t)
	assert.NotContains(t, settings, "authMaxFailedAttemptNumber", "nobody is shown it")
}

// Tokens that have expired are not failed logins: a client with many requests
// under way sends many of them before it logs in again.
func TestExpiredTokensDoNotLockOut(t *testing.T) {
	s := espotest.NewServer(t)
	for range 30 {
		a := mustCall(t, s, http.MethodGet, "Account", nil,
			"Espo-Authorization", basic(espotest.AdminUser, "expired"), "Espo-Authorization-By-Token", "true")
		require.Equal(t, 401, a.status)
	}
	assert.Equal(t, 200, mustCall(t, s, http.MethodGet, "Account", nil).status)
}

func TestSecondFactor(t *testing.T) {
	code := "111111"
	s := espotest.NewServer(t, espotest.WithUser(espotest.User{
		UserName: "eve", Password: "secret", TOTPCode: func() string { return code }, Roles: []string{espotest.FullRole},
	}))
	get := func(headers ...string) answer {
		return mustCall(t, s, http.MethodGet, "Account", nil, append([]string{"Espo-Authorization", basic("eve", "secret")}, headers...)...)
	}
	a := get()
	assert.Equal(t, 401, a.status)
	assert.Equal(t, "second-step-required", a.reason())
	assert.Equal(t, 401, get("Espo-Authorization-Code", "000000").status)
	assert.Equal(t, 200, get("Espo-Authorization-Code", code).status)
}

func TestConcurrentUse(t *testing.T) {
	s := espotest.NewServer(t)
	account := create(t, s, "Account", map[string]any{"name": "Shared"})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 10 {
				name := fmt.Sprint("A", i, "-", j)
				a, err := call(t, s, http.MethodPost, "Contact", map[string]any{"firstName": name, "lastName": "X", "accountId": account})
				if !assert.NoError(t, err) || !assert.Equal(t, 200, a.status) {
					return
				}
				id, _ := a.body.(map[string]any)["id"].(string)
				for _, step := range []struct{ method, path string }{
					{http.MethodGet, "Contact/" + id},
					{http.MethodGet, "Contact?orderBy=name&maxSize=20&where[0][type]=linkedWith&where[0][attribute]=accounts&where[0][value][]=" + account},
					{http.MethodPut, "Contact/" + id},
					{http.MethodPut, "Account/" + account},
					{http.MethodDelete, "Contact/" + id},
				} {
					var body any
					if step.method == http.MethodPut {
						body = map[string]any{"description": name}
					}
					a, err := call(t, s, step.method, step.path, body)
					assert.NoError(t, err)
					assert.Equal(t, 200, a.status, "%s %s: %s", step.method, step.path, a.reason())
				}
			}
		})
	}
	wg.Wait()
	assert.Empty(t, s.Records("Contact"))
	assert.EqualValues(t, 81, s.Records("Account")[0].Version())
}
