package espotest

import (
	"time"
)

// SentEmail is an e-mail that the server has sent.
type SentEmail struct {
	// ID is that of the record; "" for an e-mail that the server sends by
	// itself, such as one about a new password.
	ID string
	// The addresses are separated by semicolons.
	From, To, CC, BCC string
	Subject, Body     string
	Time              time.Time // by the server's clock
}

// WithSMTP gives the server an SMTP server, so that e-mails can be sent:
// [Server.SentEmails] has them. Without it, sending fails, as on a new
// installation.
func WithSMTP() Option {
	return WithSettings(map[string]any{"smtpServer": "smtp.espotest.example", "smtpPort": 25, "outboundEmailIsShared": true})
}

// SentEmails returns the e-mails that were sent so far, in their order. An
// e-mail that was sent twice is there twice.
func (s *Server) SentEmails() []SentEmail {
	s.crm.Mu.RLock()
	defer s.crm.Mu.RUnlock()
	sent := make([]SentEmail, len(s.crm.Emails))
	for i, e := range s.crm.Emails {
		sent[i] = SentEmail(e)
	}
	return sent
}
