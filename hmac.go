package espo

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
)

// HMAC authenticates as an API user with the method "HMAC": the secret stays
// here, and each request carries a signature of its method and path. Both keys
// may be strings or Secrets.
//
// EspoCRM before 8.4.1 takes the signature as raw bytes alone, later servers
// take these and hexadecimal digits. HMAC sends what the server's version
// takes, and while that is not known raw bytes: a signature that is refused
// counts as a failed login, and ten of them a minute lock the address out.
func HMAC[K, S ~string](apiKey K, secretKey S) Authenticator {
	return &hmacAuth{masked: "espo.HMAC(***)", key: hide(string(apiKey)), secretKey: hide(string(secretKey))}
}

type hmacAuth struct {
	masked
	key, secretKey secret
}

// What answers have shown of the form of the digest, where the version of the
// server is not known.
const (
	digestUntested int32 = iota
	digestHex            // the server has refused the raw one and accepted the other
	digestRefused        // the server has refused both
)

func (a *hmacAuth) validate() error {
	if err := checkCredential("API key", a.key.value(), ":"); err != nil {
		return err
	}
	return checkCredential("secret key", a.secretKey.value(), "")
}

// Authenticate signs the method and the path after api/v1/ as it is on the
// wire. Neither the query nor a base path of the installation is signed.
func (a *hmacAuth) Authenticate(_ context.Context, r *AuthRequest) error {
	mac := hmac.New(sha256.New, []byte(a.secretKey.value()))
	mac.Write([]byte(r.Method + " /" + r.Path))
	digest := string(mac.Sum(nil))
	if takesHex(r) {
		digest = hex.EncodeToString([]byte(digest))
	}
	r.Header.Set("X-Hmac-Authorization", pair(a.key.value(), digest))
	return nil
}

// takesHex reports whether a request is to be signed in hexadecimal form.
func takesHex(r *AuthRequest) bool {
	if r.client == nil {
		return true
	}
	if v, known := r.client.server.version.peek(); known {
		return featureHexDigest.missing(v) == nil
	}
	return r.renewed || r.client.server.digest.Load() == digestHex
}

// Renew has a request that was refused signed in the other form, unless that
// is known to be of no use.
func (a *hmacAuth) Renew(_ context.Context, r *AuthRequest) (bool, error) {
	if r.client == nil {
		return false, nil
	}
	_, known := r.client.server.version.peek()
	return !known && r.client.server.digest.Load() == digestUntested, nil
}

// answered notes what has become of a request that was signed in the other
// form.
func (a *hmacAuth) answered(r *AuthRequest, status int) {
	if !r.renewed {
		return
	}
	switch {
	case status == http.StatusUnauthorized:
		r.client.server.digest.CompareAndSwap(digestUntested, digestRefused)
	case status < 300:
		r.client.server.digest.CompareAndSwap(digestUntested, digestHex)
	}
}
