package espo_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// oneMiB makes the fake take chunks of 1 MiB.
func oneMiB() espotest.Option {
	return espotest.WithSettings(map[string]any{"attachmentUploadChunkSize": int64(1)})
}

// pattern is n bytes that repeat late.
func pattern(n int) []byte {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return b
}

// plain hides everything but Read.
func plain(r io.Reader) io.Reader { return struct{ io.Reader }{r} }

func textFile(content io.Reader) espo.Upload {
	return espo.Upload{Name: "a.txt", Content: content, For: espo.NoteAttachment()}
}

func downloaded(t *testing.T, client *espo.Client, id string) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := client.Attachments.DownloadTo(t.Context(), id, &b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.Bytes()
}

// requestsTo counts the requests with this method and prefix of the path.
func requestsTo(srv *espotest.Server, method, prefix string) int {
	n := 0
	for _, r := range srv.Requests() {
		if r.Method == method && strings.HasPrefix(r.Path, prefix) {
			n++
		}
	}
	return n
}

func TestAttachmentsOfRecords(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	acc := streamedAccount(t, srv)
	att, err := client.Attachments.Upload(ctx, textFile(strings.NewReader("Hello")))
	require.NoError(t, err)
	note, err := client.Stream.Post(ctx, acc, "", espo.PostAttachments(att.ID))
	require.NoError(t, err)
	assert.Equal(t, espo.Names{att.ID: "a.txt"}, note.AttachmentsNames)
	assert.Equal(t, espo.Names{att.ID: "text/plain"}, note.AttachmentsTypes)
	page, err := client.Stream.Attachments(acc).List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	assert.Equal(t, att.ID, page.Records[0].ID)
	assert.Equal(t, note.ID, page.Records[0].ParentID)

	file, err := client.Attachments.Copy(ctx, att.ID, espo.FileField("Document", "file"))
	require.NoError(t, err)
	assert.Equal(t, att.ID, file.SourceID)
	assert.Equal(t, "Hello", string(downloaded(t, client, file.ID)))
	doc, err := client.Documents.Create(ctx, espo.Document{Name: "Doc", FileID: file.ID, PublishDate: espo.NewDate(2026, 11, 24)})
	require.NoError(t, err)
	assert.Equal(t, "a.txt", doc.FileName)

	_, err = client.Attachments.Copy(ctx, "missing", espo.NoteAttachment())
	require.ErrorIs(t, err, espo.ErrNotFound)
	require.NoError(t, client.Attachments.Delete(ctx, att.ID))
	_, err = client.Attachments.Download(ctx, att.ID)
	require.ErrorIs(t, err, espo.ErrNotFound)
	assert.Equal(t, "Hello", string(downloaded(t, client, file.ID)), "a copy stays")

	// The readers of the record are those of its file.
	hmac := srv.ClientAs(espo.HMAC(espotest.HMACAPIKey, espotest.HMACSecret))
	assert.Equal(t, "Hello", string(downloaded(t, hmac, file.ID)))
	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey))
	_, err = limited.Attachments.Download(ctx, file.ID)
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = limited.Attachments.Get(ctx, file.ID)
	require.ErrorIs(t, err, espo.ErrForbidden)
	own, err := client.Attachments.Upload(ctx, textFile(strings.NewReader("mine")))
	require.NoError(t, err)
	_, err = hmac.Attachments.Download(ctx, own.ID)
	require.ErrorIs(t, err, espo.ErrForbidden, "no record has it yet")

	_, err = client.Attachments.List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrForbidden)
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	page, err = admin.Attachments.List(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Len(t, page.Records, 2)
}

func TestFromImageURL(t *testing.T) {
	png := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR1234")
	srv := espotest.NewServer(t, espotest.WithImage("https://img.example/logo.png", "image/png", png))
	client, ctx := srv.Client(), t.Context()
	att, err := client.Attachments.FromImageURL(ctx, "https://img.example/logo.png", espo.NoteAttachment())
	require.NoError(t, err)
	assert.Equal(t, "logo.png", att.Name)
	assert.Equal(t, png, downloaded(t, client, att.ID))
	_, err = client.Attachments.FromImageURL(ctx, "http://127.0.0.1/x.png", espo.NoteAttachment())
	require.ErrorIs(t, err, espo.ErrForbidden)
}
