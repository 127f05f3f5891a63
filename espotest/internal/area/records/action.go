package records

import (
	"maps"
	"net/http"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Action does an action with one record: POST Action.
func Action(c *crm.Call) (any, *answer.Error) {
	name, _ := c.Data["entityType"].(string)
	action, _ := c.Data["action"].(string)
	id, _ := c.Data["id"].(string)
	data, _ := c.Data["data"].(map[string]any)
	if name == "" || action == "" || id == "" {
		return nil, answer.BadRequest("")
	}
	e, err := c.Entity(name)
	if err != nil {
		return nil, err
	}
	var do func(c *crm.Call, e *schema.EntityType, id string, data map[string]any) (map[string]any, *answer.Error)
	switch action {
	case "convertCurrency":
		do = convertCurrency
	case "merge":
		do = mergeRecords
	default:
		return nil, answer.NotFound("Action '%s' not found.", action)
	}
	if data == nil {
		return nil, answer.BadRequest("")
	}
	mem, err := do(c, e, id, data)
	if err != nil {
		return nil, err
	}
	return c.Output(e, mem), nil
}

// convertCurrency converts amounts by the rates.
func convertCurrency(c *crm.Call, e *schema.EntityType, id string, data map[string]any) (map[string]any, *answer.Error) {
	target, _ := data["targetCurrency"].(string)
	rate, ok := c.Store.Rates[target]
	if !ok {
		return nil, answer.BadRequest("Target currency rate is not specified.")
	}
	r, err := c.Editable(e, id)
	if err != nil {
		return nil, err
	}
	only, _ := data["fieldList"].([]any)
	limited := slices.ContainsFunc(only, func(v any) bool { // by names that are none of its currencies, it is not
		name, _ := v.(string)
		return e.HasField(name) && e.Fields[name].Type == "currency"
	})
	changed := map[string]any{}
	for _, name := range e.FieldNames {
		amount, ok := php.Number(r.Get(name))
		if e.Fields[name].Type != "currency" || !ok || limited && !slices.Contains(only, any(name)) {
			continue
		}
		if from := c.Store.Rates[r.Str(name+"Currency")]; from != rate {
			changed[name] = amount * from / rate
		}
		changed[name+"Currency"] = target
	}
	_, mem, err := c.Update(e, id, changed)
	return mem, err
}

// mergeRecords takes other records into one and deletes them.
func mergeRecords(c *crm.Call, e *schema.EntityType, id string, data map[string]any) (map[string]any, *answer.Error) {
	list, ok := data["sourceIdList"].([]any)
	if !ok {
		return nil, answer.BadRequest("No 'sourceIdList'.")
	}
	r, err := c.Editable(e, id)
	if err != nil {
		if err.Status == http.StatusForbidden {
			err.Reason = "No edit access."
		}
		return nil, err
	}
	var sources []*store.Record
	for _, v := range list {
		s, _ := v.(string)
		source, err := c.Editable(e, s)
		if err != nil {
			if err.Status == http.StatusNotFound {
				err.Reason = "Source record not found."
			}
			return nil, err
		}
		if !c.User.May(rights.Delete, source) {
			return nil, answer.Forbidden("")
		}
		sources = append(sources, source)
	}
	attrs, _ := data["attributes"].(map[string]any)
	if !crm.MayAssign(c, r, attrs) {
		return nil, answer.Forbidden("Assignment permission failure.")
	}
	attrs = withAddresses(r, sources, attrs)
	c.Unchecked = !c.Has(release.MergeChecked)
	defer func() { c.Unchecked = false }()
	_, mem, err := c.Update(e, id, attrs)
	if err != nil {
		return nil, err
	}
	for _, source := range sources {
		for _, name := range e.LinkNames {
			switch c.Store.Shape(e.Links[name]) {
			case store.ShapeManyBack, store.ShapeChildren, store.ShapeMany:
				for _, to := range slices.Clone(c.Store.Linked(source, name)) {
					c.Store.Relate(r, name, to, c.Store.ColumnsOf(source, name, to))
				}
			}
		}
		if err := c.Delete(e, source.ID); err != nil {
			return nil, err
		}
	}
	return mem, nil
}

// withAddresses adds the addresses and numbers of the others to those of the
// record.
func withAddresses(r *store.Record, others []*store.Record, attrs map[string]any) map[string]any {
	attrs = maps.Clone(attrs)
	if attrs == nil {
		attrs = map[string]any{}
	}
	for _, f := range r.Entity.FieldList {
		if f.Type != "email" && f.Type != "phone" || attrs[f.Name+"Data"] != nil {
			continue
		}
		all, _ := r.Stored(f.Name + "Data").([]any)
		n := len(all)
		for _, other := range others {
			list, _ := other.Stored(f.Name + "Data").([]any)
			for _, x := range list {
				entry := maps.Clone(x.(map[string]any))
				if len(all) > 0 {
					entry["primary"] = false
				}
				all = append(slices.Clip(all), entry)
			}
		}
		if len(all) > n {
			attrs[f.Name+"Data"] = all
		}
	}
	return attrs
}
