package espo_test

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var manyRouteCalls = []routeCall{
	{"POST Action", func(x *routeRun) error {
		deal, deals := x.opportunity(), x.client.Opportunities
		return errors.Join(
			failure(deals.Action(x.ctx, deal, espo.Action{Name: "convertCurrency", Data: espo.Attrs{"targetCurrency": "EUR"}})),
			failure(deals.ConvertCurrency(x.ctx, deal, espo.CurrencyConversion{To: "USD"})),
			failure(deals.Merge(x.ctx, deal, []string{x.opportunity()}, nil)),
		)
	}, nil},
	{"POST MassAction", func(x *routeRun) error {
		accounts := espo.ByIDs("Account", x.account())
		failed := errors.Join(
			failure(x.client.MassActions.Update(x.ctx, accounts, espo.Attrs{"description": "x"}, espo.MassOptions{})),
			failure(x.admin.MassActions.Recalculate(x.ctx, accounts, espo.MassOptions{})),
			failure(x.client.MassActions.Follow(x.ctx, accounts, espo.MassOptions{})),
			failure(x.client.MassActions.Unfollow(x.ctx, accounts, espo.MassOptions{})),
			failure(x.client.MassActions.ConvertCurrency(x.ctx, espo.ByIDs("Opportunity", x.opportunity()), espo.MassCurrencyConversion{To: "EUR"}, espo.MassOptions{})),
			failure(x.client.MassActions.Run(x.ctx, espo.MassAction{Name: "follow"}, accounts, espo.MassOptions{})),
		)
		return errors.Join(failed, failure(x.client.MassActions.Delete(x.ctx, accounts, espo.MassOptions{})))
	}, nil},
	{"GET MassAction/:id/status", func(x *routeRun) error {
		id := x.massJob()
		before := failure(x.client.MassActions.Status(x.ctx, id))
		x.srv.RunJobs()
		return errors.Join(before, failure(x.client.MassActions.Wait(x.ctx, id, espo.MassWait{})))
	}, nil},
	{"POST MassAction/:id/subscribe", func(x *routeRun) error { return x.client.MassActions.Subscribe(x.ctx, x.massJob()) }, nil},
	{"POST Export", func(x *routeRun) error {
		accounts := espo.ByIDs("Account", x.account())
		return errors.Join(
			failure(x.client.Exports.Export(x.ctx, accounts, io.Discard, espo.ExportOptions{})),
			failure(x.client.Exports.Start(x.ctx, accounts, espo.ExportOptions{})),
		)
	}, nil},
	{"GET Export/:id/status", func(x *routeRun) error {
		id := x.exportJob()
		before := failure(x.client.Exports.Status(x.ctx, id))
		x.srv.RunJobs()
		return errors.Join(before, failure(x.client.Exports.Wait(x.ctx, id, espo.ExportWait{})))
	}, nil},
	{"POST Export/:id/subscribe", func(x *routeRun) error { return x.client.Exports.Subscribe(x.ctx, x.exportJob()) }, nil},

	{"POST Import", func(x *routeRun) error {
		accounts, records := x.client.Accounts, newAccounts()
		return errors.Join(
			failure(x.client.Imports.Run(x.ctx, espo.ImportOptions{
				EntityType: "Account", AttachmentID: upload(x.t, x.client, "name\nAcme\n"), Columns: []string{"name"},
			})),
			failure(accounts.CreateOnce(x.ctx, records[0].ID, records[0].Record)),
			failure(accounts.CreateOnceAll(x.ctx, records, espo.BulkOptions{})),
			outcomes(accounts.CreateOnceEach(x.ctx, sequence(records...), espo.BulkOptions{})),
		)
	}, nil},
	{"POST Import/file", func(x *routeRun) error {
		return failure(x.client.Imports.UploadCSV(x.ctx, strings.NewReader("name\nAcme\n")))
	}, nil},
	{"POST Import/:id/revert", func(x *routeRun) error { return x.client.Imports.Revert(x.ctx, x.imported()) }, nil},
	{"POST Import/:id/removeDuplicates", func(x *routeRun) error {
		return x.client.Imports.RemoveDuplicates(x.ctx, x.imported())
	}, nil},
	{"POST Import/:id/unmarkDuplicates", func(x *routeRun) error {
		id := x.imported()
		page, err := x.client.Imports.Duplicates(id).List(x.ctx, espo.Query{})
		require.NoError(x.t, err)
		require.NotEmpty(x.t, page.Records)
		return x.client.Imports.UnmarkDuplicate(x.ctx, id, espo.Ref{Type: "Account", ID: page.Records[0].ID()})
	}, nil},
	{"POST Import/:id/exportErrors", func(x *routeRun) error {
		return failure(x.client.Imports.ExportErrors(x.ctx, x.imported(), io.Discard))
	}, nil},

	{"PUT Kanban/order", func(x *routeRun) error {
		return x.client.Opportunities.SetKanbanOrder(x.ctx, "Prospecting", []string{x.opportunity()})
	}, nil},
	{"GET Kanban/:entityType", func(x *routeRun) error {
		return failure(x.client.Opportunities.Kanban(x.ctx, espo.Query{}))
	}, nil},
}

var fileRouteCalls = []routeCall{
	{"GET Attachment/file/:id", func(x *routeRun) error {
		id := x.file()
		d, err := x.client.Attachments.Download(x.ctx, id)
		require.NoError(x.t, err)
		return errors.Join(
			d.Close(),
			failure(x.client.Attachments.DownloadTo(x.ctx, id, io.Discard)),
			failure(x.client.Attachments.DownloadFile(x.ctx, id, x.t.TempDir())),
		)
	}, nil},
	{"POST Attachment/chunk/:id", func(x *routeRun) error {
		const large = 9 << 20
		return failure(x.client.Attachments.Upload(x.ctx, espo.Upload{
			Name: "large.bin", Content: bytes.NewReader(make([]byte, large)), For: espo.NoteAttachment(),
		}))
	}, nil},
	{"POST Attachment/fromImageUrl", func(x *routeRun) error {
		return failure(x.client.Attachments.FromImageURL(x.ctx, routeImage, espo.NoteAttachment()))
	}, nil},
	{"POST Attachment/copy/:id", func(x *routeRun) error {
		return failure(x.client.Attachments.Copy(x.ctx, x.file(), espo.NoteAttachment()))
	}, nil},
	{"POST Note/:id/myReactions/:type", func(x *routeRun) error {
		return x.client.Notes.React(x.ctx, x.note().ID, espo.ReactionLike)
	}, nil},
	{"DELETE Note/:id/myReactions/:type", func(x *routeRun) error {
		id := x.note().ID
		return errors.Join(x.client.Notes.React(x.ctx, id, espo.ReactionLike), x.client.Notes.Unreact(x.ctx, id, espo.ReactionLike))
	}, nil},
	{"GET Note/:id/reactors/:type", func(x *routeRun) error {
		reactors := x.client.Notes.Reactors(x.note().ID, espo.ReactionLike)
		return errors.Join(failure(reactors.List(x.ctx, espo.Paging{})), failure(espo.Collect(reactors.All(x.ctx))))
	}, nil},
	{"GET Notification/:id/group", func(x *routeRun) error {
		group := x.client.Notifications.Group(x.notification())
		return errors.Join(failure(group.List(x.ctx, espo.Paging{})), failure(espo.Collect(group.All(x.ctx))))
	}, nil},
	{"GET Notification/group", func(x *routeRun) error {
		group := x.client.Notifications.InGroup(x.notificationGroup())
		return errors.Join(failure(group.List(x.ctx, espo.Paging{})), failure(espo.Collect(group.All(x.ctx))))
	}, nil},
	{"DELETE Notification/group/:id", func(x *routeRun) error {
		return x.client.Notifications.DeleteGroup(x.ctx, x.notificationGroup())
	}, nil},
	{"POST Notification/group/:id/markRead", func(x *routeRun) error {
		return x.client.Notifications.MarkGroupRead(x.ctx, x.notificationGroup())
	}, nil},
}

func (x *routeRun) opportunity() string {
	return x.seed("Opportunity", espo.Attrs{
		"name": "Deal", "stage": "Prospecting", "amount": 1, "amountCurrency": "USD", "closeDate": "2026-12-31",
	})
}

func (x *routeRun) notification() string {
	return x.seed("Notification", espo.Attrs{"type": "Message", "message": "Hello", "userId": x.me()})
}

// note is a post of the client's.
// notificationGroup is a group of two notifications of the client's user.
func (x *routeRun) notificationGroup() string {
	id := x.account()
	for range 2 {
		x.seed("Notification", espo.Attrs{"type": "Note", "userId": x.me(), "relatedParentType": "Account", "relatedParentId": id})
	}
	return "Record_Account_" + id
}

func (x *routeRun) note() espo.Note {
	note, err := x.client.Stream.Post(x.ctx, x.accountRef(), "Hello")
	require.NoError(x.t, err)
	return note
}

func (x *routeRun) file() string {
	file, err := x.client.Attachments.Upload(x.ctx, espo.Upload{
		Name: "a.txt", Content: strings.NewReader("hello"), For: espo.NoteAttachment(),
	})
	require.NoError(x.t, err)
	return file.ID
}

// massJob is a mass action that waits for its turn.
func (x *routeRun) massJob() string {
	result, err := x.client.MassActions.Follow(x.ctx, espo.ByIDs("Account", x.account()), espo.MassOptions{InBackground: true})
	require.NoError(x.t, err)
	return result.JobID
}

// exportJob is an export that waits for its turn.
func (x *routeRun) exportJob() string {
	job, err := x.client.Exports.Start(x.ctx, espo.ByIDs("Account", x.account()), espo.ExportOptions{InBackground: true})
	require.NoError(x.t, err)
	return job.JobID
}

// imported is an import with a duplicate.
func (x *routeRun) imported() string {
	x.account()
	result, err := x.client.Imports.Run(x.ctx, espo.ImportOptions{
		EntityType: "Account", AttachmentID: upload(x.t, x.client, "Acme\nNew\n"), Columns: []string{"name"}, NoHeader: true,
	})
	require.NoError(x.t, err)
	return result.ID
}
