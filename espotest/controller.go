package espotest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
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
func (c *call) handle(rt *route) (any, *answer.Error) {
	name, ok := c.params["controller"]
	if !ok {
		return rt.handle(c)
	}
	name = strings.ToUpper(name[:1]) + name[1:]
	c.params["controller"] = name
	if slices.Contains(bareControllers, name) {
		return nil, c.noAction(c.actionName(rt))
	}
	if c.req.Method != http.MethodHead {
		return rt.handle(c)
	}
	if _, err := c.entity(name); err != nil {
		return nil, err
	}
	return nil, c.noAction(c.actionName(rt))
}

func (c *call) actionName(rt *route) string {
	if name, ok := c.params["action"]; ok {
		return name
	}
	return recordActions[c.req.Method][min(len(rt.segments), 3)-1]
}

// namedAction is for paths with the name of an action: those of every record
// have one, too.
func (c *call) namedAction() (any, *answer.Error) {
	if _, err := c.entity(c.params["controller"]); err != nil {
		return nil, err
	}
	switch name := c.params["action"]; {
	case c.req.Method == http.MethodGet && strings.EqualFold(name, "list"):
		return c.listRecords()
	case c.req.Method == http.MethodGet && strings.EqualFold(name, "read"):
		return nil, answer.BadRequest("No ID.")
	case c.req.Method == http.MethodPost && strings.EqualFold(name, "create"):
		return c.createRecord()
	default:
		return nil, c.noAction(name)
	}
}

// noAction is the answer to an action that a controller does not have.
func (c *call) noAction(action string) *answer.Error {
	return answer.NotFound("Action %s '%s' does not exist in controller '%s'.", c.req.Method, action, c.params["controller"])
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
