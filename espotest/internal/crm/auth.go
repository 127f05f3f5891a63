package crm

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
)

// CredentialHeaders are the headers that say who calls.
var CredentialHeaders = []string{"Espo-Authorization", "X-Hmac-Authorization", "X-Api-Key", "Authorization"}

// HasCredentials reports whether the request comes with any.
func HasCredentials(r *http.Request) bool {
	return slices.ContainsFunc(CredentialHeaders, func(name string) bool { return len(r.Header.Values(name)) > 0 })
}

// Authenticate finds out who calls.
func (s *CRM) Authenticate(c *Call) *answer.Error {
	s.Mu.RLock()
	defer s.Mu.RUnlock()
	try := s.credentials(c)
	if try == nil {
		e := answer.Unauthorized()
		e.Header.Set("WWW-Authenticate", `Basic realm=""`)
		return e
	}
	if err := s.checkLimit(c); err != nil {
		return err
	}
	now := s.Clock()
	err := try()
	// A token that has expired is not an attack, and a missing code no failure.
	if err != nil && err.Status == http.StatusUnauthorized && err.Body == nil && c.Header("Espo-Authorization-By-Token") != "true" {
		s.Auth.failed(now)
	}
	if err != nil {
		return err
	}
	if err := s.enterPortal(c); err != nil {
		return err
	}
	if err := s.checkMaintenance(c); err != nil {
		return err
	}
	as, err := s.actingAs(c)
	if err != nil {
		return err
	}
	s.Auth.accessed(c.User.Rec.ID, now)
	if c.wantsToken {
		c.issueToken()
	}
	c.User = as
	return nil
}

// actingAs is the user that the call is made as: another one with the header
// X-Another-User. Only an administrator may name one, and only a regular user.
// A refusal does not count as a failed login.
func (s *CRM) actingAs(c *Call) (*rights.User, *answer.Error) {
	name := c.Header("X-Another-User")
	if name == "" {
		return c.User, nil
	}
	if c.User.Admin() {
		for _, u := range s.Users {
			if strings.EqualFold(u.UserName, name) && u.Type == "regular" && !u.Rec.Deleted {
				return u, nil
			}
		}
	}
	return nil, answer.Unauthorized()
}

// issueToken makes a token for a login with a password.
func (c *Call) issueToken() {
	c.Token = c.Auth.issue(c.Users[c.User.Rec.ID], c.Header("Espo-Authorization-Create-Token-Secret") == "true")
	if c.Token.secret != "" {
		c.Out().Add("Set-Cookie", (&http.Cookie{
			Name: "auth-token-secret", Value: c.Token.secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		}).String())
	}
}

// credentials returns how to check the credentials that the request comes
// with; nil without any.
func (s *CRM) credentials(c *Call) func() *answer.Error {
	h := c.Req.Header
	if len(h.Values("Espo-Authorization")) > 0 {
		name, password, ok := basicPair(c.Header("Espo-Authorization"))
		switch {
		case !ok:
			return badAuthorization
		case name == "":
			return nil
		}
		return func() *answer.Error { return s.login(c, name, password, true) }
	}
	if len(h.Values("X-Api-Key")) > 0 {
		return func() *answer.Error { return s.checkAPIKey(c, c.Header("X-Api-Key")) }
	}
	if len(h.Values("X-Hmac-Authorization")) > 0 {
		return func() *answer.Error { return s.checkHMAC(c, c.Header("X-Hmac-Authorization")) }
	}
	scheme, value, _ := strings.Cut(c.Header("Authorization"), " ")
	if name, password, ok := basicPair(value); ok && strings.EqualFold(scheme, "Basic") && name != "" && password != "" {
		return func() *answer.Error { return s.login(c, name, password, false) }
	}
	return nil
}

func (s *CRM) checkAPIKey(c *Call, key string) *answer.Error {
	for _, u := range s.Users {
		// A user with a secret must sign.
		if u.HMACSecret == "" && Equal(u.APIKey, key) && u.Active() {
			c.User = u
			return nil
		}
	}
	return answer.Unauthorized()
}

// Equal compares two secrets in constant time. Empty ones are not equal.
func Equal(a, b string) bool {
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
func (s *CRM) checkHMAC(c *Call, h string) *answer.Error {
	key, digest, _ := strings.Cut(string(php.DecodeBase64(h)), ":")
	for _, u := range s.Users {
		if u.HMACSecret == "" || !Equal(u.APIKey, key) || !u.Active() {
			continue
		}
		mac := hmac.New(sha256.New, []byte(u.HMACSecret))
		mac.Write([]byte(c.Req.Method + " /" + c.Path))
		sum := mac.Sum(nil)
		if s.Has(release.HexDigest) && Equal(hex.EncodeToString(sum), digest) || Equal(string(sum), digest) {
			c.User = u
			return nil
		}
	}
	return answer.Unauthorized()
}

// login checks a user name with a password or a token. With makeToken, a
// password gives a token.
func (s *CRM) login(c *Call, name, password string, makeToken bool) *answer.Error {
	if t := s.Auth.find(password); t != nil && strings.EqualFold(t.user.UserName, name) && t.user.Active() {
		if t.secret != "" {
			cookie, err := c.Req.Cookie("auth-token-secret")
			if err != nil || !Equal(t.secret, cookie.Value) {
				return answer.Unauthorized()
			}
		}
		c.User, c.Token = t.user, t
		return nil
	}
	if c.Header("Espo-Authorization-By-Token") == "true" {
		return answer.Unauthorized()
	}
	for _, u := range s.Users {
		if !strings.EqualFold(u.UserName, name) || u.Type == "api" || !Equal(u.Password, password) || !u.Active() {
			continue
		}
		if u.TOTPCode != nil {
			switch code := c.Header("Espo-Authorization-Code"); {
			case code == "":
				return secondStepRequired()
			case !Equal(u.TOTPCode(), code):
				return answer.Unauthorized()
			}
		}
		c.User, c.wantsToken = u, makeToken
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
