package sales

import (
	"cmp"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/store"
)

// MovePipeline moves a pipeline among all pipelines:
// POST Pipeline/{id}/move/{type}.
func MovePipeline(c *crm.Call) (any, *answer.Error) {
	r, err := movable(c, "Pipeline")
	if err != nil {
		return nil, err
	}
	list := inOrder(c.Store.All("Pipeline"))
	const first = 1
	switch to := c.Params["type"]; to {
	case "up", "down":
		moveOne(c, list, r, to, first)
	case "top":
		move(c, list, r, 0, first)
	case "bottom":
		move(c, list, r, len(list)-1, first)
	default:
		return nil, answer.BadRequest("Bad type.")
	}
	return true, nil
}

// MoveStage moves a stage among those of its pipeline:
// POST PipelineStage/{id}/move/{type}.
func MoveStage(c *crm.Call) (any, *answer.Error) {
	r, err := movable(c, "PipelineStage")
	if err != nil {
		return nil, err
	}
	to := c.Params["type"]
	if to != "up" && to != "down" {
		return nil, answer.BadRequest("Not supported type.")
	}
	moveOne(c, inOrder(stagesOf(c, r.Str("pipelineId"))), r, to, 0)
	return true, nil
}

// movable returns the record that an administrator wants to move.
func movable(c *crm.Call, entityType string) (*store.Record, *answer.Error) {
	r := c.Store.Find(entityType, c.Params["id"])
	switch {
	case r == nil:
		return nil, answer.NotFound("")
	case !c.User.Admin():
		return nil, answer.Forbidden("")
	}
	return r, nil
}

func stagesOf(c *crm.Call, pipelineID string) []*store.Record {
	return slices.DeleteFunc(slices.Clone(c.Store.All("PipelineStage")), func(r *store.Record) bool { return r.Str("pipelineId") != pipelineID })
}

// inOrder are records in the order that they are moved in.
func inOrder(list []*store.Record) []*store.Record {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *store.Record) int {
		return cmp.Compare(php.IntVal(a.Get("order")), php.IntVal(b.Get("order")))
	})
	return list
}

// moveOne moves a record by one place in an ordered list, unless it is at the
// end.
func moveOne(c *crm.Call, list []*store.Record, r *store.Record, to string, first int) {
	i := slices.Index(list, r) + 1
	if to == "up" {
		i -= 2
	}
	if i >= 0 && i < len(list) {
		move(c, list, r, i, first)
	}
}

// move puts a record at a place of an ordered list, and numbers all anew.
func move(c *crm.Call, list []*store.Record, r *store.Record, to, first int) {
	from := slices.Index(list, r)
	list = slices.Insert(slices.Delete(list, from, from+1), to, r)
	for i, other := range list {
		if n := i + first; php.IntVal(other.Get("order")) != n {
			other.Set("order", int64(n))
			c.Modified(other)
		}
	}
}

// StageBeforeSave puts a new stage behind the last one with the same status, or
// behind all others of its pipeline, which are numbered from 0 on then.
func StageBeforeSave(c *crm.Call, mem, before map[string]any) {
	if before != nil {
		return
	}
	id, _ := mem["pipelineId"].(string)
	list := inOrder(stagesOf(c, id))
	at := len(list)
	for i, r := range list {
		if r.Get("mappedStatus") == mem["mappedStatus"] {
			at = i + 1
		}
	}
	for i, r := range list {
		if i >= at {
			i++
		}
		r.Set("order", int64(i))
	}
	mem["order"] = int64(at)
}

// StageAfterCheck refuses a stage of a status that the entity type does not have.
func StageAfterCheck(c *crm.Call, mem, _ map[string]any) *answer.Error {
	id, _ := mem["pipelineId"].(string)
	p := c.Store.Find("Pipeline", id)
	if p == nil {
		return nil
	}
	e := c.Store.Types[p.Str("entityType")]
	if f := e.Fields[p.Str("field")]; f != nil && !slices.Contains(f.Options, mem["mappedStatus"]) {
		return answer.Invalid("PipelineStage", "mappedStatus", "valid")
	}
	return nil
}

// PipelineAfterSave gives a new pipeline a stage for each status.
func PipelineAfterSave(c *crm.Call, r *store.Record, _, before map[string]any) {
	e := c.Store.Types[r.Str("entityType")]
	if before != nil || e == nil || e.Fields[e.StatusField] == nil {
		return
	}
	for i, status := range e.Fields[e.StatusField].Options {
		stage := c.Store.Insert(c.Store.Types["PipelineStage"], c.Store.NewID())
		now := c.Store.Timestamp()
		for name, v := range map[string]any{
			"name": status, "mappedStatus": status, "pipelineId": r.ID, "order": int64(i), "createdAt": now, "modifiedAt": now, "createdById": c.User.Rec.ID,
		} {
			stage.Set(name, v)
		}
	}
}

// PipelineAfterCheck refuses pipelines of entity types without a status. They
// are turned on for all others, which on a server an administrator does.
func PipelineAfterCheck(c *crm.Call, mem, _ map[string]any) *answer.Error {
	name, _ := mem["entityType"].(string)
	if e := c.Store.Types[name]; e == nil || e.StatusField == "" {
		return answer.Invalid("Pipeline", "entityType", "valid")
	}
	return nil
}

// PipelineBeforeSave puts a new pipeline behind the others, and has it know the
// field with the status.
func PipelineBeforeSave(c *crm.Call, mem, before map[string]any) {
	if before != nil {
		return
	}
	name, _ := mem["entityType"].(string)
	mem["field"] = c.Store.Types[name].StatusField
	mem["order"] = int64(1)
	if list := inOrder(c.Store.All("Pipeline")); len(list) > 0 {
		mem["order"] = int64(php.IntVal(list[len(list)-1].Get("order")) + 1)
	}
}
