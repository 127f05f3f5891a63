package espotest

import (
	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

func (c *call) listRecords() (any, *answer.Error) {
	e, err := c.controller()
	if err != nil {
		return nil, err
	}
	if e.Name == "Preferences" {
		return nil, c.noAction("index")
	}
	if c.user.level(e, actionRead) == espo.AccessNo {
		return nil, answer.Forbidden("No read access.")
	}
	sp, err := c.searchParams()
	if err != nil {
		return nil, err
	}
	page, err := c.search(e, sp, c.store.All(e.Name))
	if err != nil {
		return nil, err
	}
	if sp.q != "" || c.header("X-No-Total") == "true" || e.Collection.CountDisabled {
		page.uncounted()
	}
	return c.listAnswer(e, sp, page), nil
}

// listPage is what a list request finds: one page, and how many there are in
// all.
type listPage struct {
	records []*store.Record
	total   int // -1: more follow, -2: no more, where totals are not counted
	more    bool
}

// uncounted replaces the total by whether more follow.
func (p *listPage) uncounted() {
	if p.total = -2; p.more {
		p.total = -1
	}
}

// listAttributes returns the attributes of the items of a list that the user
// may read.
func (c *call) listAttributes(e *schema.EntityType, sp searchParams) []*schema.Attribute {
	return listAttributes(e, sp, c.visible)
}

// listAnswer is the JSON of a list.
func (c *call) listAnswer(e *schema.EntityType, sp searchParams, page *listPage) answer.Object {
	attrs := c.listAttributes(e, sp)
	list := make([]answer.Object, len(page.records))
	for i, r := range page.records {
		list[i] = c.item(r, attrs)
	}
	return answer.Object{{Name: "total", Value: int64(page.total)}, {Name: "list", Value: list}}
}

// search filters, orders and cuts the candidates.
func (c *call) search(e *schema.EntityType, sp searchParams, candidates []*store.Record) (*listPage, *answer.Error) {
	size := sp.maxSize
	if !sp.hasMaxSize {
		size = c.maxListSize()
	}
	order, err := orderOf(e, &sp)
	if err != nil {
		return nil, err
	}
	keep, err := c.filter(e, sp)
	if err != nil {
		return nil, err
	}
	// The database refuses these.
	if size < 0 || sp.offset < 0 || !selectable(e, sp) || !sortable(e, sp) {
		return nil, answer.ServerError()
	}
	found := make([]*store.Record, 0, len(candidates))
	for _, r := range candidates {
		if keep(r) {
			found = append(found, r)
		}
	}
	page := &listPage{total: len(found)}
	from, to := pageBounds(sp.offset, size, len(found))
	page.records = order.first(found, to)[from:]
	page.more = size > 0 && to < len(found)
	return page, nil
}

// pageBounds are where a page of n items begins and ends.
func pageBounds(offset, size, n int) (from, to int) {
	from = min(offset, n)
	return from, from + min(size, n-from)
}

func (c *call) maxListSize() int {
	n, _ := c.store.Settings["recordListMaxSizeLimit"].(int64)
	return int(n)
}

// filter returns what decides whether a record is in the list: the user's
// rights, the named filters, the where and the text.
func (c *call) filter(e *schema.EntityType, sp searchParams) (func(*store.Record) bool, *answer.Error) {
	var all []func(*store.Record) bool
	if l := c.user.level(e, actionRead); l != espo.AccessAll && l != espo.AccessYes {
		all = append(all, func(r *store.Record) bool { return c.user.may(actionRead, r) })
	}
	if e.Name == "User" && !c.user.admin() {
		// Others than administrators do not see who is no person.
		all = append(all, func(r *store.Record) bool { t := r.Get("type"); return t != "api" && t != "system" })
	}
	if len(sp.where) > 0 {
		f, err := compileWhere(sp.where, c.whereEnv(e))
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if sp.primaryFilter != "" {
		f, err := c.primaryFilter(e, sp.primaryFilter)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if len(sp.boolFilters) > 0 {
		f, err := c.boolFilters(e, sp.boolFilters)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if sp.textFilter != "" {
		fields := e.TextFilterFields()
		all = append(all, func(r *store.Record) bool { return textMatch(r, fields, sp.textFilter) })
	}
	return func(r *store.Record) bool {
		for _, f := range all {
			if !f(r) {
				return false
			}
		}
		return true
	}, nil
}
