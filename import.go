package espo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"unicode/utf8"
)

// ImportService creates and updates many records from comma-separated values,
// on the server. It needs a role with access to the scope Import.
type ImportService struct{ client *Client }

// UploadCSV uploads comma-separated values, to be imported by
// [ImportService.Run], and returns the id of the attachment that holds them.
// Where r can neither seek nor tell its length, more than 1 MiB of them is
// first written to a temporary file.
//
// POST Import/file.
func (s *ImportService) UploadCSV(ctx context.Context, r io.Reader, opts ...CallOption) (attachmentID string, err error) {
	return s.upload(ctx, r, effectOnce, opts)
}

func (s *ImportService) upload(ctx context.Context, r io.Reader, e effect, opts []CallOption) (attachmentID string, err error) {
	if r == nil {
		return "", badInput("CSV", "the reader is nil")
	}
	src, err := openSource(r, 0)
	if err != nil {
		return "", fmt.Errorf("espo: values to import: %w", err)
	}
	defer src.close()
	if src.size == 0 {
		return "", badInput("CSV", "is empty")
	}
	req := with(newRequest("Import.uploadCSV", http.MethodPost, "Import/file").having(e), opts)
	req.contentType, req.rawSize = "text/csv", src.size
	opened := false
	req.raw = func() (io.Reader, error) {
		if opened && !src.rewind() {
			return nil, errors.New("the values to import cannot be read a second time")
		}
		opened = true
		return io.LimitReader(src.r, src.size), nil
	}
	reply, err := receive[fileReply](ctx, s.client, req)
	return reply.AttachmentID, err
}

// ImportAction is what an import does with a row.
type ImportAction string

// The actions.
const (
	ImportCreate          ImportAction = "create"
	ImportUpdate          ImportAction = "update"          // the record found by UpdateBy; a row without one is an error of type "Not-Found"
	ImportCreateAndUpdate ImportAction = "createAndUpdate" // creates it where there is none
)

// ImportOptions says how to import a file.
type ImportOptions struct {
	EntityType   string
	AttachmentID string // of [ImportService.UploadCSV]

	// Columns are the attributes that the columns of the file are imported to,
	// in their order; "" leaves a column out.
	Columns []string
	// NoHeader says that the first row holds values and not the names of the
	// columns.
	NoHeader bool
	// Defaults are attributes that every new record gets beside its columns.
	Defaults Attrs

	Action   ImportAction // empty is ImportCreate
	UpdateBy []string     // those of Columns by which the record to update is found

	SkipDuplicateCheck bool // do not mark likely duplicates
	Silent             bool // no notifications and no workflows
	InBackground       bool // queue it, for the server to do when its scheduled jobs next run; see Wait

	// How values are written. Empty is the first of those named.
	Delimiter        string // "," ";" "\t" "|"
	TextQualifier    string // `"` or "'"
	DateFormat       string // "YYYY-MM-DD", or such as "DD.MM.YYYY"
	TimeFormat       string // "HH:mm", or such as "hh:mm a"
	TimeZone         string // "UTC", or such as "Europe/Kyiv"
	DecimalMark      string // "." or ","
	Currency         string // of amounts; the server's default
	PersonNameFormat string // "f l": first name, last name; or "l f", "l, f"
}

// importParams are ImportOptions as they go on the wire.
type importParams struct {
	EntityType            string       `json:"entityType"`
	AttachmentID          string       `json:"attachmentId"`
	AttributeList         []string     `json:"attributeList"`
	HeaderRow             bool         `json:"headerRow"`
	DefaultValues         Attrs        `json:"defaultValues,omitempty"`
	Action                ImportAction `json:"action"`
	UpdateBy              []int        `json:"updateBy,omitempty"`
	SkipDuplicateChecking bool         `json:"skipDuplicateChecking"`
	SilentMode            bool         `json:"silentMode"`
	IdleMode              bool         `json:"idleMode"`
	ManualMode            bool         `json:"manualMode"`
	Delimiter             string       `json:"delimiter"`
	TextQualifier         string       `json:"textQualifier"`
	DateFormat            string       `json:"dateFormat"`
	TimeFormat            string       `json:"timeFormat"`
	Timezone              string       `json:"timezone"`
	DecimalMark           string       `json:"decimalMark"`
	Currency              string       `json:"currency,omitzero"`
	PersonNameFormat      string       `json:"personNameFormat"`
}

func (o ImportOptions) params() (importParams, error) {
	or := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	p := importParams{
		EntityType: o.EntityType, AttachmentID: o.AttachmentID, AttributeList: o.Columns,
		HeaderRow: !o.NoHeader, DefaultValues: o.Defaults,
		Action:                ImportAction(or(string(o.Action), string(ImportCreate))),
		SkipDuplicateChecking: o.SkipDuplicateCheck, SilentMode: o.Silent, IdleMode: o.InBackground,
		Delimiter: or(o.Delimiter, ","), TextQualifier: or(o.TextQualifier, `"`),
		DateFormat: or(o.DateFormat, "YYYY-MM-DD"), TimeFormat: or(o.TimeFormat, "HH:mm"),
		Timezone: or(o.TimeZone, "UTC"), DecimalMark: or(o.DecimalMark, "."),
		Currency: o.Currency, PersonNameFormat: or(o.PersonNameFormat, "f l"),
	}
	switch {
	case o.EntityType == "":
		return p, badInput("ImportOptions.EntityType", "is empty")
	case o.AttachmentID == "":
		return p, badInput("ImportOptions.AttachmentID", "is empty")
	case !slices.ContainsFunc(o.Columns, func(c string) bool { return c != "" }):
		return p, badInput("ImportOptions.Columns", "no column is imported")
	case utf8.RuneCountInString(p.Delimiter) != 1:
		return p, badInput("ImportOptions.Delimiter", "%q is not one character", o.Delimiter)
	case utf8.RuneCountInString(p.TextQualifier) != 1:
		return p, badInput("ImportOptions.TextQualifier", "%q is not one character", o.TextQualifier)
	}
	for _, column := range o.Columns {
		if column == "" {
			continue
		}
		if err := checkAttribute("ImportOptions.Columns", column); err != nil {
			return p, err
		}
	}
	switch p.Action {
	case ImportCreate:
		if len(o.UpdateBy) > 0 {
			return p, badInput("ImportOptions.UpdateBy", "is for updates")
		}
	case ImportUpdate, ImportCreateAndUpdate:
		if len(o.UpdateBy) == 0 {
			return p, badInput("ImportOptions.UpdateBy", "is empty: it must say how the record to update is found")
		}
	default: // which the server would take for create
		return p, badInput("ImportOptions.Action", "%q is not an action of an import", o.Action)
	}
	for _, attribute := range o.UpdateBy {
		i := slices.Index(o.Columns, attribute)
		if i < 0 || attribute == "" {
			return p, badInput("ImportOptions.UpdateBy", "%q is not one of the columns", attribute)
		}
		p.UpdateBy = append(p.UpdateBy, i)
	}
	return p, nil
}

// ImportResult is what has come of an import. What it did not import is in
// [ImportService.Errors].
type ImportResult struct {
	ID      string `json:"id,omitzero"`
	Created int    `json:"countCreated,omitzero"` // 0 while it is queued
	Updated int    `json:"countUpdated,omitzero"`

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// Run imports an uploaded file. A row that the server refuses does not end the
// import: it is one of its errors.
//
// POST Import.
func (s *ImportService) Run(ctx context.Context, o ImportOptions, opts ...CallOption) (ImportResult, error) {
	params, err := o.params()
	if err != nil {
		return ImportResult{}, err
	}
	return receive[ImportResult](ctx, s.client, with(newRequest("Import.run", http.MethodPost, "Import").json(params), opts))
}

// Import is the record of an import. Entity type "Import".
type Import struct {
	ID             string    `json:"id"`
	EntityType     string    `json:"entityType"`
	Status         JobStatus `json:"status"`
	ImportedCount  int       `json:"importedCount"`
	DuplicateCount int       `json:"duplicateCount"`
	UpdatedCount   int       `json:"updatedCount"`
	LastIndex      int       `json:"lastIndex"` // row that was read last
	Columns        []string  `json:"attributeList"`
	Params         Record    `json:"params"`
	FileID         string    `json:"fileId"`
	FileName       string    `json:"fileName"`
	CreatedAt      DateTime  `json:"createdAt"`
	CreatedByID    string    `json:"createdById"`
	CreatedByName  string    `json:"createdByName"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Get reads the record of an import, with its counts.
//
// GET Import/{id}.
func (s *ImportService) Get(ctx context.Context, id string, opts ...GetOption) (Import, error) {
	return Records[Import](s.client, "Import").Get(ctx, id, opts...)
}

// ImportWait says how to wait for a queued import.
type ImportWait struct {
	Progress func(Import) // called with each answer, unless nil
}

// Wait waits until a queued import has ended and returns its record; see
// [MassActionService.Wait].
//
// GET Import/{id}, until it has ended.
func (s *ImportService) Wait(ctx context.Context, id string, w ImportWait, opts ...CallOption) (Import, error) {
	var record Import
	err := s.client.poll(ctx, "import "+id, func() (JobStatus, error) {
		var err error
		record, err = s.Get(ctx, id, as[GetOption](opts)...)
		if err == nil && w.Progress != nil {
			w.Progress(record)
		}
		return record.Status, err
	})
	return record, err
}

// Imported has the records that an import created: Import/{id}/imported. For
// typed ones use [Related], such as Related[Account](client, Ref{Type: "Import",
// ID: id}, "imported").
func (s *ImportService) Imported(id string) *RelatedService[Record] {
	return s.client.Related(importRef(id), "imported")
}

// Duplicates has the records that an import created although there were
// others like them: Import/{id}/duplicates.
func (s *ImportService) Duplicates(id string) *RelatedService[Record] {
	return s.client.Related(importRef(id), "duplicates")
}

// Updated has the records that an import updated: Import/{id}/updated.
func (s *ImportService) Updated(id string) *RelatedService[Record] {
	return s.client.Related(importRef(id), "updated")
}

// Errors has the rows that were not imported: Import/{id}/errors.
func (s *ImportService) Errors(id string) *RelatedService[ImportFailedRow] {
	return Related[ImportFailedRow](s.client, importRef(id), "errors")
}

func importRef(id string) Ref { return Ref{Type: "Import", ID: id} }

// ImportFailedRow is a row that was not imported. Entity type "ImportError".
type ImportFailedRow struct {
	ID             string          `json:"id"`
	EntityType     string          `json:"entityType"`
	RowIndex       int             `json:"rowIndex"`       // in the file, where the first row, the header included, is 0
	ExportRowIndex int             `json:"exportRowIndex"` // likewise, in the file of ExportErrors
	Type           string          `json:"type"`           // "Validation", "No-Access", "Not-Found", "Integrity-Constraint-Violation", or ""
	Failures       []ImportFailure `json:"validationFailures"`
	Row            []string        `json:"row"` // the values as they stood in the file
	ImportID       string          `json:"importId"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// ImportFailure names a field whose value the server refused.
type ImportFailure struct {
	EntityType string `json:"entityType"`
	Field      string `json:"field"`
	Rule       string `json:"type"` // such as "required", "valid", "maxLength"

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// Revert deletes the records that an import created, and the import itself.
// Records that it updated stay as they are.
//
// POST Import/{id}/revert.
func (s *ImportService) Revert(ctx context.Context, id string, opts ...CallOption) error {
	return s.client.doTrue(ctx, with(importRef(id).request("revert", http.MethodPost, "revert").json(Attrs{}), opts))
}

// RemoveDuplicates deletes the records that an import marked as duplicates.
//
// POST Import/{id}/removeDuplicates.
func (s *ImportService) RemoveDuplicates(ctx context.Context, id string, opts ...CallOption) error {
	req := importRef(id).request("removeDuplicates", http.MethodPost, "removeDuplicates").json(Attrs{}).having(effectState)
	return s.client.doTrue(ctx, with(req, opts))
}

// UnmarkDuplicate says that a record that an import marked as a duplicate is
// none.
//
// POST Import/{id}/unmarkDuplicates.
func (s *ImportService) UnmarkDuplicate(ctx context.Context, id string, record Ref, opts ...CallOption) error {
	if err := record.check("record"); err != nil {
		return err
	}
	req := importRef(id).request("unmarkDuplicate", http.MethodPost, "unmarkDuplicates").having(effectState)
	return s.client.doTrue(ctx, with(req.json(Attrs{"entityType": record.Type, "entityId": record.ID}), opts))
}

// ExportErrors writes the rows that were not imported to w, as
// comma-separated values that can be corrected and imported anew, and returns
// the number of bytes: 0 when every row was imported.
//
// POST Import/{id}/exportErrors, GET Attachment/file/{id}.
func (s *ImportService) ExportErrors(ctx context.Context, id string, w io.Writer, opts ...CallOption) (int64, error) {
	req := importRef(id).request("exportErrors", http.MethodPost, "exportErrors").json(Attrs{})
	reply, err := receive[errorRowsReply](ctx, s.client, with(req, opts))
	if err != nil || reply.AttachmentID.text == "" {
		return 0, err
	}
	return s.client.Attachments.DownloadTo(ctx, reply.AttachmentID.text, w, opts...)
}
