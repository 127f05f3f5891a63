package espotest

import (
	"maps"
	"slices"
	"time"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
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
	s.crm.mu.RLock()
	defer s.crm.mu.RUnlock()
	sent := make([]SentEmail, len(s.crm.emails))
	for i, e := range s.crm.emails {
		sent[i] = SentEmail(e)
	}
	return sent
}

// hasSMTP reports whether the setting smtpServer says where to send e-mails to.
func (s *crm) hasSMTP() bool {
	server, _ := s.store.Settings["smtpServer"].(string)
	return server != ""
}

// post sends an e-mail.
func (s *crm) post(e email) {
	e.Time = s.clock()
	s.emails = append(s.emails, e)
}

func (c *call) createEmail() (any, *answer.Error) {
	sending := c.data["status"] == "Sending"
	if sending {
		c.data["status"] = "Draft"
	}
	r, mem, err := c.create(c.store.Types["Email"], c.data, true)
	if err != nil {
		return nil, err
	}
	c.load(mem, r)
	if sending {
		if err := c.send(r, mem); err != nil {
			return nil, err
		}
	}
	return c.output(r.Entity, mem), nil
}

// updateEmail sends the e-mail whenever its status is Sending in the end,
// whether the update has brought it there or not.
func (c *call) updateEmail() (any, *answer.Error) {
	r, mem, err := c.update(c.store.Types["Email"], c.params["id"], c.data)
	if err != nil {
		return nil, err
	}
	if mem["status"] == "Sending" {
		if err := c.send(r, mem); err != nil {
			return nil, err
		}
	}
	return c.output(r.Entity, mem), nil
}

// keptEmailFields are what everybody may change of any e-mail.
var keptEmailFields = []string{"parent", "teams", "assignedUser"}

// keepEmail undoes in mem what an update may not change. E-mails that were sent
// or received stay as they are, but for administrators. So does the status of
// one that is archived.
func (c *call) keepEmail(mem, before map[string]any) {
	byHand := mem["status"] == "Archived" && before["createdById"] != nil && before["createdById"] != "system"
	if !byHand {
		mem["dateSent"] = before["dateSent"]
	}
	draft := mem["status"] == "Draft" || mem["status"] == "Sending" && before["status"] == "Draft"
	if before["status"] == "Archived" {
		mem["status"] = "Archived"
	}
	if c.user.Admin() || byHand || draft {
		return
	}
	email := schema.Stock()["Email"]
	for _, name := range c.store.Types["Email"].AttrNames {
		f := c.store.Types["Email"].Attrs[name].Field
		if f == nil || slices.Contains(keptEmailFields, f.Name) || !email.HasField(f.Name) {
			continue
		}
		if v, ok := before[name]; ok {
			mem[name] = v
		} else {
			delete(mem, name)
		}
	}
}

// send sends an e-mail, and makes a draft of one that cannot be sent.
func (c *call) send(r *store.Record, mem map[string]any) *answer.Error {
	if r.Str("to") == "" {
		r.Set("status", "Draft")
		return answer.BadRequest("Empty To address.")
	}
	if !c.hasSMTP() {
		r.Set("status", "Draft")
		err := answer.FailedWith("sendingFail")
		err.Body = map[string]any{"id": r.ID, "message": "No system SMTP settings."}
		return err
	}
	sent := map[string]any{
		"status": "Sent", "dateSent": c.store.Timestamp(), "sentById": c.user.Rec.ID, "messageId": "<" + c.store.NewID() + "@espo>",
	}
	maps.Copy(mem, sent)
	for name, v := range sent {
		r.Set(name, v)
	}
	c.post(email{
		ID: r.ID, From: r.Str("from"), To: r.Str("to"), CC: r.Str("cc"), BCC: r.Str("bcc"), Subject: r.Str("name"), Body: r.Str("body"),
	})
	return nil
}

// sendTest reaches no SMTP server but the one of the settings.
func (c *call) sendTest() (any, *answer.Error) {
	text := map[string]string{}
	for _, name := range []string{"emailAddress", "server"} {
		if text[name], _ = c.data[name].(string); text[name] == "" {
			return nil, answer.BadRequest("No `%s`", name)
		}
	}
	if c.hasSMTP() && text["server"] == c.store.Settings["smtpServer"] {
		from, _ := c.data["fromAddress"].(string)
		c.post(email{From: from, To: text["emailAddress"], Subject: "EspoCRM: Test Email"})
		return true, nil
	}
	err := answer.FailedWith("sendingFail")
	err.Body = map[string]any{
		"messageTranslation": map[string]any{"label": "unknownError", "scope": "Email", "data": map[string]any{}},
	}
	return nil, err
}
