package records

import (
	"maps"
	"net/http"
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// Restore brings a deleted record back: POST {type}/action/restoreDeleted.
func Restore(c *crm.Call, e *schema.EntityType) (any, *answer.Error) {
	if !c.User.Admin() {
		return nil, answer.Forbidden("")
	}
	id, _ := php.Text(c.Data["id"])
	if id == "" {
		return nil, answer.BadRequest("")
	}
	r := c.Store.FindDeleted(e.Name, id)
	switch {
	case r == nil:
		return nil, answer.NotFound("")
	case r.Deleted:
	case c.Has(release.RestoreConflict):
		return nil, &answer.Error{Status: http.StatusConflict, Reason: "Record type is not soft-deleted."}
	default:
		return nil, answer.Forbidden("No 'deleted' attribute.")
	}
	c.Store.Restore(r)
	c.ForgetRights()
	return true, nil
}

// notDuplicated are attributes that a duplicate does not begin with, by entity
// type. The status is in it where another one would be wrong for a new record.
var notDuplicated = map[string][]string{
	"Call":         {"status", "reminders", "uid"},
	"Campaign":     {"status"},
	"Case":         {"status"},
	"EmailAccount": {"emailFolderId", "emailFolderName", "fetchData", "folderMap", "monitoredFolders", "sentFolder"},
	"Lead":         {"status"},
	"Meeting":      {"status", "reminders", "uid", "joinUrl"},
	"Note":         {"superParentId", "superParentType"},
	"Opportunity":  {"stage"},
	"Task":         {"status", "reminders", "emailId"},
}

// oneToOne are links of one record to one, which the record is alone to have.
var oneToOne = map[string][]string{
	"Account":     {"originalLead"},
	"Contact":     {"originalLead", "portalUser"},
	"Lead":        {"createdAccount", "createdContact", "createdOpportunity"},
	"Opportunity": {"originalLead"},
}

// DuplicateAttributes returns what a duplicate of a record begins with:
// POST {type}/action/getDuplicateAttributes.
func DuplicateAttributes(c *crm.Call, e *schema.EntityType) (any, *answer.Error) {
	id, _ := php.Text(c.Data["id"])
	if id == "" {
		return nil, answer.BadRequest("")
	}
	if c.User.Level(e, rights.Create) == rights.LevelNo {
		return nil, answer.Forbidden("No 'create' access.")
	}
	r := c.Store.Find(e.Name, id)
	if r == nil {
		return nil, answer.NotFound("Record not found.")
	}
	if !c.User.May(rights.Read, r) {
		return nil, answer.Forbidden("")
	}
	mem := c.Fetched(r)
	c.Load(mem, r)
	delete(mem, "id")
	for _, f := range e.FieldList {
		if f.Type == "autoincrement" || f.Type == "number" {
			delete(mem, f.Name)
		}
	}
	for _, name := range notDuplicated[e.Name] {
		delete(mem, name)
	}
	if c.Has(release.DuplicateOneToOne) {
		for _, name := range oneToOne[e.Name] {
			delete(mem, name+"Id")
			delete(mem, name+"Name")
		}
	}
	if e.Name == "Meeting" || e.Name == "Call" { // nobody has accepted yet
		for _, name := range []string{"users", "contacts", "leads"} {
			mem[name+"Columns"] = nil
		}
	}
	for _, f := range e.FieldList {
		duplicateFiles(c, f, mem)
	}
	return c.Output(e, mem), nil
}

// duplicateFiles puts copies of the files of a field in their place.
func duplicateFiles(c *crm.Call, f *schema.Field, mem map[string]any) {
	switch f.Type {
	case "file", "image":
		if id, ok := mem[f.Name+"Id"].(string); ok {
			if to := duplicateFile(c, id); to != nil {
				mem[f.Name+"Id"] = to.ID
			}
		}
	case "attachmentMultiple":
		list, _ := mem[f.Name+"Ids"].([]any)
		list = slices.Clone(list)
		for i, v := range list {
			id, _ := v.(string)
			to := duplicateFile(c, id)
			if to == nil {
				continue
			}
			list[i] = to.ID
			for _, suffix := range []string{"Names", "Types"} {
				if of, ok := mem[f.Name+suffix].(map[string]any); ok {
					of = maps.Clone(of)
					of[to.ID] = of[id]
					delete(of, id)
					mem[f.Name+suffix] = of
				}
			}
		}
		if list != nil {
			mem[f.Name+"Ids"] = list
		}
	}
}

// duplicateFile copies a file that belongs to nothing yet.
func duplicateFile(c *crm.Call, id string) *store.Record {
	from := c.Store.Find("Attachment", id)
	if from == nil {
		return nil
	}
	made := c.CopyFile(from, crm.CopyFor(from.Str("field")))
	copied, _ := made["id"].(string)
	return c.Store.Find("Attachment", copied)
}
