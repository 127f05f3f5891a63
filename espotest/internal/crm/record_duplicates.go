package crm

import (
	"net/http"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// checkDuplicates refuses a record that agrees with another in one of the
// entity type's duplicate check fields.
func checkDuplicates(c *Call, e *schema.EntityType, mem map[string]any, self *store.Record) *answer.Error {
	var list []answer.Object
	for _, r := range c.Store.Duplicates(e, mem) {
		if r != self && c.User.May(rights.Read, r) {
			list = append(list, c.Output(e, c.Fetched(r)))
		}
	}
	if len(list) == 0 {
		return nil
	}
	return &answer.Error{Status: http.StatusConflict, Reason: "duplicate", Body: list}
}
