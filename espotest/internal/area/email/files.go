package email

import (
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"time"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
)

// CopyEmailFiles copies the attachments of an e-mail for another record.
func CopyEmailFiles(c *crm.Call) (any, *answer.Error) {
	to, err := c.CopyTarget()
	if err != nil {
		return nil, err
	}
	email := c.Store.Find("Email", c.Params["id"])
	switch {
	case email == nil:
		return nil, answer.NotFound("")
	case !c.User.May(rights.Read, email):
		return nil, answer.Forbidden("No 'read' access.")
	}
	if err := to.Check(c); err != nil {
		return nil, err
	}
	ids, names := []string{}, map[string]any{}
	for _, id := range c.Store.Linked(email, "attachments") {
		mem := c.CopyFile(c.Store.Find("Attachment", id), to)
		id, _ := mem["id"].(string)
		ids, names[id] = append(ids, id), mem["name"]
	}
	return map[string]any{"ids": ids, "names": names}, nil
}

// ImportEML makes an e-mail of a file, which is then gone.
func ImportEML(c *crm.Call) (any, *answer.Error) {
	id, _ := c.Data["fileId"].(string)
	e := c.Store.Types["Email"]
	switch {
	case c.User.Level(e, rights.Create) == rights.LevelNo:
		return nil, answer.Forbidden("No 'create' access.")
	case id == "":
		return nil, answer.BadRequest("No 'fileId'.")
	}
	file := c.Store.Find("Attachment", id)
	if file == nil {
		return nil, answer.NotFound("Attachment not found.")
	}
	attrs, err := parseEML(c, id)
	if err != nil {
		return nil, err
	}
	var missing []string // which other e-mails must have
	for _, name := range []string{"from", "to"} {
		if s, _ := attrs[name].(string); s == "" {
			attrs[name], missing = "nobody@localhost.example", append(missing, name)
		}
	}
	r, _, apiErr := c.Create(e, attrs, true)
	if apiErr != nil {
		return nil, apiErr
	}
	for _, name := range missing {
		r.Set(name, "")
	}
	c.Store.Relate(r, "users", c.User.Rec.ID, nil)
	if err := c.Delete(file.Entity, file.ID); err != nil {
		return nil, err
	}
	return map[string]any{"id": r.ID}, nil
}

// parseEML returns the attributes of an e-mail. What is not an e-mail becomes an
// empty one.
func parseEML(c *crm.Call, id string) (map[string]any, *answer.Error) {
	attrs := map[string]any{"status": "Archived", "isHtml": false, "dateSent": c.Store.Timestamp(), "subject": "(No Subject)"}
	body := c.Files.ByID[id]
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
