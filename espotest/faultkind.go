package espotest

import (
	"net/http"

	"github.com/go-espo/espo/espotest/internal/answer"
)

// Kind is a failure of EspoCRM itself, for [Fault.Kind]: [Conflict],
// [Duplicate], [Invalid], [Maintenance] or [LoginLimit].
type Kind interface {
	// stage is when a request fails so.
	stage() stage
	// concerns reports whether requests to the path can fail so at all.
	concerns(s *Server, method string, path []string) bool
	// check says why no request that the fault matches can fail so, or "".
	check(s *Server, f *Fault) string
	// handle carries the request out and makes it fail. It notes in the call
	// whether it did, or why it could not.
	handle(s *Server, c *call, rt *route) (any, *answer.Error)
}

type stage int

const (
	nowhere stage = iota
	beforeLogin
	afterLogin
	inHandler
)

// Maintenance makes a request meet maintenance mode: the answer is 503, and
// nothing is done. Administrators pass. For a server that is in maintenance mode
// all along, there is the setting maintenanceMode.
type Maintenance struct{ loginKind }

// LoginLimit makes a request meet the limit of failed logins, which bars all
// credentials that come from an address, right or wrong: the answer is 403
// without a reason and a body. Logins with a token pass.
type LoginLimit struct{ loginKind }

func (Maintenance) stage() stage { return afterLogin }

func (LoginLimit) stage() stage { return beforeLogin }

// loginKind is a kind that concerns every login.
type loginKind struct{}

func (loginKind) concerns(*Server, string, []string) bool { return true }

func (loginKind) check(*Server, *Fault) string { return "" }

func (loginKind) handle(_ *Server, c *call, rt *route) (any, *answer.Error) { return c.handle(rt) }

// meets reports whether the call is to fail at the stage.
func (c *call) meets(at stage) bool { return c.fails == at }

// checkLimit refuses a login when there were too many failed ones.
func (s *crm) checkLimit(c *call) *answer.Error {
	limited := c.meets(beforeLogin)
	if len(c.req.Header.Values("Espo-Authorization")) > 0 && c.header("Espo-Authorization-By-Token") == "true" {
		if limited {
			c.misfit = "a login with a token meets no limit"
		}
		return nil
	}
	if !limited && !s.auth.lockedOut(s.clock()) {
		return nil
	}
	c.happened = limited
	e := answer.Unauthorized()
	e.Status = http.StatusForbidden
	return e
}

// checkMaintenance refuses a user in maintenance mode.
func (s *crm) checkMaintenance(c *call) *answer.Error {
	meets := c.meets(afterLogin)
	if c.user.Admin() {
		if meets {
			c.misfit = "administrators pass maintenance mode"
		}
		return nil
	}
	if !meets && s.store.Settings["maintenanceMode"] != true {
		return nil
	}
	c.happened = meets
	e := answer.Unauthorized() // of the same form
	e.Status, e.Silent, e.Reason = http.StatusServiceUnavailable, false, "Application is in maintenance mode."
	e.Body = map[string]any{"message": "The application currently is in maintenance mode."}
	return e
}
