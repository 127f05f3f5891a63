package espotest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
)

// authState are the login tokens. It has a lock of its own, since they change
// in requests that only read otherwise.
type authState struct {
	mu       sync.Mutex
	tokens   map[string]*authToken
	revoked  map[string]bool // tokens that were valid once
	logins   int
	failures []time.Time          // failed logins, the latest ones
	accesses map[string]time.Time // when each user was last there
}

type authToken struct {
	token  string
	secret string // must come as a cookie; none when empty
	user   *rights.User
}

// RevokeTokens makes every login token invalid, as when they expire.
func (s *Server) RevokeTokens() {
	s.crm.auth.clear()
}

// Logins returns how many logins with a password have succeeded: each made a
// token.
func (s *Server) Logins() int {
	return s.crm.auth.count()
}

func (a *authState) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.tokens)
}

// count is how many logins with a password have succeeded.
func (a *authState) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.logins
}

func (a *authState) find(token string) *authToken {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tokens[token]
}

func (a *authState) issue(u *rights.User, withSecret bool) *authToken {
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

// drop makes a token invalid and reports whether it ever was valid.
func (a *authState) drop(token string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, ok := a.tokens[token]
	delete(a.tokens, token)
	if a.revoked == nil {
		a.revoked = map[string]bool{}
	}
	a.revoked[token] = a.revoked[token] || ok
	return a.revoked[token]
}

// dropAll makes all tokens of a user invalid.
func (a *authState) dropAll(u *rights.User) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for token, t := range a.tokens {
		if t.user == u {
			delete(a.tokens, token)
		}
	}
}

func randomHex() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// maxFailures is how many failed logins the server takes from one address
// within failurePeriod; then it refuses everyone from there, right or wrong.
const (
	maxFailures   = 10
	failurePeriod = time.Minute
)

// lockedOut reports whether there were too many failed logins of late.
func (a *authState) lockedOut(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failures = slices.DeleteFunc(a.failures, func(t time.Time) bool { return now.Sub(t) > failurePeriod })
	return len(a.failures) > maxFailures
}

func (a *authState) failed(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failures = append(a.failures, now)
}

func (a *authState) accessed(id string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.accesses == nil {
		a.accesses = map[string]time.Time{}
	}
	a.accesses[id] = now
}

// lastAccess returns when a user was last there, nil when never.
func (a *authState) lastAccess(id string) any {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t, ok := a.accesses[id]; ok {
		return t.UTC().Format(time.DateTime)
	}
	return nil
}

// credentialHeaders are the headers that say who calls.
var credentialHeaders = []string{"Espo-Authorization", "X-Hmac-Authorization", "X-Api-Key", "Authorization"}

// hasCredentials reports whether the request comes with any.
func hasCredentials(r *http.Request) bool {
	return slices.ContainsFunc(credentialHeaders, func(name string) bool { return len(r.Header.Values(name)) > 0 })
}

// authenticate finds out who calls.
func (s *crm) authenticate(c *call) *answer.Error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	try := s.credentials(c)
	if try == nil {
		e := answer.Unauthorized()
		e.Header.Set("WWW-Authenticate", `Basic realm=""`)
		return e
	}
	if err := s.checkLimit(c); err != nil {
		return err
	}
	now := s.clock()
	err := try()
	// A token that has expired is no attack, and a missing code no failure.
	if err != nil && err.Status == http.StatusUnauthorized && err.Body == nil && c.header("Espo-Authorization-By-Token") != "true" {
		s.auth.failed(now)
	}
	if err != nil {
		return err
	}
	if err := s.checkMaintenance(c); err != nil {
		return err
	}
	as, err := s.actingAs(c)
	if err != nil {
		return err
	}
	s.auth.accessed(c.user.Rec.ID, now)
	if c.wantsToken {
		c.issueToken()
	}
	c.user = as
	return nil
}

// actingAs is the user that the call is made as: another one with the header
// X-Another-User. Only an administrator may name one, and only a regular user.
// A refusal does not count as a failed login.
func (s *crm) actingAs(c *call) (*rights.User, *answer.Error) {
	name := c.header("X-Another-User")
	if name == "" {
		return c.user, nil
	}
	if c.user.Admin() {
		for _, u := range s.users {
			if strings.EqualFold(u.UserName, name) && u.Type == "regular" && !u.Rec.Deleted {
				return u, nil
			}
		}
	}
	return nil, answer.Unauthorized()
}

// issueToken makes a token for a login with a password.
func (c *call) issueToken() {
	c.token = c.auth.issue(c.user, c.header("Espo-Authorization-Create-Token-Secret") == "true")
	if c.token.secret != "" {
		c.out().Add("Set-Cookie", (&http.Cookie{
			Name: "auth-token-secret", Value: c.token.secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		}).String())
	}
}

// credentials returns how to check the credentials that the request comes
// with; nil without any.
func (s *crm) credentials(c *call) func() *answer.Error {
	h := c.req.Header
	if len(h.Values("Espo-Authorization")) > 0 {
		name, password, ok := basicPair(c.header("Espo-Authorization"))
		switch {
		case !ok:
			return badAuthorization
		case name == "":
			return nil
		}
		return func() *answer.Error { return s.login(c, name, password, true) }
	}
	if len(h.Values("X-Api-Key")) > 0 {
		return func() *answer.Error { return s.checkAPIKey(c, c.header("X-Api-Key")) }
	}
	if len(h.Values("X-Hmac-Authorization")) > 0 {
		return func() *answer.Error { return s.checkHMAC(c, c.header("X-Hmac-Authorization")) }
	}
	scheme, value, _ := strings.Cut(c.header("Authorization"), " ")
	if name, password, ok := basicPair(value); ok && strings.EqualFold(scheme, "Basic") && name != "" && password != "" {
		return func() *answer.Error { return s.login(c, name, password, false) }
	}
	return nil
}

func (s *crm) checkAPIKey(c *call, key string) *answer.Error {
	for _, u := range s.users {
		// A user with a secret must sign.
		if u.HMACSecret == "" && equal(u.APIKey, key) && u.Active() {
			c.user = u
			return nil
		}
	}
	return answer.Unauthorized()
}

func equal(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// basicPair takes base64 of "name:password" apart.
func basicPair(h string) (name, password string, ok bool) {
	return strings.Cut(string(php.DecodeBase64(h)), ":")
}

func badAuthorization() *answer.Error {
	e := answer.BadRequest("Auth: Bad authorization string provided.")
	e.Header = http.Header{"Content-Type": {"text/html; charset=UTF-8"}}
	return e
}

// checkHMAC checks the signature of "METHOD /path": the path after api/v1/ as
// on the wire, without the query; in hex or, as older servers want it, raw.
func (s *crm) checkHMAC(c *call, h string) *answer.Error {
	key, digest, _ := strings.Cut(string(php.DecodeBase64(h)), ":")
	for _, u := range s.users {
		if u.HMACSecret == "" || !equal(u.APIKey, key) || !u.Active() {
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
	return answer.Unauthorized()
}

// login checks a user name with a password or a token. With makeToken, a
// password gives a token.
func (s *crm) login(c *call, name, password string, makeToken bool) *answer.Error {
	if t := s.auth.find(password); t != nil && strings.EqualFold(t.user.UserName, name) && t.user.Active() {
		if t.secret != "" {
			cookie, err := c.req.Cookie("auth-token-secret")
			if err != nil || !equal(t.secret, cookie.Value) {
				return answer.Unauthorized()
			}
		}
		c.user, c.token = t.user, t
		return nil
	}
	if c.header("Espo-Authorization-By-Token") == "true" {
		return answer.Unauthorized()
	}
	for _, u := range s.users {
		if !strings.EqualFold(u.UserName, name) || u.Type == "api" || !equal(u.Password, password) || !u.Active() {
			continue
		}
		if u.TOTPCode != nil {
			switch code := c.header("Espo-Authorization-Code"); {
			case code == "":
				return secondStepRequired()
			case !equal(u.TOTPCode(), code):
				return answer.Unauthorized()
			}
		}
		c.user, c.wantsToken = u, makeToken
		return nil
	}
	return answer.Unauthorized()
}

func secondStepRequired() *answer.Error {
	e := answer.Unauthorized()
	e.Silent, e.Reason = false, "second-step-required"
	e.Body = map[string]any{
		"status": "secondStepRequired", "message": "enterTotpCode", "view": nil, "token": nil, "data": map[string]any{},
	}
	return e
}
