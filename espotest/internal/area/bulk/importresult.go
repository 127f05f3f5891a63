package bulk

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/table"
)

// importOf returns the import that the path names; the reason is for when
// there is none.
func importOf(c *crm.Call, reason string) (*importRun, *answer.Error) {
	if err := mayImport(c); err != nil {
		return nil, err
	}
	run := crm.Local[imports](c.CRM).byID[c.Params["id"]]
	if run == nil || run.rec.Deleted {
		return nil, answer.NotFound("%s", reason)
	}
	return run, nil
}

// importRecord is importOf for what is read as a record.
func importRecord(c *crm.Call, reason string) (*importRun, *answer.Error) {
	if mayImport(c) != nil {
		return nil, answer.Forbidden("No access to 'Import'.")
	}
	return importOf(c, reason)
}

// ReadImport reads an import with the counts of its records: GET Import/{id}.
func ReadImport(c *crm.Call) (any, *answer.Error) {
	run, err := importRecord(c, "Record "+c.Params["id"]+" does not exist.")
	if err != nil {
		return nil, err
	}
	mem := c.Fetched(run.rec)
	c.Load(mem, run.rec)
	mem["importedCount"], mem["updatedCount"] = int64(len(run.created)), int64(len(run.updated))
	mem["duplicateCount"] = int64(len(run.doubtful))
	return c.Output(run.rec.Entity, mem), nil
}

// ImportLink lists the records that an import has created or updated, its
// duplicates, or its errors:
// GET Import/{id}/{link}.
func ImportLink(c *crm.Call) (any, *answer.Error) {
	run, err := importRecord(c, "")
	if err != nil {
		return nil, err
	}
	e := run.entity
	var candidates []*store.Record
	switch c.Params["link"] {
	case "imported":
		candidates = still(c, e, run.created)
	case "updated":
		candidates = still(c, e, run.updated)
	case "duplicates":
		candidates = still(c, e, run.doubtful)
	case "errors":
		e, candidates = c.Store.Types["ImportError"], run.errors
		if c.Has(release.ImportErrorsHidden) && !c.Has(release.ImportErrorsShown) && !c.User.Admin() {
			candidates = nil
		}
	default:
		return nil, answer.NotFound("Link does not exist.")
	}
	sp, err := c.SearchParams()
	if err != nil {
		return nil, err
	}
	page, err := c.Search(e, sp, candidates)
	if err != nil {
		return nil, err
	}
	attrs := c.ListAttributes(e, sp)
	list := make([]answer.Object, len(page.Records))
	for i, r := range page.Records {
		// Unlike other lists, this one does not say what is starred.
		list[i] = slices.DeleteFunc(c.Item(r, attrs), func(m answer.Member) bool { return m.Name == "isStarred" })
	}
	return answer.Object{{Name: "total", Value: int64(page.Total)}, {Name: "list", Value: list}}, nil
}

// still returns those records that have not been deleted.
func still(c *crm.Call, e *schema.EntityType, ids []string) []*store.Record {
	var records []*store.Record
	for _, id := range ids {
		if r := c.Store.Find(e.Name, id); r != nil {
			records = append(records, r)
		}
	}
	return records
}

// RevertImport deletes the import and the records that it has created:
// POST Import/{id}/revert.
func RevertImport(c *crm.Call) (any, *answer.Error) {
	run, err := importOf(c, "Could not find import record.")
	if err != nil {
		return nil, err
	}
	for _, r := range still(c, run.entity, run.created) {
		c.Store.Remove(r)
	}
	c.Store.Remove(run.rec)
	return true, nil
}

// RemoveDuplicates deletes the records of an import that are duplicates:
// POST Import/{id}/removeDuplicates.
func RemoveDuplicates(c *crm.Call) (any, *answer.Error) {
	run, err := importOf(c, "Import '"+c.Params["id"]+"' not found.")
	if err != nil {
		return nil, err
	}
	for _, r := range still(c, run.entity, run.doubtful) {
		c.Store.Remove(r)
	}
	return true, nil
}

// UnmarkDuplicates takes a record out of the duplicates of an import:
// POST Import/{id}/unmarkDuplicates.
func UnmarkDuplicates(c *crm.Call) (any, *answer.Error) {
	run, err := importOf(c, "")
	if err != nil {
		return nil, err
	}
	entity, _ := c.Data["entityType"].(string)
	id, _ := c.Data["entityId"].(string)
	if entity == "" || id == "" {
		return nil, answer.BadRequest("No `entityType` or `entityId`.")
	}
	if entity != run.entity.Name || !slices.Contains(run.doubtful, id) {
		return nil, answer.NotFound("")
	}
	run.doubtful = store.Without(run.doubtful, id)
	return true, nil
}

// ExportImportErrors writes the rows of an import that have failed to a file:
// POST Import/{id}/exportErrors.
func ExportImportErrors(c *crm.Call) (any, *answer.Error) {
	run, err := importOf(c, "")
	if err != nil {
		return nil, err
	}
	if len(run.errors) == 0 {
		return map[string]any{"attachmentId": nil}, nil
	}
	var rows [][]string
	if run.header != nil {
		rows = append(rows, run.header)
	}
	rows = append(rows, run.failed...)
	file, err := c.AddFile("Errors_import-file.csv", "text/csv", "Export File", table.EncodePlainCSV(rows))
	if err != nil {
		return nil, err
	}
	return map[string]any{"attachmentId": file.ID}, nil
}
