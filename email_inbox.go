package espo

import (
	"context"
	"net/http"
)

// MarkRead marks e-mails of the caller as read. Those that are not the
// caller's are passed over by the server, here and in the methods like it.
//
// POST Email/inbox/read.
func (s *EmailService) MarkRead(ctx context.Context, ids []string, opts ...CallOption) error {
	return s.inbox(ctx, "markRead", http.MethodPost, "Email/inbox/read", ids, opts)
}

// MarkUnread undoes MarkRead.
//
// DELETE Email/inbox/read.
func (s *EmailService) MarkUnread(ctx context.Context, ids []string, opts ...CallOption) error {
	return s.inbox(ctx, "markUnread", http.MethodDelete, "Email/inbox/read", ids, opts)
}

// MarkAllRead marks every e-mail of the caller as read.
//
// POST Email/inbox/read.
func (s *EmailService) MarkAllRead(ctx context.Context, opts ...CallOption) error {
	req := newRequest("Email.markAllRead", http.MethodPost, "Email/inbox/read").json(Attrs{"all": true}).having(effectState)
	return s.client.doTrue(ctx, with(req, opts))
}

// MarkImportant marks e-mails of the caller as important.
//
// POST Email/inbox/important.
func (s *EmailService) MarkImportant(ctx context.Context, ids []string, opts ...CallOption) error {
	return s.inbox(ctx, "markImportant", http.MethodPost, "Email/inbox/important", ids, opts)
}

// MarkUnimportant undoes MarkImportant.
//
// DELETE Email/inbox/important.
func (s *EmailService) MarkUnimportant(ctx context.Context, ids []string, opts ...CallOption) error {
	return s.inbox(ctx, "markUnimportant", http.MethodDelete, "Email/inbox/important", ids, opts)
}

// Trash moves e-mails of the caller to the trash.
//
// POST Email/inbox/inTrash.
func (s *EmailService) Trash(ctx context.Context, ids []string, opts ...CallOption) error {
	return s.inbox(ctx, "trash", http.MethodPost, "Email/inbox/inTrash", ids, opts)
}

// Untrash undoes Trash.
//
// DELETE Email/inbox/inTrash.
func (s *EmailService) Untrash(ctx context.Context, ids []string, opts ...CallOption) error {
	return s.inbox(ctx, "untrash", http.MethodDelete, "Email/inbox/inTrash", ids, opts)
}

// MoveToFolder moves e-mails of the caller to a folder: the id of an
// EmailFolder record, or one of the names that Folders lists, such as "inbox"
// and "archive".
//
// POST Email/inbox/folders/{folderID}. The server does not say whether there
// is such a folder.
func (s *EmailService) MoveToFolder(ctx context.Context, folderID string, ids []string, opts ...CallOption) error {
	return s.inbox(ctx, "moveToFolder", http.MethodPost, "Email/inbox/folders/{id}", ids, opts, folderID)
}

func (s *EmailService) inbox(ctx context.Context, what, method, pattern string, ids []string, opts []CallOption, args ...string) error {
	if err := checkIDs("ids", ids); err != nil {
		return err
	}
	req := newRequest("Email."+what, method, pattern, args...).json(Attrs{"ids": ids}).having(effectState)
	return s.client.doTrue(ctx, with(req, opts))
}

// EmailFolder is a folder of the caller's e-mails. Those that every user has,
// such as "inbox" and "trash", have their name as the id.
type EmailFolder struct {
	ID                string `json:"id,omitzero"`
	Name              string `json:"name,omitzero"`
	Order             int    `json:"order,omitzero"`
	SkipNotifications bool   `json:"skipNotifications,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Folders reads the folders of the caller's e-mails, in their order. Folders
// of one's own are records of the entity type EmailFolder.
//
// GET EmailFolder/action/listAll.
func (s *EmailService) Folders(ctx context.Context, opts ...CallOption) ([]EmailFolder, error) {
	req := newRequest("Email.folders", http.MethodGet, "EmailFolder/action/listAll")
	return receiveList[EmailFolder](ctx, s.client, with(req, opts))
}

// UnreadCounts reads how many unread e-mails the caller has, by folder, and
// how many drafts.
//
// GET Email/inbox/notReadCounts.
func (s *EmailService) UnreadCounts(ctx context.Context, opts ...CallOption) (map[string]int, error) {
	return receive[fullObject[int]](ctx, s.client, with(newRequest("Email.unreadCounts", http.MethodGet, "Email/inbox/notReadCounts"), opts))
}
