package espo

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// HMAC authenticates as an API user with the method "HMAC": the secret stays
// here, and each request carries a signature of its method and path. Both keys
// may be strings or Secrets.
//
// EspoCRM before 8.4.1 takes the signature as raw bytes alone, later servers
// take raw bytes and hexadecimal digits. HMAC sends hexadecimal digits where the
// version of the server is known to take them, and raw bytes otherwise. It never
// tries one form after the other: a signature that is refused counts as a failed
// login, and after more than ten of them in a minute all that comes from the
// address is [ErrLoginBarred].
func HMAC[K, S ~string](apiKey K, secretKey S) Authenticator {
	return &hmacAuth{masked: "espo.HMAC(***)", key: hide(string(apiKey)), secretKey: hide(string(secretKey))}
}

type hmacAuth struct {
	masked
	key, secretKey secret
}

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

// takesHex reports whether the server is known to take a digest in hexadecimal
// form.
func takesHex(r *AuthRequest) bool {
	if r.client == nil {
		return false
	}
	v, known := r.client.server.version.peek()
	return known && v.AtLeast(featureHexDigest.since)
}
