package espotest

import (
	"net/http"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// checkDuplicates refuses a record that agrees with another in one of the
// entity type's duplicate check fields.
func (c *call) checkDuplicates(e *schema.EntityType, mem map[string]any, self *store.Record) *answer.Error {
	var list []answer.Object
	for _, r := range c.store.Duplicates(e, mem) {
		if r != self && c.user.May(rights.Read, r) {
			list = append(list, c.output(e, c.fetched(r)))
		}
	}
	if len(list) == 0 {
		return nil
	}
	return &answer.Error{Status: http.StatusConflict, Reason: "duplicate", Body: list}
}

// userNameTaken refuses the user name of another user.
func userNameTaken(c *call, mem, before map[string]any) *answer.Error {
	name, _ := mem["userName"].(string)
	if before != nil && before["userName"] == name {
		return nil
	}
	for _, u := range c.store.All("User") {
		if u.Str("userName") == name {
			return &answer.Error{Status: http.StatusConflict, Reason: "userNameExists"}
		}
	}
	return nil
}
