package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-espo/espo"
)

// kind is what is copied of an entity type.
type kind struct {
	entityType string
	first      []string          // attributes that a new record needs
	then       []string          // the others
	links      map[string]string // attributes that hold ids, with the entity type of these
}

var (
	accounts = kind{
		entityType: "Account",
		first:      []string{"name"},
		then: []string{"website", "type", "industry", "sicCode", "description", "emailAddressData", "phoneNumberData",
			"billingAddressStreet", "billingAddressCity", "billingAddressState", "billingAddressCountry", "billingAddressPostalCode"},
	}
	contacts = kind{
		entityType: "Contact",
		first:      []string{"lastName", "firstName"},
		then: []string{"salutationName", "description", "doNotCall", "emailAddressData", "phoneNumberData",
			"addressStreet", "addressCity", "addressState", "addressCountry", "addressPostalCode"},
		links: map[string]string{"accountId": "Account", "accountsIds": "Account", "accountsColumns": "Account"},
	}
	documents = kind{
		entityType: "Document",
		first:      []string{"name", "publishDate", "status"},
		then:       []string{"type", "expirationDate", "description"},
		links:      map[string]string{"accountsIds": "Account"},
	}
)

// copier copies the records of a kind. Each of its calls can be repeated:
// CreateOnce makes no second record, and an update the same one.
func (m *migration) copier(k kind) func(context.Context, string) error {
	return func(ctx context.Context, id string) error {
		source, err := m.from.Records(k.entityType).Get(ctx, id)
		if err != nil {
			return m.unlessDeleted(err)
		}
		target, newID := m.to.Records(k.entityType), m.newID(k.entityType, id)
		there, err := target.Exists(ctx, newID)
		if err != nil {
			return err
		}
		if !there {
			record := pick(source, k.first)
			if source.String("fileId") != "" {
				if record["fileId"], err = m.file(ctx, source.String("fileId"), espo.FileField(k.entityType, "file")); err != nil {
					return err
				}
			}
			if _, err := target.CreateOnce(ctx, newID, espo.Record(record)); err != nil {
				return err
			}
		}
		attrs := pick(source, k.then)
		if there {
			attrs = pick(source, append(k.first[:len(k.first):len(k.first)], k.then...))
		}
		for attribute, entityType := range k.links {
			attrs[attribute] = m.mapped(entityType, source[attribute])
		}
		if _, err := target.Update(ctx, newID, attrs); err != nil {
			return fmt.Errorf("%s %s: %w", k.entityType, id, err)
		}
		return nil
	}
}

// unlessDeleted forgives that a record was deleted after it was listed.
func (m *migration) unlessDeleted(err error) error {
	if errors.Is(err, espo.ErrNotFound) {
		return nil
	}
	return err
}

// pick takes some attributes of a record, those that are null too.
func pick(record espo.Record, names []string) espo.Attrs {
	attrs := espo.Attrs{}
	for _, name := range names {
		if record.Has(name) {
			attrs[name] = record[name]
		}
	}
	return attrs
}

// mapped puts the target's ids in place of the source's: in an id, a list of
// ids, or an object whose keys are ids.
func (m *migration) mapped(entityType string, value any) any {
	switch v := value.(type) {
	case string:
		return m.newID(entityType, v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = m.mapped(entityType, v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for id, columns := range v {
			out[m.newID(entityType, id)] = columns
		}
		return out
	}
	return value
}

// file copies a file, piece by piece. One that no record takes, because it is
// interrupted after this, is removed by the target after a while.
func (m *migration) file(ctx context.Context, id string, target espo.FileTarget) (string, error) {
	download, err := m.from.Attachments.Download(ctx, id)
	if err != nil {
		return "", err
	}
	defer func() { _ = download.Close() }()
	uploaded, err := m.to.Attachments.Upload(ctx, espo.Upload{
		Name: download.Name, ContentType: download.ContentType, Content: download, Size: max(0, download.Size), For: target,
	})
	return uploaded.ID, err
}

// posts copies the posts of the streams of an entity type's records, oldest
// first, each with its files.
func (m *migration) posts(entityType string) func(context.Context, string) error {
	return func(ctx context.Context, parentID string) error {
		ref := espo.Ref{Type: entityType, ID: parentID}
		notes, err := espo.Collect(m.from.Stream.Posts(ref).All(ctx, espo.FeedQuery{}))
		if err != nil {
			return m.unlessDeleted(err)
		}
		for i := len(notes) - 1; i >= 0; i-- {
			if err := m.post(ctx, notes[i], espo.Ref{Type: entityType, ID: m.newID(entityType, parentID)}); err != nil {
				return err
			}
		}
		return nil
	}
}

func (m *migration) post(ctx context.Context, note espo.Note, parent espo.Ref) error {
	if note.Type != espo.NoteTypePost {
		return nil
	}
	newID := m.newID("Note", note.ID)
	copied, err := m.to.Notes.CreateOnce(ctx, newID, espo.Note{
		Type: espo.NoteTypePost, ParentType: parent.Type, ParentID: parent.ID, IsInternal: note.IsInternal,
		Post: fmt.Sprintf("%s, %s:\n%s", note.CreatedByName, note.CreatedAt, note.Post),
	})
	if err != nil || len(copied.AttachmentsIDs) == len(note.AttachmentsIDs) {
		return err
	}
	var files []string
	for _, id := range note.AttachmentsIDs {
		file, err := m.file(ctx, id, espo.FileField("Note", "attachments"))
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	_, err = m.to.Notes.Update(ctx, newID, espo.Attrs{"attachmentsIds": files})
	return err
}
