package crm

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/store"
)

// FindPortal returns the portal of a request; one that is not active is not
// there.
func (s *CRM) FindPortal(id string) *store.Record {
	s.Mu.RLock()
	defer s.Mu.RUnlock()
	if p := s.Store.Find("Portal", id); p != nil && p.Get("isActive") == true {
		return p
	}
	return nil
}

// enterPortal refuses users of portals elsewhere, and others than the users of a
// portal there.
func (s *CRM) enterPortal(c *Call) *answer.Error {
	if c.Portal == nil {
		if c.User.Type == "portal" {
			return answer.Unauthorized()
		}
		return nil
	}
	if c.User.Type != "portal" || !slices.Contains(s.Store.Linked(c.User.Rec, "portals"), c.Portal.ID) {
		return answer.Unauthorized()
	}
	c.User = c.User.In(c.Portal)
	return nil
}
