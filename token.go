package espo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
)

// TokenAuth authenticates as a user who logs in with a password and goes on
// with a token. Make one with [Token]. It belongs to one server: a token is
// never sent to another.
type TokenAuth struct {
	masked
	userName     string
	password     secret
	secondFactor func(context.Context, SecondFactorRequest) (string, error)
	onToken      func(token string)
	shared       KeyValueStore // nil where the token is not shared
	withSecret   bool

	// login holds one element while a goroutine logs in: the others wait for
	// it or for the end of their context.
	login    chan struct{}
	session  atomic.Pointer[session]
	server   atomic.Pointer[string]
	attempts atomic.Int64 // logins that have ended
	invalid  error        // why it cannot be used
	refused  error        // the server's answer to the password; written under login
	failed   error        // of the last login; written under login
}

// session is a token as it goes into the headers.
type session struct{ token, cookie, header secret }

// TokenOption is an option of [Token].
type TokenOption func(*TokenAuth)

// Token logs in with a user's name and password at the first call, once
// however many goroutines make it, and again when the server no longer
// accepts the token. A password that the server has refused is not sent a
// second time: the server would lock the address out, see [ErrLoginBarred]. With [StoredToken] the
// password may be empty; then a refused token is [ErrUnauthorized], and a call
// after Logout an [InputError].
//
// The password may be a string or a [Secret]. The login is GET App/user.
func Token[S ~string](userName string, password S, opts ...TokenOption) *TokenAuth {
	t := &TokenAuth{
		masked: "espo.Token(***)", userName: userName, password: hide(string(password)),
		login: make(chan struct{}, 1),
	}
	for _, opt := range opts {
		if opt == nil {
			t.invalid = badInput("TokenOption", "is nil")
			continue
		}
		opt(t)
	}
	return t
}

// SecondFactor sets the function that is asked for the code of the second
// factor (TOTP, e-mail or SMS) at each login of a user who has one. It is
// called once for a login, during which every other call of the client waits:
// it must not use that client.
func SecondFactor(code func(context.Context, SecondFactorRequest) (string, error)) TokenOption {
	return func(t *TokenAuth) { t.secondFactor = code }
}

// StoredToken starts with a token that [TokenAuth.Token] or [OnToken] has
// handed out earlier, instead of a login.
func StoredToken(token string) TokenOption {
	return func(t *TokenAuth) {
		if token != "" {
			value, cookie, _ := strings.Cut(token, " ")
			t.session.Store(t.newSession(value, cookie))
		}
	}
}

// OnToken sets a function that is handed each new token, to store it. The
// token is as good as a password.
func OnToken(store func(token string)) TokenOption {
	return func(t *TokenAuth) { t.onToken = store }
}

// SharedToken shares the token with other processes, and with what comes after
// this one: the client looks there before it logs in, and stores the token of its
// own logins. So a thousand processes log in once, and once more when the server
// no longer accepts the token. The password may be empty then, in all processes
// but one that logs in. An error of the store ends the call.
//
// The token is as good as a password: anyone who can read the store can act as the
// user. Its key there is a digest of the server's address and the user's name.
func SharedToken(store KeyValueStore) TokenOption {
	return func(t *TokenAuth) {
		if isNil(store) {
			t.invalid = badInput("SharedToken", "is nil")
			return
		}
		t.shared = store
	}
}

// TokenSecret asks the server for a secret beside the token, without which
// the token is of no use. It becomes a part of the stored token.
func TokenSecret() TokenOption {
	return func(t *TokenAuth) { t.withSecret = true }
}

// Token returns the present token, or "" before the first login and after
// Logout.
func (t *TokenAuth) Token() string {
	s := t.session.Load()
	if s == nil {
		return ""
	}
	return s.text()
}

func (t *TokenAuth) newSession(token, cookie string) *session {
	return &session{token: hide(token), cookie: hide(cookie), header: hide(pair(t.userName, token))}
}

func (t *TokenAuth) validate() error {
	if t.invalid != nil {
		return t.invalid
	}
	if err := checkCredential("user name", t.userName, ":"); err != nil {
		return err
	}
	if s := t.session.Load(); s != nil {
		return checkCredential("stored token", t.Token(), "")
	}
	if t.shared != nil && t.password.value() == "" {
		return nil
	}
	return checkCredential("password", t.password.value(), "")
}

// Authenticate logs in, by GET App/user, when there is no token yet.
func (t *TokenAuth) Authenticate(ctx context.Context, r *AuthRequest) error {
	if err := t.bind(r.client); err != nil {
		return err
	}
	s := t.session.Load()
	if s == nil {
		var err error
		if s, err = t.logIn(ctx, r.client, ""); err != nil {
			return err
		}
	}
	s.authorize(r.Header)
	return nil
}

// authorize puts the token into the header of a request.
func (s *session) authorize(h http.Header) {
	h.Set("Espo-Authorization", s.header.value())
	h.Set("Espo-Authorization-By-Token", "true")
	if cookie := s.cookie.value(); cookie != "" {
		h.Add("Cookie", "auth-token-secret="+cookie)
	}
}

// Renew logs in again, by GET App/user, unless another goroutine has done so
// already.
func (t *TokenAuth) Renew(ctx context.Context, r *AuthRequest) (bool, error) {
	none := t.password.value() == ""
	if none && t.shared == nil {
		return false, nil
	}
	_, err := t.logIn(ctx, r.client, r.Header.Get("Espo-Authorization"))
	if none && errors.Is(err, ErrInput) {
		return false, nil // nobody else has a newer token
	}
	return err == nil, err
}

// bind ties t to the first server that it is used with.
func (t *TokenAuth) bind(c *Client) error {
	if t.server.CompareAndSwap(nil, &c.base) || *t.server.Load() == c.base {
		return nil
	}
	return badInput("Token", "is in use with another server")
}

// logIn returns a session whose header is not the refused one.
func (t *TokenAuth) logIn(ctx context.Context, c *Client, refusedHeader string) (*session, error) {
	before := t.attempts.Load()
	select {
	case t.login <- struct{}{}:
		defer func() { <-t.login }()
	case <-ctx.Done():
		return nil, fmt.Errorf("espo: waiting for the login: %w", context.Cause(ctx))
	}
	if s := t.session.Load(); s != nil && s.header.value() != refusedHeader {
		return s, nil
	}
	known, s, err := t.readShared(ctx)
	if err != nil {
		return nil, err
	}
	if s != nil && s.header.value() != refusedHeader {
		t.session.Store(s)
		return s, nil
	}
	if t.refused != nil {
		return nil, t.refused
	}
	if t.password.value() == "" {
		return nil, badInput("Token", "there is no token any more, and no password to log in with")
	}
	if t.failed != nil && t.attempts.Load() != before {
		// A login failed while this call waited for it: trying once for each of
		// those who waited would look like an attack, and ask for many codes.
		return nil, t.failed
	}
	s, err = t.requestToken(ctx, c)
	t.failed = nil
	if ctx.Err() == nil { // who gives up does not fail for the others
		t.failed = err
	}
	t.attempts.Add(1)
	if err != nil {
		return nil, err
	}
	if s, err = t.share(ctx, s, known); err != nil {
		return nil, err
	}
	t.session.Store(s)
	if t.onToken != nil {
		t.onToken(t.Token())
	}
	return s, nil
}

func (t *TokenAuth) requestToken(ctx context.Context, c *Client) (*session, error) {
	s, err := t.sendPassword(ctx, c, "")
	var second *SecondFactorError
	switch {
	case errors.As(err, &second):
		second.Request.UserName = t.userName
		if t.secondFactor == nil {
			return nil, second
		}
		code, err := t.secondFactor(ctx, second.Request)
		if err != nil {
			return nil, fmt.Errorf("espo: second factor: %w", err)
		}
		if err := checkCredential("code of the second factor", code, ""); err != nil {
			return nil, err
		}
		if s, err = t.sendPassword(ctx, c, code); err != nil {
			return nil, fmt.Errorf("espo: login with the second factor: %w", err)
		}
		return s, nil
	case errors.Is(err, ErrUnauthorized):
		t.refused = fmt.Errorf("espo: the server refused the password and it is not sent again: %w", err)
		return nil, t.refused
	}
	return s, err
}

func (t *TokenAuth) sendPassword(ctx context.Context, c *Client, code string) (*session, error) {
	req := newRequest("App.login", http.MethodGet, "App/user")
	req.anonymous, req.login = true, true
	req.credentials = http.Header{"Espo-Authorization": {pair(t.userName, t.password.value())}}
	if code != "" {
		req.credentials.Set("Espo-Authorization-Code", code)
	}
	if t.withSecret {
		req.credentials.Set("Espo-Authorization-Create-Token-Secret", "true")
	}
	var cookie string
	req.onResponse = func(resp *http.Response) {
		for _, ck := range resp.Cookies() {
			if ck.Name == "auth-token-secret" {
				cookie = ck.Value
			}
		}
	}
	reply, err := receive[tokenReply](ctx, c, req)
	if err != nil {
		return nil, err
	}
	return t.newSession(reply.Token, cookie), nil
}

// Logout ends the session of a client that uses [Token]: the server forgets
// the token. A later call logs in again. Other authenticators have no session
// and get an [InputError].
//
// POST App/destroyAuthToken.
func (c *Client) Logout(ctx context.Context, opts ...CallOption) error {
	t, ok := c.auth.(*TokenAuth)
	if !ok {
		return badInput("Logout", "the client does not authenticate with a Token")
	}
	req := with(newRequest("App.logout", http.MethodPost, "App/destroyAuthToken"), opts)
	s := t.session.Load()
	if s == nil {
		return req.err
	}
	// By the session that ends, whatever session there is by then: another
	// Logout may have ended it already, and a new login must not follow.
	req.anonymous, req.credentials = true, make(http.Header)
	s.authorize(req.credentials)
	req.body, req.effect = Attrs{"token": s.token.value()}, effectState
	// False, or a 401, says that there is no such token any more.
	if _, err := receive[bool](ctx, c, req); err != nil && !answered(err, http.StatusUnauthorized) {
		return err
	}
	t.session.CompareAndSwap(s, nil)
	return nil
}
