package espo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json"
)

// EmailService has the records of the entity type Email, sends e-mails, and
// sorts those of the caller.
type EmailService struct {
	*RecordService[Email]
}

// SendError says that the server has stored an e-mail and could not send it,
// for example because it has no SMTP settings.
type SendError struct {
	Err     *Error
	EmailID string // of the stored e-mail, to be sent again with SendDraft
	Message string // the server's, such as "No system SMTP settings."
}

func (e *SendError) Error() string {
	if e.Message == "" {
		return e.Err.Error()
	}
	return e.Err.Error() + ": " + e.Message
}

func (e *SendError) Unwrap() error { return e.Err }

// Send sends a new e-mail at once. From, To and Name, the subject, are
// required; several addresses are separated by semicolons.
//
// POST Email with the status Sending. When sending fails, the error is a
// [SendError], and the e-mail stays as a draft. It is never sent a second time:
// after a failure of the connection or a gateway the error is
// [ErrOutcomeUnknown].
func (s *EmailService) Send(ctx context.Context, email Email, opts ...CallOption) (Email, error) {
	email.Status = EmailStatusSending
	sent, err := s.Create(ctx, email, opts...)
	return sent, proofOfSending(http.MethodPost, sent, err)
}

// proofOfSending is the error of an e-mail that the server should have sent:
// err itself, or one of its own when the answer does not say that it was sent.
func proofOfSending(method string, e Email, err error) error {
	if err != nil {
		return sendError(err)
	}
	if e.Status == EmailStatusSent {
		return nil
	}
	reason := fmt.Sprintf("the e-mail was not sent: its status is %q", e.Status)
	return &SendError{Err: &Error{Method: method, Path: "Email/" + e.ID, Status: http.StatusOK, Reason: reason}, EmailID: e.ID}
}

// SendDraft sends an e-mail that is stored as a draft.
//
// PUT Email/{id} with the status Draft and then with the status Sending: an
// e-mail whose sending has failed before would not be sent by the latter
// alone. When sending fails, the error is a [SendError]. An e-mail that was
// sent or archived is [ErrNothingDone]. As with Send, it is never sent a second
// time.
func (s *EmailService) SendDraft(ctx context.Context, id string, opts ...CallOption) (Email, error) {
	email, err := s.Get(ctx, id)
	if err != nil {
		return Email{}, err
	}
	switch email.Status {
	case EmailStatusDraft:
	case EmailStatusSending, EmailStatusFailed:
		if _, err := s.Update(ctx, id, Attrs{"status": EmailStatusDraft}); err != nil {
			return Email{}, err
		}
	default:
		return email, fmt.Errorf("espo: the e-mail %s is not a draft but %q: %w", id, email.Status, ErrNothingDone)
	}
	sent, err := s.Update(ctx, id, Attrs{"status": EmailStatusSending}, opts...)
	return sent, proofOfSending(http.MethodPut, sent, err)
}

// sendingFailed is the reason of an answer that the e-mail was not sent.
const sendingFailed = "sendingFail"

// sendError makes a [SendError] of a server's answer that says so.
func sendError(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Status != http.StatusInternalServerError || e.Reason != sendingFailed {
		return err
	}
	failed := &SendError{Err: e}
	var reply struct {
		ID      string `json:"id"`
		Message string `json:"message"`
	}
	if json.Unmarshal(e.Body, &reply) == nil {
		failed.EmailID, failed.Message = reply.ID, reply.Message
	}
	return failed
}

// SMTPSettings say how to reach an SMTP server.
type SMTPSettings struct {
	Server   string
	Port     int
	Security string // "", "TLS" or "SSL"
	UserName string // no authentication when empty
	Password Secret

	FromName    string
	FromAddress string
}

// SendTest sends a test e-mail to an address through an SMTP server.
//
// POST Email/sendTest. When sending fails, the error is a [SendError] without
// an EmailID.
func (s *EmailService) SendTest(ctx context.Context, to string, smtp SMTPSettings) error {
	if err := notEmpty("to or SMTPSettings.Server", to, smtp.Server); err != nil {
		return err
	}
	return sendError(s.client.invokeTrue(ctx, http.MethodPost, Attrs{
		"emailAddress": to, "type": "outboundEmail",
		"server": smtp.Server, "port": smtp.Port, "security": smtp.Security,
		"auth": smtp.UserName != "", "username": smtp.UserName, "password": smtp.Password,
		"fromName": smtp.FromName, "fromAddress": smtp.FromAddress,
	}, "Email", "sendTest"))
}

// ImportEML makes an e-mail of an attachment that holds one in the form of an
// .eml file, and returns the id of the e-mail.
//
// POST Email/importEml. An attachment that does not exist is [ErrNotFound].
func (s *EmailService) ImportEML(ctx context.Context, attachmentID string) (string, error) {
	if err := notEmpty("attachmentID", attachmentID); err != nil {
		return "", err
	}
	reply, err := invoke[idReply](ctx, s.client, http.MethodPost, Attrs{"fileId": attachmentID}, "Email", "importEml")
	return reply.ID, err
}

// MarkRead marks e-mails of the caller as read. Those that are not the
// caller's are passed over by the server, here and in the methods like it.
//
// POST Email/inbox/read.
func (s *EmailService) MarkRead(ctx context.Context, ids ...string) error {
	return s.inbox(ctx, http.MethodPost, ids, "read")
}

// MarkUnread undoes MarkRead.
//
// DELETE Email/inbox/read.
func (s *EmailService) MarkUnread(ctx context.Context, ids ...string) error {
	return s.inbox(ctx, http.MethodDelete, ids, "read")
}

// MarkAllRead marks every e-mail of the caller as read.
//
// POST Email/inbox/read.
func (s *EmailService) MarkAllRead(ctx context.Context) error {
	return s.client.setTrue(ctx, http.MethodPost, Attrs{"all": true}, "Email", "inbox", "read")
}

// MarkImportant marks e-mails of the caller as important.
//
// POST Email/inbox/important.
func (s *EmailService) MarkImportant(ctx context.Context, ids ...string) error {
	return s.inbox(ctx, http.MethodPost, ids, "important")
}

// MarkUnimportant undoes MarkImportant.
//
// DELETE Email/inbox/important.
func (s *EmailService) MarkUnimportant(ctx context.Context, ids ...string) error {
	return s.inbox(ctx, http.MethodDelete, ids, "important")
}

// Trash moves e-mails of the caller to the trash.
//
// POST Email/inbox/inTrash.
func (s *EmailService) Trash(ctx context.Context, ids ...string) error {
	return s.inbox(ctx, http.MethodPost, ids, "inTrash")
}

// Untrash undoes Trash.
//
// DELETE Email/inbox/inTrash.
func (s *EmailService) Untrash(ctx context.Context, ids ...string) error {
	return s.inbox(ctx, http.MethodDelete, ids, "inTrash")
}

// MoveToFolder moves e-mails of the caller to a folder: the id of an
// EmailFolder record, or one of the names that Folders lists, such as "inbox"
// and "archive".
//
// POST Email/inbox/folders/{folderID}. The server does not say whether there
// is such a folder.
func (s *EmailService) MoveToFolder(ctx context.Context, folderID string, ids ...string) error {
	return s.inbox(ctx, http.MethodPost, ids, "folders", folderID)
}

func (s *EmailService) inbox(ctx context.Context, method string, ids []string, path ...string) error {
	if err := checkIDs("ids", ids); err != nil {
		return err
	}
	return s.client.setTrue(ctx, method, Attrs{"ids": ids}, append([]string{"Email", "inbox"}, path...)...)
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
func (s *EmailService) Folders(ctx context.Context) ([]EmailFolder, error) {
	reply, err := get[listReply[EmailFolder]](ctx, s.client, nil, "EmailFolder", "action", "listAll")
	return reply.List.records, err
}

// UnreadCounts reads how many unread e-mails the caller has, by folder, and
// how many drafts.
//
// GET Email/inbox/notReadCounts.
func (s *EmailService) UnreadCounts(ctx context.Context) (map[string]int, error) {
	return get[fullObject[int]](ctx, s.client, nil, "Email", "inbox", "notReadCounts")
}

// AddUsers puts an e-mail into the inboxes of users, who must be regular users
// or administrators.
//
// POST Email/{id}/users. Another kind of user is [ErrForbidden].
func (s *EmailService) AddUsers(ctx context.Context, id string, userIDs ...string) error {
	if err := checkIDs("userIDs", userIDs); err != nil {
		return err
	}
	return s.client.setTrue(ctx, http.MethodPost, Attrs{"ids": userIDs}, "Email", id, "users")
}

// CopiedAttachments are attachments that were copied for another record.
type CopiedAttachments struct {
	IDs   []string `json:"ids"`
	Names Names    `json:"names"`
}

// CopyAttachments copies the attachments of an e-mail for a field, such as
// "attachments", of a record that is to be created: parent has its entity
// type and, when it exists already, its id.
//
// POST Email/{id}/attachments/copy.
func (s *EmailService) CopyAttachments(ctx context.Context, id string, parent Ref, field string) (CopiedAttachments, error) {
	if err := notEmpty("parent's type or field", parent.Type, field); err != nil {
		return CopiedAttachments{}, err
	}
	body := Attrs{"parentType": parent.Type, "field": field}
	if parent.ID != "" {
		body["parentId"] = parent.ID
	}
	return invoke[CopiedAttachments](ctx, s.client, http.MethodPost, body, "Email", id, "attachments", "copy")
}

// InsertFields are the attributes of a record that can be inserted into the
// text of an e-mail, as text in the caller's language and formats.
type InsertFields struct {
	EntityType string `json:"entityType"`
	ID         string `json:"id"`
	Name       string `json:"name"`
	Values     Names  `json:"values"` // by attribute
}

// InsertFields reads what can be inserted into an e-mail: of its parent, and
// of the record that an address belongs to, each of which may be empty. The
// keys of the reply are "parent" and "to"; what is not found is left out.
//
// GET Email/insertFieldData.
func (s *EmailService) InsertFields(ctx context.Context, parent Ref, to string) (map[string]InsertFields, error) {
	if err := parent.checkOptional("parent"); err != nil {
		return nil, err
	}
	values := url.Values{}
	if parent.ID != "" {
		values.Set("parentType", parent.Type)
		values.Set("parentId", parent.ID)
	}
	if to != "" {
		values.Set("to", to)
	}
	return get[phpObject[InsertFields]](ctx, s.client, values, "Email", "insertFieldData")
}

// FoundAddress is an e-mail address with the record that it belongs to.
type FoundAddress struct {
	EmailAddress string `json:"emailAddress,omitzero"`
	EntityType   string `json:"entityType,omitzero"`
	EntityID     string `json:"entityId,omitzero"`
	EntityName   string `json:"entityName,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// SearchAddresses finds e-mail addresses by the start of an address or of a
// name, at most limit; 0 is the server's own limit. Whose addresses are
// searched, a setting of the server decides: by default those of users alone.
//
// GET EmailAddress/search. The user must have the right to create e-mails.
func (s *EmailService) SearchAddresses(ctx context.Context, text string, limit int) ([]FoundAddress, error) {
	if err := notEmpty("text", text); err != nil {
		return nil, err
	}
	values := url.Values{"q": {text}}
	if limit > 0 {
		values.Set("maxSize", strconv.Itoa(limit))
	}
	return get[[]FoundAddress](ctx, s.client, values, "EmailAddress", "search")
}

// TemplateData says where the placeholders of an e-mail template get their
// values from. Each part may be empty.
type TemplateData struct {
	EmailAddress string // the recipient's: the person that it belongs to
	Parent       Ref    // the record that the e-mail is about
	Related      Ref    // a further one
}

// PreparedEmail is an e-mail template with its placeholders filled in. Those
// without a value stand as they are in the template.
type PreparedEmail struct {
	Subject          string   `json:"subject"`
	Body             string   `json:"body"`
	IsHTML           bool     `json:"isHtml"`
	AttachmentsIDs   []string `json:"attachmentsIds"` // copies, for the new e-mail
	AttachmentsNames Names    `json:"attachmentsNames"`
}

// PrepareTemplate fills in an e-mail template.
//
// POST EmailTemplate/{id}/prepare.
func (s *EmailService) PrepareTemplate(ctx context.Context, templateID string, data TemplateData) (PreparedEmail, error) {
	if err := data.Parent.checkOptional("TemplateData.Parent"); err != nil {
		return PreparedEmail{}, err
	}
	if err := data.Related.checkOptional("TemplateData.Related"); err != nil {
		return PreparedEmail{}, err
	}
	body := Attrs{}
	if data.EmailAddress != "" {
		body["emailAddress"] = data.EmailAddress
	}
	if data.Parent.ID != "" {
		body["parentType"], body["parentId"] = data.Parent.Type, data.Parent.ID
	}
	if data.Related.ID != "" {
		body["relatedType"], body["relatedId"] = data.Related.Type, data.Related.ID
	}
	reply, err := invoke[preparedReply](ctx, s.client, http.MethodPost, body, "EmailTemplate", templateID, "prepare")
	return reply.PreparedEmail, err
}
