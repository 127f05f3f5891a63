package email

import (
	"maps"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// CreateEmail creates an e-mail, and sends it when that is its status:
// POST Email.
func CreateEmail(c *crm.Call) (any, *answer.Error) {
	sending := c.Data["status"] == "Sending"
	if sending {
		c.Data["status"] = "Draft"
		if to, _ := c.Data["to"].(string); to == "" {
			return nil, answer.Invalid("Email", "to", "required")
		}
	}
	r, mem, err := c.Create(c.Store.Types["Email"], c.Data, true)
	if err != nil {
		return nil, err
	}
	c.Load(mem, r)
	if sending {
		if err := send(c, r, mem); err != nil {
			return nil, err
		}
	}
	return c.Output(r.Entity, mem), nil
}

// UpdateEmail sends the e-mail whenever its status is Sending in the end,
// whether the update has brought it there or not. Whoever changes an e-mail has
// read it.
func UpdateEmail(c *crm.Call) (any, *answer.Error) {
	if r := c.Store.Find("Email", c.Params["id"]); r != nil && c.User.May(rights.Edit, r) {
		markRead(c, r)
	}
	r, mem, err := c.Update(c.Store.Types["Email"], c.Params["id"], c.Data)
	if err != nil {
		return nil, err
	}
	if mem["status"] == "Sending" {
		if err := send(c, r, mem); err != nil {
			return nil, err
		}
	}
	return c.Output(r.Entity, mem), nil
}

// keptEmailFields are what everybody may change of any e-mail.
var keptEmailFields = []string{"parent", "teams", "assignedUser"}

// keepEmail undoes in mem what an update may not change. E-mails that were sent
// or received stay as they are, but for administrators. So does the status of
// one that is archived.
func keepEmail(c *crm.Call, mem, before map[string]any) {
	byHand := mem["status"] == "Archived" && before["createdById"] != nil && before["createdById"] != "system"
	if !byHand {
		mem["dateSent"] = before["dateSent"]
	}
	draft := mem["status"] == "Draft" || mem["status"] == "Sending" && before["status"] == "Draft"
	if before["status"] == "Archived" {
		mem["status"] = "Archived"
	}
	if c.User.Admin() || byHand || draft {
		return
	}
	email := schema.Stock(c.Store.Release)["Email"]
	for _, name := range c.Store.Types["Email"].AttrNames {
		f := c.Store.Types["Email"].Attrs[name].Field
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
func send(c *crm.Call, r *store.Record, mem map[string]any) *answer.Error {
	if r.Str("to") == "" {
		r.Set("status", "Draft")
		return answer.BadRequest("Empty To address.")
	}
	switch {
	case c.HasSMTP():
	case c.Has(release.SendingLeft) && c.Store.Settings["outboundEmailIsShared"] != true:
		r.Set("status", "Sending")
		return answer.ServerError()
	default:
		r.Set("status", "Draft")
		err := answer.FailedWith("sendingFail")
		err.Body = map[string]any{"id": r.ID, "message": "No system SMTP settings."}
		return err
	}
	sent := map[string]any{
		"status": "Sent", "dateSent": c.Store.Timestamp(), "sentById": c.User.Rec.ID, "messageId": "<" + c.Store.NewID() + "@espo>",
	}
	maps.Copy(mem, sent)
	for name, v := range sent {
		r.Set(name, v)
	}
	c.Post(crm.Email{
		ID: r.ID, From: r.Str("from"), To: r.Str("to"), CC: r.Str("cc"), BCC: r.Str("bcc"), Subject: r.Str("name"), Body: r.Str("body"),
	})
	return nil
}

// SendTest reaches no SMTP server but the one of the settings.
func SendTest(c *crm.Call) (any, *answer.Error) {
	text := map[string]string{}
	for _, name := range []string{"emailAddress", "server"} {
		if text[name], _ = c.Data[name].(string); text[name] == "" {
			return nil, answer.BadRequest("No `%s`", name)
		}
	}
	if c.HasSMTP() && text["server"] == c.Store.Settings["smtpServer"] {
		from, _ := c.Data["fromAddress"].(string)
		c.Post(crm.Email{From: from, To: text["emailAddress"], Subject: "EspoCRM: Test Email"})
		return true, nil
	}
	if c.Has(release.InternalHooksRefused) && crm.InternalHost(text["server"]) {
		return nil, answer.Forbidden("Not allowed internal host.")
	}
	err := answer.FailedWith("sendingFail")
	err.Body = map[string]any{
		"messageTranslation": map[string]any{"label": "unknownError", "scope": "Email", "data": map[string]any{}},
	}
	return nil, err
}
