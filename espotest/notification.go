package espotest

import (
	"github.com/go-espo/espo/espotest/internal/answer"
)

// notifications returns those of the user.
func (c *call) notifications() []*record {
	var own []*record
	for _, r := range c.store.all("Notification") {
		if r.str("userId") == c.user.rec.ID {
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
		r.set("read", true)
	}
	return answer, nil
}

func (c *call) notificationPage(candidates []*record) (answer.Object, *listPage, *answer.Error) {
	e := c.store.types["Notification"]
	sp, err := c.searchParams()
	if err != nil {
		return nil, nil, err
	}
	page, err := c.search(e, sp, candidates)
	if err != nil {
		return nil, nil, err
	}
	more := sp.offset+len(page.records) < page.total
	if page.total = -2; more {
		page.total = -1
	}
	return c.listAnswer(e, sp, page), page, nil
}

// notificationGroup lists the notifications of the same action.
func (c *call) notificationGroup() (any, *answer.Error) {
	r := c.store.find("Notification", c.params["id"])
	if r == nil || r.str("userId") != c.user.rec.ID {
		return nil, answer.NotFound("")
	}
	var group []*record
	for _, other := range c.notifications() {
		if other == r || r.str("actionId") != "" && other.str("actionId") == r.str("actionId") {
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
		if r.get("read") != true {
			n++
		}
	}
	return n, nil
}

func (c *call) markNotificationsRead() (any, *answer.Error) {
	for _, r := range c.notifications() {
		r.set("read", true)
	}
	return true, nil
}
