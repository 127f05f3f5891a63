package crm

import (
	"bytes"
	"cmp"
	"io"
	"maps"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Storage is where the server keeps what is uploaded.
const Storage = "EspoUploadDir"

// EMLFiles is the entity type of files that become e-mails. It has no records.
const EMLFiles = "ImportEml"

// FileField returns a field that takes files.
func (c *Call) FileField(entity, name string) (*schema.Field, *answer.Error) {
	if entity == EMLFiles && name == "file" && c.Has(release.RouteImportEML) {
		return &schema.Field{Name: name, Type: "file"}, nil
	}
	e := c.Store.Types[entity]
	if e == nil || e.Fields[name] == nil {
		return nil, answer.Forbidden("Field '%s' does not exist.", name)
	}
	f := e.Fields[name]
	switch f.Type {
	case "file", "image", "attachmentMultiple", "wysiwyg":
		return f, nil
	}
	return nil, answer.Forbidden("Field type '%s' is not allowed for Attachment.", f.Type)
}

// takeFiles makes the files of a record's fields for one file its own.
func takeFiles(c *Call, r *store.Record, mem, before map[string]any) {
	for _, f := range r.Entity.FieldList {
		name := f.Name
		if f.Type != "file" && f.Type != "image" {
			continue
		}
		id, _ := mem[name+"Id"].(string)
		if id == "" || id == before[name+"Id"] {
			continue
		}
		if a := c.Store.Find("Attachment", id); a != nil {
			a.Set("relatedType", r.Entity.Name)
			a.Set("relatedId", r.ID)
		}
	}
}

// copyTarget is what a copy of a file is for.
type copyTarget struct{ field, parentType, relatedType string }

// CopyTarget returns what the body says that a copy is for.
func (c *Call) CopyTarget() (copyTarget, *answer.Error) {
	var to copyTarget
	to.field, _ = c.Data["field"].(string)
	to.parentType, _ = c.Data["parentType"].(string)
	to.relatedType, _ = c.Data["relatedType"].(string)
	if to.field == "" {
		return to, answer.BadRequest("No `field`.")
	}
	return to, nil
}

// CopyFor is a copy for a field of a record that does not exist yet.
func CopyFor(field string) copyTarget { return copyTarget{field: field} }

func (t copyTarget) Check(c *Call) *answer.Error {
	entity := cmp.Or(t.parentType, t.relatedType)
	if entity == "" {
		return answer.BadRequest("No parentType and relatedType.")
	}
	_, err := c.FileField(entity, t.field)
	return err
}

// CopyFile makes a copy of an attachment, and returns its attributes.
func (c *Call) CopyFile(from *store.Record, to copyTarget) map[string]any {
	r := c.Store.Insert(from.Entity, c.Store.NewID())
	now := c.Store.Timestamp()
	mem := map[string]any{
		"id": r.ID, "deleted": false, "isBeingUploaded": false, "global": false, "storageFilePath": nil,
		"field": to.field, "parentType": php.EmptyToNull(to.parentType), "relatedType": php.EmptyToNull(to.relatedType), "sourceId": from.ID,
		"createdAt": now, "modifiedAt": now, "createdById": c.User.Rec.ID,
	}
	for _, attr := range []string{"name", "type", "size", "role", "storage"} {
		mem[attr] = from.Get(attr)
	}
	for attr, v := range mem {
		if attr != "id" && attr != "deleted" {
			r.Set(attr, v)
		}
	}
	c.Files.Put(r.ID, c.Files.ByID[from.ID])
	return mem
}

// AddFile stores a file that the server itself has made or taken in, as an
// attachment of the user's.
func (c *Call) AddFile(name, mediaType, role string, content []byte) (*store.Record, *answer.Error) {
	body := c.Files.Add()
	if err := body.Append(bytes.NewReader(content)); err != nil {
		return nil, answer.ServerError()
	}
	r := c.Store.Insert(c.Store.Types["Attachment"], c.Store.NewID())
	values := schema.Defaults(r.Entity)
	maps.Copy(values, map[string]any{
		"name": name, "type": mediaType, "size": body.Size, "role": role, "storage": Storage,
		"createdAt": c.Store.Timestamp(), "createdById": c.User.Rec.ID,
	})
	for attr, v := range values {
		r.Set(attr, v)
	}
	c.Files.Put(r.ID, body)
	return r, nil
}

// Content returns what a file holds.
func (c *Call) Content(file *store.Record) (string, *answer.Error) {
	body := c.Files.ByID[file.ID]
	if body == nil {
		return "", answer.ServerError()
	}
	in, err := body.Open()
	if err != nil {
		return "", answer.ServerError()
	}
	defer in.Close()
	b, err := io.ReadAll(in)
	if err != nil {
		return "", answer.ServerError()
	}
	return string(b), nil
}
