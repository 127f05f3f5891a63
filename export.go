package espo

import (
	"context"
	"io"
	"net/http"
)

// ExportService writes many records to a file of comma-separated values or a
// spreadsheet, made by the server. Without the permission export its methods
// are [ErrForbidden].
type ExportService struct{ client *Client }

// ExportFormat is a format of an export. Extensions may add others.
type ExportFormat string

// The formats that every server has.
const (
	ExportCSV  ExportFormat = "csv"
	ExportXLSX ExportFormat = "xlsx"
)

// ExportOptions says what to export of each record.
type ExportOptions struct {
	Format ExportFormat // empty is ExportCSV

	// Fields are the fields to export, such as "name" or "billingAddress";
	// empty is all of them.
	Fields []string
	// Attributes are the columns of a CSV, such as "name" or
	// "billingAddressCity"; empty is those of Fields.
	Attributes []string

	// InBackground queues the export, for the server to do when its scheduled
	// jobs next run. [ExportService.Export] then waits for it.
	InBackground bool
	// Wait says how to wait for a queued export.
	Wait ExportWait
}

// ExportWait says how to wait for a queued export.
type ExportWait struct {
	Progress func(ExportStatus) // called with each answer, unless nil
}

// Export writes the selected records to w and returns the number of bytes.
// An export that the server queues is waited for, as [ExportService.Wait]
// does. After an error, w may hold a part of the file.
//
// POST Export, GET Export/{id}/status, GET Attachment/file/{id}.
func (s *ExportService) Export(ctx context.Context, sel Selection, w io.Writer, o ExportOptions, opts ...CallOption) (int64, error) {
	job, err := s.Start(ctx, sel, o, opts...)
	if err != nil {
		return 0, err
	}
	if job.AttachmentID == "" {
		if job.AttachmentID, err = s.Wait(ctx, job.JobID, o.Wait, opts...); err != nil {
			return 0, err
		}
	}
	return s.client.Attachments.DownloadTo(ctx, job.AttachmentID, w, opts...)
}

// ExportJob is an export that is done, with the id of the attachment that
// holds the file, or one that is queued, with the id of its job.
type ExportJob struct {
	AttachmentID string `json:"id,omitzero"`
	JobID        string `json:"exportId,omitzero"`

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// Start makes the server export the selected records and does not wait when
// it queues that.
//
// POST Export.
func (s *ExportService) Start(ctx context.Context, sel Selection, o ExportOptions, opts ...CallOption) (ExportJob, error) {
	body, err := sel.params()
	if err != nil {
		return ExportJob{}, err
	}
	if o.Format == "" {
		o.Format = ExportCSV
	}
	for _, names := range [][]string{o.Fields, o.Attributes} {
		for _, name := range names {
			if err := checkAttribute("ExportOptions", name); err != nil {
				return ExportJob{}, err
			}
		}
	}
	body["entityType"], body["format"] = sel.entityType, o.Format
	if len(o.Fields) > 0 {
		body["fieldList"] = o.Fields
	}
	if len(o.Attributes) > 0 {
		body["attributeList"] = o.Attributes
	}
	if o.InBackground {
		body["idle"] = true
	}
	return receive[ExportJob](ctx, s.client, with(newRequest("Export.start", http.MethodPost, "Export").json(body), opts))
}

// ExportStatus is how far a queued export is.
type ExportStatus struct {
	Status       JobStatus `json:"status,omitzero"`
	AttachmentID string    `json:"attachmentId,omitzero"` // of the file, when it has succeeded

	// Extra holds what has no field here.
	Extra Attrs `json:",embed"`
}

// Status reads how far a queued export is.
//
// GET Export/{id}/status.
func (s *ExportService) Status(ctx context.Context, jobID string, opts ...CallOption) (ExportStatus, error) {
	return receive[ExportStatus](ctx, s.client, with(newRequest("Export.status", http.MethodGet, "Export/{id}/status", jobID), opts))
}

// Wait waits until a queued export has ended and returns the id of the
// attachment that holds the file; see [MassActionService.Wait].
//
// GET Export/{id}/status, until it has ended.
func (s *ExportService) Wait(ctx context.Context, jobID string, w ExportWait, opts ...CallOption) (attachmentID string, err error) {
	err = s.client.poll(ctx, "export "+jobID, func() (JobStatus, error) {
		status, err := s.Status(ctx, jobID, opts...)
		if err == nil && w.Progress != nil {
			w.Progress(status)
		}
		attachmentID = status.AttachmentID
		return status.Status, err
	})
	return attachmentID, err
}

// Subscribe makes the server notify the user when the export has ended.
//
// POST Export/{id}/subscribe.
func (s *ExportService) Subscribe(ctx context.Context, jobID string, opts ...CallOption) error {
	req := newRequest("Export.subscribe", http.MethodPost, "Export/{id}/subscribe", jobID).json(Attrs{}).having(effectState)
	return s.client.doTrue(ctx, with(req, opts))
}
