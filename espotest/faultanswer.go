package espotest

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
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
func (f *Fault) reply(s *Server, c *crm.Call) answer.Reply {
	rep := f.plainReply(s, c)
	if f.Body != "" {
		rep.Raw = []byte(f.Body)
		if !f.HTML && rep.Header.Get("Content-Type") == "text/html" {
			rep.Header.Set("Content-Type", http.DetectContentType(rep.Raw))
		}
	}
	if f.RetryAfter != "" {
		rep.Header.Set("Retry-After", f.RetryAfter)
	}
	for name, values := range f.Header {
		rep.Header[http.CanonicalHeaderKey(name)] = values
	}
	return rep
}

// plainReply is the answer without what Body, RetryAfter and Header say of it.
func (f *Fault) plainReply(s *Server, c *crm.Call) answer.Reply {
	status := cmp.Or(f.Status, http.StatusOK)
	switch {
	case f.HTML:
		return frontPage(status)
	case status < http.StatusMultipleChoices:
		return answer.Reply{Status: status, Header: http.Header{}}
	case ownStatus(status), f.Reason != "": // a 503 with a reason is EspoCRM's
		return s.ownAnswer(status, f.Reason, c)
	}
	return frontPage(status)
}

// ownAnswer is what EspoCRM answers with a status that is none of a success.
func (s *Server) ownAnswer(status int, reason string, c *crm.Call) answer.Reply {
	e := &answer.Error{Status: status, Reason: reason}
	switch status {
	case http.StatusUnauthorized, http.StatusServiceUnavailable:
		e = answer.Unauthorized() // it is the login that gives these
		e.Status, e.Reason, e.Silent = status, reason, reason == ""
	case http.StatusInternalServerError:
		if e = answer.ServerError(); reason != "" {
			e = answer.FailedWith("%s", reason)
		}
	case http.StatusMethodNotAllowed:
		return noRoute(http.MethodGet, s.otherMethods(c))
	}
	return answer.ReplyTo(e)
}

// otherMethods are the methods of the call's path without its own.
func (s *Server) otherMethods(c *crm.Call) []string {
	if c == nil {
		return []string{http.MethodGet}
	}
	_, inner := portalOf(c.Path)
	_, _, all := findRoute(s.routes, "", inner)
	if all = slices.DeleteFunc(all, func(m string) bool { return m == c.Req.Method }); len(all) == 0 {
		all = []string{http.MethodOptions} // else it would be no such path
	}
	return all
}
