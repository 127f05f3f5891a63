package espotest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/area/records"
	"github.com/go-espo/espo/espotest/internal/crm"
)

// bareControllers are controllers of no entity type: they have none of the
// actions of records.
var bareControllers = []string{
	"Activities", "DataPrivacy", "I18n", "Layout", "Ldap", "Metadata", "Oidc", "Pdf", "Settings", "Stream",
}

// recordActions are the actions that paths without the name of one mean: of a
// list, of a record, of a link.
var recordActions = map[string][3]string{
	http.MethodGet:    {"list", "read", "listLinked"},
	http.MethodHead:   {"list", "read", "listLinked"},
	http.MethodPost:   {"create", "", "createLink"},
	http.MethodPut:    {"", "update", ""},
	http.MethodPatch:  {"", "update", ""},
	http.MethodDelete: {"", "delete", "removeLink"},
}

// handle runs the handler of a route. A path that names a controller may begin
// with a small letter; and for a controller, HEAD is a method of its own, which
// none has an action for.
func handle(c *crm.Call, rt *route) (any, *answer.Error) {
	name, ok := c.Params["controller"]
	if !ok {
		return rt.handle(c)
	}
	name = controllerName(name)
	c.Params["controller"] = name
	if slices.Contains(bareControllers, name) {
		return nil, c.NoAction(actionName(c, rt))
	}
	if c.Req.Method != http.MethodHead {
		return rt.handle(c)
	}
	if _, err := c.Entity(name); err != nil {
		return nil, err
	}
	return nil, c.NoAction(actionName(c, rt))
}

// controllerName is the name of the controller that a path begins with.
func controllerName(segment string) string {
	if segment == "" {
		return ""
	}
	return strings.ToUpper(segment[:1]) + segment[1:]
}

func actionName(c *crm.Call, rt *route) string {
	if name, ok := c.Params["action"]; ok {
		return name
	}
	return recordActions[c.Req.Method][min(len(rt.segments), 3)-1]
}

// namedAction is for paths with the name of an action: those of every record
// have one, too.
func namedAction(c *crm.Call) (any, *answer.Error) {
	e, err := c.Entity(c.Params["controller"])
	if err != nil {
		return nil, err
	}
	switch name := c.Params["action"]; {
	case c.Req.Method == http.MethodGet && strings.EqualFold(name, "listTree") && e.Type == records.CategoryTree:
		return records.ListTree(c, e)
	case c.Req.Method == http.MethodPost && strings.EqualFold(name, "restoreDeleted"):
		return records.Restore(c, e)
	case c.Req.Method == http.MethodPost && strings.EqualFold(name, "getDuplicateAttributes"):
		return records.DuplicateAttributes(c, e)
	case c.Req.Method == http.MethodGet && strings.EqualFold(name, "list"):
		return crm.ListRecords(c)
	case c.Req.Method == http.MethodGet && strings.EqualFold(name, "read"):
		return nil, answer.BadRequest("No ID.")
	case c.Req.Method == http.MethodPost && strings.EqualFold(name, "create"):
		return crm.CreateRecord(c)
	default:
		return nil, c.NoAction(name)
	}
}

// noRoute is the answer to a path or a method that there is no route for. To
// OPTIONS it has the same, but for the status.
func noRoute(method string, allowed []string) answer.Reply {
	rep := answer.Reply{Status: http.StatusNotFound, Raw: []byte(`{"message":"404 Not Found"}`)}
	if len(allowed) > 0 {
		rep.Status = http.StatusMethodNotAllowed
		rep.Header = http.Header{"Allow": {strings.Join(allowed, ", ")}}
		rep.Raw = []byte(`{"message":"405 Method Not Allowed"}`)
	}
	if method == http.MethodOptions {
		rep.Status = http.StatusOK
	}
	return rep
}
