package espo

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// guardRedirects refuses redirects that would carry credentials elsewhere or
// change what is done.
func guardRedirects(next func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		first := via[0]
		switch {
		case req.Method != first.Method:
			return fmt.Errorf("%w: it would turn %s into %s", ErrRedirect, first.Method, req.Method)
		case first.URL.Scheme == "https" && req.URL.Scheme != "https":
			return fmt.Errorf("%w: it would leave https", ErrRedirect)
		case !sameQuestion(first.URL, req.URL):
			return fmt.Errorf("%w: it would ask for something else", ErrRedirect)
		case !sameHost(first.URL, req.URL):
			return fmt.Errorf("%w: it leads to the host %q", ErrRedirect, req.URL.Host)
		case len(via) >= 10:
			return fmt.Errorf("%w: after 10 others", ErrRedirect)
		case next != nil:
			return next(req, via)
		}
		return nil
	}
}

// sameQuestion reports whether a redirect asks for the same: by the path below
// api/v1/ and by the query. Without its filter, a list would be that of all
// records.
func sameQuestion(from, to *url.URL) bool {
	below := func(u *url.URL) string {
		path := u.EscapedPath()
		if i := strings.Index(path, "/"+apiPath); i >= 0 {
			return path[i:]
		}
		return path
	}
	return below(from) == below(to) && from.RawQuery == to.RawQuery
}

// sameHost allows for the step from http to https on the standard ports.
func sameHost(from, to *url.URL) bool {
	if !strings.EqualFold(from.Hostname(), to.Hostname()) {
		return false
	}
	return port(from) == port(to) || port(from) == "80" && port(to) == "443"
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
