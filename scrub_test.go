package espo_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// A server, or a proxy, may repeat credentials in what it answers.
func TestCredentialsThatAreRepeated(t *testing.T) {
	for name, auth := range map[string]espo.Authenticator{
		"key": espo.APIKey("sesame-key"), "basic": espo.Basic("admin", "sesame-password"),
		"token": espo.Token("admin", "sesame-password", espo.StoredToken("sesame-token")), "HMAC": espo.HMAC("sesame-key", "s"),
		"cookie": espo.Token("admin", "password", espo.StoredToken("token sesame-cookie")),
		"bearer": authFunc(func(r *espo.AuthRequest) { r.Header.Set("Authorization", "Bearer sesame-token") }),
		"own":    authFunc(func(r *espo.AuthRequest) { r.Header.Set("X-Session-Token", "sesame-token") }),
	} {
		for where, answer := range map[string]http.HandlerFunc{
			"reason": func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Status-Reason", "not valid: sesame-key sesame-password sesame-token sesame-cookie "+fmt.Sprint(r.Header))
				w.WriteHeader(http.StatusForbidden)
			},
			"address": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "http://[::1/?key=sesame-key&p=sesame-password&t=sesame-token&c=sesame-cookie")
				w.WriteHeader(http.StatusFound)
			},
		} {
			t.Run(name+" in the "+where, func(t *testing.T) {
				own := map[string]string{"key": "sesame-key", "basic": "sesame-password", "token": "sesame-token", "HMAC": "sesame-key", "cookie": "sesame-cookie", "bearer": "sesame-token", "own": "sesame-token"}[name]
				_, err := dial(t, serve(t, answer), auth).Accounts.Get(t.Context(), "1")
				require.Error(t, err)
				for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
					assert.NotContains(t, fmt.Sprintf(format, err), own)
				}
			})
		}
	}
}
