package espo

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// ActivityService has what is planned and what has happened: meetings, calls,
// tasks and e-mails, of a record or of a user.
type ActivityService struct{ client *Client }

// Activity is a meeting, a call, a task, an e-mail, or a record of another
// entity type that the server counts as an activity, as a list has it. Beyond
// the fields named here the server fills in what a new record would have, such
// as a duration and a direction, and not what the record has: read the record
// itself for these.
type Activity struct {
	EntityType       string   `json:"_scope,omitzero"`
	ID               string   `json:"id,omitzero"`
	Name             string   `json:"name,omitzero"`
	Status           string   `json:"status,omitzero"`
	DateStart        DateTime `json:"dateStart,omitzero"`
	DateEnd          DateTime `json:"dateEnd,omitzero"`
	DateStartDate    Date     `json:"dateStartDate,omitzero"` // instead of DateStart, where there is no time of day
	DateEndDate      Date     `json:"dateEndDate,omitzero"`   // instead of DateEnd
	DateSent         DateTime `json:"dateSent,omitzero"`      // of an e-mail
	ParentType       string   `json:"parentType,omitzero"`
	ParentID         string   `json:"parentId,omitzero"`
	AssignedUserID   string   `json:"assignedUserId,omitzero"`
	AssignedUserName string   `json:"assignedUserName,omitzero"`
	CreatedAt        DateTime `json:"createdAt,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Ref returns the record of the activity.
func (a Activity) Ref() Ref { return Ref{Type: a.EntityType, ID: a.ID} }

// ActivityKind says which activities of a record are meant.
type ActivityKind string

// The kinds of activities.
const (
	ActivityPlanned ActivityKind = "activities" // what is still to be done
	ActivityHistory ActivityKind = "history"    // what has been held, sent or received
)

func (k ActivityKind) validate() error {
	if k != ActivityPlanned && k != ActivityHistory {
		return badInput("kind", "%q is neither %q nor %q", string(k), string(ActivityPlanned), string(ActivityHistory))
	}
	return nil
}

// List reads one page of the activities of a record, such as an account, its
// contacts' included. entityType, when not empty, is the only one that is read,
// such as "Meeting".
//
// GET Activities/{type}/{id}/{kind}. Without the right to read activities the
// error is [ErrForbidden].
func (s *ActivityService) List(ctx context.Context, parent Ref, kind ActivityKind, entityType string, p Paging) (Page[Activity], error) {
	if err := kind.validate(); err != nil {
		return Page[Activity]{}, err
	}
	values := url.Values{}
	if entityType != "" {
		values.Set("entityType", entityType)
	}
	return s.page(ctx, p, values, "Activities", parent.Type, parent.ID, string(kind))
}

// Records reads one page of those activities of a record that have one entity
// type, with the attributes, filters and orders that the type has.
//
// GET Activities/{type}/{id}/{kind}/list/{entityType}.
func (s *ActivityService) Records(ctx context.Context, parent Ref, kind ActivityKind, entityType string, q Query, opts ...CallOption) (Page[Record], error) {
	if err := kind.validate(); err != nil {
		return Page[Record]{}, err
	}
	return listPage[Record](ctx, s.client, q, opts, "Activities", parent.Type, parent.ID, string(kind), "list", entityType)
}

// UpcomingQuery says which of a user's activities are read. The zero
// UpcomingQuery is the caller's own, as far ahead as the server itself looks.
type UpcomingQuery struct {
	UserID      string   // the caller when empty
	EntityTypes []string // such as "Meeting", "Call", "Task"; the server's own list when empty
	FutureDays  int      // how far ahead; the server's own number, mostly 1, when 0
	Offset      int
	MaxSize     int
}

// Upcoming reads one page of the planned activities of a user that are due
// soon.
//
// GET Activities/upcoming. A user that does not exist is [ErrNotFound].
func (s *ActivityService) Upcoming(ctx context.Context, q UpcomingQuery) (Page[Activity], error) {
	if q.FutureDays < 0 {
		return Page[Activity]{}, badInput("UpcomingQuery.FutureDays", "%d is negative", q.FutureDays)
	}
	values := url.Values{}
	if q.UserID != "" {
		values.Set("userId", q.UserID)
	}
	if q.FutureDays > 0 {
		values.Set("futureDays", strconv.Itoa(q.FutureDays))
	}
	values["entityTypeList[]"] = q.EntityTypes
	return s.page(ctx, Paging{Offset: q.Offset, MaxSize: q.MaxSize}, values, "Activities", "upcoming")
}

func (s *ActivityService) page(ctx context.Context, p Paging, values url.Values, path ...string) (Page[Activity], error) {
	q := p.query()
	if err := q.validate(); err != nil {
		return Page[Activity]{}, err
	}
	if p.Offset > 0 {
		values.Set("offset", strconv.Itoa(p.Offset))
	}
	if p.MaxSize > 0 {
		values.Set("maxSize", strconv.Itoa(p.MaxSize))
	}
	req, err := newRequest(http.MethodGet, path...)
	if err != nil {
		return Page[Activity]{}, err
	}
	req.query = values.Encode()
	return readPage[Activity](ctx, s.client, req, p.Offset, p.MaxSize)
}

// Attendee is somebody who is invited to a meeting or a call.
type Attendee struct {
	EntityType       string `json:"_scope,omitzero"` // "User", "Contact" or "Lead"
	ID               string `json:"id,omitzero"`
	Name             string `json:"name,omitzero"`
	EmailAddress     string `json:"emailAddress,omitzero"`
	AcceptanceStatus string `json:"acceptanceStatus,omitzero"` // "None", "Accepted", "Tentative", "Declined"

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Attendees reads who is invited to a meeting or a call: ref is its entity
// type, "Meeting" or "Call", and id.
//
// GET Meeting/{id}/attendees or GET Call/{id}/attendees.
func (s *ActivityService) Attendees(ctx context.Context, ref Ref) ([]Attendee, error) {
	reply, err := get[listReply[Attendee]](ctx, s.client, nil, ref.Type, ref.ID, "attendees")
	return reply.List.records, err
}

// SetAcceptance accepts or declines an invitation to a meeting or a call for
// the caller: status is "Accepted", "Tentative", "Declined", or another option of
// the entity type.
//
// POST {type}/action/setAcceptanceStatus. A status that is none of the options
// is [ErrBadRequest].
func (s *ActivityService) SetAcceptance(ctx context.Context, ref Ref, status string) error {
	if err := ref.check("ref"); err != nil {
		return err
	}
	if err := notEmpty("status", status); err != nil {
		return err
	}
	return s.client.setTrue(ctx, http.MethodPost, Attrs{"id": ref.ID, "status": status}, ref.Type, "action", "setAcceptanceStatus")
}

// ComposeAddress is an e-mail address that an e-mail about a record may go to.
type ComposeAddress struct {
	EmailAddress string `json:"emailAddress,omitzero"`
	Name         string `json:"name,omitzero"`
	EntityType   string `json:"entityType,omitzero"`
	EntityID     string `json:"entityId,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// ComposeAddresses reads the e-mail addresses that an e-mail about a record
// may go to, such as those of the contacts of a case.
//
// GET Activities/{type}/{id}/composeEmailAddressList.
func (s *ActivityService) ComposeAddresses(ctx context.Context, parent Ref) ([]ComposeAddress, error) {
	return get[[]ComposeAddress](ctx, s.client, nil, "Activities", parent.Type, parent.ID, "composeEmailAddressList")
}

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
func (s *ActivityService) Calendar(ctx context.Context, q CalendarQuery) ([]CalendarEvent, error) {
	values, err := q.values()
	if err != nil {
		return nil, err
	}
	return get[[]CalendarEvent](ctx, s.client, values, "Activities")
}

// Timeline reads the calendars of users, of whom there must be one at least, to
// the minute, by user id. Where a user is busy with something of another entity
// type than those that are asked for, the event has no type and no id, but only
// a time.
//
// GET Timeline. A user that does not exist is [ErrNotFound], one whose calendar
// the caller may not see [ErrForbidden].
func (s *ActivityService) Timeline(ctx context.Context, q CalendarQuery) (map[string][]CalendarEvent, error) {
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
	return get[phpObject[[]CalendarEvent]](ctx, s.client, values, "Timeline")
}

const minuteLayout = "2006-01-02 15:04"

// BusyRange is a time at which a user is busy.
type BusyRange struct {
	DateStart DateTime `json:"dateStart,omitzero"`
	DateEnd   DateTime `json:"dateEnd,omitzero"`
}

// BusyRanges reads when users are busy between two moments, by user id. Events
// that belong to except, such as the meeting that is being moved, do not
// count; it may be zero.
//
// GET Timeline/busyRanges.
func (s *ActivityService) BusyRanges(ctx context.Context, from, to DateTime, userIDs []string, except Ref) (map[string][]BusyRange, error) {
	values, err := period(from, to)
	if err != nil {
		return nil, err
	}
	if err := checkIDs("userIDs", userIDs); err != nil {
		return nil, err
	}
	if err := except.checkOptional("except"); err != nil {
		return nil, err
	}
	values.Set("userIdList", strings.Join(userIDs, ","))
	if except.ID != "" {
		values.Set("entityType", except.Type)
		values.Set("entityId", except.ID)
	}
	return get[phpObject[[]BusyRange]](ctx, s.client, values, "Timeline", "busyRanges")
}

// period is a time between two moments. The server wants both with a time of
// day, in UTC.
func period(from, to DateTime) (url.Values, error) {
	if from.IsZero() || !to.After(from.Time) {
		return nil, badInput("from", "is not before to")
	}
	return url.Values{"from": {from.String()}, "to": {to.String()}}, nil
}
