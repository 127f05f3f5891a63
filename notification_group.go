package espo

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// InGroup is the notifications of a group, newest first: GET Notification/group.
// The id is that of a [Notification] that has a GroupType, such as
// "Record_Account_6b0538bc04ab91663". Reading a page marks its notifications as
// read: Read says what they were before. The total is not counted.
//
// EspoCRM 10.0 and later; a group of which there is nothing is an empty list.
func (s *NotificationService) InGroup(groupID string) *PagedService[Notification] {
	kind, err := notificationGroup(groupID)
	return &PagedService[Notification]{readOnly{
		client: s.client, operation: "Notification.inGroup", pattern: "Notification/group",
		values: url.Values{"type": {kind}, "id": {groupID}}, needs: featureNotifyGroups, err: err,
	}}
}

// MarkGroupRead marks every notification of a group as read; see
// [NotificationService.InGroup].
//
// POST Notification/group/{id}/markRead. EspoCRM 10.0 and later.
func (s *NotificationService) MarkGroupRead(ctx context.Context, groupID string, opts ...CallOption) error {
	if _, err := notificationGroup(groupID); err != nil {
		return err
	}
	req := newRequest("Notification.markGroupRead", http.MethodPost, "Notification/group/{id}/markRead", groupID)
	return s.client.doTrue(ctx, with(req.json(Attrs{}).having(effectState).needing(featureNotifyGroups), opts))
}

// DeleteGroup deletes every notification of a group; see
// [NotificationService.InGroup].
//
// DELETE Notification/group/{id}. EspoCRM 10.0 and later.
func (s *NotificationService) DeleteGroup(ctx context.Context, groupID string, opts ...CallOption) error {
	if _, err := notificationGroup(groupID); err != nil {
		return err
	}
	req := newRequest("Notification.deleteGroup", http.MethodDelete, "Notification/group/{id}", groupID)
	return s.client.doTrue(ctx, with(req.needing(featureNotifyGroups), opts))
}

// notificationGroup is the type of the group that an id is of: what stands
// before the first underscore.
func notificationGroup(id string) (kind string, err error) {
	kind, _, ok := strings.Cut(id, "_")
	if !ok || kind == "" || badSegment(id) != "" {
		return "", badInput("group", "it is not an id of a group of notifications")
	}
	return kind, nil
}
