package espotest

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
)

// Kind is a failure of EspoCRM itself, for [Fault.Kind]: [Conflict],
// [Duplicate], [Invalid], [Maintenance] or [LoginLimit].
type Kind interface {
	// stage is when a request fails so.
	stage() crm.Stage
	// concerns reports whether requests to the path can fail so at all.
	concerns(s *Server, method string, path []string) bool
	// check says why no request that the fault matches can fail so, or "".
	check(s *Server, f *Fault) string
	// handle carries the request out and makes it fail. It notes in the call
	// whether it did, or why it could not.
	handle(s *Server, c *crm.Call, rt *route) (any, *answer.Error)
}

// Maintenance makes a request meet maintenance mode: the answer is 503, and
// nothing is done. Administrators pass. For a server that is in maintenance mode
// all along, there is the setting maintenanceMode.
type Maintenance struct{ loginKind }

// LoginLimit makes a request meet the limit of failed logins, which bars all
// credentials that come from an address, right or wrong: the answer is 403
// without a reason and a body. Logins with a token pass.
type LoginLimit struct{ loginKind }

func (Maintenance) stage() crm.Stage { return crm.AfterLogin }

func (LoginLimit) stage() crm.Stage { return crm.BeforeLogin }

// loginKind is a kind that concerns every login.
type loginKind struct{}

func (loginKind) concerns(*Server, string, []string) bool { return true }

func (loginKind) check(*Server, *Fault) string { return "" }

func (loginKind) handle(_ *Server, c *crm.Call, rt *route) (any, *answer.Error) { return handle(c, rt) }
