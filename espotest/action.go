package espotest

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

func (c *call) action() (any, *answer.Error) {
	name, _ := c.data["entityType"].(string)
	action, _ := c.data["action"].(string)
	id, _ := c.data["id"].(string)
	data, _ := c.data["data"].(map[string]any)
	if name == "" || action == "" || id == "" || data == nil {
		return nil, answer.BadRequest("")
	}
	e, err := c.entity(name)
	if err != nil {
		return nil, err
	}
	var do func(c *call, e *schema.EntityType, id string, data map[string]any) (map[string]any, *answer.Error)
	switch action {
	case "convertCurrency":
		do = convertCurrency
	case "merge":
		do = mergeRecords
	default:
		return nil, answer.NotFound("Action '%s' not found.", action)
	}
	mem, err := do(c, e, id, data)
	if err != nil {
		return nil, err
	}
	return c.output(e, mem), nil
}

// editable returns a record that the user may change.
func (c *call) editable(e *schema.EntityType, id string) (*store.Record, *answer.Error) {
	return c.allowed(rights.Edit, e, id)
}

// subject returns a record that the user may read, for an endpoint that is not
// the record's own: such a one gives no reasons.
func (c *call) subject(e *schema.EntityType, id string) (*store.Record, *answer.Error) {
	return c.allowed(rights.Read, e, id)
}

func (c *call) allowed(action string, e *schema.EntityType, id string) (*store.Record, *answer.Error) {
	r := c.store.Find(e.Name, id)
	if r == nil {
		return nil, answer.NotFound("")
	}
	if !c.user.May(action, r) {
		return nil, answer.Forbidden("")
	}
	return r, nil
}

// convertCurrency converts amounts by the rates.
func convertCurrency(c *call, e *schema.EntityType, id string, data map[string]any) (map[string]any, *answer.Error) {
	target, _ := data["targetCurrency"].(string)
	rate, ok := c.store.Rates[target]
	if !ok {
		return nil, answer.BadRequest("Target currency rate is not specified.")
	}
	r, err := c.editable(e, id)
	if err != nil {
		return nil, err
	}
	only, limited := data["fieldList"].([]any)
	changed := map[string]any{}
	for _, name := range e.FieldNames {
		amount, ok := php.Number(r.Get(name))
		if e.Fields[name].Type != "currency" || !ok || limited && !slices.Contains(only, any(name)) {
			continue
		}
		if from := c.store.Rates[r.Str(name+"Currency")]; from != rate {
			changed[name] = amount * from / rate
		}
		changed[name+"Currency"] = target
	}
	_, mem, err := c.update(e, id, changed)
	return mem, err
}

// mergeRecords takes other records into one and deletes them.
func mergeRecords(c *call, e *schema.EntityType, id string, data map[string]any) (map[string]any, *answer.Error) {
	list, ok := data["sourceIdList"].([]any)
	if !ok {
		return nil, answer.BadRequest("No 'sourceIdList'.")
	}
	r, err := c.editable(e, id)
	if err != nil {
		return nil, err
	}
	var sources []*store.Record
	for _, v := range list {
		s, _ := v.(string)
		source, err := c.editable(e, s)
		if err != nil {
			return nil, err
		}
		if !c.user.May(rights.Delete, source) {
			return nil, answer.Forbidden("")
		}
		sources = append(sources, source)
	}
	for _, source := range sources {
		for _, name := range e.LinkNames {
			switch c.store.Shape(e.Links[name]) {
			case store.ShapeManyBack, store.ShapeChildren, store.ShapeMany:
				for _, to := range slices.Clone(c.store.Linked(source, name)) {
					c.store.Relate(r, name, to, c.store.ColumnsOf(source, name, to))
				}
			}
		}
		if err := c.delete(e, source.ID); err != nil {
			return nil, err
		}
	}
	attrs, _ := data["attributes"].(map[string]any)
	_, mem, err := c.update(e, id, attrs)
	return mem, err
}

// jobNames are the jobs that can be scheduled.
func (c *call) jobNames() (any, *answer.Error) {
	if !c.user.Admin() {
		return nil, answer.Forbidden("")
	}
	return []string{
		"AuthTokenControl", "CheckEmailAccounts", "CheckInboundEmails", "Cleanup", "ControlKnowledgeBaseArticleStatus",
		"ProcessMassEmail", "ProcessWebhookQueue", "SendEmailNotifications", "SendEmailReminders", "SendScheduledEmails",
		"SubmitPopupReminders",
	}, nil
}
