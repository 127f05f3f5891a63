package espo

import (
	"net/url"
	"strings"
	"unicode"
)

// portalAccess stands in a path before the id of a portal.
const portalAccess = "portal-access/"

// WithPortal makes the client one of a portal: a user of type portal enters
// only there, and other users do not. portalID is the id of the record of type
// Portal. It can stand in the base URL instead, as in
// https://crm.example.com/api/v1/portal-access/6b08200cf1127fea1.
//
// [Basic] and [Token] take a portal user's name and password. API users have no
// access to portals, so that [APIKey] and [HMAC] are an [InputError]. Users
// whom the portal does not know are [ErrUnauthorized]; a portal that does not
// exist is [ErrServer], and one that is not active is too.
func WithPortal(portalID string) Option {
	return func(c *Client) error {
		if err := checkPortal("WithPortal", portalID); err != nil {
			return err
		}
		if c.portal != "" && c.portal != portalID {
			return badInput("WithPortal", "names another portal than the base URL")
		}
		c.portal = portalID
		return nil
	}
}

// checkPortal refuses what cannot be the id of a portal.
func checkPortal(argument, id string) error {
	if id == "" || strings.ContainsFunc(id, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '-' && c != '_' }) {
		return badInput(argument, "has no id of a portal, but %q", id)
	}
	return nil
}

// mayEnter refuses authenticators of users who have no access to portals.
func mayEnter(auth Authenticator) error {
	switch auth.(type) {
	case *apiKeyAuth, *hmacAuth:
		return badInput("Authenticator", "is for API users, who have no access to portals")
	}
	return nil
}

// cutPortal takes the id of a portal from the end of an escaped path.
func cutPortal(path string) (before, portalID string, err error) {
	before, escaped, found := cutLast(path+"/", "/"+portalAccess)
	if !found {
		return path, "", nil
	}
	portalID, err = url.PathUnescape(strings.TrimSuffix(escaped, "/"))
	if err != nil {
		return "", "", badInput("base URL", "cannot be parsed")
	}
	return before, portalID, checkPortal("base URL", portalID)
}

// cutLast slices s around the last sep.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
