package espotest

import (
	"net/http"
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// subscribed returns the record of the path, for following it. Records of every
// type can be followed, also where it has no effect.
func (c *call) subscribed() (*store.Record, *answer.Error) {
	e, err := c.entity(c.params["controller"])
	if err != nil {
		return nil, err
	}
	if c.user.Level(e, rights.Read) == espo.AccessNo {
		return nil, answer.Forbidden("")
	}
	r := c.store.Find(e.Name, c.params["id"])
	switch {
	case r == nil:
		return nil, answer.NotFound("")
	case !c.user.May(rights.Stream, r):
		return nil, answer.Forbidden("")
	}
	return r, nil
}

func (c *call) followRecord() (any, *answer.Error) {
	r, err := c.subscribed()
	if err != nil {
		return nil, err
	}
	r.Follow(c.user.Rec.ID)
	return true, nil
}

// unfollowRecord asks for no rights: nobody need follow what they cannot read.
func (c *call) unfollowRecord() (any, *answer.Error) {
	e, err := c.entity(c.params["controller"])
	if err != nil {
		return nil, err
	}
	r := c.store.Find(e.Name, c.params["id"])
	if r == nil {
		return nil, answer.NotFound("")
	}
	r.Unfollow(c.user.Rec.ID)
	return true, nil
}

// listFollowers lists the users who follow a record, API users aside.
func (c *call) listFollowers() (any, *answer.Error) {
	r, err := c.followed(rights.Read, "")
	if err != nil {
		return nil, err
	}
	sp, err := c.searchParams()
	if err != nil {
		return nil, err
	}
	var users []*store.Record
	for _, id := range r.Followers {
		if u := c.store.Find("User", id); u != nil && u.Str("type") != "api" {
			users = append(users, u)
		}
	}
	e := c.store.Types["User"]
	page, err := c.search(e, sp, users)
	if err != nil {
		return nil, err
	}
	return c.listAnswer(e, sp, page), nil
}

// followed returns the record of the path if it has a stream and the user has
// the right to it; noScope is the reason when the user has it to none of the
// type.
func (c *call) followed(action, noScope string) (*store.Record, *answer.Error) {
	e := c.store.Types[c.params["controller"]]
	switch {
	case e == nil:
		return nil, answer.ServerError()
	case c.user.Level(e, action) == espo.AccessNo:
		return nil, &answer.Error{Status: http.StatusForbidden, Reason: noScope}
	case !e.Stream:
		return nil, answer.NotFound("No stream.")
	}
	r := c.store.Find(e.Name, c.params["id"])
	switch {
	case r == nil:
		return nil, answer.NotFound("Record not found.")
	case !c.user.May(action, r):
		return nil, answer.Forbidden("No '%s' access.", action)
	}
	return r, nil
}

func (c *call) addFollowers() (any, *answer.Error) {
	return c.changeFollowers(func(r, u *store.Record) *answer.Error {
		if user := c.users[u.ID]; user == nil || !user.May(rights.Stream, r) {
			err := answer.Forbidden("Could not add user to followers.")
			err.Body = map[string]any{"messageTranslation": map[string]any{
				"label": "couldNotAddFollowerUserHasNoAccessToStream", "scope": "Stream",
				"data": map[string]any{"userName": u.Get("userName")},
			}}
			return err
		}
		r.Follow(u.ID)
		return nil
	})
}

func (c *call) removeFollowers() (any, *answer.Error) {
	return c.changeFollowers(func(r, u *store.Record) *answer.Error {
		r.Unfollow(u.ID)
		return nil
	})
}

func (c *call) changeFollowers(change func(r, u *store.Record) *answer.Error) (any, *answer.Error) {
	r, err := c.followed(rights.Edit, "No 'edit' access to "+c.params["controller"]+" scope.")
	if err != nil {
		return nil, err
	}
	if c.user.Permission("followerManagementPermission") == espo.AccessNo {
		return nil, answer.Forbidden("")
	}
	ids, _ := c.data["ids"].([]any)
	if id, ok := c.data["id"].(string); ok {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, answer.BadRequest("No ids.")
	}
	for _, id := range ids {
		s, _ := id.(string)
		u := c.store.Find("User", s)
		if u == nil {
			return nil, answer.NotFound("User %s not found.", s)
		}
		if err := change(r, u); err != nil {
			return nil, err
		}
	}
	return true, nil
}

func (c *call) starRecord() (any, *answer.Error) { return c.setStarred(true) }

func (c *call) unstarRecord() (any, *answer.Error) { return c.setStarred(false) }

func (c *call) setStarred(starred bool) (any, *answer.Error) {
	e, err := c.entity(c.params["controller"])
	if err != nil {
		return nil, err
	}
	r := c.store.Find(e.Name, c.params["id"])
	switch {
	case r == nil:
		return nil, answer.NotFound("")
	case !e.Stars, !c.user.May(rights.Read, r):
		return nil, answer.Forbidden("")
	case starred && c.user.Type == "api":
		return nil, answer.Forbidden("Not allowed for non-internal users.")
	}
	id := c.user.Rec.ID
	r.Starred = slices.DeleteFunc(r.Starred, func(s string) bool { return s == id })
	if starred {
		r.Starred = append(r.Starred, id)
	}
	return true, nil
}
