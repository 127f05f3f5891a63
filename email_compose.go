package espo

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// AddUsers puts an e-mail into the inboxes of users, who must be regular users
// or administrators.
//
// POST Email/{id}/users. EspoCRM 9.0 and later. Another kind of user is [ErrForbidden].
func (s *EmailService) AddUsers(ctx context.Context, id string, userIDs []string, opts ...CallOption) error {
	if err := checkIDs("userIDs", userIDs); err != nil {
		return err
	}
	req := s.Ref(id).request("addUsers", http.MethodPost, "users").json(Attrs{"ids": userIDs}).having(effectState).needing(featureEmailUsers)
	return s.client.doTrue(ctx, with(req, opts))
}

// CopiedAttachments are attachments that were copied for another record.
type CopiedAttachments struct {
	IDs   []string `json:"ids,omitzero"`
	Names Names    `json:"names,omitzero"`

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// CopyAttachments copies the attachments of an e-mail for a field of another
// record, such as AttachmentField("Task", "attachments"). parent is that
// record, when it exists already, or zero.
//
// POST Email/{id}/attachments/copy.
func (s *EmailService) CopyAttachments(ctx context.Context, id string, to FileTarget, parent Ref, opts ...CallOption) (CopiedAttachments, error) {
	if err := to.validate(); err != nil {
		return CopiedAttachments{}, err
	}
	if err := parent.checkOptional("parent"); err != nil {
		return CopiedAttachments{}, err
	}
	if to.body.ParentType == "" || parent.Type != "" && parent.Type != to.body.ParentType {
		return CopiedAttachments{}, badInput("to", "is not a field for several files of the entity type of parent")
	}
	body := Attrs{"parentType": to.body.ParentType, "field": to.body.Field}
	if parent.ID != "" {
		body["parentId"] = parent.ID
	}
	req := newRequest("Email.copyAttachments", http.MethodPost, "Email/{id}/attachments/copy", id).json(body)
	return receive[CopiedAttachments](ctx, s.client, with(req, opts))
}

// InsertableFields are the attributes of a record that can be inserted into the
// text of an e-mail, as text in the caller's language and formats.
type InsertableFields struct {
	EntityType string `json:"entityType,omitzero"`
	ID         string `json:"id,omitzero"`
	Name       string `json:"name,omitzero"`
	Values     Names  `json:"values,omitzero"` // by attribute

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// InsertableFields reads what can be inserted into an e-mail: of its parent, and
// of the record that an address belongs to, each of which may be empty. The
// keys of the reply are "parent" and "to"; what is not found is left out.
//
// GET Email/insertFieldData.
func (s *EmailService) InsertableFields(ctx context.Context, parent Ref, to string, opts ...CallOption) (map[string]InsertableFields, error) {
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
	req := newRequest("Email.insertableFields", http.MethodGet, "Email/insertFieldData").ask(values)
	return receive[phpObject[InsertableFields]](ctx, s.client, with(req, opts))
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
func (s *EmailService) SearchAddresses(ctx context.Context, text string, limit int, opts ...CallOption) ([]FoundAddress, error) {
	if err := notEmpty("text", text); err != nil {
		return nil, err
	}
	values := url.Values{"q": {text}}
	if limit > 0 {
		values.Set("maxSize", strconv.Itoa(limit))
	}
	req := newRequest("Email.searchAddresses", http.MethodGet, "EmailAddress/search").ask(values)
	return receive[[]FoundAddress](ctx, s.client, with(req, opts))
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
	Subject          string   `json:"subject,omitzero"`
	Body             string   `json:"body,omitzero"`
	IsHTML           bool     `json:"isHtml,omitzero"`
	AttachmentsIDs   []string `json:"attachmentsIds,omitzero"` // copies, for the new e-mail
	AttachmentsNames Names    `json:"attachmentsNames,omitzero"`

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// PrepareTemplate fills in an e-mail template.
//
// POST EmailTemplate/{id}/prepare.
func (s *EmailService) PrepareTemplate(ctx context.Context, templateID string, data TemplateData, opts ...CallOption) (PreparedEmail, error) {
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
	req := newRequest("EmailTemplate.prepare", http.MethodPost, "EmailTemplate/{id}/prepare", templateID).json(body)
	reply, err := receive[preparedReply](ctx, s.client, with(req, opts))
	return reply.PreparedEmail, err
}
