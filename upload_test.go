package espo_test

import (
	"bytes"
	"context"
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

func TestUploadInOneRequest(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	png := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), pattern(100)...)
	for _, c := range []struct {
		up       espo.Upload
		content  []byte
		wantType string
		check    func(espo.Attachment)
	}{
		{espo.Upload{Name: "a.txt", For: espo.FileField("Document", "file")}, []byte("Hello"), "text/plain", func(a espo.Attachment) {
			assert.Equal(t, "Document", a.RelatedType)
			assert.Equal(t, "file", a.Field)
		}},
		{espo.Upload{Name: `né "q".txt`, For: espo.NoteAttachment()}, nil, "text/plain", func(a espo.Attachment) {
			assert.Equal(t, "Note", a.ParentType)
		}},
		{espo.Upload{Name: "given", ContentType: "x/y", For: espo.AttachmentField("Task", "attachments")}, []byte{0}, "x/y", nil},
		{espo.Upload{Name: "sniffed", For: espo.NoteAttachment()}, png, "image/png", nil},
		{espo.Upload{Name: "sniffed", For: espo.NoteAttachment()}, []byte{0, 1, 2}, "application/octet-stream", nil},
		{espo.Upload{Name: "inline.png", For: espo.InlineImage("Email", "body")}, png, "image/png", func(a espo.Attachment) {
			assert.Equal(t, "Inline Attachment", a.Role)
		}},
	} {
		var sent []int64
		c.up.Progress = func(p espo.UploadProgress) {
			assert.EqualValues(t, len(c.content), p.Size)
			sent = append(sent, p.Sent)
		}
		for _, content := range []io.Reader{bytes.NewReader(c.content), bytes.NewBuffer(c.content), plain(bytes.NewReader(c.content))} {
			c.up.Content = content
			att, err := client.Attachments.Upload(ctx, c.up)
			require.NoError(t, err, c.up.Name)
			assert.Equal(t, c.up.Name, att.Name)
			assert.Equal(t, c.wantType, att.Type)
			assert.EqualValues(t, len(c.content), att.Size)
			if c.check != nil {
				c.check(att)
			}
			assert.Equal(t, string(c.content), string(downloaded(t, client, att.ID)))
		}
		assert.Equal(t, []int64{int64(len(c.content)), int64(len(c.content)), int64(len(c.content))}, sent)
	}
	assert.Zero(t, requestsTo(srv, http.MethodGet, "Settings"), "small files need no settings")
}

func TestUploadInChunks(t *testing.T) {
	srv := espotest.NewServer(t, oneMiB())
	client, ctx := srv.Client(), t.Context()
	content := pattern(2<<20 + 12345)
	file := filepath.Join(t.TempDir(), "big")
	require.NoError(t, os.WriteFile(file, append([]byte("skipped"), content...), 0o600))
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	_, err = f.Seek(7, io.SeekStart)
	require.NoError(t, err)

	for name, up := range map[string]espo.Upload{
		"seeker":         {Content: bytes.NewReader(content)},
		"file":           {Content: f},
		"length":         {Content: bytes.NewBuffer(bytes.Clone(content))},
		"size":           {Content: plain(bytes.NewReader(content)), Size: int64(len(content))},
		"unknown":        {Content: plain(bytes.NewReader(content))},
		"small readings": {Content: iotest.HalfReader(bytes.NewReader(content))},
	} {
		t.Run(name, func(t *testing.T) {
			chunks := requestsTo(srv, http.MethodPost, "Attachment/chunk/")
			var sent []int64
			up.Name, up.For = "big.pdf", espo.FileField("Document", "file")
			up.Progress = func(p espo.UploadProgress) {
				assert.EqualValues(t, len(content), p.Size)
				sent = append(sent, p.Sent)
			}
			att, err := client.Attachments.Upload(ctx, up)
			require.NoError(t, err)
			assert.False(t, att.IsBeingUploaded)
			assert.EqualValues(t, len(content), att.Size)
			assert.Equal(t, "application/pdf", att.Type)
			assert.Equal(t, []int64{1 << 20, 2 << 20, int64(len(content))}, sent)
			assert.Equal(t, chunks+3, requestsTo(srv, http.MethodPost, "Attachment/chunk/"))
			assert.True(t, bytes.Equal(content, downloaded(t, client, att.ID)))
		})
	}
	assert.Equal(t, 1, requestsTo(srv, http.MethodGet, "Settings"), "read once")
}

func TestUploadReadsTheSettingsAgainAfterAnError(t *testing.T) {
	srv := espotest.NewServer(t, oneMiB())
	client := srv.Client(noWait)
	srv.Fail(espotest.Fault{Path: "Settings", Status: http.StatusForbidden})
	content := pattern(1<<20 + 1)
	_, err := client.Attachments.Upload(t.Context(), textFile(bytes.NewReader(content)))
	require.ErrorIs(t, err, espo.ErrForbidden)
	att, err := client.Attachments.Upload(t.Context(), textFile(bytes.NewReader(content)))
	require.NoError(t, err)
	assert.EqualValues(t, len(content), att.Size)
	assert.Equal(t, 2, requestsTo(srv, http.MethodPost, "Attachment/chunk/"))
}

func TestUploadBeginsAnew(t *testing.T) {
	t.Parallel()
	content := pattern(3 << 20)
	for name, fault := range map[string]espotest.Fault{
		"chunk lost on the way":        {Path: "Attachment/chunk/*", Nth: 2, Cut: true},
		"chunk taken, answer lost":     {Path: "Attachment/chunk/*", Nth: 2, Cut: true, After: true},
		"chunk taken, answer cut":      {Path: "Attachment/chunk/*", Nth: 2, Truncate: 1},
		"gateway timeout":              {Path: "Attachment/chunk/*", Nth: 3, Status: http.StatusGatewayTimeout},
		"a proxy's page for an answer": {Path: "Attachment/chunk/*", Nth: 1, HTML: true},
	} {
		t.Run(name, func(t *testing.T) {
			srv := espotest.NewServer(t, oneMiB())
			client := srv.Client(noWait)
			srv.Fail(fault)
			var sent []int64
			up := textFile(plain(bytes.NewReader(content)))
			up.Progress = func(p espo.UploadProgress) { sent = append(sent, p.Sent) }
			att, err := client.Attachments.Upload(t.Context(), up)
			require.NoError(t, err)
			assert.True(t, bytes.Equal(content, downloaded(t, client, att.ID)))
			assert.EqualValues(t, len(content), sent[len(sent)-1])
			left := srv.Records("Attachment")
			require.Len(t, left, 1, "the first attempt is gone")
			assert.Equal(t, att.ID, left[0]["id"])
			once := map[string]bool{}
			for _, r := range srv.Requests() {
				if strings.HasPrefix(r.Path, "Attachment/chunk/") {
					key := r.Path + "?" + r.Query
					assert.False(t, once[key], "no chunk is sent twice: %s", key)
					once[key] = true
				}
			}
		})
	}
}

func TestUploadErrorSaysHowFarItCame(t *testing.T) {
	content := pattern(3 << 20)
	srv := espotest.NewServer(t, oneMiB())
	client, ctx := srv.Client(noWait), t.Context()

	// What can be read only once cannot begin anew.
	srv.Fail(espotest.Fault{Path: "Attachment/chunk/*", Nth: 2, Cut: true, After: true})
	up := textFile(plain(bytes.NewReader(content)))
	up.Size = int64(len(content))
	_, err := client.Attachments.Upload(ctx, up)
	var failed *espo.UploadError
	require.ErrorAs(t, err, &failed)
	assert.EqualValues(t, 1<<20, failed.Sent)
	assert.EqualValues(t, 3<<20, failed.Size)
	assert.True(t, failed.Removed)
	assert.ErrorContains(t, err, "after 1048576 of 3145728 bytes")
	assert.Empty(t, srv.Records("Attachment"))

	// The tries of the policy are the limit.
	srv.Fail(espotest.Fault{Path: "Attachment/chunk/*", Times: 4, Status: http.StatusServiceUnavailable})
	before := requestsTo(srv, http.MethodPost, "Attachment/chunk/")
	_, err = client.Attachments.Upload(ctx, textFile(bytes.NewReader(content)))
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, espo.ErrServer)
	assert.Equal(t, before+4, requestsTo(srv, http.MethodPost, "Attachment/chunk/"))
	assert.Empty(t, srv.Records("Attachment"))

	// A refusal is final.
	srv.Fail(espotest.Fault{Path: "Attachment/chunk/*", Status: http.StatusForbidden})
	before = requestsTo(srv, http.MethodPost, "Attachment/chunk/")
	_, err = client.Attachments.Upload(ctx, textFile(bytes.NewReader(content)))
	require.ErrorIs(t, err, espo.ErrForbidden)
	assert.Equal(t, before+1, requestsTo(srv, http.MethodPost, "Attachment/chunk/"))

	// The deletion may fail, too.
	srv.Fail(espotest.Fault{Path: "Attachment/chunk/*", Status: http.StatusForbidden})
	srv.Fail(espotest.Fault{Method: http.MethodDelete, Times: 2, Status: http.StatusForbidden})
	_, err = client.Attachments.Upload(ctx, textFile(bytes.NewReader(content)))
	require.ErrorAs(t, err, &failed)
	assert.False(t, failed.Removed)
	require.Len(t, srv.Records("Attachment"), 1)
	assert.Equal(t, srv.Records("Attachment")[0]["id"], failed.AttachmentID)
	assert.ErrorContains(t, err, "is left half-uploaded")

	// The server may lose something without a word.
	srv.Fail(espotest.Fault{Path: "Attachment/chunk/*", Nth: 3, Times: -1, Body: "true"})
	_, err = client.Attachments.Upload(ctx, textFile(bytes.NewReader(content)))
	require.ErrorIs(t, err, io.ErrShortWrite)
	assert.Len(t, srv.Records("Attachment"), 1)
}

func TestUploadEndsWithItsContext(t *testing.T) {
	srv := espotest.NewServer(t, oneMiB())
	client := srv.Client(noWait)
	ctx, cancel := context.WithCancel(t.Context())
	up := textFile(bytes.NewReader(pattern(3 << 20)))
	up.Progress = func(espo.UploadProgress) { cancel() }
	_, err := client.Attachments.Upload(ctx, up)
	require.ErrorIs(t, err, context.Canceled)
	var failed *espo.UploadError
	require.ErrorAs(t, err, &failed)
	assert.EqualValues(t, 1<<20, failed.Sent)
	assert.True(t, failed.Removed, "also after the end")
	assert.Empty(t, srv.Records("Attachment"))
}

func TestUploadGoesOnWithANewToken(t *testing.T) {
	srv := espotest.NewServer(t, oneMiB())
	client := srv.ClientAs(espo.Token(espotest.AdminUser, espotest.AdminPassword), noWait)
	content := pattern(3 << 20)
	up := textFile(plain(bytes.NewReader(content)))
	up.Size = int64(len(content))
	up.Progress = func(p espo.UploadProgress) {
		if p.Sent == 1<<20 {
			srv.RevokeTokens()
		}
	}
	att, err := client.Attachments.Upload(t.Context(), up)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(content, downloaded(t, client, att.ID)))
	assert.Equal(t, 2, srv.Logins())
}

func TestUploadRefusals(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	for name, up := range map[string]espo.Upload{
		"no name":       {Content: strings.NewReader("x"), For: espo.NoteAttachment()},
		"line break":    {Name: "a\r\nb", Content: strings.NewReader("x"), For: espo.NoteAttachment()},
		"control":       {Name: "a\x05", Content: strings.NewReader("x"), For: espo.NoteAttachment()},
		"no content":    {Name: "a", For: espo.NoteAttachment()},
		"negative size": {Name: "a", Content: strings.NewReader("x"), Size: -1, For: espo.NoteAttachment()},
		"no target":     {Name: "a", Content: strings.NewReader("x")},
		"no field":      {Name: "a", Content: strings.NewReader("x"), For: espo.FileField("Document", "")},
	} {
		_, err := client.Attachments.Upload(ctx, up)
		assert.ErrorIs(t, err, espo.ErrInput, name)
	}
	_, err := client.Attachments.Copy(ctx, "x", espo.FileTarget{})
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = client.Attachments.FromImageURL(ctx, "ftp://x/y", espo.NoteAttachment())
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = client.Attachments.FromImageURL(ctx, "https://x/y", espo.FileTarget{})
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = client.Attachments.DownloadFile(ctx, "x", "")
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = client.Attachments.Download(ctx, "..")
	require.ErrorIs(t, err, espo.ErrInput)
	assert.Empty(t, srv.Requests(), "nothing was sent")

	for name, up := range map[string]espo.Upload{
		"type":  {Name: "a.exe", For: espo.FileField("Document", "file")},
		"field": {Name: "a.txt", For: espo.FileField("Document", "nofield")},
	} {
		up.Content = strings.NewReader("x")
		_, err := client.Attachments.Upload(ctx, up)
		assert.ErrorIs(t, err, espo.ErrForbidden, name)
	}
	small := espotest.NewServer(t, espotest.WithSettings(map[string]any{"attachmentUploadMaxSize": int64(1)}))
	_, err = small.Client().Attachments.Upload(ctx, textFile(bytes.NewReader(pattern(5<<20))))
	require.ErrorIs(t, err, espo.ErrForbidden)
	assert.ErrorContains(t, err, "attachmentUploadMaxSize")
}

// FuzzUpload: what goes up comes down.
func FuzzUpload(f *testing.F) {
	srv, err := espotest.Start()
	require.NoError(f, err)
	f.Cleanup(srv.Close)
	client := srv.Client()
	for n := range 5 {
		f.Add(pattern(n), "a.txt")
	}
	f.Add(pattern(5000), `"`)
	f.Add([]byte{}, "\x05")
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		up := textFile(bytes.NewReader(content))
		up.Name = name
		att, err := client.Attachments.Upload(t.Context(), up)
		if errors.Is(err, espo.ErrInput) || errors.Is(err, espo.ErrBadRequest) { // not a name
			return
		}
		require.NoError(t, err)
		require.EqualValues(t, len(content), att.Size)
		require.Equal(t, content, append([]byte{}, downloaded(t, client, att.ID)...))
	})
}
