package crm

import (
	"maps"
	"net/http"
	"strconv"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Update changes a record after all checks, and returns what the server's
// entity holds then: what was loaded before the change, with the change.
func (c *Call) Update(e *schema.EntityType, id string, data map[string]any) (*store.Record, map[string]any, *answer.Error) {
	if c.User.Level(e, rights.Edit) == rights.LevelNo {
		return nil, nil, answer.Forbidden("No edit access.")
	}
	r := c.Store.Find(e.Name, id)
	if r == nil {
		return nil, nil, answer.NotFound("Record %s not found.", id)
	}
	if !c.User.May(rights.Edit, r) {
		return nil, nil, answer.Forbidden("No edit access.")
	}
	before := c.Fetched(r)
	c.Load(before, r)
	mem := maps.Clone(before)
	in := c.Input(e, data, false)
	maps.Copy(mem, in)
	err := c.check(change{
		e: e, data: data, in: in, mem: mem, before: before, of: r,
		duplicates: e.UpdateDuplicateCheck && c.Header("X-Skip-Duplicate-Check") != "true",
	})
	if err != nil {
		return nil, nil, err
	}
	if e.Attr("modifiedAt") != nil {
		mem["modifiedAt"] = c.Store.Timestamp()
	}
	if e.Attr("modifiedById") != nil {
		mem["modifiedById"], mem["modifiedByName"] = c.User.Rec.ID, c.User.Rec.Get("name")
	}
	c.Save(r, mem, before, false)
	c.Updated(r, mem, before)
	return r, mem, nil
}

// Updated is the end of an update that has been saved: the record has another
// version, and webhooks are told.
func (c *Call) Updated(r *store.Record, mem, before map[string]any) {
	r.Version++
	if r.Entity.OptimisticConcurrency {
		mem["versionNumber"] = int64(r.Version)
	}
	hookUpdate(c, r, mem, before)
}

// checkVersion refuses an update that was made on an older version, unless it
// changes nothing.
func checkVersion(c *Call, r *store.Record, before, in map[string]any) *answer.Error {
	if len(c.Req.Header.Values("X-Version-Number")) == 0 || !r.Entity.OptimisticConcurrency {
		return nil
	}
	if n, err := strconv.Atoi(c.Header("X-Version-Number")); err == nil && n == r.Version {
		return nil
	}
	values := map[string]any{}
	for name, v := range in {
		old, ok := before[name]
		if !ok || php.Same(old, v) {
			continue
		}
		values[name] = old
		if a := r.Entity.Attr(name); a != nil && a.Kind == schema.KindLink {
			values[a.Link+"Name"] = before[a.Link+"Name"]
		}
	}
	if len(values) == 0 {
		return nil
	}
	return &answer.Error{
		Status: http.StatusConflict, Reason: "modified",
		Body: map[string]any{"values": values, "versionNumber": int64(r.Version)},
	}
}

// Modified notes that the user changed the record.
func (c *Call) Modified(r *store.Record) {
	if r.Entity.Attr("modifiedAt") != nil {
		r.Set("modifiedAt", c.Store.Timestamp())
	}
	if r.Entity.Attr("modifiedById") != nil {
		r.Set("modifiedById", c.User.Rec.ID)
	}
}
