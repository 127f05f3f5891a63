package espo

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
)

// Authenticator puts credentials on a request. It is asked anew for each try,
// last of all, when method and path are final. It must be safe for concurrent
// use. [APIKey], [HMAC], [Basic] and [Token] are the ones of EspoCRM; another
// one may be anything that sets headers.
type Authenticator interface {
	// Authenticate adds the credentials to r.Header. An error ends the call.
	Authenticate(ctx context.Context, r *AuthRequest) error
}

// Renewer is an [Authenticator] that can replace credentials which the server
// no longer accepts.
type Renewer interface {
	Authenticator
	// Renew is called once at most for a call, when the server has answered
	// 401. r.Header holds the credentials that were refused. When it reports
	// true, the request is authenticated and sent once more.
	Renew(ctx context.Context, r *AuthRequest) (bool, error)
}

// AuthRequest is what an [Authenticator] sees of a request, and where it puts
// the credentials.
type AuthRequest struct {
	Method string
	Path   string      // after api/v1/, percent-escaped as it goes on the wire, without the query
	Header http.Header // of the request; to be added to

	client *Client
}

// APIKey authenticates as an API user with the method "API Key". The key may be
// a string or a [Secret].
func APIKey[S ~string](key S) Authenticator {
	return &apiKeyAuth{masked: "espo.APIKey(***)", key: hide(string(key))}
}

type apiKeyAuth struct {
	masked
	key secret
}

func (a *apiKeyAuth) validate() error { return checkCredential("API key", a.key.value(), "") }

func (a *apiKeyAuth) Authenticate(_ context.Context, r *AuthRequest) error {
	r.Header.Set("X-Api-Key", a.key.value())
	return nil
}

// Basic authenticates with user name and password in every request. EspoCRM
// checks the password each time, which costs it some 0.1 s; [Token] does not.
//
// Each call with a wrong password is a failed login, and of more than ten in a
// minute comes [ErrLoginBarred] for everyone at the address of the client, right
// passwords and keys included.
//
// The password may be a string or a [Secret].
func Basic[S ~string](userName string, password S) Authenticator {
	return &basicAuth{masked: "espo.Basic(***)", userName: userName, password: hide(string(password))}
}

type basicAuth struct {
	masked
	userName string
	password secret
}

func (a *basicAuth) validate() error {
	if err := checkCredential("user name", a.userName, ":"); err != nil {
		return err
	}
	return checkCredential("password", a.password.value(), "")
}

func (a *basicAuth) Authenticate(_ context.Context, r *AuthRequest) error {
	r.Header.Set("Authorization", "Basic "+pair(a.userName, a.password.value()))
	return nil
}

// pair is the form of two credentials in a header.
func pair(name, value string) string {
	return base64.StdEncoding.EncodeToString([]byte(name + ":" + value))
}

// checkCredential refuses what can never be right, without showing it.
func checkCredential(what, value, forbidden string) error {
	if value == "" {
		return badInput(what, "is empty")
	}
	for i := range len(value) {
		if c := value[i]; c < ' ' || c == 0x7f {
			return badInput(what, "holds a control character, such as a line break at its end")
		}
	}
	if forbidden != "" && strings.ContainsAny(value, forbidden) {
		return badInput(what, "holds one of %q, which EspoCRM takes for the end of it", forbidden)
	}
	return nil
}
