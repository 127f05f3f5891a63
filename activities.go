package espo

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
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

// ActivityQuery says which activities of a record are read.
type ActivityQuery struct {
	Kind       ActivityKind // required
	EntityType string       // the only one, such as "Meeting"; every one when empty
}

// Of is the activities of a record, such as an account, its contacts' included:
// GET Activities/{type}/{id}/{kind}. Without the right to read activities it is
// [ErrForbidden].
func (s *ActivityService) Of(parent Ref, q ActivityQuery) *PagedService[Activity] {
	list := &PagedService[Activity]{readOnly{
		client: s.client, operation: "Activities." + string(q.Kind), pattern: "Activities/{type}/{id}/{kind}",
		args: []string{parent.Type, parent.ID, string(q.Kind)}, values: url.Values{}, err: q.Kind.validate(),
	}}
	if q.EntityType != "" {
		list.list.values.Set("entityType", q.EntityType)
	}
	return list
}

// ActivityRecords is those activities of a record that have one entity type,
// read into T, with the attributes, filters and orders that the type has:
//
//	meetings := espo.ActivityRecords[espo.Meeting](client, client.Accounts.Ref(id), espo.ActivityQuery{
//		Kind: espo.ActivityPlanned, EntityType: "Meeting",
//	})
//
// GET Activities/{type}/{id}/{kind}/list/{entityType}.
func ActivityRecords[T any](client *Client, parent Ref, q ActivityQuery) *ListService[T] {
	return &ListService[T]{readOnly{
		client: client, operation: "Activities." + string(q.Kind), pattern: "Activities/{type}/{id}/{kind}/list/{entityType}",
		args: []string{parent.Type, parent.ID, string(q.Kind), q.EntityType}, by: byOffset, err: q.Kind.validate(),
	}}
}

// UpcomingQuery says which of a user's activities are read. The zero
// UpcomingQuery is the caller's own, as far ahead as the server itself looks.
type UpcomingQuery struct {
	UserID      string   // the caller when empty
	EntityTypes []string // such as "Meeting", "Call", "Task"; the server's own list when empty
	FutureDays  int      // how far ahead; the server's own number, mostly 1, when 0
}

// Upcoming is the planned activities of a user that are due soon:
// GET Activities/upcoming. A user that does not exist is [ErrNotFound].
func (s *ActivityService) Upcoming(q UpcomingQuery) *PagedService[Activity] {
	list := &PagedService[Activity]{readOnly{client: s.client, operation: "Activities.upcoming", pattern: "Activities/upcoming", values: url.Values{}}}
	if q.FutureDays < 0 {
		list.list.err = badInput("UpcomingQuery.FutureDays", "%d is negative", q.FutureDays)
	}
	if q.UserID != "" {
		list.list.values.Set("userId", q.UserID)
	}
	if q.FutureDays > 0 {
		list.list.values.Set("futureDays", strconv.Itoa(q.FutureDays))
	}
	list.list.values["entityTypeList[]"] = q.EntityTypes
	return list
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
// GET Activities/{type}/{id}/composeEmailAddressList. EspoCRM 8.2 and later.
func (s *ActivityService) ComposeAddresses(ctx context.Context, parent Ref, opts ...CallOption) ([]ComposeAddress, error) {
	req := newRequest("Activities.composeAddresses", http.MethodGet, "Activities/{type}/{id}/composeEmailAddressList", parent.Type, parent.ID).needing(featureComposeAddress)
	return receive[[]ComposeAddress](ctx, s.client, with(req, opts))
}
