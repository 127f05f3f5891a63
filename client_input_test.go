package espo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// An address that a server and a proxy could read in different ways is
// refused, whether the odd part of it is escaped or not.
func TestBaseURLMustBeClear(t *testing.T) {
	for name, in := range map[string]string{
		"two dots":                 "https://example.com/../crm",
		"two dots at the end":      "https://example.com/crm/..",
		"two dots before api/v1":   "https://example.com/crm/../api/v1/",
		"two dots escaped":         "https://example.com/%2e%2E/crm",
		"two dots, slash escaped":  "https://example.com/a%2f..%2fcrm",
		"a dot":                    "https://example.com/./crm",
		"a dot at the end":         "https://example.com/crm/.",
		"a dot escaped":            "https://example.com/%2e/crm",
		"port too large":           "https://example.com:65536",
		"port far too large":       "https://example.com:99999999999999999999/crm",
		"port 0":                   "https://example.com:0/crm",
		"port 000":                 "http://[::1]:000/crm",
		"line break escaped":       "https://example.com/crm%0d%0aX-Other:%20y",
		"line break":               "https://example.com/crm\r\nX-Other: y",
		"line break in the host":   "https://example.com%0d%0a/crm",
		"NUL escaped":              "https://example.com/crm%00",
		"tab escaped":              "https://example.com/%09crm",
		"delete":                   "https://example.com/crm\x7f",
		"delete escaped":           "https://example.com/crm%7f",
		"control character of C1":  "https://example.com/crm%c2%85",
		"backslash":                `https://example.com/crm\admin`,
		"backslash escaped":        "https://example.com/crm%5cadmin",
		"backslash after the host": `https://example.com\crm`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := espo.NewClient(in, espo.APIKey("key"))
			var input *espo.InputError
			require.ErrorAs(t, err, &input)
			assert.Equal(t, "base URL", input.Argument)
		})
	}
}

func TestBaseURLWithDotsAndPorts(t *testing.T) {
	for in, want := range map[string]string{
		"https://example.com/.../crm":   "https://example.com/.../crm/api/v1/",
		"https://example.com/.crm/v1.2": "https://example.com/.crm/v1.2/api/v1/",
		"http://example.com:1":          "http://example.com:1/api/v1/",
		"http://example.com:65535":      "http://example.com:65535/api/v1/",
	} {
		client, err := espo.NewClient(in, espo.APIKey("key"))
		require.NoError(t, err, in)
		assert.Equal(t, "espo.Client("+want+")", client.String())
	}
}

type nilAuth struct{ espo.Authenticator }

// What is nil is refused at once: a call would panic later.
func TestNewClientRefusesNil(t *testing.T) {
	const at = "https://crm.example.com"
	for name, auth := range map[string]espo.Authenticator{
		"nothing": nil, "a nil *TokenAuth": (*espo.TokenAuth)(nil), "a nil pointer": (*nilAuth)(nil),
	} {
		t.Run("authenticator is "+name, func(t *testing.T) {
			_, err := espo.NewClient(at, auth)
			assert.ErrorIs(t, err, espo.ErrInput)
		})
	}
	for name, opts := range map[string][]espo.Option{
		"option is nil":                  {nil},
		"option after another is nil":    {espo.WithUpdateMethod(http.MethodPatch), nil},
		"limiter is nil":                 {espo.WithLimiter(nil)},
		"limiter is a nil function":      {espo.WithLimiter(limiterFunc(nil))},
		"limiter is a nil pointer to it": {espo.WithLimiter((*limiterFunc)(nil))},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := espo.NewClient(at, espo.APIKey("key"), opts...)
			assert.ErrorIs(t, err, espo.ErrInput)
		})
	}
}
