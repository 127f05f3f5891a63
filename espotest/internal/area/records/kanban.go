package records

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

// kanbanIgnored are the statuses that a board has no group for.
var kanbanIgnored = map[string][]string{
	"Opportunity": {"Closed Lost"},
	"Task":        {"Canceled", "Deferred"},
}

// boardKey names the order of one user's group.
// boards has the ids in the order of a user's board.
type boards struct{ orders map[boardKey][]string }

type boardKey struct{ userID, entity, group string }

// board returns the entity type of a board and its groups.
func board(c *crm.Call, name string) (*schema.EntityType, []string, *answer.Error) {
	e := c.Store.Types[name]
	if e == nil || !e.Object {
		return nil, nil, answer.Forbidden("Non-object entities are not supported.")
	}
	if c.User.Level(e, rights.Read) == rights.LevelNo {
		return nil, nil, answer.Forbidden("")
	}
	f := e.Fields[e.StatusField]
	if f == nil {
		return nil, nil, answer.FailedWith("No status field for entity type '%s'.", name)
	}
	var groups []string
	for _, v := range f.Options {
		if s, _ := v.(string); s != "" && !slices.Contains(kanbanIgnored[name], s) {
			groups = append(groups, s)
		}
	}
	return e, groups, nil
}

// Kanban lists records in groups by their status: GET Kanban/{type}.
func Kanban(c *crm.Call) (any, *answer.Error) {
	e, groups, err := board(c, c.Params["entityType"])
	if err != nil {
		return nil, err
	}
	sp, err := c.SearchParams()
	if err != nil {
		return nil, err
	}
	size := sp.MaxSize
	if !sp.HasMaxSize {
		size = c.MaxListSize()
	}
	all := sp
	all.Offset, all.MaxSize, all.HasMaxSize = 0, 0, true
	counted, err := c.Search(e, all, c.Store.All(e.Name))
	if err != nil {
		return nil, err
	}
	switch {
	case size > c.MaxListSize():
		return nil, answer.Forbidden("Max size should not exceed %d. Use offset and limit.", c.MaxListSize())
	case sp.Offset < 0 || size < 0:
		return nil, answer.ServerError()
	}
	bare := *e
	bare.MandatoryAttributes = nil // a board has none
	attrs := c.ListAttributes(&bare, sp)
	list := []answer.Object{}
	columns := make([]answer.Object, 0, len(groups))
	for _, group := range groups {
		records, err := boardGroup(c, e, sp, group)
		if err != nil {
			return nil, err
		}
		items := []answer.Object{}
		from, to := crm.PageBounds(sp.Offset, size, len(records))
		for _, r := range records[from:to] {
			items = append(items, c.Item(r, attrs))
		}
		list = append(list, items...)
		total := int64(len(records))
		if c.Header("X-No-Total") == "true" {
			if total = -2; to < len(records) {
				total = -1
			}
		}
		columns = append(columns, answer.Object{{Name: "name", Value: group}, {Name: "total", Value: total}, {Name: "list", Value: items}})
		if last := len(columns) - 1; c.Has(release.BoardLabels) {
			columns[last] = append(columns[last], answer.Member{Name: "label"}, answer.Member{Name: "style"})
		}
	}
	if !c.Has(release.BoardGroups) {
		return answer.Object{
			{Name: "total", Value: int64(counted.Total)}, {Name: "list", Value: list},
			{Name: "additionalData", Value: answer.Object{{Name: "groupList", Value: columns}}},
		}, nil
	}
	return answer.Object{{Name: "total", Value: int64(counted.Total)}, {Name: "groups", Value: columns}, {Name: "list", Value: list}}, nil
}

// boardGroup returns the records of a group: first those that the user has put
// into an order, then the others.
func boardGroup(c *crm.Call, e *schema.EntityType, sp where.Params, group string) ([]*store.Record, *answer.Error) {
	keep, err := c.Filter(e, sp)
	if err != nil {
		return nil, err
	}
	less, err := where.Ordering(c.Store.Release, e, &sp)
	if err != nil {
		return nil, err
	}
	var records []*store.Record
	for _, r := range c.Store.All(e.Name) {
		if r.Str(e.StatusField) == group && keep(r) {
			records = append(records, r)
		}
	}
	first := crm.Local[boards](c.CRM).orders[boardKey{c.User.Rec.ID, e.Name, group}]
	rank := func(r *store.Record) int {
		if i := slices.Index(first, r.ID); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(records, func(a, b *store.Record) int {
		if x, y := rank(a), rank(b); x != y {
			return x - y
		}
		return less(a, b)
	})
	return records, nil
}

// SetKanbanOrder sets the order of the records in a group for the user:
// PUT Kanban/order.
func SetKanbanOrder(c *crm.Call) (any, *answer.Error) {
	name, _ := c.Data["entityType"].(string)
	group, _ := c.Data["group"].(string)
	ids, ok := c.Data["ids"].([]any)
	if name == "" || group == "" || !ok {
		return nil, answer.BadRequest("")
	}
	e, groups, err := board(c, name)
	if err != nil {
		return nil, err
	}
	switch {
	case slices.Contains(groups, group):
	case !c.Has(release.BoardGroupChecked):
		return nil, answer.ServerError()
	default:
		return nil, answer.Forbidden("Group is not available in status list.")
	}
	var order []string
	for _, v := range ids {
		if id, ok := v.(string); ok {
			order = append(order, id)
		}
	}
	own := crm.Local[boards](c.CRM)
	if own.orders == nil {
		own.orders = map[boardKey][]string{}
	}
	own.orders[boardKey{c.User.Rec.ID, e.Name, group}] = order
	return true, nil
}
