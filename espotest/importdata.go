package espotest

import (
	"io"
	"maps"
	"net/http"
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/table"
)

// imports are all that were made.
type imports struct{ byID map[string]*importRun }

// importRun is what an import has done.
type importRun struct {
	rec      *store.Record
	entity   *schema.EntityType
	params   importParams
	attrs    []string // by column, "" for one that is left out
	created  []string
	updated  []string
	doubtful []string // created although there were others like them
	errors   []*store.Record
	failed   [][]string // the rows of errors
	header   []string
}

func (c *call) mayImport() *answer.Error {
	if c.user.Level(c.store.Types["Import"], rights.Read) == espo.AccessNo {
		return answer.Forbidden("")
	}
	return nil
}

func (c *call) importFile() (any, *answer.Error) {
	if err := c.mayImport(); err != nil {
		return nil, err
	}
	file, err := c.addFile("import-file.csv", "text/csv", "Import File", c.raw)
	if err != nil {
		return nil, err
	}
	return map[string]any{"attachmentId": file.ID}, nil
}

func (c *call) createImport() (any, *answer.Error) {
	if err := c.mayImport(); err != nil {
		return nil, err
	}
	entity, _ := c.data["entityType"].(string)
	fileID, _ := c.data["attachmentId"].(string)
	attrs, okAttrs := c.data["attributeList"].([]any)
	switch {
	case entity == "":
		return nil, answer.BadRequest("No `entityType`.")
	case fileID == "":
		return nil, answer.BadRequest("No `attachmentId`.")
	case !okAttrs:
		return nil, answer.BadRequest("No `attributeList`.")
	}
	file := c.store.Find("Attachment", fileID)
	if file == nil {
		return nil, &answer.Error{Status: http.StatusInternalServerError, Reason: "Import: Attachment not found."}
	}
	e := c.store.Types[entity]
	if e == nil {
		return nil, answer.ServerError()
	}
	content, err := c.content(file)
	if err != nil {
		return nil, err
	}
	run := &importRun{entity: e, params: importParams(c.data)}
	for _, a := range attrs {
		name, _ := a.(string)
		run.attrs = append(run.attrs, name)
	}
	run.rec = c.store.Insert(c.store.Types["Import"], c.store.NewID())
	for name, v := range map[string]any{
		"name": run.rec.ID, "entityType": entity, "fileId": fileID, "attributeList": attrs, "params": run.params.stored(),
		"createdAt": c.store.Timestamp(), "createdById": c.user.Rec.ID, "lastIndex": nil, "status": "Complete",
	} {
		run.rec.Set(name, v)
	}
	own := local[imports](c.crm)
	if own.byID == nil {
		own.byID = map[string]*importRun{}
	}
	own.byID[run.rec.ID] = run
	switch {
	case run.params.flag("manualMode"):
		run.rec.Set("status", "Standby")
	case run.params.flag("idleMode"):
		run.rec.Set("status", jobPending)
		c.enqueue("Import", func(c *call, _ *job) *answer.Error {
			c.runImport(run, content)
			run.rec.Set("status", "Complete")
			return nil
		})
	default:
		c.runImport(run, content)
	}
	return map[string]any{
		"id": run.rec.ID, "countCreated": int64(len(run.created)), "countUpdated": int64(len(run.updated)),
		"manualMode": run.params.flag("manualMode"),
	}, nil
}

// content returns what a file holds.
func (c *call) content(file *store.Record) (string, *answer.Error) {
	body := c.files.ByID[file.ID]
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

// runImport reads the rows of a file.
func (c *call) runImport(run *importRun, content string) {
	rows := table.ParseCSV(content, run.params.text("delimiter", ","), run.params.text("textQualifier", `"`))
	first := 0
	if run.params.flag("headerRow") && len(rows) > 0 {
		run.header, first = rows[0], 1
	}
	for i := first; i < len(rows); i++ {
		c.importRow(run, i, rows[i])
		run.rec.Set("lastIndex", int64(i))
	}
}

func (c *call) importRow(run *importRun, index int, row []string) {
	e := run.entity
	data := maps.Clone(run.params.defaults())
	given := map[string]any{}
	for i, name := range run.attrs {
		if name == "" || i >= len(row) || row[i] == "" {
			continue
		}
		run.params.setValue(e, name, row[i], given)
	}
	maps.Copy(data, given)
	action := run.params.text("action", "create")
	if action == "update" || action == "createAndUpdate" {
		if r := c.importTarget(run, given); r != nil {
			if _, _, err := c.update(e, r.ID, given); err != nil {
				c.importError(run, index, row, err)
				return
			}
			run.updated = append(run.updated, r.ID)
			return
		}
		if action == "update" {
			c.importError(run, index, row, nil)
			return
		}
	}
	doubtful := !run.params.flag("skipDuplicateChecking") && len(c.store.Duplicates(e, data)) > 0
	r, _, err := c.create(e, data, true)
	if err != nil {
		c.importError(run, index, row, err)
		return
	}
	run.created = append(run.created, r.ID)
	if doubtful {
		run.doubtful = append(run.doubtful, r.ID)
	}
}

// importTarget returns the record that a row is to update.
func (c *call) importTarget(run *importRun, given map[string]any) *store.Record {
	for _, r := range c.store.All(run.entity.Name) {
		matches := c.user.May(rights.Edit, r)
		for _, column := range run.params.updateBy() {
			if column >= len(run.attrs) {
				return nil
			}
			name := run.attrs[column]
			matches = matches && given[name] != nil && php.Same(r.Get(name), given[name])
		}
		if matches {
			return r
		}
	}
	return nil
}

// importError records a row that was not imported. Without an error, there was
// no record to update.
func (c *call) importError(run *importRun, index int, row []string, err *answer.Error) {
	r := c.store.Insert(c.store.Types["ImportError"], c.store.NewID())
	kind, failures := "Not-Found", any(nil)
	if err != nil {
		kind = ""
		if err.Status == http.StatusForbidden {
			kind = "No-Access"
		}
		if m, ok := schema.LookUp(err.Body, "messageTranslation.data").(map[string]any); ok && m["field"] != nil {
			kind = "Validation"
			failures = []any{map[string]any{"entityType": run.entity.Name, "field": m["field"], "type": m["type"]}}
		}
	}
	exported := int64(len(run.errors))
	if run.header != nil {
		exported++
	}
	for name, v := range map[string]any{
		"importId": run.rec.ID, "rowIndex": int64(index), "exportRowIndex": exported,
		"type": kind, "validationFailures": failures, "row": php.List(row),
	} {
		r.Set(name, v)
	}
	run.errors = append(run.errors, r)
	run.failed = append(run.failed, row)
}

// importOf returns the import that the path names; the reason is for when
// there is none.
func (c *call) importOf(reason string) (*importRun, *answer.Error) {
	if err := c.mayImport(); err != nil {
		return nil, err
	}
	run := local[imports](c.crm).byID[c.params["id"]]
	if run == nil || run.rec.Deleted {
		return nil, answer.NotFound("%s", reason)
	}
	return run, nil
}

func (c *call) readImport() (any, *answer.Error) {
	run, err := c.importOf("Record " + c.params["id"] + " does not exist.")
	if err != nil {
		return nil, err
	}
	mem := c.fetched(run.rec)
	c.load(mem, run.rec)
	mem["importedCount"], mem["updatedCount"] = int64(len(run.created)), int64(len(run.updated))
	mem["duplicateCount"] = int64(len(run.doubtful))
	return c.output(run.rec.Entity, mem), nil
}

func (c *call) importLink() (any, *answer.Error) {
	run, err := c.importOf("")
	if err != nil {
		return nil, err
	}
	e := run.entity
	var candidates []*store.Record
	switch c.params["link"] {
	case "imported":
		candidates = c.still(e, run.created)
	case "updated":
		candidates = c.still(e, run.updated)
	case "duplicates":
		candidates = c.still(e, run.doubtful)
	case "errors":
		e, candidates = c.store.Types["ImportError"], run.errors
	default:
		return nil, answer.NotFound("Link does not exist.")
	}
	sp, err := c.searchParams()
	if err != nil {
		return nil, err
	}
	page, err := c.search(e, sp, candidates)
	if err != nil {
		return nil, err
	}
	attrs := c.listAttributes(e, sp)
	list := make([]answer.Object, len(page.records))
	for i, r := range page.records {
		// Unlike other lists, this one does not say what is starred.
		list[i] = slices.DeleteFunc(c.item(r, attrs), func(m answer.Member) bool { return m.Name == "isStarred" })
	}
	return answer.Object{{Name: "total", Value: int64(page.total)}, {Name: "list", Value: list}}, nil
}

// still returns those records that have not been deleted.
func (c *call) still(e *schema.EntityType, ids []string) []*store.Record {
	var records []*store.Record
	for _, id := range ids {
		if r := c.store.Find(e.Name, id); r != nil {
			records = append(records, r)
		}
	}
	return records
}

func (c *call) revertImport() (any, *answer.Error) {
	run, err := c.importOf("Could not find import record.")
	if err != nil {
		return nil, err
	}
	for _, r := range c.still(run.entity, run.created) {
		c.store.Remove(r)
	}
	c.store.Remove(run.rec)
	return true, nil
}

func (c *call) removeDuplicates() (any, *answer.Error) {
	run, err := c.importOf("Import '" + c.params["id"] + "' not found.")
	if err != nil {
		return nil, err
	}
	for _, r := range c.still(run.entity, run.doubtful) {
		c.store.Remove(r)
	}
	return true, nil
}

func (c *call) unmarkDuplicates() (any, *answer.Error) {
	run, err := c.importOf("")
	if err != nil {
		return nil, err
	}
	entity, _ := c.data["entityType"].(string)
	id, _ := c.data["entityId"].(string)
	if entity == "" || id == "" {
		return nil, answer.BadRequest("No `entityType` or `entityId`.")
	}
	if entity != run.entity.Name || !slices.Contains(run.doubtful, id) {
		return nil, answer.NotFound("")
	}
	run.doubtful = store.Without(run.doubtful, id)
	return true, nil
}

func (c *call) exportImportErrors() (any, *answer.Error) {
	run, err := c.importOf("")
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
	file, err := c.addFile("Errors_import-file.csv", "text/csv", "Export File", table.EncodeCSV(rows))
	if err != nil {
		return nil, err
	}
	return map[string]any{"attachmentId": file.ID}, nil
}
