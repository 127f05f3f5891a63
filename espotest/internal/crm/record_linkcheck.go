package crm

import (
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// checkLinks refuses links to records that do not exist or that the user may
// not read.
func checkLinks(c *Call, e *schema.EntityType, in, before map[string]any) *answer.Error {
	for _, name := range slices.Concat(e.LinkNames, e.FieldNames) {
		f := e.Fields[name]
		if f == nil || f.Type == "link" && f.NotStorable {
			continue
		}
		var entity string
		var ids []any
		switch f.Type {
		case "link", "linkOne", "file", "image":
			entity = "Attachment"
			if l := e.Links[name]; l != nil {
				entity = l.Entity
			}
			id, ok := in[name+"Id"]
			if !ok || id == nil || before != nil && before[name+"Id"] == id {
				continue
			}
			ids = []any{id}
		case "linkMultiple", "attachmentMultiple":
			l := e.Links[name]
			if l == nil {
				continue
			}
			old, _ := before[name+"Ids"].([]any)
			list, _ := in[name+"Ids"].([]any)
			entity = l.Entity
			ids = slices.DeleteFunc(slices.Clone(list), func(id any) bool { return slices.Contains(old, id) })
		case "linkParent":
			id, ok := in[name+"Id"]
			if !ok || id == nil || before != nil && before[name+"Id"] == id {
				continue
			}
			if entity, ok = in[name+"Type"].(string); !ok {
				entity, _ = before[name+"Type"].(string)
			}
			ids = []any{id}
		default:
			continue
		}
		for _, id := range ids {
			s, _ := id.(string)
			if c.Store.Types[entity] == nil {
				continue
			}
			if to := c.Store.Find(entity, s); to != nil {
				if name == "teams" || entity == "Attachment" || c.User.May(rights.Read, to) {
					continue
				}
				return cannotRelate(answer.Forbidden("No foreign record access for link operation (%s:%s).", e.Name, name), entity)
			}
			err := answer.Forbidden("Can't relate with non-existing record. entity type: %s, link: %s.", e.Name, name)
			err.Body = map[string]any{"messageTranslation": map[string]any{
				"label": "cannotRelateNonExisting", "scope": nil, "data": map[string]any{"foreignEntityType": entity},
			}}
			return err
		}
	}
	return nil
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

// checkAssignment refuses an assignment that the user's assignment permission
// does not allow.
func checkAssignment(c *Call, in map[string]any) *answer.Error {
	if c.User.Permission("assignmentPermission") != espo.AccessNo {
		return nil
	}
	id, given := in["assignedUserId"]
	teams, _ := in["teamsIds"].([]any)
	own := c.Store.Linked(c.User.Rec, "teams")
	foreign := slices.ContainsFunc(teams, func(id any) bool { s, _ := id.(string); return !slices.Contains(own, s) })
	if given && id != nil && id != c.User.Rec.ID || foreign {
		return answer.Forbidden("Assignment failure: assigned user or team not allowed.")
	}
	return nil
}
