package bulk

import (
	"maps"
	"net/http"
	"unicode/utf8"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/collation"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
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

func mayImport(c *crm.Call) *answer.Error {
	if c.User.Level(c.Store.Types["Import"], rights.Read) == rights.LevelNo {
		return answer.Forbidden("")
	}
	return nil
}

// ImportFile takes the file of an import: POST Import/file.
func ImportFile(c *crm.Call) (any, *answer.Error) {
	if err := mayImport(c); err != nil {
		return nil, err
	}
	file, err := c.AddFile("import-file.csv", "text/csv", "Import File", c.Raw)
	if err != nil {
		return nil, err
	}
	return map[string]any{"attachmentId": file.ID}, nil
}

// CreateImport runs an import, or queues it: POST Import.
func CreateImport(c *crm.Call) (any, *answer.Error) {
	if err := mayImport(c); err != nil {
		return nil, err
	}
	entity, _ := c.Data["entityType"].(string)
	fileID, _ := c.Data["attachmentId"].(string)
	attrs, okAttrs := c.Data["attributeList"].([]any)
	switch {
	case entity == "":
		return nil, answer.BadRequest("No `entityType`.")
	case fileID == "":
		return nil, answer.BadRequest("No `attachmentId`.")
	case !okAttrs:
		return nil, answer.BadRequest("No `attributeList`.")
	}
	file := c.Store.Find("Attachment", fileID)
	if file == nil {
		return nil, &answer.Error{Status: http.StatusInternalServerError, Reason: "Import: Attachment not found."}
	}
	e := c.Store.Types[entity]
	if e == nil {
		return nil, answer.ServerError()
	}
	if c.User.Level(e, rights.Create) == rights.LevelNo && c.Data["action"] != "update" {
		return nil, answer.Forbidden("No create access for '%s'.", e.Name)
	}
	content, err := c.Content(file)
	if err != nil {
		return nil, err
	}
	run := &importRun{entity: e, params: importParams(c.Data)}
	for _, a := range attrs {
		name, _ := a.(string)
		run.attrs = append(run.attrs, name)
	}
	run.rec = c.Store.Insert(c.Store.Types["Import"], c.Store.NewID())
	for name, v := range map[string]any{
		"name": run.rec.ID, "entityType": entity, "fileId": fileID, "attributeList": attrs, "params": run.params.stored(c),
		"createdAt": c.Store.Timestamp(), "createdById": c.User.Rec.ID, "lastIndex": nil, "status": "Complete",
	} {
		run.rec.Set(name, v)
	}
	own := crm.Local[imports](c.CRM)
	if own.byID == nil {
		own.byID = map[string]*importRun{}
	}
	own.byID[run.rec.ID] = run
	switch {
	case run.params.flag("manualMode"):
		run.rec.Set("status", "Standby")
	case run.params.flag("idleMode"):
		run.rec.Set("status", crm.JobPending)
		c.Enqueue("Import", func(c *crm.Call, _ *crm.Job) *answer.Error {
			runImport(c, run, content)
			run.rec.Set("status", "Complete")
			return nil
		})
	default:
		runImport(c, run, content)
	}
	return map[string]any{
		"id": run.rec.ID, "countCreated": int64(len(run.created)), "countUpdated": int64(len(run.updated)),
		"manualMode": run.params.flag("manualMode"),
	}, nil
}

// runImport reads the rows of a file.
func runImport(c *crm.Call, run *importRun, content string) {
	rows := table.ParseCSV(content, run.params.text("delimiter", ","), run.params.text("textQualifier", `"`))
	first := 0
	if run.params.flag("headerRow") && len(rows) > 0 {
		run.header, first = rows[0], 1
	}
	for i := first; i < len(rows); i++ {
		importRow(c, run, i, rows[i])
		run.rec.Set("lastIndex", int64(i))
	}
}

func importRow(c *crm.Call, run *importRun, index int, row []string) {
	e := run.entity
	data := maps.Clone(run.params.defaults())
	given := map[string]any{}
	for i, name := range run.attrs {
		if name == "" || i >= len(row) || row[i] == "" {
			continue
		}
		if !utf8.ValidString(row[i]) { // which nothing can store
			importError(c, run, index, nil, answer.ServerError())
			run.failed[len(run.failed)-1] = row
			return
		}
		run.params.setValue(e, name, row[i], given)
	}
	linkByName(c, e, given)
	maps.Copy(data, given)
	action := run.params.text("action", "create")
	if action == "update" || action == "createAndUpdate" {
		if r := importTarget(c, run, given); r != nil {
			seen := r.Stored("streamUpdatedAt")
			defer r.Put("streamUpdatedAt", seen)
			if _, _, err := c.Update(e, r.ID, given); err != nil {
				importError(c, run, index, row, err)
				return
			}
			run.updated = append(run.updated, r.ID)
			return
		}
		if action == "update" {
			importError(c, run, index, row, nil)
			return
		}
	}
	doubtful := !run.params.flag("skipDuplicateChecking") && len(c.Store.Duplicates(e, data)) > 0
	c.NewID, _ = given["id"].(string)
	r, _, err := c.Create(e, data, true)
	c.NewID = ""
	if err != nil {
		importError(c, run, index, row, err)
		return
	}
	r.Put("streamUpdatedAt", nil)
	run.created = append(run.created, r.ID)
	if doubtful {
		run.doubtful = append(run.doubtful, r.ID)
	}
}

// importTarget returns the record that a row is to update.
func importTarget(c *crm.Call, run *importRun, given map[string]any) *store.Record {
	for _, r := range c.Store.All(run.entity.Name) {
		matches := c.User.May(rights.Edit, r)
		for _, column := range run.params.updateBy() {
			if column >= len(run.attrs) {
				return nil
			}
			name := run.attrs[column]
			matches = matches && given[name] != nil && sameValue(r.Get(name), given[name])
		}
		if matches {
			return r
		}
	}
	return nil
}

// sameValue compares as the database does.
func sameValue(a, b any) bool {
	x, isText := a.(string)
	y, both := b.(string)
	if isText && both {
		return collation.Compare(x, y) == 0
	}
	return php.Same(a, b)
}

// linkByName links the records whose names stand where a link's name does.
func linkByName(c *crm.Call, e *schema.EntityType, given map[string]any) {
	for _, f := range e.FieldList {
		name, ok := given[f.Name+"Name"].(string)
		l := e.Links[f.Name]
		if f.Type != "link" || l == nil || !ok || given[f.Name+"Id"] != nil {
			continue
		}
		for _, r := range c.Store.All(l.Entity) {
			if sameValue(r.Get("name"), name) {
				given[f.Name+"Id"] = r.ID
				break
			}
		}
	}
}

// importError records a row that was not imported. Without an error, there was
// no record to update.
func importError(c *crm.Call, run *importRun, index int, row []string, err *answer.Error) {
	r := c.Store.Insert(c.Store.Types["ImportError"], c.Store.NewID())
	kind, failures := "Not-Found", any(nil)
	if err != nil {
		kind = ""
		switch {
		case err == crm.Taken:
			kind = "Integrity-Constraint-Violation"
		case err.Status == http.StatusForbidden:
			kind = "No-Access"
		}
		if m, ok := schema.LookUp(err.Body, "messageTranslation.data").(map[string]any); ok && m["field"] != nil {
			kind = "Validation"
			failures = []any{map[string]any{"entityType": run.entity.Name, "field": m["field"], "type": m["type"]}}
		}
		if len(err.Failures) > 0 {
			failures = err.Failures
		}
	}
	exported := int64(len(run.errors))
	if run.header != nil {
		exported++
	}
	for name, v := range map[string]any{
		"importId": run.rec.ID, "rowIndex": int64(index), "exportRowIndex": exported,
		"type": kind, "validationFailures": failures, "row": php.List(withoutEnd(row)),
	} {
		if name == "row" && !c.Has(release.ImportRows) {
			continue
		}
		r.Set(name, v)
	}
	run.errors = append(run.errors, r)
	run.failed = append(run.failed, row)
}

// withoutEnd is a row without the empty cells at its end.
func withoutEnd(row []string) []string {
	for len(row) > 0 && row[len(row)-1] == "" {
		row = row[:len(row)-1]
	}
	return row
}
