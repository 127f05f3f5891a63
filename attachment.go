package espo

import (
	"context"
	"net/http"
	"net/url"
)

// AttachmentService uploads and downloads files and has their records.
//
// A file belongs to a record once its id stands there: in fileId of a
// document, in attachmentsIds of a note or a task. Then everyone who may read the
// record may read the file, and until then only who has uploaded it; files
// that no record takes are removed by the server after a while. To list
// attachments is for administrators, [ErrForbidden] to others.
type AttachmentService struct {
	*RecordService[Attachment]
	chunkSize *chunkSize
}

func newAttachmentService(c *Client) *AttachmentService {
	return &AttachmentService{RecordService: Records[Attachment](c, "Attachment"), chunkSize: newChunkSize()}
}

// Attachment is a file's record. Entity type "Attachment".
type Attachment struct {
	ID              string   `json:"id,omitzero"`
	Name            string   `json:"name,omitzero"` // as it was uploaded: not safe as a path
	Type            string   `json:"type,omitzero"` // media type
	Size            int64    `json:"size,omitzero"` // in bytes
	Role            string   `json:"role,omitzero"` // mostly "Attachment"
	Field           string   `json:"field,omitzero"`
	IsBeingUploaded bool     `json:"isBeingUploaded,omitzero"` // chunks are missing
	ParentType      string   `json:"parentType,omitzero"`      // of the record with the field of several files
	ParentID        string   `json:"parentId,omitzero"`
	ParentName      string   `json:"parentName,omitzero"`
	RelatedType     string   `json:"relatedType,omitzero"` // of the record with the field of one file
	RelatedID       string   `json:"relatedId,omitzero"`
	RelatedName     string   `json:"relatedName,omitzero"`
	SourceID        string   `json:"sourceId,omitzero"` // of the attachment whose contents this one shares
	Storage         string   `json:"storage,omitzero"`
	StorageFilePath string   `json:"storageFilePath,omitzero"` // where the storage keeps the contents, mostly empty
	Global          bool     `json:"global,omitzero"`
	CreatedAt       DateTime `json:"createdAt,omitzero"`
	ModifiedAt      DateTime `json:"modifiedAt,omitzero"` // EspoCRM 9.2 and later
	CreatedByID     string   `json:"createdById,omitzero"`
	CreatedByName   string   `json:"createdByName,omitzero"`
	Deleted         bool     `json:"deleted,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// FileTarget says what a file is for: [FileField], [AttachmentField],
// [NoteAttachment] or [InlineImage]. The server checks the file by it.
type FileTarget struct {
	body fileTarget
	role string
}

// fileTarget is a FileTarget as it goes on the wire.
type fileTarget struct {
	RelatedType string `json:"relatedType,omitzero"`
	ParentType  string `json:"parentType,omitzero"`
	Field       string `json:"field,omitzero"`
}

// FileField is a field for one file (or image), such as "file" of "Document".
func FileField(entityType, field string) FileTarget {
	return FileTarget{fileTarget{RelatedType: entityType, Field: field}, "Attachment"}
}

// AttachmentField is a field for several files, such as "attachments" of
// "Task".
func AttachmentField(entityType, field string) FileTarget {
	return FileTarget{fileTarget{ParentType: entityType, Field: field}, "Attachment"}
}

// NoteAttachment is the attachments of a post; see [PostAttachments].
func NoteAttachment() FileTarget { return AttachmentField("Note", "attachments") }

// InlineImage is an image in the text of a formatted field, such as "body" of
// "Email".
func InlineImage(entityType, field string) FileTarget {
	return FileTarget{fileTarget{RelatedType: entityType, Field: field}, "Inline Attachment"}
}

func (t FileTarget) validate() error {
	if t.body.Field == "" || t.body.ParentType+t.body.RelatedType == "" {
		return badInput("FileTarget", "names no entity type, or no field")
	}
	return nil
}

// Copy makes a further attachment with the same contents, for another field.
//
// POST Attachment/copy/{id}.
func (s *AttachmentService) Copy(ctx context.Context, id string, to FileTarget, opts ...CallOption) (Attachment, error) {
	if err := to.validate(); err != nil {
		return Attachment{}, err
	}
	return receiveRecord[Attachment](ctx, s.client, with(newRequest("Attachment.copy", http.MethodPost, "Attachment/copy/{id}", id).json(to.body), opts))
}

// FromImageURL makes the server fetch an image from the web. A server does
// not fetch from internal addresses: [ErrForbidden].
//
// POST Attachment/fromImageUrl.
func (s *AttachmentService) FromImageURL(ctx context.Context, imageURL string, to FileTarget, opts ...CallOption) (Attachment, error) {
	if err := to.validate(); err != nil {
		return Attachment{}, err
	}
	if u, err := url.Parse(imageURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Attachment{}, badInput("image URL", "is not an address that begins with http:// or https://")
	}
	body := struct {
		URL string `json:"url"`
		fileTarget
	}{imageURL, to.body}
	return receiveRecord[Attachment](ctx, s.client, with(newRequest("Attachment.fromImageURL", http.MethodPost, "Attachment/fromImageUrl").json(body), opts))
}
