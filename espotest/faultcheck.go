package espotest

import (
	"cmp"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
)

// check says why the fault could never happen, or "".
func (f *Fault) check(s *Server) string {
	if problem := f.checkMatch(); problem != "" {
		return problem
	}
	if problem := f.checkAnswer(); problem != "" {
		return problem
	}
	switch {
	case f.Kind != nil && (f.instead() || f.After):
		return "Kind is an answer of EspoCRM's, which does nothing then: it contradicts Status, Reason, RetryAfter, Header, Body, HTML, Cut and After"
	case f.Kind != nil:
		return f.Kind.check(s, f)
	case !f.instead() && f.Truncate == 0 && f.Delay == nil:
		return "the fault changes nothing: it needs a Kind, Status, Body, Header or HTML to answer, or Cut, Truncate or Delay"
	}
	if f.answers() {
		return f.checkTruncate(f.reply(s, nil))
	}
	return ""
}

// checkAnswer says why there is no such answer as the fault's own, or "".
func (f *Fault) checkAnswer() string {
	switch {
	case f.Status != 0 && (f.Status < 200 || f.Status > 999):
		return fmt.Sprintf("Status %d is none", f.Status)
	case f.Truncate < 0:
		return fmt.Sprintf("Truncate %d is not a number of bytes", f.Truncate)
	case f.Cut && (f.answers() || f.Truncate > 0):
		return "Cut leaves no answer: it contradicts Status, Reason, RetryAfter, Header, Body, HTML and Truncate"
	case f.RetryAfter != "" && f.Status < 300:
		return "RetryAfter goes with a Status from 300 on"
	case f.Reason != "" && f.HTML:
		return "Reason is EspoCRM's, and HTML a proxy's"
	case f.Reason != "" && !givesReason(f.Status):
		return fmt.Sprintf("EspoCRM gives no Reason with the Status %d: what a proxy sends goes into Header", f.Status)
	}
	return ""
}

// checkMatch says why no request matches the fault, or "".
func (f *Fault) checkMatch() string {
	if _, err := path.Match(f.Path, ""); err != nil {
		return fmt.Sprintf("Path %q: %v", f.Path, err)
	}
	switch {
	case strings.HasPrefix(f.Path, "/"), strings.HasPrefix(f.Path, "api/v1/"):
		return fmt.Sprintf("Path %q matches nothing: it is for what follows api/v1/", f.Path)
	case f.Method != "" && f.Method != http.MethodHead && !slices.Contains(methods, f.Method):
		return fmt.Sprintf("Method %q matches nothing: it is one of HEAD, %s", f.Method, strings.Join(methods, ", "))
	case f.Nth < 0:
		return fmt.Sprintf("Nth %d is not a number of a request: they count from 1", f.Nth)
	}
	return ""
}

// checkTruncate says why the reply cannot be truncated, or "".
func (f *Fault) checkTruncate(rep answer.Reply) string {
	if f.Truncate > 0 && rep.Length() <= int64(f.Truncate) {
		return fmt.Sprintf("Truncate %d cuts nothing off: the body of the answer has %d bytes", f.Truncate, rep.Length())
	}
	return ""
}

// checkReply says why the fault has no effect on the reply, or "".
func (f *Fault) checkReply(c *crm.Call, rep answer.Reply) string {
	if f.Kind != nil && !c.Happened {
		return cmp.Or(c.Misfit, strings.TrimSpace(fmt.Sprintf("EspoCRM answers before that: %d %s", rep.Status, rep.Header.Get("X-Status-Reason"))))
	}
	if f.Truncate > 0 && c.Req.Method == http.MethodHead {
		return fmt.Sprintf("Truncate %d cuts nothing off: an answer to HEAD has no body", f.Truncate)
	}
	return f.checkTruncate(rep)
}

// cannotHappen is for a fault that is due and cannot happen to the request: it
// fails the test, and answers with the reason. A fault of all requests passes
// this one over, whose real answer is rep.
func (s *Server) cannotHappen(c *crm.Call, f *Fault, rep answer.Reply, problem string) answer.Reply {
	if f.Times < 0 {
		return rep
	}
	rep.Close()
	text := fmt.Sprintf("espotest: Fail: %s %s: %s", c.Req.Method, c.Path, problem)
	if s.onBad != nil {
		s.onBad("%s", text)
	}
	return answer.Reply{Status: http.StatusInternalServerError, Header: http.Header{"X-Status-Reason": {text}}}
}
