package espotest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// calendarItem is an event as a calendar shows it.
func calendarItem(r *record) members {
	shown := []string{
		"name", "status", "dateStart", "dateEnd", "dateStartDate", "dateEndDate", "parentType", "parentId", "createdAt",
	}
	item := make(members, 0, 3+len(shown))
	item = append(item, member{"scope", r.entity.Name}, member{"id", r.ID}, member{"color", nil})
	for _, name := range shown {
		item = append(item, member{name, r.get(name)})
	}
	return item
}

// busyRange is an event of which only the time is shown.
func busyRange(r *record) members {
	return members{{"dateStart", r.get("dateStart")}, {"dateEnd", r.get("dateEnd")}, {"isBusyRange", true}}
}

// timeline is the calendars of several users. Its times have no seconds.
func (c *call) timeline() (any, error) {
	from, to, err := c.period("2006-01-02 15:04")
	if err != nil {
		return nil, err
	}
	query := c.req.URL.Query()
	types := calendarTypes
	if s := query.Get("scopeList"); s != "" {
		types = strings.Split(s, ",")
	}
	answer := map[string]any{}
	users := cmp.Or(query.Get("userIdList"), query.Get("userId"))
	for _, id := range strings.FieldsFunc(users, func(r rune) bool { return r == ',' }) {
		records, err := c.calendarOf(id, from+":00", to+":00", calendarTypes)
		if err != nil {
			return nil, err
		}
		events := []members{}
		for _, r := range records {
			switch {
			case slices.Contains(types, r.entity.Name):
				events = append(events, calendarItem(r))
			case slices.Contains(activityTypes, r.entity.Name):
				events = append(events, busyRange(r))
			}
		}
		answer[id] = events
	}
	return answer, nil
}

func (c *call) busyRanges() (any, error) {
	from, to, err := c.period(time.DateTime)
	if err != nil {
		return nil, err
	}
	query := c.req.URL.Query()
	answer := map[string]any{}
	for _, id := range strings.Split(query.Get("userIdList"), ",") {
		records, err := c.calendarOf(id, from, to, activityTypes)
		if err != nil {
			return nil, err
		}
		ranges := []members{}
		for _, r := range records {
			if r.entity.Name == query.Get("entityType") && r.ID == query.Get("entityId") {
				continue
			}
			ranges = append(ranges, busyRange(r))
		}
		answer[id] = ranges
	}
	return answer, nil
}
