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
func HMAC[K, S ~string](apiKey K, secretKey S) Authenticator {
	return &hmacAuth{masked: "espo.HMAC(***)", key: hide(string(apiKey)), secretKey: hide(string(secretKey)), encode: hex.EncodeToString}
}

// HMACRaw is [HMAC] for EspoCRM before 8.4.1, which wants the signature's raw
// bytes. Later servers accept both.
func HMACRaw[K, S ~string](apiKey K, secretKey S) Authenticator {
	return &hmacAuth{
		masked: "espo.HMACRaw(***)", key: hide(string(apiKey)), secretKey: hide(string(secretKey)),
		encode: func(sum []byte) string { return string(sum) },
	}
}

type hmacAuth struct {
	masked
	key, secretKey secret
	encode         func([]byte) string
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
	r.Header.Set("X-Hmac-Authorization", pair(a.key.value(), a.encode(mac.Sum(nil))))
	return nil
}
