package espo_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// sentCredential is a credential in a body.
var sentCredential = regexp.MustCompile(`"(?:apiKey|secretKey|password\w*|currentPassword|token|requestId)":"([^"]{4,})"`)

// WithDebug shows each request and each answer of each call, and none of the
// credentials: neither those of the client nor those in the bodies.
func TestDebugOfEveryCall(t *testing.T) {
	shown := map[*matrixCall]*bytes.Buffer{}
	for i := range matrixCalls {
		shown[&matrixCalls[i]] = new(bytes.Buffer)
	}
	for name, auth := range map[string]espo.Authenticator{
		"API key": espo.APIKey(espotest.FullAPIKey),
		"HMAC":    espo.HMAC(espotest.HMACAPIKey, espotest.HMACSecret),
		"basic":   espo.Basic(espotest.AdminUser, espotest.AdminPassword),
	} {
		t.Run(name, func(t *testing.T) {
			inBodies := 0
			for _, x := range tryCalls(t, func(call *matrixCall) *given {
				shown[call].Reset()
				return &given{opt: espo.Header("X-Gateway-Token", sesame), auth: auth, options: []espo.Option{espo.WithDebug(shown[call])}}
			}) {
				t.Run(x.call.name, func(t *testing.T) {
					text := shown[x.call].String()
					secrets := slices.Concat(commonSecrets, x.secrets, []string{sesame, espotest.HMACAPIKey})
					for _, v := range x.log {
						secrets = append(secrets, credentialsIn(v.header)...)
						if v.path == "I18n" { // which has labels for them
							continue
						}
						for _, found := range sentCredential.FindAllStringSubmatch(string(v.body)+string(v.good.body), -1) {
							secrets = append(secrets, found[1])
							inBodies++
						}
					}
					for _, secret := range secrets {
						if i := strings.Index(text, secret); i >= 0 {
							assert.Fail(t, "a credential is shown", "%q at %q", secret, text[max(0, i-100):min(len(text), i+100)])
						}
					}
					rest := text
					for _, v := range x.log {
						path := v.path
						if strings.HasPrefix(path, "LeadCapture/") && !strings.HasPrefix(path, "LeadCapture/form/") && v.method == "POST" && x.call.public {
							path = "LeadCapture/***"
						}
						for _, line := range []string{"> " + v.method + " " + path, " to " + v.method + " " + path} {
							assert.Contains(t, rest, line)
						}
					}
					require.Equal(t, strings.Count("\n"+text, "\n> "), strings.Count("\n"+text, "\n< "), "as many answers as requests")
				})
			}
			assert.Greater(t, inBodies, 10)
		})
	}
}
