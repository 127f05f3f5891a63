package espo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
)

// EmailService has the records of the entity type Email, sends e-mails, and
// sorts those of the caller.
type EmailService struct {
	*RecordService[Email]
}

// SendError says that the server has stored an e-mail and could not send it,
// for example because it has no SMTP settings.
//
// Where the server gives no reason, as with an address in From that it has no
// SMTP settings for, the error matches [ErrOutcomeUnknown] too: the e-mail
// stays with the status Sending, and no server sends it by itself.
type SendError struct {
	Err     *Error
	EmailID string // of the stored e-mail, to be sent again with SendDraft
	Message string // the server's, such as "No system SMTP settings."; empty without a reason
}

func (e *SendError) Error() string {
	text := e.Err.text("the e-mail was not sent")
	if e.Message != "" {
		text += ": " + printable(e.Message)
	}
	return text
}

func (e *SendError) Unwrap() error { return beneath(e.Err) }

// Send sends a new e-mail at once. From, To and Name, the subject, are
// required; several addresses are separated by semicolons.
//
// POST Email with the status Sending. When sending fails, the error is a
// [SendError], and the e-mail is stored: as a draft where the server says why
// it was not sent, and otherwise with the status Sending. In the latter case
// the server does not name the e-mail, and the client looks for it. It is never
// sent a second time: after a failure of the connection or a gateway the error
// is [ErrOutcomeUnknown].
func (s *EmailService) Send(ctx context.Context, email Email, opts ...CreateOption) (Email, error) {
	start := time.Now()
	email.Status = EmailStatusSending
	sent, err := s.Create(ctx, email, opts...)
	if unexplained(err) {
		o, _ := collect(opts)
		return sent, s.stored(ctx, start, email, err, o.every())
	}
	return sent, proofOfSending(http.MethodPost, sent, err)
}

// unexplained reports whether err is the answer of a server that could not send
// an e-mail and does not say so, or that has failed in another way.
func unexplained(err error) bool {
	var e *Error
	return answered(err, http.StatusInternalServerError) && errors.As(err, &e) && e.Reason == "" && len(e.Body) == 0
}

// stored makes a [SendError] of err when the e-mail was stored all the same.
func (s *EmailService) stored(ctx context.Context, start time.Time, email Email, err error, opts []CallOption) error {
	created, ok := s.client.leftovers(ctx, start, err, opts)
	if !ok {
		return err
	}
	where := Where(Equal("status", EmailStatusSending))
	if email.Name != "" {
		where = append(where, Equal("name", email.Name))
	}
	record, _ := created.find(ctx, "Email", where...)
	if record == nil {
		return err
	}
	return unexplainedSendError(err, record.ID())
}

func unexplainedSendError(err error, emailID string) error {
	failed := &SendError{EmailID: emailID}
	errors.As(err, &failed.Err)
	return &unknownOutcome{failed}
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
	email, err := s.Get(ctx, id, as[GetOption](opts)...)
	if err != nil {
		return Email{}, err
	}
	switch email.Status {
	case EmailStatusDraft:
	case EmailStatusSending, EmailStatusFailed:
		if _, err := s.Update(ctx, id, Attrs{"status": EmailStatusDraft}, as[UpdateOption](opts)...); err != nil {
			return Email{}, err
		}
	default:
		return email, fmt.Errorf("espo: the e-mail %s is not a draft but %q: %w", id, email.Status, ErrNothingDone)
	}
	sent, err := s.Update(ctx, id, Attrs{"status": EmailStatusSending}, as[UpdateOption](opts)...)
	if unexplained(err) {
		return sent, unexplainedSendError(err, id)
	}
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

// SMTPSecurity is how the connection to an SMTP server is secured.
type SMTPSecurity string

// The kinds of security.
const (
	SMTPPlain SMTPSecurity = "" // not at all
	SMTPTLS   SMTPSecurity = "TLS"
	SMTPSSL   SMTPSecurity = "SSL"
)

// SMTPSettings say how to reach an SMTP server.
type SMTPSettings struct {
	Server   string
	Port     int
	Security SMTPSecurity
	UserName string // no authentication when empty
	Password Secret

	FromName    string
	FromAddress string
}

// SendTest sends a test e-mail to an address through an SMTP server.
//
// POST Email/sendTest. When sending fails, the error is a [SendError] without
// an EmailID.
func (s *EmailService) SendTest(ctx context.Context, to string, smtp SMTPSettings, opts ...CallOption) error {
	if err := notEmpty("to or SMTPSettings.Server", to, smtp.Server); err != nil {
		return err
	}
	req := newRequest("Email.sendTest", http.MethodPost, "Email/sendTest").json(Attrs{
		"emailAddress": to, "type": "outboundEmail",
		"server": smtp.Server, "port": smtp.Port, "security": smtp.Security,
		"auth": smtp.UserName != "", "username": smtp.UserName, "password": smtp.Password,
		"fromName": smtp.FromName, "fromAddress": smtp.FromAddress,
	})
	return sendError(s.client.doTrue(ctx, with(req, opts)))
}

// ImportEML makes an e-mail of an attachment that holds one in the form of an
// .eml file, and returns the id of the e-mail.
//
// POST Email/importEml. EspoCRM 8.4 and later. An attachment that does not exist is [ErrNotFound].
func (s *EmailService) ImportEML(ctx context.Context, attachmentID string, opts ...CallOption) (string, error) {
	if err := notEmpty("attachmentID", attachmentID); err != nil {
		return "", err
	}
	req := newRequest("Email.importEML", http.MethodPost, "Email/importEml").json(Attrs{"fileId": attachmentID}).needing(featureImportEML)
	reply, err := receive[idReply](ctx, s.client, with(req, opts))
	return reply.ID, err
}
