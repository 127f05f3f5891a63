package espo

import (
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// credentialHeaders are the headers of a request that hold credentials.
var credentialHeaders = []string{
	"Authorization", "X-Api-Key", "X-Hmac-Authorization", "Espo-Authorization", "Espo-Authorization-Code", "X-Captcha-Token",
	"Proxy-Authorization",
}

// holdsCredential reports whether a header holds a credential, which may be
// that of a gateway, such as X-Gateway-Token.
func holdsCredential(header string) bool {
	return slices.Contains(credentialHeaders, header) ||
		isCredential(strings.ReplaceAll(header, "-", "")) && !strings.HasPrefix(header, "Espo-Authorization-") // flags
}

// scrub takes the credentials of a request out of the error for its answer: a
// server, or a proxy, may repeat them in a reason or in an address.
func scrub(err error, sent http.Header) error {
	var (
		e *Error
		t *TransportError
	)
	switch {
	case errors.As(err, &e):
		e.Reason = withoutCredentials(e.Reason, sent)
	case errors.As(err, &t) && t.Err != nil:
		if text := t.Err.Error(); withoutCredentials(text, sent) != text {
			t.Err = &scrubbed{text: withoutCredentials(text, sent), err: t.Err}
		}
	}
	return err
}

// scrubbed is an error with another text.
type scrubbed struct {
	text string
	err  error
}

func (e *scrubbed) Error() string        { return e.text }
func (e *scrubbed) Is(target error) bool { return errors.Is(e.err, target) }

// withoutCredentials replaces the credentials of a request in a text.
func withoutCredentials(text string, sent http.Header) string {
	if text == "" {
		return text
	}
	for name := range sent {
		if !holdsCredential(name) {
			continue
		}
		for _, part := range credentialsIn(name, sent.Get(name)) {
			if len(part) >= minCredential {
				text = strings.ReplaceAll(text, part, string(hidden))
			}
		}
	}
	for _, line := range sent["Cookie"] {
		cookies, _ := http.ParseCookie(line)
		for _, cookie := range cookies {
			if len(cookie.Value) >= minCredential {
				text = strings.ReplaceAll(text, cookie.Value, string(hidden))
			}
		}
	}
	return text
}

// credentialsIn takes a header apart: its value, and the name and the secret
// that it encodes. A user's name is not one.
func credentialsIn(header, value string) []string {
	if scheme, rest, ok := strings.Cut(value, " "); ok && isToken(scheme) { // such as Basic, or Bearer
		value = rest
	}
	parts := []string{value}
	if pair, err := base64.StdEncoding.DecodeString(value); err == nil {
		name, secret, _ := strings.Cut(string(pair), ":")
		parts = append(parts, string(pair), secret)
		if header == "X-Hmac-Authorization" { // an API key
			parts = append(parts, name)
		}
	}
	return parts
}

// minCredential is the length from which a text is replaced: a shorter one
// would be found in the middle of words.
const minCredential = 4
