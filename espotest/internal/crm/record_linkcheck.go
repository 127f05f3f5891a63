package crm

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// checkLinks refuses links to records that do not exist or that the user may
// not read. Those of links come first, then those of files.
func checkLinks(c *Call, ch change) *answer.Error {
	e, in, before := ch.e, ch.in, ch.before
	for _, name := range e.LinkNames {
		if err := checkBareIDs(c, e, name, ch.data); err != nil {
			return err
		}
		if err := checkLinksOf(c, e, e.Fields[name], in, before); err != nil {
			return err
		}
	}
	for _, f := range e.FieldList {
		if err := checkLinksOf(c, e, f, in, before); err != nil {
			return err
		}
	}
	return nil
}

// checkBareIDs refuses ids for a link to many that has no field. None of them has an
// effect anyhow.
func checkBareIDs(c *Call, e *schema.EntityType, name string, data map[string]any) *answer.Error {
	l := e.Links[name]
	ids, _ := data[name+"Ids"].([]any)
	if len(ids) == 0 || e.Fields[name] != nil || !c.Has(release.LinkIDsChecked) || l.Type != "hasMany" && l.Type != "hasChildren" {
		return nil
	}
	if slices.Contains(ids, nil) {
		return answer.Crash()
	}
	if len(ids) > 1 {
		return answer.Forbidden("Cannot set multiple IDs for link '%s' as there's no link-multiple field.", name)
	}
	if s, _ := php.Text(ids[0]); c.Store.Find(l.Entity, s) == nil {
		return cannotRelateMissing(e, name, l.Entity)
	}
	return nil
}

// cannotRelateMissing refuses a link to a record that does not exist.
func cannotRelateMissing(e *schema.EntityType, link, entity string) *answer.Error {
	err := answer.Forbidden("Can't relate with non-existing record. entity type: %s, link: %s.", e.Name, link)
	err.Body = map[string]any{"messageTranslation": map[string]any{
		"label": "cannotRelateNonExisting", "scope": nil, "data": map[string]any{"foreignEntityType": entity},
	}}
	return err
}

// checkLinksOf checks the links of a field; it may be nil.
func checkLinksOf(c *Call, e *schema.EntityType, f *schema.Field, in, before map[string]any) *answer.Error {
	if f == nil || f.Type == "link" && f.NotStorable {
		return nil
	}
	entity, ids := newLinks(e, f, in, before)
	if c.Store.Types[entity] == nil {
		return nil
	}
	for _, id := range ids {
		s, _ := id.(string)
		to := c.Store.Find(entity, s)
		switch {
		case !c.Has(release.LinksChecked) && f.Type != "linkMultiple":
		case to == nil:
			return cannotRelateMissing(e, f.Name, entity)
		case entity != "Attachment" && !c.User.May(rights.Read, to):
			return cannotRelate(answer.Forbidden("No foreign record access for link operation (%s:%s).", e.Name, f.Name), entity)
		}
	}
	return nil
}

// newLinks returns the ids that a field links anew, and of what entity type.
func newLinks(e *schema.EntityType, f *schema.Field, in, before map[string]any) (entity string, ids []any) {
	l := e.Links[f.Name]
	switch f.Type {
	case "linkMultiple", "attachmentMultiple":
		if l == nil {
			return "", nil
		}
		old, _ := before[f.Name+"Ids"].([]any)
		list, _ := in[f.Name+"Ids"].([]any)
		return l.Entity, slices.DeleteFunc(slices.Clone(list), func(id any) bool { return slices.Contains(old, id) })
	case "link", "linkOne", "file", "image", "linkParent":
	default:
		return "", nil
	}
	id, ok := in[f.Name+"Id"]
	switch {
	case !ok || id == nil || php.Same(before[f.Name+"Id"], id):
		return "", nil
	case f.Type == "linkParent":
		if entity, ok = in[f.Name+"Type"].(string); !ok {
			entity, _ = before[f.Name+"Type"].(string)
		}
	case l != nil:
		entity = l.Entity
	default:
		entity = "Attachment"
	}
	return entity, []any{id}
}

// cannotRelate adds what the server says of a link to a record that the user
// may not read.
func cannotRelate(err *answer.Error, entity string) *answer.Error {
	err.Body = map[string]any{"messageTranslation": map[string]any{
		"label": "cannotRelateForbidden", "scope": nil,
		"data": map[string]any{"foreignEntityType": entity, "action": rights.Read},
	}}
	return err
}
