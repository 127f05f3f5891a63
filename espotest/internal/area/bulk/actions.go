package bulk

import (
	"math"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

func allowUpdate(c *crm.Call, e *schema.EntityType) *answer.Error {
	if c.User.Level(e, rights.Edit) == rights.LevelNo {
		return answer.Forbidden("No edit access for '%s'.", e.Name)
	}
	if c.User.Permission("massUpdatePermission") != rights.LevelYes {
		return answer.Forbidden("No mass-update permission.")
	}
	return nil
}

func prepareUpdate(c *crm.Call, data map[string]any) (func(*store.Record) bool, *answer.Error) {
	values, ok := data["values"].(map[string]any)
	if !ok {
		values = data
	}
	return func(r *store.Record) bool {
		if len(values) == 0 {
			return false
		}
		known := true
		for name := range values {
			known = known && r.Entity.Attr(name) != nil
		}
		if known && len(c.Input(r.Entity, values, false)) == 0 {
			return false // nothing that may be written
		}
		_, _, err := c.Update(r.Entity, r.ID, values)
		return err == nil
	}, nil
}

func allowDelete(c *crm.Call, e *schema.EntityType) *answer.Error {
	if c.User.Level(e, rights.Delete) == rights.LevelNo {
		return answer.Forbidden("No delete access for '%s'.", e.Name)
	}
	return nil
}

func prepareDelete(c *crm.Call, _ map[string]any) (func(*store.Record) bool, *answer.Error) {
	return func(r *store.Record) bool { return c.Delete(r.Entity, r.ID) == nil }, nil
}

func allowRecalculate(c *crm.Call, _ *schema.EntityType) *answer.Error {
	if !c.User.Admin() {
		return answer.Forbidden("")
	}
	return nil
}

// prepareRecalculate has nothing to do: the fake has no formulas.
func prepareRecalculate(*crm.Call, map[string]any) (func(*store.Record) bool, *answer.Error) {
	return func(*store.Record) bool { return true }, nil
}

func allowFollow(c *crm.Call, e *schema.EntityType) *answer.Error {
	if c.User.Level(e, rights.Stream) == rights.LevelNo {
		return answer.Forbidden("No stream access for '%s'.", e.Name)
	}
	return nil
}

func prepareFollow(c *crm.Call, _ map[string]any) (func(*store.Record) bool, *answer.Error) {
	return func(r *store.Record) bool {
		if !r.Entity.Stream || !c.User.May(rights.Stream, r) {
			return false
		}
		r.Follow(c.User.Rec.ID)
		return true
	}, nil
}

func prepareUnfollow(c *crm.Call, _ map[string]any) (func(*store.Record) bool, *answer.Error) {
	return func(r *store.Record) bool {
		r.Unfollow(c.User.Rec.ID)
		return true
	}, nil
}

func prepareConvert(c *crm.Call, data map[string]any) (func(*store.Record) bool, *answer.Error) {
	target, _ := data["targetCurrency"].(string)
	if target == "" {
		return nil, answer.BadRequest("No target currency.")
	}
	base, _ := data["baseCurrency"].(string)
	rates, given := data["rates"].(map[string]any)
	if !given { // the server's own
		base, _ = c.Store.Settings["baseCurrency"].(string)
		rates = map[string]any{}
		for name, rate := range c.Store.Rates {
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
			return c.User.May(rights.Edit, r)
		}
		_, _, err := c.Update(r.Entity, r.ID, values)
		return err == nil
	}, nil
}
