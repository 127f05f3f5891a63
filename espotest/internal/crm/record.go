package crm

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// ReadRecord reads a record: GET {type}/{id}.
func ReadRecord(c *Call) (any, *answer.Error) {
	e, err := c.controller()
	if err != nil {
		return nil, err
	}
	r, err := c.readable(e, c.Params["id"])
	if err != nil {
		return nil, err
	}
	mem := c.Fetched(r)
	c.Load(mem, r)
	return c.Output(e, mem), nil
}

// readable returns a record that the user may read.
func (c *Call) readable(e *schema.EntityType, id string) (*store.Record, *answer.Error) {
	if c.User.Level(e, rights.Read) == rights.LevelNo {
		return nil, answer.Forbidden("No read access.")
	}
	r := c.Store.Find(e.Name, id)
	if r == nil && c.User.Admin() {
		r = c.Store.FindDeleted(e.Name, id) // administrators see deleted records
	}
	if r == nil {
		return nil, answer.NotFound("Record %s does not exist.", id)
	}
	if !c.User.May(rights.Read, r) {
		return nil, answer.Forbidden("No 'read' access.")
	}
	return r, nil
}

// CreateRecord creates a record: POST {type}.
func CreateRecord(c *Call) (any, *answer.Error) {
	e, err := c.controller()
	if err != nil {
		return nil, err
	}
	if e.Name == "Preferences" {
		return nil, c.NoAction("create")
	}
	r, mem, err := c.Create(e, c.Data, c.Header("X-Skip-Duplicate-Check") == "true")
	if err != nil {
		return nil, err
	}
	c.Load(mem, r)
	return c.Output(e, mem), nil
}

// UpdateRecord changes a record: PUT {type}/{id}.
func UpdateRecord(c *Call) (any, *answer.Error) {
	e, err := c.controller()
	if err != nil {
		return nil, err
	}
	_, mem, err := c.Update(e, c.Params["id"], c.Data)
	if err != nil {
		return nil, err
	}
	return c.Output(e, mem), nil
}

// DeleteRecord deletes a record: DELETE {type}/{id}.
func DeleteRecord(c *Call) (any, *answer.Error) {
	e, err := c.controller()
	if err != nil {
		return nil, err
	}
	if err := c.Delete(e, c.Params["id"]); err != nil {
		return nil, err
	}
	return true, nil
}
