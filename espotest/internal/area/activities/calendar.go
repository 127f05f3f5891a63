package activities

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
)

// calendarItem is an event as a calendar shows it.
func calendarItem(r *store.Record) answer.Object {
	shown := []string{
		"name", "status", "dateStart", "dateEnd", "dateStartDate", "dateEndDate", "parentType", "parentId", "createdAt",
	}
	item := make(answer.Object, 0, 3+len(shown))
	item = append(item, answer.Member{Name: "scope", Value: r.Entity.Name}, answer.Member{Name: "id", Value: r.ID}, answer.Member{Name: "color", Value: nil})
	for _, name := range shown {
		item = append(item, answer.Member{Name: name, Value: r.Get(name)})
	}
	return item
}

// busyRange is an event of which only the time is shown.
func busyRange(r *store.Record) answer.Object {
	return answer.Object{{Name: "dateStart", Value: r.Get("dateStart")}, {Name: "dateEnd", Value: r.Get("dateEnd")}, {Name: "isBusyRange", Value: true}}
}

// period reads from and to, which are written in the layout.
func period(c *crm.Call, layout string) (from, to string, err *answer.Error) {
	query := c.Req.URL.Query()
	from, to = query.Get("from"), query.Get("to")
	if from == "" || to == "" {
		return "", "", answer.BadRequest("")
	}
	for _, s := range []string{from, to} {
		if _, err := time.Parse(layout, s); err != nil {
			return "", "", answer.ServerError()
		}
	}
	return from, to, nil
}

// calendarOf returns what is in a user's calendar between two moments.
func calendarOf(c *crm.Call, userID, from, to string, types []string) ([]*store.Record, *answer.Error) {
	if c.Store.Find("User", userID) == nil {
		return nil, answer.NotFound("")
	}
	if userID != c.User.Rec.ID && c.User.Permission("userCalendarPermission") == espo.AccessNo {
		return nil, answer.Forbidden("")
	}
	var found []*store.Record
	for _, name := range types {
		e := c.Store.Types[name]
		if e == nil || !slices.Contains(calendarTypes, name) || c.User.Level(e, rights.Read) == espo.AccessNo {
			continue
		}
		for _, r := range c.Store.All(name) {
			start, end := cmp.Or(r.Str("dateStart"), r.Str("dateEnd")), cmp.Or(r.Str("dateEnd"), r.Str("dateStart"))
			canceled := slices.Contains(e.CanceledStatuses, r.Str("status"))
			if start != "" && start < to && end >= from && !canceled && takesPart(c, r, userID) {
				found = append(found, r)
			}
		}
	}
	return found, nil
}

// Calendar lists what is in the calendar of one or several users:
// GET Activities.
func Calendar(c *crm.Call) (any, *answer.Error) {
	from, to, err := period(c, time.DateTime)
	if err != nil {
		return nil, err
	}
	query := c.Req.URL.Query()
	types := calendarScopes(c)
	users, several := []string{cmp.Or(query.Get("userId"), c.User.Rec.ID)}, false
	if s := query.Get("userIdList"); s != "" {
		users, several = strings.Split(s, ","), true
	}
	list := []answer.Object{}
	for _, id := range users {
		records, err := calendarOf(c, id, from, to, types)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			item := calendarItem(r)
			if several {
				item = append(item, answer.Member{Name: "userId", Value: id})
			}
			list = append(list, item)
		}
	}
	return list, nil
}

// calendarScopes are the entity types that a calendar is to show.
func calendarScopes(c *crm.Call) []string {
	if s := c.Req.URL.Query().Get("scopeList"); s != "" {
		return strings.Split(s, ",")
	}
	return calendarTypes
}

// Timeline is the calendars of several users. Its times have no seconds.
func Timeline(c *crm.Call) (any, *answer.Error) {
	from, to, err := period(c, "2006-01-02 15:04")
	if err != nil {
		return nil, err
	}
	query := c.Req.URL.Query()
	types := calendarScopes(c)
	out := map[string]any{}
	users := cmp.Or(query.Get("userIdList"), query.Get("userId"))
	for _, id := range strings.FieldsFunc(users, func(r rune) bool { return r == ',' }) {
		records, err := calendarOf(c, id, from+":00", to+":00", calendarTypes)
		if err != nil {
			return nil, err
		}
		events := []answer.Object{}
		for _, r := range records {
			switch {
			case slices.Contains(types, r.Entity.Name):
				events = append(events, calendarItem(r))
			case slices.Contains(activityTypes, r.Entity.Name):
				events = append(events, busyRange(r))
			}
		}
		out[id] = events
	}
	return out, nil
}

// BusyRanges lists when users are busy, by user: GET Timeline/busyRanges.
func BusyRanges(c *crm.Call) (any, *answer.Error) {
	from, to, err := period(c, time.DateTime)
	if err != nil {
		return nil, err
	}
	query := c.Req.URL.Query()
	out := map[string]any{}
	for _, id := range strings.Split(query.Get("userIdList"), ",") {
		records, err := calendarOf(c, id, from, to, activityTypes)
		if err != nil {
			return nil, err
		}
		ranges := []answer.Object{}
		for _, r := range records {
			if r.Entity.Name == query.Get("entityType") && r.ID == query.Get("entityId") {
				continue
			}
			ranges = append(ranges, busyRange(r))
		}
		out[id] = ranges
	}
	return out, nil
}
