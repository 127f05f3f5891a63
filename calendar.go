package espo

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// CalendarEvent is an entry of a calendar.
type CalendarEvent struct {
	EntityType    string   `json:"scope,omitzero"`
	ID            string   `json:"id,omitzero"`
	Name          string   `json:"name,omitzero"`
	Status        string   `json:"status,omitzero"`
	DateStart     DateTime `json:"dateStart,omitzero"`
	DateEnd       DateTime `json:"dateEnd,omitzero"`
	DateStartDate Date     `json:"dateStartDate,omitzero"` // instead of DateStart, where there is no time of day
	DateEndDate   Date     `json:"dateEndDate,omitzero"`   // instead of DateEnd
	ParentType    string   `json:"parentType,omitzero"`
	ParentID      string   `json:"parentId,omitzero"`
	CreatedAt     DateTime `json:"createdAt,omitzero"`
	UserID        string   `json:"userId,omitzero"` // where several users were asked for

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// CalendarQuery says what to read of the calendars of users.
type CalendarQuery struct {
	From, To    DateTime // both required
	UserIDs     []string // for [ActivityService.Calendar] the caller when empty
	EntityTypes []string // such as "Meeting", "Call", "Task"; those of the server's calendar when empty
}

func (q CalendarQuery) values() (url.Values, error) {
	values, err := period(q.From, q.To)
	if err != nil {
		return nil, err
	}
	for key, list := range map[string][]string{"userIdList": q.UserIDs, "scopeList": q.EntityTypes} {
		if len(list) == 0 {
			continue
		}
		if err := checkIDs("CalendarQuery", list); err != nil {
			return nil, err
		}
		values.Set(key, strings.Join(list, ","))
	}
	return values, nil
}

// Calendar reads the entries of the calendars of users.
//
// GET Activities. A user whose calendar the caller may not see is
// [ErrForbidden].
func (s *ActivityService) Calendar(ctx context.Context, q CalendarQuery, opts ...CallOption) ([]CalendarEvent, error) {
	values, err := q.values()
	if err != nil {
		return nil, err
	}
	return receive[[]CalendarEvent](ctx, s.client, with(newRequest("Activities.calendar", http.MethodGet, "Activities").ask(values), opts))
}

// Timeline reads the calendars of users, of whom there must be one at least, to
// the minute, by user id. Where a user is busy with something of another entity
// type than those that are asked for, the event has no type and no id, but only
// a time.
//
// GET Timeline. A user that does not exist is [ErrNotFound], one whose calendar
// the caller may not see [ErrForbidden].
func (s *ActivityService) Timeline(ctx context.Context, q CalendarQuery, opts ...CallOption) (map[string][]CalendarEvent, error) {
	if err := checkIDs("CalendarQuery.UserIDs", q.UserIDs); err != nil {
		return nil, err
	}
	values, err := q.values()
	if err != nil {
		return nil, err
	}
	// Unlike its neighbours, this endpoint takes no seconds.
	values.Set("from", q.From.UTC().Format(minuteLayout))
	values.Set("to", q.To.UTC().Format(minuteLayout))
	return receive[phpObject[[]CalendarEvent]](ctx, s.client, with(newRequest("Activities.timeline", http.MethodGet, "Timeline").ask(values), opts))
}

const minuteLayout = "2006-01-02 15:04"

// BusyRange is a time at which a user is busy.
type BusyRange struct {
	DateStart   DateTime `json:"dateStart,omitzero"`
	DateEnd     DateTime `json:"dateEnd,omitzero"`
	IsBusyRange bool     `json:"isBusyRange,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// BusyQuery says of whom and when to read the times at which they are busy.
type BusyQuery struct {
	From, To DateTime // both required
	UserIDs  []string // one at least
	Except   Ref      // what belongs to it, such as the meeting that is being moved, does not count; may be zero
}

// BusyRanges reads when users are busy between two moments, by user id.
//
// GET Timeline/busyRanges.
func (s *ActivityService) BusyRanges(ctx context.Context, q BusyQuery, opts ...CallOption) (map[string][]BusyRange, error) {
	values, err := period(q.From, q.To)
	if err != nil {
		return nil, err
	}
	if err := checkIDs("BusyQuery.UserIDs", q.UserIDs); err != nil {
		return nil, err
	}
	if err := q.Except.checkOptional("BusyQuery.Except"); err != nil {
		return nil, err
	}
	values.Set("userIdList", strings.Join(q.UserIDs, ","))
	if q.Except.ID != "" {
		values.Set("entityType", q.Except.Type)
		values.Set("entityId", q.Except.ID)
	}
	req := newRequest("Activities.busyRanges", http.MethodGet, "Timeline/busyRanges").ask(values)
	return receive[phpObject[[]BusyRange]](ctx, s.client, with(req, opts))
}

// period is a time between two moments. The server wants both with a time of
// day, in UTC.
func period(from, to DateTime) (url.Values, error) {
	if from.IsZero() || !to.After(from.Time) {
		return nil, badInput("from", "is not before to")
	}
	return url.Values{"from": {from.String()}, "to": {to.String()}}, nil
}
