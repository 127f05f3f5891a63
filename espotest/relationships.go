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

// massLinks are the links that accept every record of a filter at once.
var massLinks = map[string][]string{"TargetList": {"accounts", "contacts", "leads", "users"}}

// readerLinks are the links for which it is enough to read the record at the
// other end; for others one must edit it, too.
var readerLinks = map[string][]string{
	"Case":       {"articles", "contacts"},
	"Email":      {"teams"},
	"TargetList": {"accounts", "contacts", "leads", "users"},
}

// readOnlyLinks are the links that only the server changes.
var readOnlyLinks = map[string][]string{"Email": {"tasks", "users"}}

// singleLinks are the links that refuse a record that is linked to another
// one already, where others take it over.
var singleLinks = map[string][]string{"Account": {"opportunities"}}

func (c *call) listLinked() (any, *answer.Error) {
	e, err := c.entity(c.params["controller"])
	if err != nil {
		return nil, err
	}
	if c.user.Level(e, rights.Read) == espo.AccessNo {
		return nil, answer.Forbidden("No access.")
	}
	r := c.store.Find(e.Name, c.params["id"])
	if r == nil {
		return nil, answer.NotFound("")
	}
	if !c.user.May(rights.Read, r) {
		return nil, answer.Forbidden("No read access.")
	}
	l := e.Links[c.params["link"]]
	if l == nil {
		return nil, answer.NotFound("Link does not exist.")
	}
	to := c.store.Types[l.Entity]
	switch {
	case l.Type == "belongsToParent": // its entity type depends on the record
		return nil, answer.ServerError()
	case to == nil:
		return nil, answer.NotFound("Link does not exist.")
	case c.user.Level(to, rights.Read) == espo.AccessNo:
		return nil, answer.Forbidden("")
	}
	sp, err := c.searchParams()
	if err != nil {
		return nil, err
	}
	var linked []*store.Record
	for _, id := range c.store.Linked(r, l.Name) {
		linked = append(linked, c.store.Find(to.Name, id))
	}
	page, err := c.search(to, sp, linked)
	if err != nil {
		return nil, err
	}
	return c.linkedAnswer(r, l, sp, page), nil
}

// linkedAnswer is the JSON of a list of linked records, which have the columns
// of the link as attributes.
func (c *call) linkedAnswer(r *store.Record, l *schema.Link, sp where.Params, page *listPage) answer.Object {
	to := c.store.Types[l.Entity]
	columns := c.store.LinkAttributes(l)
	attrs := c.listAttributes(to, sp)
	if !sp.HasSelect && len(l.Selected) > 0 {
		// What the link selects is a select, without what the entity type adds.
		sp.HasSelect = true
		bare := *to
		bare.MandatoryAttributes = nil
		attrs = c.listAttributes(&bare, sp)
	}
	attrs = slices.DeleteFunc(schema.AllAttributes(to), func(a *schema.Attribute) bool {
		_, isColumn := columns[a.Name]
		wanted := isColumn && (!sp.HasSelect || slices.Contains(sp.SelectList, a.Name) || slices.Contains(l.Selected, a.Name))
		return !wanted && !slices.Contains(attrs, a)
	})
	list := make([]answer.Object, len(page.records))
	for i, rec := range page.records {
		list[i] = c.item(rec, attrs)
		own := c.store.ColumnsOf(r, l.Name, rec.ID)
		for j, m := range list[i] {
			if column, ok := columns[m.Name]; ok {
				list[i][j].Value = own[column]
			}
		}
	}
	return answer.Object{{Name: "total", Value: int64(page.total)}, {Name: "list", Value: list}}
}

func (c *call) link() (any, *answer.Error) {
	e, err := c.entity(c.params["controller"])
	if err != nil {
		return nil, err
	}
	if c.data["massRelate"] == true {
		return c.linkWhere(e)
	}
	ids, err := c.linkIDs()
	if err != nil || len(ids) == 0 {
		return false, err
	}
	for _, id := range ids {
		r, l, to, err := c.linkTarget(e, id)
		if err != nil {
			return nil, err
		}
		if err := c.mayLink(r, l, to); err != nil {
			return nil, err
		}
		if c.store.Relate(r, l.Name, to.ID, nil) {
			c.noteLink("Relate", r, l, to)
		}
		c.primaryChanged(r, l, to, true)
	}
	return true, nil
}

func (c *call) unlink() (any, *answer.Error) {
	e, err := c.entity(c.params["controller"])
	if err != nil {
		return nil, err
	}
	ids, err := c.linkIDs()
	if err != nil || len(ids) == 0 {
		return false, err
	}
	for _, id := range ids {
		r, l, to, err := c.linkTarget(e, id)
		if err != nil {
			return nil, err
		}
		c.store.Unrelate(r, l.Name, to.ID)
		c.noteLink("Unrelate", r, l, to) // also when it was not linked
		c.primaryChanged(r, l, to, false)
	}
	return true, nil
}

// linkIDs returns the ids that the body names.
func (c *call) linkIDs() ([]string, *answer.Error) {
	if v, ok := c.data["id"]; ok && v != nil {
		id, _ := php.Text(v)
		if id == "" {
			return nil, answer.BadRequest("")
		}
		return []string{id}, nil
	}
	list, _ := c.data["ids"].([]any)
	ids := make([]string, 0, len(list))
	for _, v := range list {
		if id, ok := php.Text(v); ok {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// linkTarget finds what is to be linked or unlinked, after the checks that
// both have.
func (c *call) linkTarget(e *schema.EntityType, id string) (r *store.Record, l *schema.Link, to *store.Record, err *answer.Error) {
	if c.user.Level(e, rights.Edit) == espo.AccessNo && c.user.Level(e, rights.Read) == espo.AccessNo {
		return nil, nil, nil, answer.Forbidden("")
	}
	if r = c.store.Find(e.Name, c.params["id"]); r == nil {
		return nil, nil, nil, answer.NotFound("")
	}
	name := c.params["link"]
	l = e.Links[name]
	if l != nil {
		switch c.store.Shape(l) {
		case store.ShapeManyBack, store.ShapeChildren, store.ShapeMany:
		default:
			return nil, nil, nil, answer.Forbidden("Only manyMany, hasMany & hasChildren relations are allowed.")
		}
	}
	if !c.user.May(rights.Edit, r) {
		err := answer.Forbidden("No record access for link operation (%s:%s).", e.Name, name)
		return nil, nil, nil, noLinkAccess(err, "noAccessToRecord", rights.Edit)
	}
	if l == nil {
		return nil, nil, nil, answer.NotFound("Entity %s does not have link %s.", e.Name, name)
	}
	if slices.Contains(readOnlyLinks[e.Name], name) {
		return nil, nil, nil, answer.Forbidden("")
	}
	if to = c.store.Find(l.Entity, id); to == nil {
		return nil, nil, nil, answer.NotFound("")
	}
	action := rights.Edit
	if slices.Contains(readerLinks[e.Name], name) {
		action = rights.Read
	}
	if !c.user.May(action, to) {
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

func (c *call) mayLink(r *store.Record, l *schema.Link, to *store.Record) *answer.Error {
	if !slices.Contains(singleLinks[r.Entity.Name], l.Name) || to.Get(l.Foreign+"Id") == nil {
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

func (c *call) primaryChanged(r *store.Record, l *schema.Link, to *store.Record, linked bool) {
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
	c.modified(to)
	to.Version++
}

// linkWhere links every record of a filter.
func (c *call) linkWhere(e *schema.EntityType) (any, *answer.Error) {
	name := c.params["link"]
	r := c.store.Find(e.Name, c.params["id"])
	l := e.Links[name]
	switch {
	case !slices.Contains(massLinks[e.Name], name) || l == nil:
		return nil, answer.Forbidden("Mass link is not allowed.")
	case r == nil:
		return nil, answer.NotFound("")
	case !c.user.May(rights.Edit, r):
		return nil, answer.Forbidden("")
	}
	to := c.store.Types[l.Entity]
	sp, err := c.bodyFilter()
	if err != nil {
		return nil, err
	}
	keep, err := c.filter(to, sp)
	if err != nil {
		return nil, err
	}
	for _, rec := range c.store.All(to.Name) {
		if keep(rec) {
			c.store.Relate(r, name, rec.ID, nil)
		}
	}
	return true, nil
}

// bodyFilter reads the where of a JSON body.
func (c *call) bodyFilter() (where.Params, *answer.Error) {
	decoded, err := php.DecodeJSONArrays(string(c.raw))
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

// checkColumns refuses columns of links whose value is none of their options.
func (c *call) checkColumns(e *schema.EntityType, in map[string]any) *answer.Error {
	for _, name := range e.FieldNames {
		f := e.Fields[name]
		sent, _ := in[name+"Columns"].(map[string]any)
		l := e.Links[name]
		if l == nil || c.store.Types[l.Entity] == nil {
			continue
		}
		for _, v := range sent {
			columns, _ := v.(map[string]any)
			for column, attr := range f.Columns {
				own := c.store.Types[l.Entity].Fields[attr]
				value := columns[column]
				if own != nil && own.Type == "enum" && value != nil && len(own.Options) > 0 && !slices.Contains(own.Options, value) {
					return answer.Invalid(e.Name, name, "columnsValid")
				}
			}
		}
	}
	return nil
}
