package users

import (
	"maps"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
)

// preferencesUser returns the user of the path, whose preferences the caller
// may read and change.
func preferencesUser(c *crm.Call) (*rights.User, *answer.Error) {
	u := c.Users[c.Params["id"]]
	switch {
	case !c.User.Admin() && (u == nil || u.Rec != c.User.Rec):
		return nil, answer.Forbidden("")
	case u == nil || u.Rec.Deleted:
		return nil, answer.NotFound("")
	}
	return u, nil
}

// ReadPreferences reads the preferences of a user: GET Preferences/{id}.
func ReadPreferences(c *crm.Call) (any, *answer.Error) {
	u, err := preferencesUser(c)
	if err != nil {
		return nil, err
	}
	mem := schema.Defaults(c.Store.Types["Preferences"])
	mem["autoFollowEntityTypeList"] = []any{}
	maps.Copy(mem, u.Preferences)
	mem["id"], mem["name"] = u.Rec.ID, u.Rec.Get("name")
	return mem, nil
}

// UpdatePreferences changes preferences of a user: PUT Preferences/{id}.
func UpdatePreferences(c *crm.Call) (any, *answer.Error) {
	u, err := preferencesUser(c)
	if err != nil {
		return nil, err
	}
	if u.Preferences == nil {
		u.Preferences = map[string]any{}
	}
	maps.Copy(u.Preferences, c.Input(c.Store.Types["Preferences"], c.Data, false))
	return ReadPreferences(c)
}

// ResetPreferences sets the preferences of a user to the defaults:
// DELETE Preferences/{id}.
func ResetPreferences(c *crm.Call) (any, *answer.Error) {
	u, err := preferencesUser(c)
	if err != nil {
		return nil, err
	}
	u.Preferences = nil
	return ReadPreferences(c)
}
