package espotest

import (
	"cmp"
	"net/http"
	"slices"
)

// ownStatus reports whether EspoCRM itself gives answers of the status, which
// is none of a success.
func ownStatus(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
		http.StatusMethodNotAllowed, http.StatusConflict, http.StatusInternalServerError:
		return true
	}
	return false
}

// givesReason reports whether EspoCRM's own answers of the status may have the
// header X-Status-Reason.
func givesReason(status int) bool {
	return ownStatus(status) && status != http.StatusMethodNotAllowed || status == http.StatusServiceUnavailable
}

// reply is the fault's own answer to the call.
func (f *Fault) reply(s *Server, c *call) reply {
	rep := f.plainReply(s, c)
	if f.Body != "" {
		rep.raw = []byte(f.Body)
		if !f.HTML && rep.header.Get("Content-Type") == "text/html" {
			rep.header.Set("Content-Type", http.DetectContentType(rep.raw))
		}
	}
	if f.RetryAfter != "" {
		rep.header.Set("Retry-After", f.RetryAfter)
	}
	for name, values := range f.Header {
		rep.header[http.CanonicalHeaderKey(name)] = values
	}
	return rep
}

// plainReply is the answer without what Body, RetryAfter and Header say of it.
func (f *Fault) plainReply(s *Server, c *call) reply {
	status := cmp.Or(f.Status, http.StatusOK)
	switch {
	case f.HTML:
		return frontPage(status)
	case status < http.StatusMultipleChoices:
		return reply{status: status, header: http.Header{}}
	case ownStatus(status), f.Reason != "": // a 503 with a reason is EspoCRM's
		return s.ownAnswer(status, f.Reason, c)
	}
	return frontPage(status)
}

// ownAnswer is what EspoCRM answers with a status that is none of a success.
func (s *Server) ownAnswer(status int, reason string, c *call) reply {
	e := &apiError{status: status, reason: reason}
	switch status {
	case http.StatusUnauthorized, http.StatusServiceUnavailable:
		e = unauthorized() // it is the login that gives these
		e.status, e.reason, e.silent = status, reason, reason == ""
	case http.StatusInternalServerError:
		if e = serverError(); reason != "" {
			e = failedWith("%s", reason)
		}
	case http.StatusMethodNotAllowed:
		return noRoute(http.MethodGet, s.otherMethods(c))
	}
	return failure(e)
}

// otherMethods are the methods of the call's path without its own.
func (s *Server) otherMethods(c *call) []string {
	if c == nil {
		return []string{http.MethodGet}
	}
	_, _, all := findRoute(s.routes, "", c.path)
	if all = slices.DeleteFunc(all, func(m string) bool { return m == c.req.Method }); len(all) == 0 {
		all = []string{http.MethodOptions} // else it would be no such path
	}
	return all
}
