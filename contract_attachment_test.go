package espo_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// contractUpload uploads a file that goes with the test.
func contractUpload(t *testing.T, client *espo.Client, up espo.Upload) espo.Attachment {
	t.Helper()
	att, err := client.Attachments.Upload(t.Context(), up)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Attachments.Delete(context.WithoutCancel(t.Context()), att.ID) })
	return att
}

func TestContractAttachments(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	name := `né "` + uniqueName(t) + `".txt`
	att := contractUpload(t, client, espo.Upload{Name: name, Content: strings.NewReader("Hello"), For: espo.NoteAttachment()})
	assert.Equal(t, name, att.Name)
	assert.Equal(t, "text/plain", att.Type)
	assert.EqualValues(t, 5, att.Size)
	d, err := client.Attachments.Download(ctx, att.ID)
	require.NoError(t, err)
	require.NoError(t, d.Close())
	assert.Equal(t, name, d.Name)
	assert.EqualValues(t, 5, d.Size)
	path, err := client.Attachments.DownloadFile(ctx, att.ID, t.TempDir())
	require.NoError(t, err)
	assert.Equal(t, espo.FileName(name, ""), filepath.Base(path))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "Hello", string(content))

	empty := contractUpload(t, client, espo.Upload{Name: "empty.txt", Content: strings.NewReader(""), For: espo.NoteAttachment()})
	assert.Empty(t, downloaded(t, client, empty.ID))

	acc := contractAccount(t, client, espo.Account{Name: uniqueName(t)})
	ref := espo.Ref{Type: "Account", ID: acc.ID}
	note, err := client.Stream.Post(ctx, ref, "see file", espo.PostAttachments(att.ID))
	require.NoError(t, err)
	assert.Equal(t, espo.Names{att.ID: name}, note.AttachmentsNames)
	page, err := client.Stream.Attachments(ref).List(ctx, espo.Query{})
	if contractHas(t, client, err) {
		require.Len(t, page.Records, 1)
		assert.Equal(t, att.ID, page.Records[0].ID)
	}

	file, err := client.Attachments.Copy(ctx, att.ID, espo.FileField("Document", "file"))
	require.NoError(t, err)
	assert.Equal(t, att.ID, file.SourceID)
	assert.Equal(t, "Hello", string(downloaded(t, client, file.ID)))
	require.NoError(t, client.Attachments.Delete(ctx, file.ID))

	_, err = client.Attachments.Upload(ctx, espo.Upload{Name: "a.exe", Content: strings.NewReader("x"), For: espo.FileField("Document", "file")})
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = client.Attachments.Upload(ctx, espo.Upload{Name: "a.txt", Content: strings.NewReader("x"), For: espo.FileField("Document", "nofield")})
	require.ErrorIs(t, err, espo.ErrForbidden)
	_, err = client.Attachments.FromImageURL(ctx, "http://127.0.0.1:9/logo.png", espo.NoteAttachment())
	require.Error(t, err, "an internal address")
	if contractFrom(t, client, "8.4", "which error refuses the image of an internal address") {
		require.ErrorIs(t, err, espo.ErrForbidden)
	}
	_, err = client.Attachments.Download(ctx, "000000000000000ab")
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestContractUploadInChunks(t *testing.T) {
	client := contractClient(t)
	content := pattern(9<<20 + 7) // more than two of the usual chunks
	var parts int
	att := contractUpload(t, client, espo.Upload{
		Name: "big.pdf", Content: plain(bytes.NewReader(content)), For: espo.FileField("Document", "file"),
		Progress: func(espo.UploadProgress) { parts++ },
	})
	assert.False(t, att.IsBeingUploaded)
	assert.EqualValues(t, len(content), att.Size)
	assert.Greater(t, parts, 0)
	assert.True(t, bytes.Equal(content, downloaded(t, client, att.ID)))
}
