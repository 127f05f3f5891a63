package crm

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sync"
	"time"

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
	Token  string
	secret string // must come as a cookie; none when empty
	user   *rights.User
}

func (a *authState) Clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.tokens)
}

// Count is how many logins with a password have succeeded.
func (a *authState) Count() int {
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
	t := &authToken{Token: RandomHex(), user: u}
	if withSecret {
		t.secret = RandomHex()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens == nil {
		a.tokens = map[string]*authToken{}
	}
	a.tokens[t.Token] = t
	a.logins++
	return t
}

// Drop makes a token invalid and reports whether it ever was valid.
func (a *authState) Drop(token string) bool {
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

// DropAll makes all tokens of a user invalid.
func (a *authState) DropAll(u *rights.User) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for token, t := range a.tokens {
		if t.user == u {
			delete(a.tokens, token)
		}
	}
}

// RandomHex returns a new key of 32 characters.
func RandomHex() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// failedSince is how many logins have failed since a time.
func (a *authState) failedSince(start time.Time) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failures = slices.DeleteFunc(a.failures, func(t time.Time) bool { return t.Before(start) })
	return len(a.failures)
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

// LastAccess returns when a user was last there, nil when never.
func (a *authState) LastAccess(id string) any {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t, ok := a.accesses[id]; ok {
		return t.UTC().Format(time.DateTime)
	}
	return nil
}
