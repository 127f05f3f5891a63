package espo

import (
	"context"
	"iter"
	"net/http"
	"reflect"
)

// NotificationService has the notifications of the caller.
type NotificationService struct{ client *Client }

// Notification tells its user of something that has happened.
type Notification struct {
	ID                string   `json:"id,omitzero"`
	Number            int64    `json:"number,omitzero"` // grows with each notification
	Type              string   `json:"type,omitzero"`   // such as "Note", "Assign", "EmailReceived", "Message"
	Read              bool     `json:"read,omitzero"`
	Message           string   `json:"message,omitzero"`
	Data              Attrs    `json:"data,omitzero"`
	NoteData          Record   `json:"noteData,omitzero"` // the note, of a notification of type Note
	RelatedType       string   `json:"relatedType,omitzero"`
	RelatedID         string   `json:"relatedId,omitzero"`
	RelatedParentType string   `json:"relatedParentType,omitzero"`
	RelatedParentID   string   `json:"relatedParentId,omitzero"`
	UserID            string   `json:"userId,omitzero"`
	UserName          string   `json:"userName,omitzero"`
	CreatedByID       string   `json:"createdById,omitzero"`
	CreatedAt         DateTime `json:"createdAt,omitzero"`
	EmailIsProcessed  bool     `json:"emailIsProcessed,omitzero"` // whether an e-mail about it was sent, or need not be

	// How notifications of one cause are grouped; see [NotificationService.Group].
	ActionID           string `json:"actionId,omitzero"`           // of the cause; EspoCRM 9.2 and later
	GroupedCount       int    `json:"groupedCount,omitzero"`       // that this one stands for; EspoCRM 9.2 and later
	GroupedUnreadCount int    `json:"groupedUnreadCount,omitzero"` // EspoCRM 10.0 and later
	GroupType          string `json:"groupType,omitzero"`          // such as "Record", of what stands for a group; EspoCRM 10.0 and later
	IsFeatured         bool   `json:"isFeatured,omitzero"`         // EspoCRM 10.0 and later

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// List reads one page of the caller's notifications, newest first. Reading a
// page marks its notifications as read: Read says what they were before. The
// total is not counted.
//
// From EspoCRM 10.0 on, one item stands for all notifications about the notes
// of a record, and one for all about e-mails received: it has a GroupType, and
// [NotificationService.InGroup] lists what it stands for. Reading a page does
// not mark those as read.
//
// GET Notification.
func (s *NotificationService) List(ctx context.Context, q Query, opts ...CallOption) (Page[Notification], error) {
	return pageOf[Notification](s.list(ctx, q, opts))
}

func (s *NotificationService) list(ctx context.Context, q Query, opts []CallOption) (page, error) {
	return s.client.listPage(ctx, reflect.TypeFor[Notification](), q, with(newRequest("Notification.list", http.MethodGet, "Notification"), opts))
}

// All reads every notification of the caller, newest first; see
// [RecordService.All] for how.
//
// GET Notification, once for each page.
func (s *NotificationService) All(ctx context.Context, q Query, opts ...CallOption) iter.Seq2[Notification, error] {
	return recordsIn[Notification](iterate(ctx, byPosition, q, opts, func(ctx context.Context, q Query) (page, error) {
		return s.list(ctx, q, opts)
	}))
}

// Group is the notifications that one notification stands for:
// GET Notification/{id}/group. EspoCRM 9.2 and later.
func (s *NotificationService) Group(id string) *PagedService[Notification] {
	return &PagedService[Notification]{readOnly{client: s.client, operation: "Notification.group", pattern: "Notification/{id}/group", args: []string{id}, needs: featureNotifyGroup}}
}

// UnreadCount reads how many notifications the caller has not read. From
// EspoCRM 10.0 on, a group is one.
//
// GET Notification/action/notReadCount.
func (s *NotificationService) UnreadCount(ctx context.Context, opts ...CallOption) (int, error) {
	return receive[int](ctx, s.client, with(newRequest("Notification.unreadCount", http.MethodGet, "Notification/action/notReadCount"), opts))
}

// MarkAllRead marks every notification of the caller as read.
//
// POST Notification/action/markAllRead.
func (s *NotificationService) MarkAllRead(ctx context.Context, opts ...CallOption) error {
	req := newRequest("Notification.markAllRead", http.MethodPost, "Notification/action/markAllRead").json(Attrs{}).having(effectState)
	return s.client.doTrue(ctx, with(req, opts))
}

// Delete deletes a notification.
//
// DELETE Notification/{id}.
func (s *NotificationService) Delete(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.Records("Notification").Delete(ctx, id, opts...)
}
