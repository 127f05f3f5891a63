package crm

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
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

// lockedOut reports whether there were more failed logins of late than the server
// takes from one address: then it refuses everyone from there, right or wrong.
func (s *CRM) lockedOut() bool {
	period, _ := s.Store.Settings["authFailedAttemptsPeriod"].(string)
	return s.Auth.failedSince(s.Clock().Add(-timeSpan(period))) > php.IntVal(s.Store.Settings["authMaxFailedAttemptNumber"])
}

// timeSpan reads a span such as "60 seconds". One that it cannot read is none.
func timeSpan(text string) time.Duration {
	var n time.Duration
	var unit string
	if _, err := fmt.Sscanf(text, "%d %s", &n, &unit); err != nil {
		return 0
	}
	units := map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	return n * units[strings.TrimSuffix(unit, "s")]
}

// checkLimit refuses a login when there were too many failed ones.
func (s *CRM) checkLimit(c *Call) *answer.Error {
	limited := c.Meets(BeforeLogin)
	if len(c.Req.Header.Values("Espo-Authorization")) > 0 && c.Header("Espo-Authorization-By-Token") == "true" {
		if limited {
			c.Misfit = "a login with a token meets no limit"
		}
		return nil
	}
	if !limited && !s.lockedOut() {
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
	e.Status, e.Silent, e.Reason = http.StatusServiceUnavailable, false, "Application is in maintenance mod1e."
	if s.Has(release.MaintenanceSpelt) {
		e.Reason = "Application is in maintenance mode."
	}
	e.Body = map[string]any{"message": "The application currently is in maintenance mode."}
	if !s.Has(release.MaintenanceMessage) {
		e.Body = map[string]any{"messageTranslation": map[string]any{"label": "maintenanceModeError", "scope": "messages", "data": map[string]any{}}}
	}
	return e
}
