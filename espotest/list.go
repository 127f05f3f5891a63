package espotest

import (
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

func (c *call) listRecords() (any, *answer.Error) {
	e, err := c.controller()
	if err != nil {
		return nil, err
	}
	if e.Name == "Preferences" {
		return nil, c.noAction("index")
	}
	if c.user.Level(e, rights.Read) == espo.AccessNo {
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
	if sp.Q != "" || c.header("X-No-Total") == "true" || e.Collection.CountDisabled {
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
func (c *call) listAttributes(e *schema.EntityType, sp where.Params) []*schema.Attribute {
	return where.Attributes(e, sp, c.visible)
}

// listAnswer is the JSON of a list.
func (c *call) listAnswer(e *schema.EntityType, sp where.Params, page *listPage) answer.Object {
	attrs := c.listAttributes(e, sp)
	list := make([]answer.Object, len(page.records))
	for i, r := range page.records {
		list[i] = c.item(r, attrs)
	}
	return answer.Object{{Name: "total", Value: int64(page.total)}, {Name: "list", Value: list}}
}

// search filters, orders and cuts the candidates.
func (c *call) search(e *schema.EntityType, sp where.Params, candidates []*store.Record) (*listPage, *answer.Error) {
	size := sp.MaxSize
	if !sp.HasMaxSize {
		size = c.maxListSize()
	}
	order, err := where.OrderOf(e, &sp)
	if err != nil {
		return nil, err
	}
	keep, err := c.filter(e, sp)
	if err != nil {
		return nil, err
	}
	// The database refuses these.
	if size < 0 || sp.Offset < 0 || !where.Selectable(e, sp) || !where.Sortable(e, sp) {
		return nil, answer.ServerError()
	}
	found := make([]*store.Record, 0, len(candidates))
	for _, r := range candidates {
		if keep(r) {
			found = append(found, r)
		}
	}
	page := &listPage{total: len(found)}
	from, to := pageBounds(sp.Offset, size, len(found))
	page.records = order.First(found, to)[from:]
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
func (c *call) filter(e *schema.EntityType, sp where.Params) (func(*store.Record) bool, *answer.Error) {
	var all []func(*store.Record) bool
	if l := c.user.Level(e, rights.Read); l != espo.AccessAll && l != espo.AccessYes {
		all = append(all, func(r *store.Record) bool { return c.user.May(rights.Read, r) })
	}
	if e.Name == "User" && !c.user.Admin() {
		// Others than administrators do not see who is no person.
		all = append(all, func(r *store.Record) bool { t := r.Get("type"); return t != "api" && t != "system" })
	}
	if len(sp.Where) > 0 {
		f, err := where.Compile(sp.Where, c.whereEnv(e))
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if sp.PrimaryFilter != "" {
		f, err := c.primaryFilter(e, sp.PrimaryFilter)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if len(sp.BoolFilters) > 0 {
		f, err := c.boolFilters(e, sp.BoolFilters)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if sp.TextFilter != "" {
		fields := e.TextFilterFields()
		all = append(all, func(r *store.Record) bool { return where.Text(r, fields, sp.TextFilter) })
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

// item is one record of a list.
func (c *call) item(r *store.Record, attrs []*schema.Attribute) answer.Object {
	m := make(answer.Object, 0, len(attrs)+1)
	for _, a := range attrs {
		v := r.At(a)
		switch {
		case a.Name == "acceptanceStatus":
			v = c.store.ColumnsOf(r, "users", c.user.Rec.ID)["status"]
		case a.Kind == schema.KindLinkName && a.Field.Type == "linkParent" && !where.HasParent(attrs, a.Field.Name):
			v = nil
		}
		m = append(m, answer.Member{Name: a.Name, Value: v})
	}
	if h := c.hooks[r.Entity.Name].item; h != nil {
		m = h(c, r, m)
	}
	if r.Entity.Stars {
		m = append(m, answer.Member{Name: "isStarred", Value: r.StarredBy(c.user.Rec.ID)})
	}
	return m
}

// searchParams are the search parameters of a list request, whose MaxSize may
// not be over the limit.
func (c *call) searchParams() (where.Params, *answer.Error) {
	return where.ParseLimited(c.req.URL.RawQuery, c.maxListSize())
}

// adminLinks are the entity types that only administrators may filter by a link
// to.
var adminLinks = []string{"DashboardTemplate", "LayoutSet", "Portal", "PortalRole", "Role", "UserData"}

// whereEnv is what the filters of a call are judged against.
func (c *call) whereEnv(e *schema.EntityType) *where.Env {
	return &where.Env{
		Entity: e, Store: c.store, Now: c.store.Now(), TimeZone: c.location(),
		FiscalYearShift: php.IntVal(c.store.Settings["fiscalYearShift"]),
		MayRead:         c.visible,
		MayLink: func(l *schema.Link) bool {
			f := e.Fields[l.Name]
			return c.user.Admin() || (f == nil || c.visibleField(f)) && !slices.Contains(adminLinks, l.Entity)
		},
	}
}
