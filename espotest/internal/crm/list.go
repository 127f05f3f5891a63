package crm

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

// PageOf reads offset and maxSize of lists that have no other parameters.
func (c *Call) PageOf() (offset, size int, err *answer.Error) {
	sp, err := c.SearchParams()
	if err != nil {
		return 0, 0, err
	}
	size = sp.MaxSize
	if !sp.HasMaxSize {
		size = defaultPage
	}
	switch {
	case size > c.MaxListSize():
		return 0, 0, answer.Forbidden("Max size should not exceed %d. Use offset and limit.", c.MaxListSize())
	case sp.Offset < 0 || size < 0:
		return 0, 0, answer.ServerError()
	}
	return sp.Offset, size, nil
}

// defaultPage is how many items such a list has when no number is asked for.
const defaultPage = 20

// ListRecords lists records of an entity type: GET {type}.
func ListRecords(c *Call) (any, *answer.Error) {
	e, err := c.controller()
	if err != nil {
		return nil, err
	}
	if e.Name == "Preferences" {
		return nil, c.NoAction("index")
	}
	if c.User.Level(e, rights.Read) == rights.LevelNo {
		return nil, answer.Forbidden("No read access.")
	}
	sp, err := c.SearchParams()
	if err != nil {
		return nil, err
	}
	counted := sp.Q == "" && c.Header("X-No-Total") != "true" && !e.Collection.CountDisabled
	page, err := c.searchAll(e, sp, counted)
	if err != nil {
		return nil, err
	}
	if !counted {
		page.uncounted()
	}
	return c.ListAnswer(e, sp, page), nil
}

// ListPage is what a list request finds: one page, and how many there are in
// all.
type ListPage struct {
	Records []*store.Record
	Total   int // -1: more follow, -2: no more, where totals are not counted
	more    bool
}

// uncounted replaces the total by whether more follow.
func (p *ListPage) uncounted() {
	if p.Total = -2; p.more {
		p.Total = -1
	}
}

// ListAttributes returns the attributes of the items of a list that the user
// may read.
func (c *Call) ListAttributes(e *schema.EntityType, sp where.Params) []*schema.Attribute {
	return where.Attributes(e, sp, c.Visible)
}

// ListAnswer is the JSON of a list.
func (c *Call) ListAnswer(e *schema.EntityType, sp where.Params, page *ListPage) answer.Object {
	attrs := c.ListAttributes(e, sp)
	list := make([]answer.Object, len(page.Records))
	for i, r := range page.Records {
		list[i] = c.Item(r, attrs)
	}
	return answer.Object{{Name: "total", Value: int64(page.Total)}, {Name: "list", Value: list}}
}

// search is a search that EspoCRM has let pass.
type search struct {
	order        *where.Order
	keep         []func(*store.Record) bool
	offset, size int
}

// prepare checks a search.
func (c *Call) prepare(e *schema.EntityType, sp where.Params) (s search, err *answer.Error) {
	s.offset, s.size = sp.Offset, sp.MaxSize
	if !sp.HasMaxSize {
		s.size = c.MaxListSize()
	}
	if err = mayOrder(c, e, sp); err != nil {
		return s, err
	}
	if s.order, err = where.OrderOf(c.Store.Release, e, &sp); err != nil {
		return s, err
	}
	if s.keep, err = c.filters(e, sp); err != nil {
		return s, err
	}
	// The database refuses these.
	if s.size < 0 || s.offset < 0 || !where.Selectable(c.Store.Release, e, sp) || !where.Sortable(e, sp) {
		return s, answer.ServerError()
	}
	return s, nil
}

// mayOrder refuses an order by a field that the user may not read, where the
// version does.
func mayOrder(c *Call, e *schema.EntityType, sp where.Params) *answer.Error {
	if !c.Has(release.OrderChecked) {
		return nil
	}
	if f := e.Fields[sp.OrderBy]; f != nil && !c.VisibleField(f) {
		return answer.Refused("Not access to order by field '%s'.", f.Name)
	}
	return nil
}

// Search filters, orders and cuts the candidates.
func (c *Call) Search(e *schema.EntityType, sp where.Params, candidates []*store.Record) (*ListPage, *answer.Error) {
	s, err := c.prepare(e, sp)
	if err != nil {
		return nil, err
	}
	return s.among(candidates), nil
}

// searchAll is Search among all records of the entity type. It looks at no more
// of them than it must: the total of a list in order of id needs to be right only
// when it is counted.
func (c *Call) searchAll(e *schema.EntityType, sp where.Params, counted bool) (*ListPage, *answer.Error) {
	s, err := c.prepare(e, sp)
	if err != nil {
		return nil, err
	}
	candidates := where.Candidates(c.Store, e, sp.Where)
	if s.order.ByID() {
		return s.inOrder(candidates, counted), nil
	}
	return s.among(candidates), nil
}

// among looks at all candidates, which are in no order.
func (s search) among(candidates []*store.Record) *ListPage {
	keep := allOf(s.keep)
	found := make([]*store.Record, 0, len(candidates))
	for _, r := range candidates {
		if keep(r) {
			found = append(found, r)
		}
	}
	page := &ListPage{Total: len(found)}
	from, to := PageBounds(s.offset, s.size, len(found))
	page.Records = s.order.First(found, to)[from:]
	page.more = s.size > 0 && to < len(found)
	return page
}

// inOrder looks at candidates that are in order of id, until it has a page and
// knows whether more follow; at all of them when they are to be counted.
func (s search) inOrder(candidates []*store.Record, counted bool) *ListPage {
	page := &ListPage{}
	at := func(i int) *store.Record { return candidates[i] }
	if s.order.Descending() {
		at = func(i int) *store.Record { return candidates[len(candidates)-1-i] }
	}
	if len(s.keep) == 0 {
		from, to := PageBounds(s.offset, s.size, len(candidates))
		for i := from; i < to; i++ {
			page.Records = append(page.Records, at(i))
		}
		page.Total, page.more = len(candidates), s.size > 0 && to < len(candidates)
		return page
	}
	keep := allOf(s.keep)
	for i := range candidates {
		r := at(i)
		if !keep(r) {
			continue
		}
		switch {
		case page.Total < s.offset:
		case page.Total-s.offset < s.size:
			page.Records = append(page.Records, r)
		default:
			if page.more = s.size > 0; !counted {
				return page
			}
		}
		page.Total++
	}
	return page
}

// PageBounds are where a page of n items begins and ends.
func PageBounds(offset, size, n int) (from, to int) {
	from = min(offset, n)
	return from, from + min(size, n-from)
}

// MaxListSize returns how many records a page may have at most.
func (c *Call) MaxListSize() int {
	n, _ := c.Store.Settings["recordListMaxSizeLimit"].(int64)
	return int(n)
}

// Filter returns what decides whether a record is in the list: the user's
// rights, the named filters, the where and the text.
func (c *Call) Filter(e *schema.EntityType, sp where.Params) (func(*store.Record) bool, *answer.Error) {
	all, err := c.filters(e, sp)
	return allOf(all), err
}

// filters are what must all hold for a record to be in the list.
func (c *Call) filters(e *schema.EntityType, sp where.Params) ([]func(*store.Record) bool, *answer.Error) {
	var all []func(*store.Record) bool
	if l := c.User.Level(e, rights.Read); l != rights.LevelAll && l != rights.LevelYes {
		all = append(all, func(r *store.Record) bool { return c.User.May(rights.Read, r) })
	}
	if e.Name == "Case" && c.User.Portal != nil {
		all = append(all, func(r *store.Record) bool { return r.Get("isInternal") != true })
	}
	if e.Name == "KnowledgeBaseArticle" && c.User.Portal != nil {
		all = append(all, func(r *store.Record) bool {
			return r.Get("status") == "Published" && slices.Contains(c.Store.Linked(r, "portals"), c.User.Portal.ID)
		})
	}
	if e.Name == "User" && !c.User.Admin() {
		// Others than administrators do not see who is not a person.
		all = append(all, func(r *store.Record) bool { t := r.Get("type"); return t != "api" && t != "system" })
	}
	if len(sp.Where) > 0 {
		f, err := where.Compile(sp.Where, c.WhereEnv(e))
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if sp.PrimaryFilter != "" {
		f, err := namedFilter(c, e, sp.PrimaryFilter)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if len(sp.BoolFilters) > 0 {
		f, err := boolFilters(c, e, sp.BoolFilters)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if sp.TextFilter != "" {
		all = append(all, textFilter(c, e, sp.TextFilter))
	}
	return all, nil
}

func textFilter(c *Call, e *schema.EntityType, text string) func(*store.Record) bool {
	if h := c.hooks[e.Name].TextFilter; h != nil {
		if f := h(c, text); f != nil {
			return f
		}
	}
	fields := e.TextFilterFields()
	return func(r *store.Record) bool { return where.Text(r, fields, text) }
}

func allOf(all []func(*store.Record) bool) func(*store.Record) bool {
	return func(r *store.Record) bool {
		for _, f := range all {
			if !f(r) {
				return false
			}
		}
		return true
	}
}

// Item is one record of a list.
func (c *Call) Item(r *store.Record, attrs []*schema.Attribute) answer.Object {
	m := make(answer.Object, 0, len(attrs)+1)
	for _, a := range attrs {
		v := fetched(c, r, a)
		switch {
		case a.Name == "acceptanceStatus":
			v = c.Store.ColumnsOf(r, "users", c.User.Rec.ID)["status"]
		case a.Kind == schema.KindLinkName && a.Field.Type == "linkParent" && !where.HasParent(attrs, a.Field.Name):
			v = nil
		}
		m = append(m, answer.Member{Name: a.Name, Value: v})
	}
	if h := c.hooks[r.Entity.Name].Item; h != nil {
		m = h(c, r, m)
	}
	if r.Entity.Stars && c.Has(release.ListStars) {
		m = append(m, answer.Member{Name: "isStarred", Value: r.StarredBy(c.User.Rec.ID)})
	}
	return m
}

// SearchParams are the search parameters of a list request, whose maxSize may
// not be over the limit.
func (c *Call) SearchParams() (where.Params, *answer.Error) {
	return where.ParseLimited(c.Store.Release, c.Req.URL.RawQuery, c.MaxListSize())
}

// adminLinks are the entity types that only administrators may filter by a link
// to.
var adminLinks = []string{"DashboardTemplate", "LayoutSet", "Portal", "PortalRole", "Role", "UserData"}

// WhereEnv is what the filters of a call are judged against.
func (c *Call) WhereEnv(e *schema.EntityType) *where.Env {
	env := &where.Env{
		Entity: e, Store: c.Store, Now: c.Store.Now(), TimeZone: c.location(),
		FiscalYearShift: php.IntVal(c.Store.Settings["fiscalYearShift"]),
		MayRead:         c.Visible,
		MayLink: func(l *schema.Link) bool {
			f := e.Fields[l.Name]
			return c.User.Admin() || (f == nil || c.VisibleField(f)) && !slices.Contains(adminLinks, l.Entity)
		},
	}
	if h := c.hooks[e.Name].Filter; h != nil {
		env.Special = func(item where.Item) func(*store.Record) bool { return h(c, item) }
	}
	return env
}
