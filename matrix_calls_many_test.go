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
			return x.client.MassActions.Update(x.ctx, espo.ByIDs("Account", ids...), espo.Attrs{"description": "x"}, espo.MassOptions{}, x.opt)
		}
	}},
	{name: "MassActionService.Delete", ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return func() (any, error) {
			return x.client.MassActions.Delete(x.ctx, espo.ByIDs("Account", ids...), espo.MassOptions{}, x.opt)
		}
	}},
	{name: "MassActionService.Recalculate", ready: func(x *matrixRun) ask {
		ids := x.accounts(1)
		return func() (any, error) {
			return x.admin.MassActions.Recalculate(x.ctx, espo.ByIDs("Account", ids...), espo.MassOptions{}, x.opt)
		}
	}},
	{name: "MassActionService.Follow", ready: func(x *matrixRun) ask {
		ids := x.accounts(1)
		return func() (any, error) {
			return x.client.MassActions.Follow(x.ctx, espo.ByIDs("Account", ids...), espo.MassOptions{}, x.opt)
		}
	}},
	{name: "MassActionService.Unfollow", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		require.NoError(x.t, x.client.Stream.Follow(x.ctx, ref))
		return func() (any, error) {
			return x.client.MassActions.Unfollow(x.ctx, espo.ByIDs("Account", ref.ID), espo.MassOptions{}, x.opt)
		}
	}},
	{name: "MassActionService.ConvertCurrency", ready: func(x *matrixRun) ask {
		id := x.opportunity()
		return func() (any, error) {
			return x.client.MassActions.ConvertCurrency(x.ctx, espo.ByIDs("Opportunity", id), espo.MassCurrencyConversion{To: "EUR"}, espo.MassOptions{}, x.opt)
		}
	}},
	{name: "MassActionService.Run", ready: func(x *matrixRun) ask {
		ids := x.accounts(1)
		return func() (any, error) {
			return x.client.MassActions.Run(x.ctx, espo.MassAction{Name: "follow"}, espo.ByIDs("Account", ids...), espo.MassOptions{}, x.opt)
		}
	}},
	{name: "MassActionService.Run:background", ready: func(x *matrixRun) ask {
		ids := x.accounts(1)
		return func() (any, error) {
			return x.client.MassActions.Run(x.ctx, espo.MassAction{Name: "follow"}, espo.ByIDs("Account", ids...), espo.MassOptions{InBackground: true}, x.opt)
		}
	}},
	{name: "MassActionService.Status", ready: func(x *matrixRun) ask {
		id := x.massJob()
		return func() (any, error) { return x.client.MassActions.Status(x.ctx, id, x.opt) }
	}},
	{name: "MassActionService.Wait", ready: func(x *matrixRun) ask {
		id := x.massJob()
		return func() (any, error) {
			return x.client.MassActions.Wait(x.ctx, id, espo.MassWait{Progress: func(espo.MassStatus) { x.srv.RunJobs() }}, x.opt)
		}
	}},
	{name: "MassActionService.Subscribe", same: true, ready: func(x *matrixRun) ask {
		id := x.massJob()
		return func() (any, error) { return fails(x.client.MassActions.Subscribe(x.ctx, id, x.opt)) }
	}},

	{name: "ExportService.Start", ready: func(x *matrixRun) ask {
		ids := x.accounts(1)
		return func() (any, error) {
			return x.client.Exports.Start(x.ctx, espo.ByIDs("Account", ids...), espo.ExportOptions{}, x.opt)
		}
	}},
	{name: "ExportService.Status", ready: func(x *matrixRun) ask {
		id := x.exportJob()
		return func() (any, error) { return x.client.Exports.Status(x.ctx, id, x.opt) }
	}},
	{name: "ExportService.Wait", ready: func(x *matrixRun) ask {
		id := x.exportJob()
		return func() (any, error) {
			return x.client.Exports.Wait(x.ctx, id, espo.ExportWait{Progress: func(espo.ExportStatus) { x.srv.RunJobs() }}, x.opt)
		}
	}},
	{name: "ExportService.Subscribe", same: true, ready: func(x *matrixRun) ask {
		id := x.exportJob()
		return func() (any, error) { return fails(x.client.Exports.Subscribe(x.ctx, id, x.opt)) }
	}},
	{name: "ExportService.Export", streams: true, ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return x.written(func(w io.Writer) (int64, error) {
			return x.client.Exports.Export(x.ctx, espo.ByIDs("Account", ids...), w, espo.ExportOptions{}, x.opt)
		})
	}},
	{name: "ExportService.Export:wait", streams: true, ready: func(x *matrixRun) ask {
		ids := x.accounts(2)
		return x.written(func(w io.Writer) (int64, error) {
			return x.client.Exports.Export(x.ctx, espo.ByIDs("Account", ids...), w, espo.ExportOptions{
				InBackground: true, Wait: espo.ExportWait{Progress: func(espo.ExportStatus) { x.srv.RunJobs() }},
			}, x.opt)
		})
	}},

	{name: "ImportService.UploadCSV", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Imports.UploadCSV(x.ctx, strings.NewReader("name\nAcme\n"), x.opt)
		}
	}},
	{name: "ImportService.Run", ready: func(x *matrixRun) ask {
		o := espo.ImportOptions{EntityType: "Account", AttachmentID: upload(x.t, x.client, "name\nAcme\n"), Columns: []string{"name"}}
		return func() (any, error) { return x.client.Imports.Run(x.ctx, o, x.opt) }
	}},
	{name: "ImportService.Get", ready: func(x *matrixRun) ask {
		id := x.imported()
		return func() (any, error) { return x.client.Imports.Get(x.ctx, id, x.opt) }
	}},
	{name: "ImportService.Wait", ready: func(x *matrixRun) ask {
		result, err := x.client.Imports.Run(x.ctx, espo.ImportOptions{
			EntityType: "Account", AttachmentID: upload(x.t, x.client, "name\nAcme\n"), Columns: []string{"name"}, InBackground: true,
		})
		require.NoError(x.t, err)
		return func() (any, error) {
			return x.client.Imports.Wait(x.ctx, result.ID, espo.ImportWait{Progress: func(espo.Import) { x.srv.RunJobs() }}, x.opt)
		}
	}},
	{name: "ImportService.Revert", ready: func(x *matrixRun) ask {
		id := x.imported()
		return func() (any, error) { return fails(x.client.Imports.Revert(x.ctx, id, x.opt)) }
	}},
	{name: "ImportService.RemoveDuplicates", same: true, ready: func(x *matrixRun) ask {
		id := x.imported()
		return func() (any, error) { return fails(x.client.Imports.RemoveDuplicates(x.ctx, id, x.opt)) }
	}},
	{name: "ImportService.UnmarkDuplicate", ready: func(x *matrixRun) ask {
		id := x.imported()
		page, err := x.client.Imports.Duplicates(id).List(x.ctx, espo.Query{})
		require.NoError(x.t, err)
		ref := x.client.Accounts.Ref(page.Records[0].ID())
		return func() (any, error) { return fails(x.client.Imports.UnmarkDuplicate(x.ctx, id, ref, x.opt)) }
	}},
	{name: "ImportService.ExportErrors", streams: true, ready: func(x *matrixRun) ask {
		result, err := x.client.Imports.Run(x.ctx, espo.ImportOptions{
			EntityType: "Account", AttachmentID: upload(x.t, x.client, "name,emailAddress\nAcme,not-one\n"), Columns: []string{"name", "emailAddress"},
		})
		require.NoError(x.t, err)
		return x.written(func(w io.Writer) (int64, error) { return x.client.Imports.ExportErrors(x.ctx, result.ID, w, x.opt) })
	}},

	{name: "AttachmentService.Copy", ready: func(x *matrixRun) ask {
		id := x.file()
		return func() (any, error) { return x.client.Attachments.Copy(x.ctx, id, espo.NoteAttachment(), x.opt) }
	}},
	{name: "AttachmentService.FromImageURL", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Attachments.FromImageURL(x.ctx, routeImage, espo.NoteAttachment(), x.opt)
		}
	}},
	{name: "AttachmentService.Download", streams: true, ready: func(x *matrixRun) ask {
		id := x.file()
		return func() (any, error) {
			d, err := x.client.Attachments.Download(x.ctx, id, x.opt)
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
		return x.written(func(w io.Writer) (int64, error) { return x.client.Attachments.DownloadTo(x.ctx, id, w, x.opt) })
	}},
	{name: "AttachmentService.DownloadFile", ready: func(x *matrixRun) ask {
		id, dir := x.file(), x.t.TempDir()
		x.dirs = append(x.dirs, dir)
		return func() (any, error) {
			path, err := x.client.Attachments.DownloadFile(x.ctx, id, dir, x.opt)
			if err != nil {
				return nil, err
			}
			b, err := os.ReadFile(path)
			return []string{filepath.Base(path), string(b)}, err
		}
	}},
	{name: "AttachmentService.Upload", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Attachments.Upload(x.ctx, espo.Upload{Name: "a.txt", Content: strings.NewReader("hello"), For: espo.NoteAttachment()}, x.opt)
		}
	}},
	{name: "AttachmentService.Upload:chunks", heavy: true, restart: true, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Attachments.Upload(x.ctx, espo.Upload{Name: "a.bin", Content: bytes.NewReader(twoChunks), For: espo.NoteAttachment()}, x.opt)
		}
	}},
	{name: "AttachmentService.Upload:stream", heavy: true, restart: true, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			content := struct{ io.Reader }{bytes.NewReader(twoChunks)} // neither its size nor a way back is known
			return x.client.Attachments.Upload(x.ctx, espo.Upload{Name: "a.bin", Content: content, For: espo.NoteAttachment()}, x.opt)
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
