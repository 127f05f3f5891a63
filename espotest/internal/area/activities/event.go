package activities

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
)

// SetStatus sets the status of those of the events that the user may edit.
func SetStatus(entity, status string) func(*crm.Call) (any, *answer.Error) {
	return func(c *crm.Call) (any, *answer.Error) {
		e := c.Store.Types[entity]
		if c.User.Level(e, rights.Edit) == rights.LevelNo {
			return nil, answer.Forbidden("")
		}
		ids, _ := c.Data["ids"].([]any)
		if len(ids) == 0 {
			return nil, answer.BadRequest("No `ids`.")
		}
		for _, id := range ids {
			s, _ := id.(string)
			if r := c.Store.Find(entity, s); r != nil && c.User.May(rights.Edit, r) {
				if _, _, err := c.Update(e, s, map[string]any{"status": status}); err != nil {
					return nil, err
				}
			}
		}
		return true, nil
	}
}

// Attendees lists who is invited to a meeting or a call, with their answers:
// GET {type}/{id}/attendees.
func Attendees(entity string) func(*crm.Call) (any, *answer.Error) {
	return func(c *crm.Call) (any, *answer.Error) {
		r := c.Store.Find(entity, c.Params["id"])
		if r == nil {
			return nil, answer.NotFound("")
		}
		if !c.User.May(rights.Read, r) {
			return nil, answer.Forbidden("")
		}
		list := []answer.Object{}
		for _, name := range []string{"users", "contacts", "leads"} {
			l := r.Entity.Links[name]
			for _, id := range c.Store.LinkedByName(r, name) {
				who := c.Store.Find(l.Entity, id)
				address := who.Get("emailAddress")
				if name == "users" && !c.User.Admin() && php.Truthy(address) {
					address = "dummy@dummy.dummy" // others learn only that there is one
				}
				item := answer.Object{
					{Name: "id", Value: id}, {Name: "name", Value: who.Get("name")}, {Name: "emailAddress", Value: address},
					{Name: "acceptanceStatus", Value: c.Store.ColumnsOf(r, name, id)["status"]}, {Name: "_scope", Value: l.Entity},
				}
				if name == "users" && !c.Has(release.AttendeesPlain) {
					item = append(item, answer.Member{Name: "userName", Value: who.Get("userName")})
				}
				list = append(list, item)
			}
		}
		return answer.Object{{Name: "list", Value: list}}, nil
	}
}

// SetAcceptance sets the answer of the user to an invitation:
// POST {type}/action/setAcceptanceStatus.
func SetAcceptance(entity string) func(*crm.Call) (any, *answer.Error) {
	return func(c *crm.Call) (any, *answer.Error) {
		id, _ := c.Data["id"].(string)
		status, _ := c.Data["status"].(string)
		r := c.Store.Find(entity, id)
		switch {
		case id == "" || status == "":
			return nil, answer.BadRequest("No id or status.")
		case !slices.Contains([]string{"Accepted", "Tentative", "Declined"}, status):
			return nil, answer.BadRequest("Acceptance status not allowed.")
		case r == nil:
			return nil, answer.NotFound("")
		case c.Store.ColumnsOf(r, "users", c.User.Rec.ID) == nil:
			return nil, answer.Forbidden("")
		}
		c.Store.Relate(r, "users", c.User.Rec.ID, map[string]any{"status": status})
		return true, nil
	}
}
