package stream

import (
	"net/http"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// subscribed returns the record of the path, for following it. Records of every
// type can be followed, also where it has no effect.
func subscribed(c *crm.Call) (*store.Record, *answer.Error) {
	e, err := c.Entity(c.Params["controller"])
	if err != nil {
		return nil, err
	}
	if c.User.Level(e, rights.Read) == rights.LevelNo || c.User.Level(e, rights.Stream) == rights.LevelNo {
		return nil, answer.Forbidden("")
	}
	r := c.Store.Find(e.Name, c.Params["id"])
	switch {
	case r == nil:
		return nil, answer.NotFound("")
	case !c.User.May(rights.Stream, r):
		return nil, answer.Forbidden("")
	}
	return r, nil
}

// FollowRecord makes the user follow a record: PUT {type}/{id}/subscription.
func FollowRecord(c *crm.Call) (any, *answer.Error) {
	r, err := subscribed(c)
	if err != nil {
		return nil, err
	}
	r.Follow(c.User.Rec.ID)
	return true, nil
}

// UnfollowRecord asks for no rights: nobody need follow what they cannot read.
func UnfollowRecord(c *crm.Call) (any, *answer.Error) {
	e, err := c.Entity(c.Params["controller"])
	if err != nil {
		return nil, err
	}
	r := c.Store.Find(e.Name, c.Params["id"])
	if r == nil {
		return nil, answer.NotFound("")
	}
	r.Unfollow(c.User.Rec.ID)
	return true, nil
}

// ListFollowers lists the users who follow a record, API users aside.
func ListFollowers(c *crm.Call) (any, *answer.Error) {
	r, err := followed(c, rights.Read, "")
	if err != nil {
		return nil, err
	}
	sp, err := c.SearchParams()
	if err != nil {
		return nil, err
	}
	var users []*store.Record
	for _, id := range r.Followers {
		if u := c.Store.Find("User", id); u != nil && u.Str("type") != "api" {
			users = append(users, u)
		}
	}
	e := c.Store.Types["User"]
	page, err := c.Search(e, sp, users)
	if err != nil {
		return nil, err
	}
	bare := *e // without what lists of users have besides
	bare.MandatoryAttributes = nil
	return c.ListAnswer(&bare, sp, page), nil
}

// followed returns the record of the path if it has a stream and the user has
// the right to it; noScope is the reason when the user has it to none of the
// type.
func followed(c *crm.Call, action, noScope string) (*store.Record, *answer.Error) {
	e := c.Store.Types[c.Params["controller"]]
	switch {
	case e == nil:
		return nil, answer.ServerError()
	case c.User.Level(e, action) == rights.LevelNo:
		return nil, &answer.Error{Status: http.StatusForbidden, Reason: noScope}
	case !e.Stream:
		return nil, answer.NotFound("No stream.")
	}
	r := c.Store.Find(e.Name, c.Params["id"])
	switch {
	case r == nil:
		return nil, answer.NotFound("Record not found.")
	case !c.User.May(action, r):
		return nil, answer.Forbidden("No '%s' access.", action)
	}
	return r, nil
}

// AddFollowers makes other users follow a record: POST {type}/{id}/followers.
func AddFollowers(c *crm.Call) (any, *answer.Error) {
	return changeFollowers(c, func(r, u *store.Record) *answer.Error {
		if user := c.Users[u.ID]; user == nil || !user.May(rights.Stream, r) {
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

// RemoveFollowers makes other users follow a record no longer:
// DELETE {type}/{id}/followers.
func RemoveFollowers(c *crm.Call) (any, *answer.Error) {
	return changeFollowers(c, func(r, u *store.Record) *answer.Error {
		r.Unfollow(u.ID)
		return nil
	})
}

func changeFollowers(c *crm.Call, change func(r, u *store.Record) *answer.Error) (any, *answer.Error) {
	r, err := followed(c, rights.Edit, "No 'edit' access to "+c.Params["controller"]+" scope.")
	if err != nil {
		return nil, err
	}
	ids, _ := c.Data["ids"].([]any)
	if id, ok := c.Data["id"].(string); ok {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, answer.BadRequest("No ids.")
	}
	for _, id := range ids {
		s, _ := id.(string)
		u := c.Store.Find("User", s)
		if u == nil {
			return nil, answer.NotFound("User %s not found.", s)
		}
		if !c.User.MayFor("followerManagementPermission", u) {
			return nil, answer.Forbidden("")
		}
		if err := change(r, u); err != nil {
			return nil, err
		}
	}
	return true, nil
}

// StarRecord stars a record for the user: PUT {type}/{id}/starSubscription.
func StarRecord(c *crm.Call) (any, *answer.Error) { return setStarred(c, true) }

// UnstarRecord takes the star away again: DELETE {type}/{id}/starSubscription.
func UnstarRecord(c *crm.Call) (any, *answer.Error) { return setStarred(c, false) }

func setStarred(c *crm.Call, starred bool) (any, *answer.Error) {
	e, err := c.Entity(c.Params["controller"])
	if err != nil {
		return nil, err
	}
	r := c.Store.Find(e.Name, c.Params["id"])
	switch {
	case r == nil:
		return nil, answer.NotFound("")
	case !e.Stars, !c.User.May(rights.Read, r):
		return nil, answer.Forbidden("")
	case starred && c.User.Type == "api":
		return nil, answer.Forbidden("Not allowed for non-internal users.")
	}
	id := c.User.Rec.ID
	r.Starred = slices.DeleteFunc(r.Starred, func(s string) bool { return s == id })
	if starred {
		r.Starred = append(r.Starred, id)
	}
	return true, nil
}
