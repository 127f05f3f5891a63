package records

import (
	"cmp"
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

// CategoryTree is the template of entity types whose records form a tree.
const CategoryTree = "CategoryTree"

// treeDepth is how many levels a tree has when no number is asked for.
const treeDepth = 2

// tree is a tree of categories that is read.
type tree struct {
	c        *crm.Call
	e        *schema.EntityType
	attrs    []*schema.Attribute
	notEmpty bool
}

// ListTree reads a part of a tree of categories: GET {type}/action/listTree.
func ListTree(c *crm.Call, e *schema.EntityType) (any, *answer.Error) {
	if c.User.Level(e, rights.Read) == rights.LevelNo {
		return nil, answer.Forbidden("")
	}
	query := c.Req.URL.Query()
	t := &tree{c: c, e: e, attrs: c.ListAttributes(e, where.Params{}), notEmpty: query.Get("onlyNotEmpty") == "true"}
	depth := treeDepth
	if query.Has("maxDepth") {
		depth = php.ToInt(php.Int(query.Get("maxDepth")))
	}
	parentID := query.Get("parentId")
	path, data := []any{}, any(nil)
	if parentID != "" {
		parent := c.Store.Find(e.Name, parentID)
		if parent == nil {
			return nil, answer.NotFound("")
		}
		for _, r := range upwards(c, parent) {
			path = slices.Insert(path, 0, any(r.ID))
		}
		upper := c.Store.Find(e.Name, parent.Str("parentId"))
		info := map[string]any{"upperId": nil, "upperName": nil, "id": parent.ID, "name": parent.Get("name")}
		if upper != nil {
			info["upperId"], info["upperName"] = upper.ID, upper.Get("name")
		}
		data = info
	}
	list := t.below(parentID, depth)
	return answer.Object{{Name: "list", Value: list}, {Name: "path", Value: path}, {Name: "data", Value: data}, {Name: "openPath", Value: nil}}, nil
}

// upwards are a category and those above it, without an end where they are in
// a circle.
func upwards(c *crm.Call, r *store.Record) (list []*store.Record) {
	for r != nil && !slices.Contains(list, r) {
		list = append(list, r)
		r = c.Store.Find(r.Entity.Name, r.Str("parentId"))
	}
	return list
}

// below is a level of the tree.
func (t *tree) below(parentID string, depth int) []answer.Object {
	list := []answer.Object{}
	for _, r := range childrenOf(t.c, t.e, parentID) {
		if !t.c.User.May(rights.Read, r) || t.notEmpty && !t.holds(r) {
			continue
		}
		item := slices.DeleteFunc(t.c.Item(r, t.attrs), func(m answer.Member) bool { return m.Name == "childList" })
		var children any
		if depth > 1 {
			children = t.below(r.ID, depth-1)
		}
		list = append(list, append(item, answer.Member{Name: "childList", Value: children}))
	}
	return list
}

// holds reports whether there are records in a category or below it.
func (t *tree) holds(r *store.Record) bool {
	return filled(t.c, r) || slices.ContainsFunc(childrenOf(t.c, t.e, r.ID), t.holds)
}

// childrenOf are the categories below one, in their order.
func childrenOf(c *crm.Call, e *schema.EntityType, parentID string) []*store.Record {
	var list []*store.Record
	for _, r := range c.Store.All(e.Name) {
		if r.Str("parentId") == parentID {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b *store.Record) int {
		return cmp.Or(cmp.Compare(php.IntVal(a.Get("order")), php.IntVal(b.Get("order"))), cmp.Compare(a.Str("name"), b.Str("name")))
	})
	return list
}

// filled reports whether a category has records.
func filled(c *crm.Call, r *store.Record) bool {
	for name, l := range r.Entity.Links {
		switch c.Store.Shape(l) {
		case store.ShapeManyBack, store.ShapeMany:
			if l.Entity != r.Entity.Name && l.Entity != "Team" && l.Entity != "User" && len(c.Store.Linked(r, name)) > 0 {
				return true
			}
		}
	}
	return false
}

// CategoryAfterCheck refuses to move a category below itself.
func CategoryAfterCheck(entityType string) func(c *crm.Call, mem, before map[string]any) *answer.Error {
	return func(c *crm.Call, mem, before map[string]any) *answer.Error {
		id, _ := mem["id"].(string)
		parentID, _ := mem["parentId"].(string)
		switch {
		case before == nil, parentID == "", parentID == before["parentId"]:
			return nil
		case parentID == id:
			return answer.Forbidden("")
		case !c.Has(release.CategoryCircles):
			return nil
		}
		above := upwards(c, c.Store.Find(entityType, parentID))
		if slices.ContainsFunc(above, func(r *store.Record) bool { return r.ID == id }) {
			return answer.Forbidden("Cannot move. Circle reference.")
		}
		return nil
	}
}

// CategoryBeforeSave puts a new category behind its siblings, where they have an
// order that users cannot set.
func CategoryBeforeSave(entityType string) func(c *crm.Call, mem, before map[string]any) {
	return func(c *crm.Call, mem, before map[string]any) {
		e := c.Store.Types[entityType]
		if before != nil || !c.Has(release.CategoriesNumbered) || e.Fields["order"] == nil || !e.Fields["order"].ReadOnly {
			return
		}
		parentID, _ := mem["parentId"].(string)
		last := 0
		for _, r := range childrenOf(c, e, parentID) {
			last = max(last, php.IntVal(r.Get("order")))
		}
		mem["order"] = int64(last + 1)
	}
}

// CategoryBeforeDelete refuses to delete a category that holds something.
func CategoryBeforeDelete(c *crm.Call, r *store.Record) *answer.Error {
	switch {
	case !c.Has(release.CategoriesKept):
		return nil
	case len(childrenOf(c, r.Entity, r.ID)) > 0:
		return kept("cannotRemoveCategoryWithChildCategory")
	case filled(c, r):
		return kept("cannotRemoveNotEmptyCategory")
	}
	return nil
}

func kept(label string) *answer.Error {
	err := answer.Forbidden("%s", label)
	err.Body = map[string]any{"messageTranslation": map[string]any{"label": label, "scope": nil, "data": map[string]any{}}}
	return err
}
