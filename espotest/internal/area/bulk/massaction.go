package bulk

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// massAction is one thing that can be done to many records.
type massAction struct {
	// allow refuses the action as a whole.
	allow func(*crm.Call, *schema.EntityType) *answer.Error
	// prepare checks what is sent with it and returns what is done to a
	// record, which reports whether it was.
	prepare func(c *crm.Call, data map[string]any) (func(*store.Record) bool, *answer.Error)
}

// massActions need a map that its own functions do not refer to.
var massActions = map[string]massAction{
	"update":             {allowUpdate, prepareUpdate},
	"delete":             {allowDelete, prepareDelete},
	"recalculateFormula": {allowRecalculate, prepareRecalculate},
	"follow":             {allowFollow, prepareFollow},
	"unfollow":           {allowFollow, prepareUnfollow},
	"convertCurrency":    {allowUpdate, prepareConvert},
}

// MassAction does an action with the selected records, at once or by a job:
// POST MassAction.
func MassAction(c *crm.Call) (any, *answer.Error) {
	entity, okEntity := c.Data["entityType"].(string)
	name, okName := c.Data["action"].(string)
	params, okParams := c.Data["params"].(map[string]any)
	if !okEntity || !okName || !okParams {
		return nil, answer.BadRequest("")
	}
	action, ok := massActions[name]
	if !ok {
		return nil, answer.NotFound("Mass action '%s' not found.", name)
	}
	sel, err := parseSelection(params)
	if err != nil {
		return nil, err
	}
	if !sel.given {
		return nil, answer.BadRequest("Bad search params for mass action.")
	}
	e := c.Store.Types[entity]
	if e == nil {
		return nil, answer.ServerError()
	}
	if err := action.allow(c, e); err != nil {
		return nil, err
	}
	data, _ := c.Data["data"].(map[string]any)
	if c.Data["idle"] == true {
		j := c.Enqueue("MassAction", func(c *crm.Call, j *crm.Job) *answer.Error {
			done, err := runMass(c, e, action, sel, data)
			if err != nil {
				return err
			}
			j.Processed = len(done)
			return nil
		})
		return map[string]any{"id": j.ID}, nil
	}
	done, err := runMass(c, e, action, sel, data)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{"count": int64(len(done))}
	if sel.byID {
		answer["ids"] = php.List(done)
	}
	return answer, nil
}

// runMass does the action and returns the ids of the records it was done to.
func runMass(c *crm.Call, e *schema.EntityType, action massAction, sel selection, data map[string]any) ([]string, *answer.Error) {
	do, err := action.prepare(c, data)
	if err != nil {
		return nil, err
	}
	records, err := selected(c, e, sel)
	if err != nil {
		return nil, err
	}
	done := []string{}
	for _, r := range records {
		if do(r) {
			done = append(done, r.ID)
		}
	}
	return done, nil
}

// MassStatus reads how far a queued mass action is: GET MassAction/{id}/status.
func MassStatus(c *crm.Call) (any, *answer.Error) {
	j, err := c.Job("MassAction")
	if err != nil {
		return nil, err
	}
	return map[string]any{"status": j.Status, "processedCount": int64(j.Processed)}, nil
}
