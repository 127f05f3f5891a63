package espotest

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/store"
)

// notifications returns those of the user.
func (c *call) notifications() []*store.Record {
	var own []*store.Record
	for _, r := range c.store.All("Notification") {
		if r.Str("userId") == c.user.Rec.ID {
			own = append(own, r)
		}
	}
	return own
}

// listNotifications marks what it lists as read.
func (c *call) listNotifications() (any, *answer.Error) {
	answer, page, err := c.notificationPage(c.notifications())
	if err != nil {
		return nil, err
	}
	for _, r := range page.records {
		r.Set("read", true)
	}
	return answer, nil
}

func (c *call) notificationPage(candidates []*store.Record) (answer.Object, *listPage, *answer.Error) {
	e := c.store.Types["Notification"]
	sp, err := c.searchParams()
	if err != nil {
		return nil, nil, err
	}
	page, err := c.search(e, sp, candidates)
	if err != nil {
		return nil, nil, err
	}
	more := sp.Offset+len(page.records) < page.total
	if page.total = -2; more {
		page.total = -1
	}
	return c.listAnswer(e, sp, page), page, nil
}

// notificationGroup lists the notifications of the same action.
func (c *call) notificationGroup() (any, *answer.Error) {
	r := c.store.Find("Notification", c.params["id"])
	if r == nil || r.Str("userId") != c.user.Rec.ID {
		return nil, answer.NotFound("")
	}
	var group []*store.Record
	for _, other := range c.notifications() {
		if other == r || r.Str("actionId") != "" && other.Str("actionId") == r.Str("actionId") {
			group = append(group, other)
		}
	}
	answer, _, err := c.notificationPage(group)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

func (c *call) unreadNotifications() (any, *answer.Error) {
	var n int64
	for _, r := range c.notifications() {
		if r.Get("read") != true {
			n++
		}
	}
	return n, nil
}

func (c *call) markNotificationsRead() (any, *answer.Error) {
	for _, r := range c.notifications() {
		r.Set("read", true)
	}
	return true, nil
}
