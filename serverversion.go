package espo

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// ServerVersion is the version of an EspoCRM server. It can be compared with ==
// and be the key of a map.
type ServerVersion struct {
	Major, Minor, Patch int

	// Pre is what follows the dash in the version of a pre-release, such as
	// "beta1"; empty in that of a release.
	Pre string
}

// ParseServerVersion reads a version such as "9.3.10", "9.3" or "10.0.0-dev".
func ParseServerVersion(s string) (ServerVersion, error) {
	numbers, pre, dashed := strings.Cut(s, "-")
	parts := strings.Split(numbers, ".")
	var n [3]int
	ok := len(parts) >= 2 && len(parts) <= len(n) && dashed == (pre != "") && (pre == "" || isToken(pre)) && len(s) < 64
	for i, part := range parts {
		if !ok {
			break
		}
		var err error
		n[i], err = strconv.Atoi(part)
		ok = err == nil && n[i] >= 0 && part[0] != '+'
	}
	if !ok {
		return ServerVersion{}, badInput("version", "%.64q is not a version such as 9.3.10", s)
	}
	return ServerVersion{Major: n[0], Minor: n[1], Patch: n[2], Pre: pre}, nil
}

// String returns the form that [ParseServerVersion] reads.
func (v ServerVersion) String() string {
	s := fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
	if v.Pre != "" {
		s += "-" + v.Pre
	}
	return s
}

// Compare returns a negative number when v is older than w, 0 when they are the
// same, and a positive number when v is newer. A pre-release is older than its
// release.
func (v ServerVersion) Compare(w ServerVersion) int {
	if c := v.compareRelease(w); c != 0 {
		return c
	}
	switch {
	case v.Pre == w.Pre:
		return 0
	case v.Pre == "":
		return 1
	case w.Pre == "":
		return -1
	}
	return cmp.Compare(v.Pre, w.Pre)
}

func (v ServerVersion) compareRelease(w ServerVersion) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Patch, w.Patch))
}

// AtLeast reports whether a server of version v has what came with w. A
// pre-release has what its release has: 10.0.0-dev is at least 10.0.0, although
// Compare puts it before that.
func (v ServerVersion) AtLeast(w ServerVersion) bool { return v.compareRelease(w) >= 0 }

// WithServerVersion states the version of the server, such as "8.4.2". The
// client then does not ask the server for it, and refuses what that version
// lacks without a request; see [NotSupportedError]. A version that is not the
// server's own makes the client refuse too much, or not enough.
func WithServerVersion(version string) Option {
	return func(c *Client) error {
		v, err := ParseServerVersion(version)
		if err != nil {
			return badInput("WithServerVersion", "%.64q is not a version such as 8.4.2", version)
		}
		if !v.AtLeast(oldestServer) {
			return badInput("WithServerVersion", "%s is older than %s, the first version that this library knows", v, oldestServer)
		}
		c.server.version.set(v)
		return nil
	}
}

// oldestServer is the first version that has what every method relies on.
var oldestServer = ServerVersion{Major: 7, Minor: 5}

// ServerVersion returns the version of the server: the one that
// [WithServerVersion] states, or what the server itself has said. The server is
// asked once in the life of a client, unless that fails, and calls that need
// the version at the same time share the answer.
//
// The client asks by itself where it must know the version: see
// docs/versions.md. What is the same on every version costs no such request.
//
// GET Settings, and GET App/user where the settings do not tell the version.
// Every user may read these; credentials that the server does not accept are
// [ErrUnauthorized].
func (c *Client) ServerVersion(ctx context.Context, opts ...CallOption) (ServerVersion, error) {
	if _, err := collect(opts); err != nil {
		return ServerVersion{}, err
	}
	return c.server.version.get(ctx, func(ctx context.Context) (ServerVersion, error) { return c.askVersion(ctx, opts) })
}

// askVersion asks the server for its version. A request with wrong credentials,
// or with a token that has expired, is not refused: its answer has the settings
// without the version. App/user refuses it, so that a token is renewed.
func (c *Client) askVersion(ctx context.Context, opts []CallOption) (ServerVersion, error) {
	req := with(newRequest("App.version", http.MethodGet, "Settings"), opts)
	settings, err := receive[versionReply](ctx, c, req)
	version := settings.Version
	if err == nil && version == "" {
		var user struct {
			Settings versionReply `json:"settings"`
		}
		req = with(newRequest("App.version", http.MethodGet, "App/user"), opts)
		err = c.do(ctx, req, &user)
		version = user.Settings.Version
	}
	if err != nil {
		return ServerVersion{}, err
	}
	if version == "" {
		return ServerVersion{}, req.failure(http.StatusOK, "the reply does not say which version the server is: state it with WithServerVersion", ErrNotEspoCRM)
	}
	v, err := ParseServerVersion(version)
	if err != nil { // such as the @@version of EspoCRM's source
		return v, req.failure(http.StatusOK, fmt.Sprintf("the server's version is %.64q, and no number: state it with WithServerVersion", printable(version)), nil)
	}
	return v, nil
}

type versionReply struct {
	Version string `json:"version"`
}
