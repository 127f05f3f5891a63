package espo

import (
	"context"
	"iter"
	"net/http"
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
	CreatedByID       string   `json:"createdById,omitzero"`
	CreatedAt         DateTime `json:"createdAt,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// List reads one page of the caller's notifications, newest first. Reading a
// page marks its notifications as read: Read says what they were before. The
// total is not counted.
//
// GET Notification.
func (s *NotificationService) List(ctx context.Context, q Query, opts ...CallOption) (Page[Notification], error) {
	return listPage[Notification](ctx, s.client, q, opts, "Notification")
}

// All reads every notification of the caller, newest first; see
// [RecordService.All] for how.
//
// GET Notification, once for each page.
func (s *NotificationService) All(ctx context.Context, q Query, opts ...CallOption) iter.Seq2[Notification, error] {
	return iterate(ctx, byPosition, q, func(ctx context.Context, q Query) (Page[Notification], error) {
		return s.List(ctx, q, opts...)
	})
}

// Group reads the notifications that one notification stands for.
//
// GET Notification/{id}/group. EspoCRM 9.3 and later; before, it is
// [ErrNotFound].
func (s *NotificationService) Group(ctx context.Context, id string) (Page[Notification], error) {
	return listPage[Notification](ctx, s.client, Query{}, nil, "Notification", id, "group")
}

// UnreadCount reads how many notifications the caller has not read.
//
// GET Notification/action/notReadCount.
func (s *NotificationService) UnreadCount(ctx context.Context) (int, error) {
	return get[int](ctx, s.client, nil, "Notification", "action", "notReadCount")
}

// MarkAllRead marks every notification of the caller as read.
//
// POST Notification/action/markAllRead.
func (s *NotificationService) MarkAllRead(ctx context.Context) error {
	return s.client.setTrue(ctx, http.MethodPost, Attrs{}, "Notification", "action", "markAllRead")
}

// Delete deletes a notification.
//
// DELETE Notification/{id}.
func (s *NotificationService) Delete(ctx context.Context, id string) error {
	return s.client.Records("Notification").Delete(ctx, id)
}
