package bulk

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/table"
	"github.com/go-espo/espo/espotest/internal/where"
)

// exportFormats are the formats: how a file of them is made from rows of text.
var exportFormats = map[string]struct {
	mediaType string
	encode    func(rows [][]string) []byte
}{
	"csv":  {"text/csv", table.EncodeCSV},
	"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", table.EncodeXLSX},
}

// Export exports the selected records, at once or by a job: POST Export.
func Export(c *crm.Call) (any, *answer.Error) {
	if c.User.Permission("exportPermission") != rights.LevelYes {
		return nil, answer.Forbidden("No 'export' permission.")
	}
	name, ok := c.Data["entityType"].(string)
	if !ok {
		return nil, answer.BadRequest("No entityType.")
	}
	e := c.Store.Types[name]
	format, _ := c.Data["format"].(string)
	if format == "" {
		format = "csv"
	}
	if _, ok := exportFormats[format]; !ok || e == nil {
		return nil, answer.ServerError()
	}
	if c.User.Level(e, rights.Read) == rights.LevelNo {
		return nil, answer.Forbidden("")
	}
	params := c.Data
	if ids, ok := params["ids"].([]any); ok && len(ids) == 0 {
		params = map[string]any{} // all records, not none
	}
	sel, err := parseSelection(params)
	if err != nil {
		return nil, err
	}
	attrs := exportAttributes(c, e, c.Data)
	if c.Data["idle"] == true {
		j := c.Enqueue("Export", func(c *crm.Call, j *crm.Job) *answer.Error {
			id, err := runExport(c, e, sel, attrs, format)
			if err != nil {
				return err
			}
			j.FileID = id
			return nil
		})
		return map[string]any{"exportId": j.ID}, nil
	}
	id, err := runExport(c, e, sel, attrs, format)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": id}, nil
}

// ExportStatus reads how far a queued export is: GET Export/{id}/status.
func ExportStatus(c *crm.Call) (any, *answer.Error) {
	j, err := c.Job("Export")
	if err != nil {
		return nil, err
	}
	return map[string]any{"status": j.Status, "attachmentId": j.FileID}, nil
}

// runExport makes the file and returns the id of its attachment.
func runExport(c *crm.Call, e *schema.EntityType, sel selection, attrs []string, format string) (string, *answer.Error) {
	records, err := selected(c, e, sel)
	if err != nil {
		return "", err
	}
	rows := [][]string{attrs}
	for _, r := range records {
		row := make([]string, len(attrs))
		for i, name := range attrs {
			if e.Attr(name) != nil {
				row[i] = exportText(r.Get(name))
			}
		}
		rows = append(rows, row)
	}
	f := exportFormats[format]
	file, err := c.AddFile("Export_"+e.Name+"."+format, f.mediaType, "Export File", f.encode(rows))
	if err != nil {
		return "", err
	}
	return file.ID, nil
}

// exportAttributes returns the columns: those that were asked for, those of
// the fields that were asked for, or all.
func exportAttributes(c *crm.Call, e *schema.EntityType, data map[string]any) []string {
	hidden := func(name string) bool {
		a := e.Attr(name)
		return name == "versionNumber" || a != nil && !c.Visible(a)
	}
	if list, ok := data["attributeList"].([]any); ok {
		return slices.DeleteFunc(where.IDs(list), hidden)
	}
	list, ok := data["fieldList"].([]any)
	if !ok {
		return allExported(c, e)
	}
	var attrs []string
	for _, name := range where.IDs(list) {
		attrs = append(attrs, columnsOf(e, name)...)
	}
	return slices.DeleteFunc(attrs, hidden)
}

// columnsOf are the columns of a field.
func columnsOf(e *schema.EntityType, name string) []string {
	attrs := e.FieldAttributes(name)
	f := e.Fields[name]
	switch {
	case f == nil:
	case f.Type == "email" || f.Type == "phone":
		return []string{name + "IsOptedOut", name + "IsInvalid", name}
	case f.Type == "datetimeOptional":
		return []string{name, name + "Date"}
	case slices.Contains(attrs, name+"Columns"):
		return []string{name + "Ids", name + "Columns", name + "Names"}
	}
	return attrs
}

// allExported returns the columns of an export that names none: those of links
// come last.
func allExported(c *crm.Call, e *schema.EntityType) []string {
	var own, linked []string
	for _, name := range e.AttrNames {
		a := e.Attrs[name]
		switch {
		case !c.Visible(a) || name == "deleted" || name == "versionNumber":
		case a.Kind == schema.KindLinkColumns, a.Selected && a.Link != "":
			linked = append(linked, name)
		case a.Selected && a.Kind != schema.KindJSON:
			own = append(own, name)
		}
	}
	return append(own, linked...)
}

// exportText is a value in a cell.
func exportText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "1"
		}
		return ""
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
