package activities

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

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

// busyRange is when a user is busy, and nothing more.
func busyRange(r span) answer.Object {
	return answer.Object{{Name: "dateStart", Value: r.start}, {Name: "dateEnd", Value: r.end}, {Name: "isBusyRange", Value: true}}
}

// span is a time without what happens in it.
type span struct{ start, end string }

// busyTimes are the times of events, those that overlap as one, without events that
// do not take place.
func busyTimes(events []*store.Record, ignored func(*store.Record) bool) []span {
	var spans []span
	for _, r := range events {
		s := span{r.Str("dateStart"), r.Str("dateEnd")}
		if s.start == "" || s.end == "" || slices.Contains(r.Entity.CanceledStatuses, r.Str("status")) || ignored(r) {
			continue
		}
		joined := false
		for i := 0; i < len(spans) && !joined; i++ {
			joined = spans[i].join(s)
		}
		if !joined {
			spans = append(spans, s)
		}
	}
	return spans
}

// join takes in another time that begins before or ends after this one, and
// overlaps it. One within it, or with the same bounds, stays on its own.
func (s *span) join(o span) bool {
	if o.start < s.start && o.end > s.end {
		*s = o
		return true
	}
	before := o.start < s.start && o.end > s.start
	after := o.start < s.end && o.end > s.end
	if before {
		s.start = o.start
	}
	if after {
		s.end = o.end
	}
	return before || after
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

// mayPlan refuses who may not see the calendar of a user.
func mayPlan(c *crm.Call, userID string) *answer.Error {
	u := c.Store.Find("User", userID)
	if u == nil {
		return answer.NotFound("")
	}
	if !c.User.MayFor("userCalendarPermission", u) {
		return answer.Forbidden("")
	}
	return nil
}

// calendarOf returns what is in a user's calendar between two moments. Who asks
// when others are busy need not have access to the events.
func calendarOf(c *crm.Call, userID, from, to string, types []string, open bool) ([]*store.Record, *answer.Error) {
	if err := mayPlan(c, userID); err != nil {
		return nil, err
	}
	return planned(c, types, func(r *store.Record) bool {
		return (open || c.User.May(rights.Read, r)) && inPeriod(r, from, to) && takesPart(c, r, userID)
	}), nil
}

// planned are the events and tasks, of the types that the user has access to, for
// which keep holds.
func planned(c *crm.Call, types []string, keep func(*store.Record) bool) (found []*store.Record) {
	for _, name := range types {
		e := c.Store.Types[name]
		if e == nil || !slices.Contains(calendarTypes, name) || c.User.Level(e, rights.Read) == rights.LevelNo {
			continue
		}
		for _, r := range c.Store.All(name) {
			if keep(r) {
				found = append(found, r)
			}
		}
	}
	return found
}

// inPeriod reports whether an event is in a calendar that has a period. A task is
// where it ends.
func inPeriod(r *store.Record, from, to string) bool {
	within := func(s string) bool { return s != "" && from <= s && s < to }
	start, end := r.Str("dateStart"), r.Str("dateEnd")
	if r.Entity.Name == "Task" {
		day := r.Str("dateEndDate")
		return end == "" && within(start) || within(end) || day != "" && within(day+" 00:00:00")
	}
	return within(start) || within(end) || start != "" && start <= from && end >= to
}

// Calendar lists what is in the calendar of one or several users:
// GET Activities.
func Calendar(c *crm.Call) (any, *answer.Error) {
	if !c.User.HasScope("Calendar") {
		return nil, answer.Forbidden("")
	}
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
		records, err := calendarOf(c, id, from, to, types, false)
		if err != nil && several && err.Status == http.StatusForbidden {
			continue
		}
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
	if !c.User.HasScope("Calendar") {
		return nil, answer.Forbidden("")
	}
	from, to, err := period(c, "2006-01-02 15:04")
	if err != nil {
		return nil, err
	}
	query := c.Req.URL.Query()
	types := calendarScopes(c)
	out := map[string]any{}
	users := cmp.Or(query.Get("userIdList"), query.Get("userId"))
	for _, id := range strings.FieldsFunc(users, func(r rune) bool { return r == ',' }) {
		records, err := calendarOf(c, id, from+":00", to+":00", types, false)
		if err != nil && err.Status == http.StatusForbidden {
			continue
		}
		if err != nil {
			return nil, err
		}
		events := []answer.Object{}
		for _, r := range records {
			events = append(events, calendarItem(r))
		}
		others, err := calendarOf(c, id, from+":00", to+":00", activityTypes, true)
		if err != nil {
			return nil, err
		}
		for _, busy := range busyTimes(others, func(r *store.Record) bool { return slices.Contains(records, r) }) {
			events = append(events, busyRange(busy))
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
		records, err := calendarOf(c, id, from, to, activityTypes, true)
		if err != nil {
			continue // of whom there is nothing to see
		}
		ranges := []answer.Object{}
		except := func(r *store.Record) bool { return r.ID == query.Get("entityId") && query.Get("entityType") != "" }
		for _, busy := range busyTimes(records, except) {
			ranges = append(ranges, busyRange(busy))
		}
		out[id] = ranges
	}
	return out, nil
}
