package espo_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var manyCalls = []matrixCall{
	{name: "MassActionService.Update", ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return func() (any, error) {
			return x.client.MassActions.Update(x.ctx, espo.ByIDs("Account", ids...), espo.Attrs{"description": "x"})
		}
	}},
	{name: "MassActionService.Delete", ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return func() (any, error) { return x.client.MassActions.Delete(x.ctx, espo.ByIDs("Account", ids...)) }
	}},
	{name: "MassActionService.Recalculate", ready: func(x *matrixRun) ask {
		ids := x.accounts(1)
		return func() (any, error) { return x.admin.MassActions.Recalculate(x.ctx, espo.ByIDs("Account", ids...)) }
	}},
	{name: "MassActionService.Follow", ready: func(x *matrixRun) ask {
		ids := x.accounts(1)
		return func() (any, error) { return x.client.MassActions.Follow(x.ctx, espo.ByIDs("Account", ids...)) }
	}},
	{name: "MassActionService.Unfollow", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		require.NoError(x.t, x.client.Stream.Follow(x.ctx, ref))
		return func() (any, error) { return x.client.MassActions.Unfollow(x.ctx, espo.ByIDs("Account", ref.ID)) }
	}},
	{name: "MassActionService.ConvertCurrency", ready: func(x *matrixRun) ask {
		id := x.opportunity()
		return func() (any, error) {
			return x.client.MassActions.ConvertCurrency(x.ctx, espo.ByIDs("Opportunity", id), espo.CurrencyConversion{To: "EUR"})
		}
	}},
	{name: "MassActionService.Run", ready: func(x *matrixRun) ask {
		ids := x.accounts(1)
		return func() (any, error) {
			return x.client.MassActions.Run(x.ctx, "follow", espo.ByIDs("Account", ids...), nil)
		}
	}},
	{name: "MassActionService.Run:background", ready: func(x *matrixRun) ask {
		ids := x.accounts(1)
		return func() (any, error) {
			return x.client.MassActions.Run(x.ctx, "follow", espo.ByIDs("Account", ids...), nil, espo.InBackground())
		}
	}},
	{name: "MassActionService.Status", ready: func(x *matrixRun) ask {
		id := x.massJob()
		return func() (any, error) { return x.client.MassActions.Status(x.ctx, id) }
	}},
	{name: "MassActionService.Wait", ready: func(x *matrixRun) ask {
		id := x.massJob()
		return func() (any, error) {
			return x.client.MassActions.Wait(x.ctx, id, func(espo.MassStatus) { x.srv.RunJobs() })
		}
	}},
	{name: "MassActionService.Subscribe", ready: func(x *matrixRun) ask {
		id := x.massJob()
		return func() (any, error) { return fails(x.client.MassActions.Subscribe(x.ctx, id)) }
	}},

	{name: "ExportService.Start", ready: func(x *matrixRun) ask {
		ids := x.accounts(1)
		return func() (any, error) {
			return x.client.Exports.Start(x.ctx, espo.ByIDs("Account", ids...), espo.ExportOptions{})
		}
	}},
	{name: "ExportService.Status", ready: func(x *matrixRun) ask {
		id := x.exportJob()
		return func() (any, error) { return x.client.Exports.Status(x.ctx, id) }
	}},
	{name: "ExportService.Wait", ready: func(x *matrixRun) ask {
		id := x.exportJob()
		return func() (any, error) {
			return x.client.Exports.Wait(x.ctx, id, func(espo.JobStatus) { x.srv.RunJobs() })
		}
	}},
	{name: "ExportService.Subscribe", ready: func(x *matrixRun) ask {
		id := x.exportJob()
		return func() (any, error) { return fails(x.client.Exports.Subscribe(x.ctx, id)) }
	}},
	{name: "ExportService.Export", streams: true, ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return x.written(func(w io.Writer) (int64, error) {
			return x.client.Exports.Export(x.ctx, espo.ByIDs("Account", ids...), w, espo.ExportOptions{})
		})
	}},
	{name: "ExportService.Export:wait", streams: true, ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return x.written(func(w io.Writer) (int64, error) {
			return x.client.Exports.Export(x.ctx, espo.ByIDs("Account", ids...), w, espo.ExportOptions{
				InBackground: true, Progress: func(espo.JobStatus) { x.srv.RunJobs() },
			})
		})
	}},

	{name: "ImportService.UploadCSV", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Imports.UploadCSV(x.ctx, strings.NewReader("name\nAcme\n")) }
	}},
	{name: "ImportService.Run", ready: func(x *matrixRun) ask {
		o := espo.ImportOptions{EntityType: "Account", AttachmentID: upload(x.t, x.client, "name\nAcme\n"), Columns: []string{"name"}}
		return func() (any, error) { return x.client.Imports.Run(x.ctx, o) }
	}},
	{name: "ImportService.Get", ready: func(x *matrixRun) ask {
		id := x.imported()
		return func() (any, error) { return x.client.Imports.Get(x.ctx, id) }
	}},
	{name: "ImportService.Wait", ready: func(x *matrixRun) ask {
		result, err := x.client.Imports.Run(x.ctx, espo.ImportOptions{
			EntityType: "Account", AttachmentID: upload(x.t, x.client, "name\nAcme\n"), Columns: []string{"name"}, InBackground: true,
		})
		require.NoError(x.t, err)
		return func() (any, error) {
			return x.client.Imports.Wait(x.ctx, result.ID, func(espo.Import) { x.srv.RunJobs() })
		}
	}},
	{name: "ImportService.Revert", ready: func(x *matrixRun) ask {
		id := x.imported()
		return func() (any, error) { return fails(x.client.Imports.Revert(x.ctx, id)) }
	}},
	{name: "ImportService.RemoveDuplicates", ready: func(x *matrixRun) ask {
		id := x.imported()
		return func() (any, error) { return fails(x.client.Imports.RemoveDuplicates(x.ctx, id)) }
	}},
	{name: "ImportService.UnmarkDuplicate", ready: func(x *matrixRun) ask {
		id := x.imported()
		page, err := x.client.Imports.Duplicates(id).List(x.ctx, espo.Query{})
		require.NoError(x.t, err)
		ref := espo.Ref{Type: "Account", ID: page.Records[0].ID()}
		return func() (any, error) { return fails(x.client.Imports.UnmarkDuplicate(x.ctx, id, ref)) }
	}},
	{name: "ImportService.ExportErrors", streams: true, ready: func(x *matrixRun) ask {
		result, err := x.client.Imports.Run(x.ctx, espo.ImportOptions{
			EntityType: "Account", AttachmentID: upload(x.t, x.client, "name,emailAddress\nAcme,not-one\n"), Columns: []string{"name", "emailAddress"},
		})
		require.NoError(x.t, err)
		return x.written(func(w io.Writer) (int64, error) { return x.client.Imports.ExportErrors(x.ctx, result.ID, w) })
	}},

	{name: "AttachmentService.Copy", ready: func(x *matrixRun) ask {
		id := x.file()
		return func() (any, error) { return x.client.Attachments.Copy(x.ctx, id, espo.NoteAttachment()) }
	}},
	{name: "AttachmentService.FromImageURL", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Attachments.FromImageURL(x.ctx, routeImage, espo.NoteAttachment())
		}
	}},
	{name: "AttachmentService.Download", streams: true, ready: func(x *matrixRun) ask {
		id := x.file()
		return func() (any, error) {
			d, err := x.client.Attachments.Download(x.ctx, id)
			if err != nil {
				return nil, err
			}
			defer d.Close()
			b, err := io.ReadAll(d)
			return []string{d.Name, string(b)}, err
		}
	}},
	{name: "AttachmentService.DownloadTo", streams: true, ready: func(x *matrixRun) ask {
		id := x.file()
		return x.written(func(w io.Writer) (int64, error) { return x.client.Attachments.DownloadTo(x.ctx, id, w) })
	}},
	{name: "AttachmentService.DownloadFile", ready: func(x *matrixRun) ask {
		id, dir := x.file(), x.t.TempDir()
		x.dirs = append(x.dirs, dir)
		return func() (any, error) {
			path, err := x.client.Attachments.DownloadFile(x.ctx, id, dir)
			if err != nil {
				return nil, err
			}
			b, err := os.ReadFile(path)
			return []string{filepath.Base(path), string(b)}, err
		}
	}},
	{name: "AttachmentService.Upload", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Attachments.Upload(x.ctx, espo.Upload{Name: "a.txt", Content: strings.NewReader("hello"), For: espo.NoteAttachment()})
		}
	}},
	{name: "AttachmentService.Upload:chunks", heavy: true, restart: true, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Attachments.Upload(x.ctx, espo.Upload{Name: "a.bin", Content: bytes.NewReader(twoChunks), For: espo.NoteAttachment()})
		}
	}},
	{name: "AttachmentService.Upload:stream", heavy: true, restart: true, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			content := struct{ io.Reader }{bytes.NewReader(twoChunks)} // neither its size nor a way back is known
			return x.client.Attachments.Upload(x.ctx, espo.Upload{Name: "a.bin", Content: content, For: espo.NoteAttachment()})
		}
	}},
}

// twoChunks is a file that goes in two chunks.
var twoChunks = make([]byte, 1<<20+1)

// written is the call of a method that writes a file.
func (x *matrixRun) written(call func(io.Writer) (int64, error)) ask {
	return func() (any, error) {
		var b strings.Builder
		n, err := call(&b)
		return []any{n, b.String()}, err
	}
}
