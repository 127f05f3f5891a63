package espo_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestExportCSV(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	exports := srv.Client().Exports
	ids := srv.Seed("Account",
		map[string]any{"name": "Export Co", "website": "https://x.example", "billingAddressCity": "Kyiv"},
		map[string]any{"name": `Say "Hi", Inc`},
	)
	columns := espo.ExportOptions{Attributes: []string{"name", "website"}}
	for _, c := range []struct {
		sel  espo.Selection
		o    espo.ExportOptions
		want string
	}{
		{espo.ByIDs("Account", ids[0]), columns, "name,website\n\"Export Co\",https://x.example\n"},
		{espo.ByFilter("Account", espo.IsNull("website")), columns, "name,website\n\"Say \"\"Hi\"\", Inc\",\n"},
		{espo.ByQuery("Account", espo.Query{TextFilter: "Export"}), columns, "name,website\n\"Export Co\",https://x.example\n"},
		{
			espo.ByIDs("Account", ids[0]), espo.ExportOptions{Format: espo.ExportCSV, Fields: []string{"name", "billingAddress"}},
			"name,billingAddressStreet,billingAddressCity,billingAddressState,billingAddressCountry,billingAddressPostalCode\n\"Export Co\",,Kyiv,,,\n",
		},
	} {
		var b bytes.Buffer
		n, err := exports.Export(ctx, c.sel, &b, c.o)
		require.NoError(t, err)
		assert.Equal(t, c.want, b.String())
		assert.EqualValues(t, b.Len(), n)
	}

	var b bytes.Buffer
	_, err := exports.Export(ctx, espo.AllRecords("Account"), &b, espo.ExportOptions{})
	require.NoError(t, err)
	assert.Equal(t, 3, bytes.Count(b.Bytes(), []byte("\n")))
	assert.Contains(t, b.String(), "billingAddressCity")
}

func TestExportXLSX(t *testing.T) {
	srv := espotest.NewServer(t)
	srv.Seed("Account", map[string]any{"name": "A & B"})
	var b bytes.Buffer
	n, err := srv.Client().Exports.Export(t.Context(), espo.AllRecords("Account"), &b,
		espo.ExportOptions{Format: espo.ExportXLSX, Fields: []string{"name"}})
	require.NoError(t, err)
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), n)
	require.NoError(t, err)
	f, err := z.Open("xl/sheet1.xml")
	require.NoError(t, err)
	sheet, err := io.ReadAll(f)
	require.NoError(t, err)
	assert.Contains(t, string(sheet), "A &amp; B")
}

func TestExportInTheBackground(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	w := &waits{}
	exports := srv.Client(w.option()).Exports
	srv.Seed("Account", map[string]any{"name": "Later"})
	var seen []espo.JobStatus
	var b bytes.Buffer
	_, err := exports.Export(ctx, espo.AllRecords("Account"), &b, espo.ExportOptions{
		Attributes: []string{"name"}, InBackground: true,
		Wait: espo.ExportWait{Progress: func(s espo.ExportStatus) {
			if seen = append(seen, s.Status); len(seen) == 2 {
				srv.RunJobs()
			}
		}},
	})
	require.NoError(t, err)
	assert.Equal(t, "name\nLater\n", b.String())
	assert.Equal(t, []espo.JobStatus{espo.JobPending, espo.JobPending, espo.JobSuccess}, seen)
	assert.Len(t, w.list, 2)

	job, err := exports.Start(ctx, espo.AllRecords("Account"), espo.ExportOptions{InBackground: true})
	require.NoError(t, err)
	require.NoError(t, exports.Subscribe(ctx, job.JobID))
	status, err := exports.Status(ctx, job.JobID)
	require.NoError(t, err)
	assert.Equal(t, espo.ExportStatus{Status: espo.JobPending}, status)
	srv.RunJobs()
	id, err := exports.Wait(ctx, job.JobID, espo.ExportWait{})
	require.NoError(t, err)
	assert.NotEmpty(t, id)
}

func TestExportErrors(t *testing.T) {
	srv := espotest.NewServer(t)
	ctx := t.Context()
	exports := srv.Client(noWait).Exports
	all := espo.AllRecords("Account")

	_, err := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).Exports.Export(ctx, all, io.Discard, espo.ExportOptions{})
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = exports.Export(ctx, all, io.Discard, espo.ExportOptions{Format: "nope"})
	require.ErrorIs(t, err, espo.ErrServer)
	_, err = exports.Export(ctx, espo.ByFilter("Account", espo.Equal("nope", 1)), io.Discard, espo.ExportOptions{})
	require.ErrorIs(t, err, espo.ErrBadRequest)
	_, err = exports.Wait(ctx, "000000000000000ab", espo.ExportWait{})
	require.ErrorIs(t, err, espo.ErrNotFound)
	require.ErrorIs(t, exports.Subscribe(ctx, "000000000000000ab"), espo.ErrNotFound)
	for _, o := range []espo.ExportOptions{{Fields: []string{""}}, {Attributes: []string{"a b"}}} {
		_, err = exports.Export(ctx, all, io.Discard, o)
		require.ErrorIs(t, err, espo.ErrInput)
	}

	job, err := exports.Start(ctx, espo.ByFilter("Account", espo.Equal("nope", 1)), espo.ExportOptions{InBackground: true})
	require.NoError(t, err)
	srv.RunJobs()
	_, err = exports.Wait(ctx, job.JobID, espo.ExportWait{})
	var failed *espo.JobError
	require.ErrorAs(t, err, &failed)

	srv.Fail(espotest.Fault{Path: "Attachment/file/*", Truncate: 3, Times: -1})
	n, err := exports.Export(ctx, all, io.Discard, espo.ExportOptions{})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.EqualValues(t, 3, n)

	odd := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "{}") })
	_, err = odd.Exports.Start(ctx, all, espo.ExportOptions{})
	require.ErrorIs(t, err, espo.ErrNotEspoCRM)
}

func TestExportToAWriterThatFails(t *testing.T) {
	srv := espotest.NewServer(t)
	full := errors.New("the disk is full")
	_, err := srv.Client().Exports.Export(t.Context(), espo.AllRecords("Account"),
		writerFunc(func([]byte) (int, error) { return 0, full }), espo.ExportOptions{})
	require.ErrorIs(t, err, full)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
