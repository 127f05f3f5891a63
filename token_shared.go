package espo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// sharedKey is that of the token among others.
func (t *TokenAuth) sharedKey() string {
	sum := sha256.Sum256([]byte(*t.server.Load() + "\x00" + t.userName))
	return "espo-token-" + hex.EncodeToString(sum[:])
}

// readShared reads the token that processes share; s is nil where there is none.
func (t *TokenAuth) readShared(ctx context.Context) (known KeyValue, s *session, err error) {
	if t.shared == nil {
		return known, nil, nil
	}
	known, err = t.shared.Get(ctx, t.sharedKey())
	if err != nil {
		return known, nil, fmt.Errorf("espo: reading the shared token: %w", err)
	}
	// What cannot be a token is replaced by the next login.
	if text := string(known.Value); text != "" && checkCredential("shared token", text, "") == nil {
		token, cookie, _ := strings.Cut(text, " ")
		s = t.newSession(token, cookie)
	}
	return known, s, nil
}

// share stores the token of a login. When another process has logged in
// meanwhile, it returns that one's token, so that all have the same.
func (t *TokenAuth) share(ctx context.Context, s *session, known KeyValue) (*session, error) {
	if t.shared == nil {
		return s, nil
	}
	_, err := t.shared.Set(ctx, t.sharedKey(), []byte(s.text()), known)
	if errors.Is(err, ErrRevision) {
		_, other, err := t.readShared(ctx)
		if err != nil || other != nil {
			return other, err
		}
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("espo: storing the shared token: %w", err)
	}
	return s, nil
}

// text is the token as it is stored.
func (s *session) text() string {
	return strings.TrimSuffix(s.token.value()+" "+s.cookie.value(), " ")
}
