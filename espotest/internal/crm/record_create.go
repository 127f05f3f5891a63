package crm

import (
	"maps"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Create stores a new record after all checks. What it returns besides the
// record is what the server's entity holds at that point, which the answer
// shows.
func (c *Call) Create(e *schema.EntityType, data map[string]any, skipDuplicates bool) (*store.Record, map[string]any, *answer.Error) {
	if c.User.Level(e, rights.Create) == rights.LevelNo {
		return nil, nil, answer.Forbidden("No create access.")
	}
	in := c.Input(e, data, true)
	mem := schema.Defaults(e)
	maps.Copy(mem, in)
	Populate(c, e, mem)
	assign(c, e, mem)
	err := c.check(change{e: e, data: data, in: in, mem: mem, duplicates: !skipDuplicates})
	if err != nil {
		return nil, nil, err
	}
	id, err := newID(c, e)
	if err != nil {
		return nil, nil, err
	}
	r := c.Store.Insert(e, id)
	now := c.Store.Timestamp()
	for _, name := range []string{"createdAt", "modifiedAt", "streamUpdatedAt"} {
		if e.Attr(name) != nil {
			mem[name] = now
		}
	}
	if e.Attr("createdById") != nil {
		mem["createdById"] = c.User.Rec.ID
	}
	maps.Copy(mem, c.Stamps)
	c.Save(r, mem, nil, true)
	mem["id"], mem["deleted"] = r.ID, false
	if e.OptimisticConcurrency {
		mem["versionNumber"] = int64(1)
	}
	hookCreate(c, r, mem)
	return r, mem, nil
}

// Taken is the error of a record whose id there is already.
var Taken = answer.ServerError()

// newID returns the id of a new record: the one that an import names, or
// another one.
func newID(c *Call, e *schema.EntityType) (string, *answer.Error) {
	if c.NewID == "" {
		return c.Store.NewID(), nil
	}
	if c.Store.Find(e.Name, c.NewID) != nil {
		return "", Taken
	}
	return c.NewID, nil
}

// Populate sets what the server fills in itself before it checks.
func Populate(c *Call, e *schema.EntityType, mem map[string]any) {
	for _, f := range e.FieldList {
		name := f.Name
		if f.Type == "currency" && mem[name] != nil && !php.True(mem[name+"Currency"]) && e.Attr(name+"Currency") != nil {
			mem[name+"Currency"] = c.Store.Settings["defaultCurrency"]
		}
	}
}
