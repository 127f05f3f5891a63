package espotest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
)

// authState are the login tokens. It has a lock of its own, since they change
// in requests that only read otherwise.
type authState struct {
	mu     sync.Mutex
	tokens map[string]*authToken
	logins int
}

type authToken struct {
	token  string
	secret string // must come as a cookie; none when empty
	user   *user
}

// RevokeTokens makes every login token invalid, as when they expire.
func (s *Server) RevokeTokens() {
	s.auth.mu.Lock()
	defer s.auth.mu.Unlock()
	clear(s.auth.tokens)
}

// Logins returns how many logins with a password have succeeded: each made a
// token.
func (s *Server) Logins() int {
	s.auth.mu.Lock()
	defer s.auth.mu.Unlock()
	return s.auth.logins
}

func (a *authState) find(token string) *authToken {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tokens[token]
}

func (a *authState) issue(u *user, withSecret bool) *authToken {
	t := &authToken{token: randomHex(), user: u}
	if withSecret {
		t.secret = randomHex()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens == nil {
		a.tokens = map[string]*authToken{}
	}
	a.tokens[t.token] = t
	a.logins++
	return t
}

// drop makes a token invalid and reports whether it was valid.
func (a *authState) drop(token string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, ok := a.tokens[token]
	delete(a.tokens, token)
	return ok
}

func randomHex() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// unauthorized is the server's answer to credentials it does not take.
func unauthorized() *apiError {
	return &apiError{status: http.StatusUnauthorized, silent: true, header: http.Header{
		"Content-Type": {"text/html; charset=UTF-8"},
	}}
}

// hasCredentials reports whether the request comes with any.
func hasCredentials(r *http.Request) bool {
	for _, name := range []string{"Espo-Authorization", "X-Hmac-Authorization", "X-Api-Key", "Authorization"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// authenticate finds out who calls.
func (s *Server) authenticate(c *call) *apiError {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if h := c.header("Espo-Authorization"); h != "" {
		name, password, err := basicPair(h)
		if err != nil {
			return err
		}
		return s.login(c, name, password, true)
	}
	if h := c.header("X-Hmac-Authorization"); h != "" {
		return s.checkHMAC(c, h)
	}
	if key := c.header("X-Api-Key"); key != "" {
		for _, u := range s.users {
			// A user with a secret must sign.
			if u.HMACSecret == "" && equal(u.APIKey, key) && u.active() {
				c.user = u
				return nil
			}
		}
		return unauthorized()
	}
	if h, ok := strings.CutPrefix(c.header("Authorization"), "Basic "); ok {
		name, password, err := basicPair(h)
		if err != nil {
			return err
		}
		return s.login(c, name, password, false)
	}
	e := unauthorized()
	e.header.Set("WWW-Authenticate", `Basic realm=""`)
	return e
}

func (u *user) active() bool { return !u.rec.deleted && u.rec.get("isActive") == true }

func equal(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

func basicPair(h string) (name, password string, err *apiError) {
	b, _ := base64.StdEncoding.DecodeString(h)
	name, password, ok := strings.Cut(string(b), ":")
	if !ok {
		e := badRequest("Auth: Bad authorization string provided.")
		e.header = http.Header{"Content-Type": {"text/html; charset=UTF-8"}}
		return "", "", e
	}
	return name, password, nil
}

// checkHMAC checks the signature of "METHOD /path": the path after api/v1/ as
// on the wire, without the query; in hex or, as older servers want it, raw.
func (s *Server) checkHMAC(c *call, h string) *apiError {
	b, err := base64.StdEncoding.DecodeString(h)
	if err != nil {
		return unauthorized()
	}
	key, digest, _ := strings.Cut(string(b), ":")
	for _, u := range s.users {
		if u.HMACSecret == "" || !equal(u.APIKey, key) || !u.active() {
			continue
		}
		mac := hmac.New(sha256.New, []byte(u.HMACSecret))
		mac.Write([]byte(c.req.Method + " /" + c.path))
		sum := mac.Sum(nil)
		if equal(hex.EncodeToString(sum), digest) || equal(string(sum), digest) {
			c.user = u
			return nil
		}
	}
	return unauthorized()
}

// login checks a user name with a password or a token. With makeToken, a
// password gives a token.
func (s *Server) login(c *call, name, password string, makeToken bool) *apiError {
	if t := s.auth.find(password); t != nil && t.user.UserName == name && t.user.active() {
		if t.secret != "" {
			cookie, err := c.req.Cookie("auth-token-secret")
			if err != nil || !equal(t.secret, cookie.Value) {
				return unauthorized()
			}
		}
		c.user, c.token = t.user, t
		return nil
	}
	if c.header("Espo-Authorization-By-Token") == "true" {
		return unauthorized()
	}
	for _, u := range s.users {
		if u.UserName != name || u.Type == "api" || !equal(u.Password, password) || !u.active() {
			continue
		}
		if u.TOTPCode != nil {
			switch code := c.header("Espo-Authorization-Code"); {
			case code == "":
				return secondStepRequired()
			case !equal(u.TOTPCode(), code):
				return unauthorized()
			}
		}
		c.user = u
		if makeToken {
			c.token = s.auth.issue(u, c.header("Espo-Authorization-Create-Token-Secret") == "true")
			if c.token.secret != "" {
				c.out().Add("Set-Cookie", (&http.Cookie{
					Name: "auth-token-secret", Value: c.token.secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
				}).String())
			}
		}
		return nil
	}
	return unauthorized()
}

func secondStepRequired() *apiError {
	e := unauthorized()
	e.silent, e.reason = false, "second-step-required"
	e.body = map[string]any{
		"status": "secondStepRequired", "message": "enterTotpCode", "view": nil, "token": nil, "data": map[string]any{},
	}
	return e
}
