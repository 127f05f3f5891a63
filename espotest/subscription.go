package espotest

import "slices"

// subscribed returns the record of the path, for following it.
func (c *call) subscribed() (*record, *apiError) {
	e, err := c.entity(c.params["controller"])
	if err != nil {
		return nil, err
	}
	if !e.Stream {
		return nil, forbidden("")
	}
	r := c.store.find(e.Name, c.params["id"])
	switch {
	case r == nil:
		return nil, notFound("")
	case !c.user.may(actionStream, r):
		return nil, forbidden("No 'read' access.")
	}
	return r, nil
}

func (c *call) followRecord() (any, error) {
	r, err := c.subscribed()
	if err != nil {
		return nil, err
	}
	r.follow(c.user.rec.ID)
	return true, nil
}

func (c *call) unfollowRecord() (any, error) {
	r, err := c.subscribed()
	if err != nil {
		return nil, err
	}
	r.unfollow(c.user.rec.ID)
	return true, nil
}

// listFollowers lists the users who follow a record, API users aside.
func (c *call) listFollowers() (any, error) {
	r, err := c.followed()
	if err != nil {
		return nil, err
	}
	sp, err := parseSearchParams(c.req.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	var users []*record
	for _, id := range r.followers {
		if u := c.store.find("User", id); u != nil && u.str("type") != "api" {
			users = append(users, u)
		}
	}
	e := c.store.types["User"]
	page, err := c.search(e, sp, users)
	if err != nil {
		return nil, err
	}
	return c.listAnswer(e, sp, page), nil
}

func (c *call) followed() (*record, *apiError) {
	e, err := c.entity(c.params["controller"])
	if err != nil {
		return nil, err
	}
	r := c.store.find(e.Name, c.params["id"])
	switch {
	case r == nil:
		return nil, notFound("Record not found.")
	case !c.user.may(actionRead, r):
		return nil, forbidden("No 'read' access.")
	}
	return r, nil
}

func (c *call) addFollowers() (any, error)    { return c.changeFollowers((*record).follow) }
func (c *call) removeFollowers() (any, error) { return c.changeFollowers((*record).unfollow) }

func (c *call) changeFollowers(change func(*record, string) bool) (any, error) {
	r, err := c.followed()
	if err != nil {
		return nil, err
	}
	if c.user.permission("followerManagementPermission") == No {
		return nil, forbidden("")
	}
	ids, _ := c.data["ids"].([]any)
	if id, ok := c.data["id"].(string); ok {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, badRequest("No ids.")
	}
	for _, id := range ids {
		s, _ := id.(string)
		if c.store.find("User", s) == nil {
			return nil, notFound("User %s not found.", s)
		}
	}
	for _, id := range ids {
		change(r, id.(string))
	}
	return true, nil
}

func (c *call) starRecord() (any, error)   { return c.setStarred(true) }
func (c *call) unstarRecord() (any, error) { return c.setStarred(false) }

func (c *call) setStarred(starred bool) (any, error) {
	e, err := c.entity(c.params["controller"])
	if err != nil {
		return nil, err
	}
	if c.user.Type == "api" {
		return nil, forbidden("Not allowed for non-internal users.")
	}
	r := c.store.find(e.Name, c.params["id"])
	switch {
	case r == nil:
		return nil, notFound("")
	case !e.Stars, !c.user.may(actionRead, r):
		return nil, forbidden("")
	}
	id := c.user.rec.ID
	r.starred = slices.DeleteFunc(r.starred, func(s string) bool { return s == id })
	if starred {
		r.starred = append(r.starred, id)
	}
	return true, nil
}
