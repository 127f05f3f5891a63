package crm

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// Delete deletes a record, if the user may.
func (c *Call) Delete(e *schema.EntityType, id string) *answer.Error {
	if id == c.User.Rec.ID {
		return answer.Forbidden("Can't delete own user.")
	}
	if c.User.Level(e, rights.Delete) == rights.LevelNo {
		return answer.Forbidden("No delete access.")
	}
	r := c.Store.Find(e.Name, id)
	if r == nil {
		return answer.NotFound("Record %s not found.", id)
	}
	if !c.User.May(rights.Delete, r) {
		return answer.Forbidden("No delete access.")
	}
	if h := c.hooks[e.Name].BeforeDelete; h != nil {
		if err := h(c, r); err != nil {
			return err
		}
	}
	c.Store.Remove(r)
	r.Followers = nil
	if e.Name == "Attachment" {
		c.Files.Remove(id) // else a long test keeps every file
	}
	c.Modified(r)
	hookDelete(c, r)
	h := c.hooks[e.Name]
	if h.AfterDelete != nil {
		h.AfterDelete(c, r)
	}
	if h.Final {
		c.Store.Erase(r)
	}
	return nil
}
