package espo_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestTokenLogsInOnceForAll(t *testing.T) {
	srv := newTokenServer()
	auth := espo.Token("admin", srv.password)
	client := dial(t, serve(t, srv.ServeHTTP), auth)
	assert.Empty(t, auth.Token())
	logins, attempts, _ := srv.counts()
	assert.Zero(t, logins+attempts, "no login before the first call")

	together(t, 64, func(int) error { return get(t, client) })
	logins, attempts, calls := srv.counts()
	assert.Equal(t, []int{1, 1, 64}, []int{logins, attempts, calls})
	assert.Equal(t, "token-1", auth.Token())
}

// With 64 goroutines on one client whose token is revoked midway, the server
// sees one login more and no call fails.
func TestTokenRevokedMidway(t *testing.T) {
	srv := newTokenServer()
	client := dial(t, serve(t, srv.ServeHTTP), espo.Token("admin", srv.password))
	var done tally
	together(t, 64, func(int) error {
		for range 10 {
			if err := get(t, client); err != nil {
				return err
			}
			if done.add() == 320 {
				srv.revoke()
			}
		}
		return nil
	})
	logins, attempts, calls := srv.counts()
	assert.Equal(t, []int{2, 2, 640}, []int{logins, attempts, calls})
}

// A write is sent again after a new login too: the server refused it undone.
func TestTokenRenewedForAWrite(t *testing.T) {
	srv := newTokenServer()
	client := dial(t, serve(t, srv.ServeHTTP), espo.Token("admin", srv.password), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	require.NoError(t, get(t, client))
	srv.revoke()
	_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
	require.NoError(t, err)
	logins, _, calls := srv.counts()
	assert.Equal(t, []int{2, 2}, []int{logins, calls})
}

// A refused password is never sent a second time: the server would lock the
// address out.
func TestRefusedPasswordIsNotRepeated(t *testing.T) {
	srv := newTokenServer()
	client := dial(t, serve(t, srv.ServeHTTP), espo.Token("admin", "wrong"))
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 3 {
				assert.ErrorIs(t, get(t, client), espo.ErrUnauthorized)
			}
		})
	}
	wg.Wait()
	logins, attempts, calls := srv.counts()
	assert.Equal(t, []int{0, 1, 0}, []int{logins, attempts, calls})
}

// The password is changed while the token is in use.
// A proxy's 401 says nothing about the password.
func TestLoginBehindAProxy(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword))
	srv.Fail(espotest.Fault{Path: "App/user", HTML: true, Status: http.StatusUnauthorized})
	_, err := client.Accounts.Count(t.Context(), espo.Query{})
	require.NotErrorIs(t, err, espo.ErrUnauthorized)
	require.ErrorIs(t, err, espo.ErrNotEspoCRM)
	_, err = client.Accounts.Count(t.Context(), espo.Query{})
	require.NoError(t, err, "the password may be sent to EspoCRM itself")
}

func TestPasswordRefusedOnRenewal(t *testing.T) {
	srv := newTokenServer()
	client := dial(t, serve(t, srv.ServeHTTP), espo.Token("admin", srv.password))
	require.NoError(t, get(t, client))
	srv.password = "changed"
	srv.revoke()
	for range 3 {
		err := get(t, client)
		assert.ErrorIs(t, err, espo.ErrUnauthorized)
		assert.ErrorContains(t, err, "refused the password")
	}
	_, attempts, _ := srv.counts()
	assert.Equal(t, 2, attempts)
}

// A login that fails otherwise is not repeated for the tries of the call that
// needs it; a later call logs in anew.
func TestFailedLoginIsNotRepeated(t *testing.T) {
	for name, fail := range map[string]func(http.ResponseWriter){
		"503": func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) },
		"429": func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		"cut":       func(http.ResponseWriter) { cut() },
		"truncated": func(w http.ResponseWriter) { w.Header().Set("Content-Length", "100"); reply(w, 200, `{"user":`) },
		"HTML":      func(w http.ResponseWriter) { reply(w, 200, `<html>`) },
		"no token":  func(w http.ResponseWriter) { reply(w, 200, `{}`) },
	} {
		srv := newTokenServer()
		var attempts tally
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if route(r) == "App/user" && attempts.add() == 1 {
				fail(w)
				return
			}
			srv.ServeHTTP(w, r)
		})
		// Without keep-alive: net/http itself sends a GET again that met a
		// connection which the server had closed.
		client := dial(t, url, espo.Token("admin", srv.password),
			espo.WithHTTPClient(&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}))
		err := get(t, client)
		assert.Error(t, err, name)
		assert.Equal(t, 1, attempts.count(), name)
		assert.NoError(t, get(t, client), name)
		assert.Equal(t, 2, attempts.count(), name)
	}
}

// A server that says 401 to everything is asked twice for a call, and logged
// in to once for each.
func TestNoLoopOn401(t *testing.T) {
	srv := newTokenServer()
	var sent tally
	client := dial(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent.add()
		srv.ServeHTTP(w, r)
	}), espo.Token("admin", srv.password))
	srv.always = http.StatusUnauthorized
	assert.ErrorIs(t, get(t, client), espo.ErrUnauthorized)
	assert.Equal(t, 4, sent.count(), "login, call, login, call")

	sent = tally{}
	key := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		sent.add()
		w.WriteHeader(http.StatusUnauthorized)
	})
	assert.ErrorIs(t, get(t, key), espo.ErrUnauthorized)
	assert.Equal(t, 1, sent.count(), "an API key cannot be renewed")
}

// A login that fails, fails for all who have waited for it: one code and one
// attempt, not one for each.
func TestFailedLoginFailsForAllWhoWait(t *testing.T) {
	srv := newTokenServer()
	srv.code = "123456"
	var asked tally
	inside, release := make(chan struct{}), make(chan struct{})
	client := dial(t, serve(t, srv.ServeHTTP), espo.Token("admin", srv.password, espo.SecondFactor(
		func(context.Context, espo.SecondFactorRequest) (string, error) {
			if asked.add() == 1 {
				close(inside)
				<-release
			}
			return "000000", nil
		})))
	const calls = 16
	results := make(chan error, calls)
	var waiting sync.WaitGroup
	waiting.Add(calls - 1)
	go func() { results <- get(t, client) }()
	<-inside
	for range calls - 1 {
		go func() {
			results <- func() error {
				ctx := &announced{Context: t.Context(), once: sync.OnceFunc(waiting.Done)}
				_, err := client.Accounts.Get(ctx, "1")
				return err
			}()
		}()
	}
	waiting.Wait()
	close(release)
	for range calls {
		assert.ErrorIs(t, <-results, espo.ErrUnauthorized)
	}
	assert.Equal(t, 1, asked.count())
	assert.Equal(t, 1, srv.codes)
}

func TestStoredToken(t *testing.T) {
	srv := newTokenServer()
	url := serve(t, srv.ServeHTTP)
	var stored []string
	first := espo.Token("admin", srv.password, espo.TokenSecret(), espo.OnToken(func(token string) { stored = append(stored, token) }))
	require.NoError(t, get(t, dial(t, url, first)))
	assert.Equal(t, []string{"token-1 cookie-secret"}, stored)
	assert.Equal(t, stored[0], first.Token())

	later := espo.Token("admin", "", espo.StoredToken(stored[0]))
	client := dial(t, url, later)
	require.NoError(t, get(t, client))
	logins, _, _ := srv.counts()
	assert.Equal(t, 1, logins, "no login with a stored token")

	assert.Error(t, get(t, dial(t, url, espo.Token("admin", "", espo.StoredToken("token-1")))), "the token without its secret")

	srv.revoke()
	for range 2 {
		assert.ErrorIs(t, get(t, client), espo.ErrUnauthorized, "no password to log in with")
	}
	_, attempts, _ := srv.counts()
	assert.Equal(t, 1, attempts)

	withPassword := dial(t, url, espo.Token("admin", srv.password, espo.StoredToken("expired")))
	require.NoError(t, get(t, withPassword), "an expired token is replaced")
}

// A token is never sent to another server than the first.
func TestTokenBelongsToOneServer(t *testing.T) {
	srv := newTokenServer()
	auth := espo.Token("admin", srv.password)
	require.NoError(t, get(t, dial(t, serve(t, srv.ServeHTTP), auth)))
	assert.ErrorIs(t, get(t, dial(t, serve(t, unreachable(t)), auth)), espo.ErrInput)
}

// Who waits for another goroutine's login waits no longer than its context.
func TestWaitingForTheLoginEndsWithTheContext(t *testing.T) {
	srv := newTokenServer()
	inside, release := make(chan struct{}), make(chan struct{})
	srv.during = func() { close(inside); <-release }
	client := dial(t, serve(t, srv.ServeHTTP), espo.Token("admin", srv.password))
	first := make(chan error, 1)
	go func() { first <- get(t, client) }()
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error, 1)
	go func() {
		_, err := client.Accounts.Get(ctx, "1")
		waiting <- err
	}()
	cancel()
	assert.ErrorIs(t, <-waiting, context.Canceled)
	close(release)
	assert.NoError(t, <-first)
}

// The login of a caller who gives up does not fail for the others.
func TestCancelledLoginLeavesItToTheNext(t *testing.T) {
	srv := newTokenServer()
	ctx, cancel := context.WithCancel(t.Context())
	var once sync.Once
	client := dial(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { cancel(); <-r.Context().Done(); cut() })
		srv.ServeHTTP(w, r)
	}), espo.Token("admin", srv.password))
	_, err := client.Accounts.Get(ctx, "1")
	assert.ErrorIs(t, err, context.Canceled)
	assert.NoError(t, get(t, client))
}

// Without a password, nothing is sent once the token is gone: an empty one
// would count towards a lock-out.
func TestNoPasswordToLogInWith(t *testing.T) {
	srv := newTokenServer()
	srv.valid[b64("admin:stored")] = true
	client := dial(t, serve(t, srv.ServeHTTP), espo.Token("admin", "", espo.StoredToken("stored")))
	require.NoError(t, get(t, client))
	require.NoError(t, client.Logout(t.Context()))
	require.ErrorIs(t, get(t, client), espo.ErrInput)
	_, attempts, _ := srv.counts()
	assert.Zero(t, attempts)

	// A token that the server refuses is an answer of the server.
	client = dial(t, serve(t, srv.ServeHTTP), espo.Token("admin", "", espo.StoredToken("unknown")))
	require.ErrorIs(t, get(t, client), espo.ErrUnauthorized)
	_, attempts, _ = srv.counts()
	assert.Zero(t, attempts)
}

// A caller who gives up during the login does not fail the others, nor does a
// login that failed before.
func TestLoginThatIsGivenUp(t *testing.T) {
	for name, failedBefore := range map[string]bool{"the first login": false, "after one that failed": true} {
		t.Run(name, func(t *testing.T) {
			srv := newTokenServer()
			ctx, cancel := context.WithCancel(t.Context())
			var logins, requests tally
			client := dial(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
				if requests.add() == 1 && failedBefore {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				srv.ServeHTTP(w, r)
			}), espo.Token("admin", srv.password))
			if failedBefore {
				require.ErrorIs(t, get(t, client), espo.ErrServer)
			}
			inside, release := make(chan struct{}), make(chan struct{})
			srv.during = func() {
				if logins.add() == 1 {
					close(inside)
					<-release
				}
			}
			first := make(chan error, 1)
			go func() {
				_, err := client.Accounts.Get(ctx, "1")
				first <- err
			}()
			select {
			case <-inside:
			case err := <-first:
				require.NoError(t, err, "it does not log in")
			}
			var waiting sync.WaitGroup
			waiting.Add(1)
			second := make(chan error, 1)
			go func() {
				_, err := client.Accounts.Get(&announced{Context: t.Context(), once: sync.OnceFunc(waiting.Done)}, "1")
				second <- err
			}()
			waiting.Wait()
			cancel()
			require.ErrorIs(t, <-first, context.Canceled)
			close(release)
			require.NoError(t, <-second)
		})
	}
}
