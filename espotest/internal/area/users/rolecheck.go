package users

import (
	"fmt"
	"maps"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// levels are those of the actions in a role.
var (
	levels       = []any{"yes", "all", "team", "own", "no"}
	portalLevels = []any{"yes", "all", "account", "contact", "own", "no"}
)

// RoleAfterCheck refuses a role that says what roles cannot say.
func RoleAfterCheck(c *crm.Call, mem, _ map[string]any) *answer.Error {
	return checkRole(c, mem, levels)
}

// PortalRoleAfterCheck is RoleAfterCheck for roles of portals.
func PortalRoleAfterCheck(c *crm.Call, mem, _ map[string]any) *answer.Error {
	return checkRole(c, mem, portalLevels)
}

func checkRole(c *crm.Call, mem map[string]any, levels []any) *answer.Error {
	data, _ := mem["data"].(map[string]any)
	for _, scope := range slices.Sorted(maps.Keys(data)) {
		if e := c.Store.Types[scope]; e != nil {
			if err := checkScope(e, data[scope], levels); err != nil {
				return err
			}
		}
	}
	fields, _ := mem["fieldData"].(map[string]any)
	for _, scope := range slices.Sorted(maps.Keys(fields)) {
		own, _ := fields[scope].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(own)) {
			if e := c.Store.Types[scope]; e != nil && !e.HasField(name) {
				return answer.BadRequest("Field *%s* does not exist in *%s*.", name, scope)
			}
		}
	}
	return nil
}

// checkScope checks what a role says of an entity type.
func checkScope(e *schema.EntityType, v any, levels []any) *answer.Error {
	actions, object := v.(map[string]any)
	switch {
	case e.ACL == "boolean" && object:
		return answer.BadRequest("Bad data. Value for *%s* should be be boolean.", e.Name)
	case e.ACL == true && v == true:
		return answer.BadRequest("Bad data. Value for *%s* should be be false or object.", e.Name)
	}
	for _, action := range slices.Sorted(maps.Keys(actions)) {
		level := actions[action]
		own := len(e.ACLLevels) == 0 || level == "yes" || slices.Contains(e.ACLLevels, fmt.Sprint(level))
		switch {
		case action == rights.Create:
			own = level == "yes" || level == "no"
		case e.Name == "User" && action == rights.Edit:
			own = level == "own" || level == "no"
		}
		if !own || !slices.Contains(levels, level) {
			return answer.BadRequest("Level `%v` is not allowed for action *%s* for *%s*.", level, action, e.Name)
		}
	}
	return nil
}
