package espotest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
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

func (c *call) export() (any, *answer.Error) {
	if c.user.Permission("exportPermission") != espo.AccessYes {
		return nil, answer.Forbidden("No 'export' permission.")
	}
	name, ok := c.data["entityType"].(string)
	if !ok {
		return nil, answer.BadRequest("No entityType.")
	}
	e := c.store.Types[name]
	format, _ := c.data["format"].(string)
	if format == "" {
		format = "csv"
	}
	if _, ok := exportFormats[format]; !ok || e == nil {
		return nil, answer.ServerError()
	}
	if c.user.Level(e, rights.Read) == espo.AccessNo {
		return nil, answer.Forbidden("")
	}
	params := c.data
	if ids, ok := params["ids"].([]any); ok && len(ids) == 0 {
		params = map[string]any{} // all records, not none
	}
	sel, err := parseSelection(params)
	if err != nil {
		return nil, err
	}
	attrs := c.exportAttributes(e, c.data)
	if c.data["idle"] == true {
		j := c.enqueue("Export", func(c *call, j *job) *answer.Error {
			id, err := c.runExport(e, sel, attrs, format)
			if err != nil {
				return err
			}
			j.fileID = id
			return nil
		})
		return map[string]any{"exportId": j.id}, nil
	}
	id, err := c.runExport(e, sel, attrs, format)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": id}, nil
}

func (c *call) exportStatus() (any, *answer.Error) {
	j, err := c.job("Export")
	if err != nil {
		return nil, err
	}
	return map[string]any{"status": j.status, "attachmentId": j.fileID}, nil
}

// runExport makes the file and returns the id of its attachment.
func (c *call) runExport(e *schema.EntityType, sel selection, attrs []string, format string) (string, *answer.Error) {
	records, err := c.selected(e, sel)
	if err != nil {
		return "", err
	}
	rows := [][]string{attrs}
	for _, r := range records {
		row := make([]string, len(attrs))
		for i, name := range attrs {
			if a := e.Attr(name); a != nil && c.visible(a) {
				row[i] = exportText(r.Get(name))
			}
		}
		rows = append(rows, row)
	}
	f := exportFormats[format]
	file, err := c.addFile("Export_"+e.Name+"."+format, f.mediaType, "Export File", f.encode(rows))
	if err != nil {
		return "", err
	}
	return file.ID, nil
}

// exportAttributes returns the columns: those that were asked for, those of
// the fields that were asked for, or all.
func (c *call) exportAttributes(e *schema.EntityType, data map[string]any) []string {
	if list, ok := data["attributeList"].([]any); ok {
		return slices.DeleteFunc(where.IDs(list), func(name string) bool { return name == "versionNumber" })
	}
	list, ok := data["fieldList"].([]any)
	if !ok {
		return c.allExported(e)
	}
	var attrs []string
	for _, name := range where.IDs(list) {
		attrs = append(attrs, e.FieldAttributes(name)...)
	}
	return attrs
}

// allExported returns the columns of an export that names none: those of links
// come last.
func (c *call) allExported(e *schema.EntityType) []string {
	var own, linked []string
	for _, name := range e.AttrNames {
		a := e.Attrs[name]
		switch {
		case !c.visible(a) || name == "deleted" || name == "versionNumber":
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

// addFile stores a file that the server itself has made or taken in, as an
// attachment of the user's.
func (c *call) addFile(name, mediaType, role string, content []byte) (*store.Record, *answer.Error) {
	body := c.files.Add()
	if err := body.Append(bytes.NewReader(content)); err != nil {
		return nil, answer.ServerError()
	}
	r := c.store.Insert(c.store.Types["Attachment"], c.store.NewID())
	values := schema.Defaults(r.Entity)
	maps.Copy(values, map[string]any{
		"name": name, "type": mediaType, "size": body.Size, "role": role, "storage": storage,
		"createdAt": c.store.Timestamp(), "createdById": c.user.Rec.ID,
	})
	for attr, v := range values {
		r.Set(attr, v)
	}
	c.files.Put(r.ID, body)
	return r, nil
}
