package manager

import (
	"net/http"
	"strings"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
)

type handler = func(*crm.Call) (any, *answer.Error)

// forAdmins lets administrators alone pass.
func forAdmins(handle handler) handler {
	return func(c *crm.Call) (any, *answer.Error) {
		if !c.User.Admin() {
			return nil, answer.Forbidden("")
		}
		return handle(c)
	}
}

// text returns a text of the body, "" without one.
func text(c *crm.Call, name string) string {
	s, _ := c.Data[name].(string)
	return s
}

// rebuild makes the entity types anew.
func rebuild(c *crm.Call, custom *schema.Custom) *answer.Error {
	if err := c.Rebuild(custom); err != nil {
		return answer.FailedWith("Error while rebuilding database. See log file for details.")
	}
	return nil
}

// taken is the answer to a name that there is already. With a label, later
// releases say so in a body too.
func taken(c *crm.Call, label, scope string, data map[string]any, format string, args ...any) *answer.Error {
	e := &answer.Error{Status: http.StatusConflict, Reason: answer.BadRequest(format, args...).Reason}
	if label != "" && c.Has(release.CustomPrefix) {
		e.Body = map[string]any{"messageTranslation": map[string]any{"label": label, "scope": scope, "data": data}}
	}
	return e
}

// prefixed is the name that a new field or link of an entity type gets.
func prefixed(c *crm.Call, e *schema.EntityType, name string) string {
	if name == "" || e.Custom || !c.Has(release.CustomPrefix) {
		return name
	}
	return "c" + upper(name)
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }
