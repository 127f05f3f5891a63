package crm

import (
	"net/http"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/release"
)

// Stage is a point on the way of a call at which a fault can make it fail.
type Stage int

// The stages of a call, in their order.
const (
	nowhere Stage = iota
	BeforeLogin
	AfterLogin
	InHandler
)

// Meets reports whether the call is to fail at the stage.
func (c *Call) Meets(at Stage) bool { return c.Fails == at }

// checkLimit refuses a login when there were too many failed ones.
func (s *CRM) checkLimit(c *Call) *answer.Error {
	limited := c.Meets(BeforeLogin)
	if len(c.Req.Header.Values("Espo-Authorization")) > 0 && c.Header("Espo-Authorization-By-Token") == "true" {
		if limited {
			c.Misfit = "a login with a token meets no limit"
		}
		return nil
	}
	if !limited && !s.Auth.lockedOut(s.Clock()) {
		return nil
	}
	c.Happened = limited
	e := answer.Unauthorized()
	e.Status = http.StatusForbidden
	if !s.Has(release.LimitUnexplained) {
		e.Silent, e.Reason = false, "Max failed login attempts exceeded."
	}
	return e
}

// checkMaintenance refuses a user in maintenance mode.
func (s *CRM) checkMaintenance(c *Call) *answer.Error {
	meets := c.Meets(AfterLogin)
	if c.User.Admin() {
		if meets {
			c.Misfit = "administrators pass maintenance mode"
		}
		return nil
	}
	if !meets && s.Store.Settings["maintenanceMode"] != true {
		return nil
	}
	c.Happened = meets
	e := answer.Unauthorized() // of the same form
	e.Status, e.Silent, e.Reason = http.StatusServiceUnavailable, false, "Application is in maintenance mode."
	e.Body = map[string]any{"message": "The application currently is in maintenance mode."}
	return e
}
