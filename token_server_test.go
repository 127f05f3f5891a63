package espo_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-espo/espo"
)

// tokenServer is the part of a server that tokens are about.
type tokenServer struct {
	mu       sync.Mutex
	password string
	code     string // of the second factor, or none
	secrets  bool   // whether a token was asked for with a secret
	valid    map[string]bool
	logins   int // tokens given out
	attempts int // passwords seen
	codes    int // codes seen
	calls    int // of the API, answered with 200
	always   int // a status for every call with a token
	during   func()
}

func newTokenServer() *tokenServer {
	return &tokenServer{password: "admin-password", valid: map[string]bool{}}
}

func (s *tokenServer) revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.valid)
}

func (s *tokenServer) counts() (logins, attempts, calls int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins, s.attempts, s.calls
}

func (s *tokenServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	auth := r.Header.Get("Espo-Authorization")
	if route(r) == "App/user" && r.Header.Get("Espo-Authorization-By-Token") == "" {
		s.logIn(w, r, auth)
		return
	}
	if s.always != 0 {
		w.WriteHeader(s.always)
		return
	}
	cookie, _ := r.Cookie("auth-token-secret")
	if r.Header.Get("Espo-Authorization-By-Token") != "true" || !s.valid[auth] || s.secrets && (cookie == nil || cookie.Value != "cookie-secret") {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8") // as EspoCRM does
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	s.calls++
	if route(r) == "App/destroyAuthToken" {
		delete(s.valid, auth)
		reply(w, 200, "true")
		return
	}
	reply(w, 200, `{"id":"1"}`)
}

func (s *tokenServer) logIn(w http.ResponseWriter, r *http.Request, auth string) {
	s.attempts++
	if s.during != nil {
		s.during()
	}
	if auth != b64("admin:"+s.password) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if code := r.Header.Get("Espo-Authorization-Code"); s.code != "" && code != s.code {
		if code == "" {
			w.Header().Set("X-Status-Reason", "second-step-required")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"status":"secondStepRequired","message":"enterTotpCode","view":null,"token":null,"data":{}}`)
			return
		}
		s.codes++
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	s.logins++
	token := fmt.Sprintf("token-%d", s.logins)
	s.valid[b64("admin:"+token)] = true
	if s.secrets = r.Header.Get("Espo-Authorization-Create-Token-Secret") == "true"; s.secrets {
		http.SetCookie(w, &http.Cookie{Name: "auth-token-secret", Value: "cookie-secret", HttpOnly: true, Path: "/"})
	}
	reply(w, 200, `{"user":{"userName":"admin"},"token":"`+token+`"}`)
}

// together makes n calls at once.
func together(t *testing.T, n int, call func(i int) error) {
	t.Helper()
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			assert.NoError(t, call(i), "call %d", i)
		})
	}
	close(start)
	wg.Wait()
}

func get(t *testing.T, c *espo.Client) error {
	t.Helper()
	_, err := c.Accounts.Get(t.Context(), "1")
	return err
}

// announced tells when a call begins to wait for something or its end.
type announced struct {
	context.Context
	once func()
}

func (c *announced) Done() <-chan struct{} {
	c.once()
	return c.Context.Done()
}
