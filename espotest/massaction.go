package espotest

import (
	"math"
	"net/url"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

// massAction is one thing that can be done to many records.
type massAction struct {
	// allow refuses the action as a whole.
	allow func(*call, *schema.EntityType) *answer.Error
	// prepare checks what is sent with it and returns what is done to a
	// record, which reports whether it was.
	prepare func(c *call, data map[string]any) (func(*store.Record) bool, *answer.Error)
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

func (c *call) massAction() (any, *answer.Error) {
	entity, okEntity := c.data["entityType"].(string)
	name, okName := c.data["action"].(string)
	params, okParams := c.data["params"].(map[string]any)
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
	e := c.store.Types[entity]
	if e == nil {
		return nil, answer.ServerError()
	}
	if err := action.allow(c, e); err != nil {
		return nil, err
	}
	data, _ := c.data["data"].(map[string]any)
	if c.data["idle"] == true {
		j := c.enqueue("MassAction", func(c *call, j *job) *answer.Error {
			done, err := c.runMass(e, action, sel, data)
			if err != nil {
				return err
			}
			j.processed = len(done)
			return nil
		})
		return map[string]any{"id": j.id}, nil
	}
	done, err := c.runMass(e, action, sel, data)
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
func (c *call) runMass(e *schema.EntityType, action massAction, sel selection, data map[string]any) ([]string, *answer.Error) {
	do, err := action.prepare(c, data)
	if err != nil {
		return nil, err
	}
	records, err := c.selected(e, sel)
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

func (c *call) massStatus() (any, *answer.Error) {
	j, err := c.job("MassAction")
	if err != nil {
		return nil, err
	}
	return map[string]any{"status": j.status, "processedCount": int64(j.processed)}, nil
}

// selection is which records a mass action or an export is about.
type selection struct {
	ids   []string
	byID  bool
	sp    where.Params
	given bool
}

// parseSelection reads params. A filter wins over ids.
func parseSelection(params map[string]any) (selection, *answer.Error) {
	var sel selection
	filter, hasWhere := params["where"]
	search, hasSearch := params["searchParams"].(map[string]any)
	switch {
	case hasWhere && filter != nil:
		if _, ok := filter.([]any); !ok {
			return sel, answer.BadRequest("Bad 'where'.")
		}
		search = map[string]any{"where": filter}
	case hasSearch:
	case params["ids"] != nil:
		list, ok := params["ids"].([]any)
		if !ok {
			return sel, answer.BadRequest("Bad 'ids'.")
		}
		if len(list) == 0 {
			return sel, answer.ServerError()
		}
		sel.ids, sel.byID, sel.given = where.IDs(list), true, true
		return sel, nil
	default:
		return sel, nil
	}
	raw, err := json.Marshal(search, json.Deterministic(true))
	if err != nil {
		return sel, answer.ServerError()
	}
	var apiErr *answer.Error
	sel.sp, apiErr = where.Parse("searchParams=" + url.QueryEscape(string(raw)))
	sel.given = true
	return sel, apiErr
}

// selected returns the records, ids in their order and without repetition.
func (c *call) selected(e *schema.EntityType, sel selection) ([]*store.Record, *answer.Error) {
	if sel.byID {
		var records []*store.Record
		for _, id := range sel.ids {
			if r := c.store.Find(e.Name, id); r != nil && !slices.Contains(records, r) && c.user.May(rights.Read, r) {
				records = append(records, r)
			}
		}
		return records, nil
	}
	keep, err := c.filter(e, sel.sp)
	if err != nil {
		return nil, err
	}
	less, err := where.Ordering(e, &sel.sp)
	if err != nil {
		return nil, err
	}
	var records []*store.Record
	for _, r := range c.store.All(e.Name) {
		if keep(r) {
			records = append(records, r)
		}
	}
	slices.SortStableFunc(records, less)
	return records, nil
}

func allowUpdate(c *call, e *schema.EntityType) *answer.Error {
	if c.user.Level(e, rights.Edit) == espo.AccessNo {
		return answer.Forbidden("No edit access for '%s'.", e.Name)
	}
	if c.user.Permission("massUpdatePermission") != espo.AccessYes {
		return answer.Forbidden("No mass-update permission.")
	}
	return nil
}

func prepareUpdate(c *call, data map[string]any) (func(*store.Record) bool, *answer.Error) {
	values, _ := data["values"].(map[string]any)
	return func(r *store.Record) bool {
		if len(values) == 0 {
			return false
		}
		known := true
		for name := range values {
			known = known && r.Entity.Attr(name) != nil
		}
		if known && len(c.input(r.Entity, values, false)) == 0 {
			return false // nothing that may be written
		}
		_, _, err := c.update(r.Entity, r.ID, values)
		return err == nil
	}, nil
}

func allowDelete(c *call, e *schema.EntityType) *answer.Error {
	if c.user.Level(e, rights.Delete) == espo.AccessNo {
		return answer.Forbidden("No delete access for '%s'.", e.Name)
	}
	return nil
}

func prepareDelete(c *call, _ map[string]any) (func(*store.Record) bool, *answer.Error) {
	return func(r *store.Record) bool { return c.delete(r.Entity, r.ID) == nil }, nil
}

func allowRecalculate(c *call, _ *schema.EntityType) *answer.Error {
	if !c.user.Admin() {
		return answer.Forbidden("")
	}
	return nil
}

// prepareRecalculate has nothing to do: the fake has no formulas.
func prepareRecalculate(*call, map[string]any) (func(*store.Record) bool, *answer.Error) {
	return func(*store.Record) bool { return true }, nil
}

func allowFollow(c *call, e *schema.EntityType) *answer.Error {
	if c.user.Level(e, rights.Stream) == espo.AccessNo {
		return answer.Forbidden("No stream access for '%s'.", e.Name)
	}
	return nil
}

func prepareFollow(c *call, _ map[string]any) (func(*store.Record) bool, *answer.Error) {
	return func(r *store.Record) bool {
		if !r.Entity.Stream || !c.user.May(rights.Stream, r) {
			return false
		}
		r.Follow(c.user.Rec.ID)
		return true
	}, nil
}

func prepareUnfollow(c *call, _ map[string]any) (func(*store.Record) bool, *answer.Error) {
	return func(r *store.Record) bool {
		r.Unfollow(c.user.Rec.ID)
		return true
	}, nil
}

func prepareConvert(c *call, data map[string]any) (func(*store.Record) bool, *answer.Error) {
	target, _ := data["targetCurrency"].(string)
	if target == "" {
		return nil, answer.BadRequest("No target currency.")
	}
	base, _ := data["baseCurrency"].(string)
	rates, given := data["rates"].(map[string]any)
	if !given { // the server's own
		base, _ = c.store.Settings["baseCurrency"].(string)
		rates = map[string]any{}
		for name, rate := range c.store.Rates {
			rates[name] = rate
		}
	}
	rate := func(currency any) (float64, bool) {
		if currency == base {
			return 1, true
		}
		s, _ := currency.(string)
		return php.Number(rates[s])
	}
	to, ok := rate(target)
	if !ok || to == 0 {
		return nil, answer.BadRequest("Target currency rate is not specified.")
	}
	return func(r *store.Record) bool {
		values := map[string]any{}
		for _, name := range r.Entity.FieldNames {
			if r.Entity.Fields[name].Type != "currency" {
				continue
			}
			amount, ok := php.Number(r.Get(name))
			currency := r.Get(name + "Currency")
			if !ok {
				continue
			}
			from, ok := rate(currency)
			if !ok {
				from = 1
			}
			const digits = 1e10 // that the server keeps
			values[name] = math.Round(amount*from/to*digits) / digits
			values[name+"Currency"] = target
		}
		if len(values) == 0 {
			return c.user.May(rights.Edit, r)
		}
		_, _, err := c.update(r.Entity, r.ID, values)
		return err == nil
	}, nil
}
