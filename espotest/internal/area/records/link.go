package records

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

// massLinks are the links that accept every record of a filter at once.
var massLinks = map[string][]string{"TargetList": schema.TargetLinks}

// readerLinks are the links for which it is enough to read the record at the
// other end; for others one must edit it, too.
var readerLinks = map[string][]string{
	"Case":       {"articles", "contacts"},
	"Email":      {"teams"},
	"TargetList": schema.TargetLinks,
}

// readOnlyLinks are the links that only the server changes.
var readOnlyLinks = map[string][]string{"Email": {"tasks", "users"}}

// singleLinks are the links that refuse a record that is linked to another
// one already, where others take it over.
var singleLinks = map[string][]string{"Account": {"opportunities"}}

// noLinks are the controllers without actions for links.
var noLinks = []string{"Note"}

// ListLinked lists the records at the other end of a link:
// GET {type}/{id}/{link}.
func ListLinked(c *crm.Call) (any, *answer.Error) {
	if slices.Contains(noLinks, c.Params["controller"]) {
		return nil, c.NoAction("listLinked")
	}
	e, err := c.Entity(c.Params["controller"])
	if err != nil {
		return nil, err
	}
	if c.User.Level(e, rights.Read) == rights.LevelNo {
		return nil, answer.Forbidden("No access.")
	}
	r := c.Store.Find(e.Name, c.Params["id"])
	if r == nil {
		return nil, answer.NotFound("")
	}
	if !c.User.May(rights.Read, r) {
		return nil, answer.Forbidden("No read access.")
	}
	l := e.Links[c.Params["link"]]
	if l == nil {
		return nil, answer.NotFound("Link does not exist.")
	}
	to := c.Store.Types[l.Entity]
	switch {
	case l.Type == "belongsToParent": // its entity type depends on the record
		return nil, answer.ServerError()
	case to == nil:
		return nil, answer.NotFound("Link does not exist.")
	case c.User.Level(to, rights.Read) == rights.LevelNo:
		return nil, answer.Forbidden("")
	}
	sp, err := c.SearchParams()
	if err != nil {
		return nil, err
	}
	var linked []*store.Record
	for _, id := range c.Store.Linked(r, l.Name) {
		linked = append(linked, c.Store.Find(to.Name, id))
	}
	page, err := c.Search(to, sp, linked)
	if err != nil {
		return nil, err
	}
	return linkedAnswer(c, r, l, sp, page), nil
}

// linkedAnswer is the JSON of a list of linked records, which have the columns
// of the link as attributes.
func linkedAnswer(c *crm.Call, r *store.Record, l *schema.Link, sp where.Params, page *crm.ListPage) answer.Object {
	to := c.Store.Types[l.Entity]
	columns := c.Store.LinkAttributes(l)
	attrs := c.ListAttributes(to, sp)
	if c.Has(release.LinkSelects) && !sp.HasSelect && len(l.Selected) > 0 {
		// What the link selects is a select, without what the entity type adds.
		sp.HasSelect = true
		bare := *to
		bare.MandatoryAttributes = nil
		attrs = c.ListAttributes(&bare, sp)
	}
	attrs = slices.DeleteFunc(slices.Clone(to.AttrList), func(a *schema.Attribute) bool {
		_, isColumn := columns[a.Name]
		wanted := isColumn && (!sp.HasSelect || slices.Contains(sp.SelectList, a.Name) || slices.Contains(l.Selected, a.Name))
		return !wanted && !slices.Contains(attrs, a)
	})
	list := make([]answer.Object, len(page.Records))
	for i, rec := range page.Records {
		list[i] = c.Item(rec, attrs)
		own := c.Store.ColumnsOf(r, l.Name, rec.ID)
		for j, m := range list[i] {
			if column, ok := columns[m.Name]; ok {
				list[i][j].Value = own[column]
			}
		}
	}
	return answer.Object{{Name: "total", Value: int64(page.Total)}, {Name: "list", Value: list}}
}

// Link links a record to others: POST {type}/{id}/{link}.
func Link(c *crm.Call) (any, *answer.Error) {
	if slices.Contains(noLinks, c.Params["controller"]) {
		return nil, c.NoAction("createLink")
	}
	e, err := c.Entity(c.Params["controller"])
	if err != nil {
		return nil, err
	}
	if c.Data["massRelate"] == true {
		return linkWhere(c, e)
	}
	ids, err := c.LinkIDs()
	if err != nil || len(ids) == 0 {
		return false, err
	}
	for _, id := range ids {
		r, l, to, err := linkTarget(c, e, id)
		if err != nil {
			return nil, err
		}
		if err := mayLink(c, r, l, to); err != nil {
			return nil, err
		}
		if c.Store.Relate(r, l.Name, to.ID, nil) {
			c.NoteLink("Relate", r, l, to)
		}
		primaryChanged(c, r, l, to, true)
		c.AfterLink(r, l, to)
	}
	return true, nil
}

// Unlink unlinks a record from others: DELETE {type}/{id}/{link}.
func Unlink(c *crm.Call) (any, *answer.Error) {
	if slices.Contains(noLinks, c.Params["controller"]) {
		return nil, c.NoAction("removeLink")
	}
	e, err := c.Entity(c.Params["controller"])
	if err != nil {
		return nil, err
	}
	ids, err := c.LinkIDs()
	if err != nil || len(ids) == 0 {
		return false, err
	}
	for _, id := range ids {
		r, l, to, err := linkTarget(c, e, id)
		if err != nil {
			return nil, err
		}
		c.Store.Unrelate(r, l.Name, to.ID)
		c.NoteLink("Unrelate", r, l, to) // also when it was not linked
		primaryChanged(c, r, l, to, false)
		c.AfterLink(r, l, to)
	}
	return true, nil
}

// linkTarget finds what is to be linked or unlinked, after the checks that
// both have.
func linkTarget(c *crm.Call, e *schema.EntityType, id string) (r *store.Record, l *schema.Link, to *store.Record, err *answer.Error) {
	if c.User.Level(e, rights.Edit) == rights.LevelNo && c.User.Level(e, rights.Read) == rights.LevelNo {
		return nil, nil, nil, answer.Forbidden("")
	}
	name := c.Params["link"]
	l = e.Links[name]
	if l != nil {
		switch c.Store.Shape(l) {
		case store.ShapeManyBack, store.ShapeChildren, store.ShapeMany:
		default:
			return nil, nil, nil, answer.Forbidden("Only manyMany, hasMany & hasChildren relations are allowed.")
		}
	}
	if r = c.Store.Find(e.Name, c.Params["id"]); r == nil {
		return nil, nil, nil, answer.NotFound("")
	}
	if !c.User.May(rights.Edit, r) {
		err := answer.Forbidden("No record access for link operation (%s:%s).", e.Name, name)
		return nil, nil, nil, noLinkAccess(err, "noAccessToRecord", rights.Edit)
	}
	if l == nil {
		return nil, nil, nil, answer.NotFound("Entity %s does not have link %s.", e.Name, name)
	}
	if slices.Contains(readOnlyLinks[e.Name], name) {
		return nil, nil, nil, answer.Forbidden("")
	}
	if to = c.Store.Find(l.Entity, id); to == nil {
		return nil, nil, nil, answer.NotFound("")
	}
	action := rights.Edit
	if slices.Contains(readerLinks[e.Name], name) {
		action = rights.Read
	}
	if !c.User.May(action, to) {
		err := answer.Forbidden("No foreign record access for link operation (%s:%s).", e.Name, name)
		return nil, nil, nil, noLinkAccess(err, "noAccessToForeignRecord", action)
	}
	return r, l, to, nil
}

// noLinkAccess adds which right was missing for a link operation.
func noLinkAccess(err *answer.Error, label, action string) *answer.Error {
	err.Body = map[string]any{"messageTranslation": map[string]any{
		"label": label, "scope": nil, "data": map[string]any{"action": action},
	}}
	return err
}

func mayLink(c *crm.Call, r *store.Record, l *schema.Link, to *store.Record) *answer.Error {
	if !c.Has(release.SingleLinks) || !slices.Contains(singleLinks[r.Entity.Name], l.Name) || to.Get(l.Foreign+"Id") == nil {
		return nil
	}
	err := answer.Forbidden("Cannot link as the record is already linked (%s:%s).", r.Entity.Name, l.Name)
	err.Body = map[string]any{"messageTranslation": map[string]any{
		"label": "cannotLinkAlreadyLinked", "scope": nil, "data": map[string]any{},
	}}
	return err
}

// primaryLinks are the links whose other end has a primary record among those
// it is linked to: the first that is linked from this end, until it is
// unlinked from this end.
var primaryLinks = map[string]map[string]string{
	"Account": {"contacts": "account"},
	"Contact": {"opportunities": "contact"},
}

func primaryChanged(c *crm.Call, r *store.Record, l *schema.Link, to *store.Record, linked bool) {
	primary := primaryLinks[r.Entity.Name][l.Name]
	if primary == "" {
		return
	}
	switch id := to.Str(primary + "Id"); {
	case linked && id == "":
		to.Set(primary+"Id", r.ID)
	case !linked && id == r.ID:
		to.Set(primary+"Id", nil)
	default:
		return
	}
	c.Modified(to)
	to.Version++
}

// linkWhere links every record of a filter.
func linkWhere(c *crm.Call, e *schema.EntityType) (any, *answer.Error) {
	name := c.Params["link"]
	r := c.Store.Find(e.Name, c.Params["id"])
	l := e.Links[name]
	switch {
	case c.Has(release.MassLinkChosen) && !slices.Contains(massLinks[e.Name], name) || l == nil:
		return nil, answer.Forbidden("Mass link is not allowed.")
	case r == nil:
		return nil, answer.NotFound("")
	case !c.User.May(rights.Edit, r):
		return nil, answer.Forbidden("")
	}
	to := c.Store.Types[l.Entity]
	sp, err := bodyFilter(c)
	if err != nil {
		return nil, err
	}
	keep, err := c.Filter(to, sp)
	if err != nil {
		return nil, err
	}
	for _, rec := range c.Store.All(to.Name) {
		if keep(rec) {
			c.Store.Relate(r, name, rec.ID, nil)
		}
	}
	return true, nil
}

// bodyFilter reads the where of a JSON body.
func bodyFilter(c *crm.Call) (where.Params, *answer.Error) {
	decoded, err := php.DecodeJSONArrays(string(c.Raw))
	if err != nil {
		return where.Params{}, answer.BadRequest("")
	}
	raw := php.NewArray()
	if body, ok := decoded.(*php.Array); ok {
		if where, ok := body.Get("where").(*php.Array); ok {
			raw.Set("where", where)
		}
	}
	return where.FromArray(raw)
}
