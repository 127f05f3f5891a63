package espo_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

const accountsCSV = `name,website,type
"Imp One",https://one.example,Customer
"Imp Two",,Partner
,https://noname.example,Customer
"Imp Three",,Nope
`

func upload(t *testing.T, client *espo.Client, csv string) string {
	t.Helper()
	id, err := client.Imports.UploadCSV(t.Context(), strings.NewReader(csv))
	require.NoError(t, err)
	require.NotEmpty(t, id)
	return id
}

func TestImport(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	client := srv.Client()
	result, err := client.Imports.Run(ctx, espo.ImportOptions{
		EntityType: "Account", AttachmentID: upload(t, client, accountsCSV), Columns: []string{"name", "website", "type"},
		Defaults: espo.Attrs{"industry": "Finance"},
	})
	require.NoError(t, err)
	assert.Equal(t, 2, result.Created)
	assert.Zero(t, result.Updated)

	record, err := client.Imports.Get(ctx, result.ID)
	require.NoError(t, err)
	assert.Equal(t, "Account", record.EntityType)
	assert.EqualValues(t, "Complete", record.Status)
	assert.Equal(t, 2, record.ImportedCount)
	assert.Equal(t, 4, record.LastIndex)
	assert.Equal(t, []string{"name", "website", "type"}, record.Columns)
	assert.Equal(t, "import-file.csv", record.FileName)
	assert.Equal(t, "create", record.Params.String("action"))

	var names []string
	for acc, err := range client.Imports.Imported(result.ID).All(ctx, espo.Query{OrderBy: "name"}) {
		require.NoError(t, err)
		names = append(names, acc.Name())
		assert.Equal(t, "Finance", acc.String("industry"))
	}
	assert.Equal(t, []string{"Imp One", "Imp Two"}, names)

	var failed []espo.ImportFailedRow
	for e, err := range client.Imports.Errors(result.ID).All(ctx, espo.Query{MaxSize: 1}) {
		require.NoError(t, err)
		failed = append(failed, e)
	}
	require.Len(t, failed, 2)
	assert.Equal(t, 3, failed[0].RowIndex)
	assert.Equal(t, 1, failed[0].ExportRowIndex)
	assert.Equal(t, "Validation", failed[0].Type)
	assert.Equal(t, []espo.ImportFailure{{EntityType: "Account", Field: "name", Rule: "required"}}, failed[0].Failures)
	assert.Equal(t, []string{"", "https://noname.example", "Customer"}, failed[0].Row)
	assert.Equal(t, 4, failed[1].RowIndex)
	assert.Equal(t, "type", failed[1].Failures[0].Field)

	var b bytes.Buffer
	n, err := client.Imports.ExportErrors(ctx, result.ID, &b)
	require.NoError(t, err)
	assert.Equal(t, "name,website,type\n,https://noname.example,Customer\nImp Three,,Nope\n", b.String())
	assert.EqualValues(t, b.Len(), n)

	require.NoError(t, client.Imports.Revert(ctx, result.ID))
	assert.Empty(t, srv.Records("Account"))
	_, err = client.Imports.Get(ctx, result.ID)
	require.ErrorIs(t, err, espo.ErrNotFound)
	require.ErrorIs(t, client.Imports.Revert(ctx, result.ID), espo.ErrNotFound)
}

func TestImportDuplicates(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	client := srv.Client()
	srv.Seed("Account", map[string]any{"name": "Known"}, map[string]any{"name": "Also known"})
	result, err := client.Imports.Run(ctx, espo.ImportOptions{
		EntityType: "Account", AttachmentID: upload(t, client, "Known\nNew\nAlso known\n"), Columns: []string{"name"}, NoHeader: true,
	})
	require.NoError(t, err)
	assert.Equal(t, 3, result.Created, "they are created, and marked")
	page, err := client.Imports.Duplicates(result.ID).List(ctx, espo.Query{OrderBy: "name"})
	require.NoError(t, err)
	require.Len(t, page.Records, 2)

	n, err := client.Imports.ExportErrors(ctx, result.ID, io.Discard)
	require.NoError(t, err)
	assert.Zero(t, n, "there are no errors")

	require.ErrorIs(t, client.Imports.UnmarkDuplicate(ctx, result.ID, espo.Ref{Type: "Account"}), espo.ErrInput)
	require.ErrorIs(t, client.Imports.UnmarkDuplicate(ctx, result.ID, espo.Ref{Type: "Account", ID: "000000000000000ab"}), espo.ErrNotFound)
	require.NoError(t, client.Imports.UnmarkDuplicate(ctx, result.ID, espo.Ref{Type: "Account", ID: page.Records[0].ID()}))
	require.NoError(t, client.Imports.RemoveDuplicates(ctx, result.ID))
	assert.ElementsMatch(t, []string{"Known", "Also known", "Also known", "New"}, stringsOf(srv.Records("Account"), "name"))
	require.ErrorIs(t, client.Imports.RemoveDuplicates(ctx, "000000000000000ab"), espo.ErrNotFound)

	again, err := client.Imports.Run(ctx, espo.ImportOptions{
		EntityType: "Account", AttachmentID: upload(t, client, "Known\n"), Columns: []string{"name"}, NoHeader: true, SkipDuplicateCheck: true,
	})
	require.NoError(t, err)
	record, err := client.Imports.Get(ctx, again.ID)
	require.NoError(t, err)
	assert.Zero(t, record.DuplicateCount)
}

func TestImportUpdates(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	client := srv.Client()
	srv.Seed("Account", map[string]any{"name": "Known", "website": "https://old.example"})
	o := espo.ImportOptions{
		EntityType: "Account", AttachmentID: upload(t, client, "site;x;who\n'https://new.example';1;Known\nhttps://n.example;2;Other\n"),
		Columns: []string{"website", "", "name"}, Action: espo.ImportUpdate, UpdateBy: []string{"name"}, Delimiter: ";", TextQualifier: "'",
	}
	result, err := client.Imports.Run(ctx, o)
	require.NoError(t, err)
	assert.Equal(t, 1, result.Updated)
	assert.Zero(t, result.Created)
	assert.Equal(t, []string{"https://new.example"}, stringsOf(srv.Records("Account"), "website"))
	page, err := client.Imports.Errors(result.ID).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, "Not-Found", page.Records[0].Type)
	updated, err := client.Imports.Updated(result.ID).List(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Len(t, updated.Records, 1)

	o.Action = espo.ImportCreateAndUpdate
	result, err = client.Imports.Run(ctx, o)
	require.NoError(t, err)
	assert.Equal(t, 1, result.Updated)
	assert.Equal(t, 1, result.Created)
}

func TestImportFormats(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	result, err := client.Imports.Run(t.Context(), espo.ImportOptions{
		EntityType: "Opportunity", Columns: []string{"name", "amount", "closeDate", "probability"},
		AttachmentID: upload(t, client, "n|a|d|p\n\"Big|\"\"deal\"\"\"|1.234,5|24.12.2026|40\n"),
		Delimiter:    "|", DecimalMark: ",", DateFormat: "DD.MM.YYYY", Currency: "EUR",
	})
	require.NoError(t, err)
	require.Equal(t, 1, result.Created)
	o, err := client.Opportunities.First(t.Context(), espo.Query{})
	require.NoError(t, err)
	assert.Equal(t, `Big|"deal"`, o.Name)
	assert.Equal(t, espo.Number("1234.5"), o.Amount)
	assert.EqualValues(t, "EUR", o.AmountCurrency)
	assert.Equal(t, espo.NewDate(2026, 12, 24), o.CloseDate)
	assert.EqualValues(t, 40, o.Probability)

	result, err = client.Imports.Run(t.Context(), espo.ImportOptions{
		EntityType: "Lead", Columns: []string{"name", "doNotCall"}, NoHeader: true,
		AttachmentID: upload(t, client, "\"Lovelace, Ada\",1\n"), PersonNameFormat: "l, f",
	})
	require.NoError(t, err)
	require.Equal(t, 1, result.Created)
	lead, err := client.Leads.First(t.Context(), espo.Query{})
	require.NoError(t, err)
	assert.Equal(t, "Ada", lead.FirstName)
	assert.Equal(t, "Lovelace", lead.LastName)
	assert.True(t, lead.DoNotCall)
}

func TestImportInTheBackground(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	client := srv.Client(noWait)
	result, err := client.Imports.Run(ctx, espo.ImportOptions{
		EntityType: "Account", AttachmentID: upload(t, client, "name\nLater\n"), Columns: []string{"name"}, InBackground: true,
	})
	require.NoError(t, err)
	assert.Zero(t, result.Created)
	var seen []espo.JobStatus
	record, err := client.Imports.Wait(ctx, result.ID, espo.ImportWait{Progress: func(i espo.Import) {
		seen = append(seen, i.Status)
		srv.RunJobs()
	}})
	require.NoError(t, err)
	assert.Equal(t, 1, record.ImportedCount)
	assert.Equal(t, []espo.JobStatus{espo.JobPending, espo.JobComplete}, seen)
}

// What is uploaded must be the whole of it, from any kind of reader, and again
// after a login that has run out.
func TestUploadCSVReaders(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	client := srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword))
	file := filepath.Join(t.TempDir(), "accounts.csv")
	require.NoError(t, os.WriteFile(file, []byte("skipped\nname\nFile\n"), 0o600))
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	_, err = f.Seek(8, io.SeekStart)
	require.NoError(t, err)
	for want, r := range map[string]io.Reader{
		"name\nString\n": strings.NewReader("name\nString\n"),
		"name\nBytes\n":  bytes.NewBufferString("name\nBytes\n"),
		"name\nSlow\n":   iotest.OneByteReader(strings.NewReader("name\nSlow\n")),
		"name\nFile\n":   f,
	} {
		srv.RevokeTokens()
		id, err := client.Imports.UploadCSV(ctx, r)
		require.NoError(t, err)
		var b bytes.Buffer
		_, err = client.Attachments.DownloadTo(ctx, id, &b)
		require.NoError(t, err)
		assert.Equal(t, want, b.String())
	}
}

func TestImportErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	client := srv.Client()
	good := espo.ImportOptions{EntityType: "Account", AttachmentID: "000000000000000ab", Columns: []string{"name"}}
	_, err := client.Imports.Run(ctx, good)
	require.ErrorIs(t, err, espo.ErrServer, "there is no such attachment")
	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey))
	_, err = limited.Imports.Run(ctx, good)
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = limited.Imports.UploadCSV(ctx, strings.NewReader("name\n"))
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = client.Imports.ExportErrors(ctx, "000000000000000ab", io.Discard)
	require.ErrorIs(t, err, espo.ErrNotFound)
	_, err = client.Imports.Wait(ctx, "000000000000000ab", espo.ImportWait{})
	require.ErrorIs(t, err, espo.ErrNotFound)

	sent := len(srv.Requests())
	for name, change := range map[string]func(*espo.ImportOptions){
		"no type":             func(o *espo.ImportOptions) { o.EntityType = "" },
		"no file":             func(o *espo.ImportOptions) { o.AttachmentID = "" },
		"no columns":          func(o *espo.ImportOptions) { o.Columns = nil },
		"only left out":       func(o *espo.ImportOptions) { o.Columns = []string{"", ""} },
		"bad column":          func(o *espo.ImportOptions) { o.Columns = []string{"a b"} },
		"delimiter":           func(o *espo.ImportOptions) { o.Delimiter = ",," },
		"qualifier":           func(o *espo.ImportOptions) { o.TextQualifier = "\"\"" },
		"unknown action":      func(o *espo.ImportOptions) { o.Action = "upsert" },
		"update by nothing":   func(o *espo.ImportOptions) { o.Action = espo.ImportUpdate },
		"update by no column": func(o *espo.ImportOptions) { o.Action, o.UpdateBy = espo.ImportUpdate, []string{"website"} },
		"update by an empty":  func(o *espo.ImportOptions) { o.Action, o.UpdateBy = espo.ImportUpdate, []string{""} },
		"create by":           func(o *espo.ImportOptions) { o.UpdateBy = []string{"name"} },
	} {
		o := good
		change(&o)
		_, err := client.Imports.Run(ctx, o)
		require.ErrorIs(t, err, espo.ErrInput, name)
	}
	for _, r := range []io.Reader{nil, strings.NewReader(""), bytes.NewBuffer(nil)} {
		_, err = client.Imports.UploadCSV(ctx, r)
		require.ErrorIs(t, err, espo.ErrInput)
	}
	broken := errors.New("the reader broke")
	_, err = client.Imports.UploadCSV(ctx, iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	assert.Len(t, srv.Requests(), sent, "nothing was sent")
}

func TestImportThatFails(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"id": "1", "status": "Failed"}`) })
	_, err := client.Imports.Wait(t.Context(), "1", espo.ImportWait{})
	var failed *espo.JobError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, espo.JobFailed, failed.Status)
}
