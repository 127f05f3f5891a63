package stream

import (
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/store"
)

// notifications returns those of the user.
func notifications(c *crm.Call) []*store.Record {
	var own []*store.Record
	for _, r := range c.Store.All("Notification") {
		if r.Str("userId") == c.User.Rec.ID {
			own = append(own, r)
		}
	}
	return own
}

// ListNotifications marks what it lists as read, unless it stands for a group.
func ListNotifications(c *crm.Call) (any, *answer.Error) {
	if c.Has(release.RouteNotificationGroups) {
		return listGroups(c)
	}
	answer, page, err := notificationPage(c, notifications(c))
	if err != nil {
		return nil, err
	}
	for _, r := range page.Records {
		r.Set("read", true)
	}
	return answer, nil
}

func notificationPage(c *crm.Call, candidates []*store.Record) (answer.Object, *crm.ListPage, *answer.Error) {
	e := c.Store.Types["Notification"]
	sp, err := c.SearchParams()
	if err != nil {
		return nil, nil, err
	}
	page, err := c.Search(e, sp, candidates)
	if err != nil {
		return nil, nil, err
	}
	more := sp.Offset+len(page.Records) < page.Total
	if page.Total = -2; more {
		page.Total = -1
	}
	return c.ListAnswer(e, sp, page), page, nil
}

// NotificationGroup lists the notifications of the same action.
func NotificationGroup(c *crm.Call) (any, *answer.Error) {
	r := c.Store.Find("Notification", c.Params["id"])
	if r == nil || r.Str("userId") != c.User.Rec.ID {
		return nil, answer.NotFound("")
	}
	var group []*store.Record
	for _, other := range notifications(c) {
		if other == r || r.Str("actionId") != "" && other.Str("actionId") == r.Str("actionId") {
			group = append(group, other)
		}
	}
	answer, _, err := notificationPage(c, group)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// UnreadNotifications counts what the user has not read:
// GET Notification/action/notReadCount.
func UnreadNotifications(c *crm.Call) (any, *answer.Error) {
	var n int64
	groups := map[string]bool{}
	for _, r := range notifications(c) {
		switch group := groupOf(c, r); {
		case r.Get("read") == true:
		case group == "":
			n++
		case !groups[group]:
			groups[group] = true
			n++
		}
	}
	return n, nil
}

// MarkNotificationsRead makes all notifications of the user read:
// POST Notification/action/markAllRead.
func MarkNotificationsRead(c *crm.Call) (any, *answer.Error) {
	for _, r := range notifications(c) {
		r.Set("read", true)
	}
	return true, nil
}
