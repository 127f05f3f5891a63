package espotest

import (
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
)

// copyEmailFiles copies the attachments of an e-mail for another record.
func (c *call) copyEmailFiles() (any, *answer.Error) {
	to, err := c.copyTarget()
	if err != nil {
		return nil, err
	}
	email := c.store.Find("Email", c.params["id"])
	switch {
	case email == nil:
		return nil, answer.NotFound("")
	case !c.user.May(rights.Read, email):
		return nil, answer.Forbidden("No 'read' access.")
	}
	if err := to.check(c); err != nil {
		return nil, err
	}
	ids, names := []string{}, map[string]any{}
	for _, id := range c.store.Linked(email, "attachments") {
		mem := c.copyFile(c.store.Find("Attachment", id), to)
		id, _ := mem["id"].(string)
		ids, names[id] = append(ids, id), mem["name"]
	}
	return map[string]any{"ids": ids, "names": names}, nil
}

// importEML makes an e-mail of a file, which is then gone.
func (c *call) importEML() (any, *answer.Error) {
	id, _ := c.data["fileId"].(string)
	e := c.store.Types["Email"]
	switch {
	case c.user.Level(e, rights.Create) == espo.AccessNo:
		return nil, answer.Forbidden("No 'create' access.")
	case id == "":
		return nil, answer.BadRequest("No 'fileId'.")
	}
	file := c.store.Find("Attachment", id)
	if file == nil {
		return nil, answer.NotFound("Attachment not found.")
	}
	attrs, err := c.parseEML(id)
	if err != nil {
		return nil, err
	}
	var missing []string // which other e-mails must have
	for _, name := range []string{"from", "to"} {
		if s, _ := attrs[name].(string); s == "" {
			attrs[name], missing = "nobody@localhost", append(missing, name)
		}
	}
	r, _, apiErr := c.create(e, attrs, true)
	if apiErr != nil {
		return nil, apiErr
	}
	for _, name := range missing {
		r.Set(name, "")
	}
	c.store.Relate(r, "users", c.user.Rec.ID, nil)
	if err := c.delete(file.Entity, file.ID); err != nil {
		return nil, err
	}
	return map[string]any{"id": r.ID}, nil
}

// parseEML returns the attributes of an e-mail. What is no e-mail becomes an
// empty one.
func (c *call) parseEML(id string) (map[string]any, *answer.Error) {
	attrs := map[string]any{"status": "Archived", "isHtml": false, "dateSent": c.store.Timestamp(), "subject": "(No Subject)"}
	body := c.files.ByID[id]
	if body == nil {
		return attrs, nil
	}
	in, err := body.Open()
	if err != nil {
		return nil, answer.ServerError()
	}
	defer in.Close()
	m, err := mail.ReadMessage(in)
	if err != nil {
		return attrs, nil //nolint:nilerr // EspoCRM takes it in, too
	}
	words := new(mime.WordDecoder)
	if subject, err := words.DecodeHeader(m.Header.Get("Subject")); err == nil && subject != "" {
		attrs["subject"] = subject
	}
	if sent, err := m.Header.Date(); err == nil {
		attrs["dateSent"] = sent.UTC().Format(time.DateTime)
	}
	for _, name := range []string{"From", "To", "Cc"} {
		list, _ := m.Header.AddressList(name)
		var addresses []string
		for _, a := range list {
			addresses = append(addresses, a.Address)
		}
		attrs[strings.ToLower(name)] = strings.Join(addresses, ";")
	}
	attrs["body"], attrs["isHtml"] = messageText(m.Header.Get("Content-Type"), m.Body)
	return attrs, nil
}

// messageText is the text of a message; of one in parts, the first.
func messageText(contentType string, body io.Reader) (text string, html bool) {
	media, params, _ := mime.ParseMediaType(contentType)
	if strings.HasPrefix(media, "multipart/") {
		part, err := multipart.NewReader(body, params["boundary"]).NextPart()
		if err != nil {
			return "", false
		}
		return messageText(part.Header.Get("Content-Type"), part)
	}
	b, _ := io.ReadAll(body)
	return string(b), media == "text/html"
}
