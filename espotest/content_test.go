package espotest_test

import (
	"encoding/base64"
	"io/fs"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest"
)

// upload sends a file of n bytes for a note, as the administrator.
func upload(t *testing.T, s *espotest.Server, n int) string {
	t.Helper()
	a := mustCall(t, s, http.MethodPost, "Attachment", map[string]any{
		"name": "a.txt", "type": "text/plain", "field": "attachments", "parentType": "Note",
		"file": "data:text/plain;base64," + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", n))),
	}, asAdmin...)
	require.Equal(t, 200, a.status, "%s %s", a.reason(), a.raw)
	id, _ := a.object(t)["id"].(string)
	return id
}

var asAdmin = []string{"Espo-Authorization", basic(espotest.AdminUser, espotest.AdminPassword)}

// filesIn counts the files below a folder.
func filesIn(t *testing.T, dir string) int {
	t.Helper()
	n := 0
	require.NoError(t, filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	}))
	return n
}

// The contents of a file are released with its attachment, whichever way that
// is deleted.
func TestFilesOfDeletedAttachmentsAreReleased(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s := espotest.NewServer(t)
	const large = 3 << 20
	one, two, copied := upload(t, s, large), upload(t, s, large), upload(t, s, large)
	assert.Equal(t, 3, filesIn(t, dir), "large files are on disk")

	del := func(id string) {
		assert.Equal(t, 200, mustCall(t, s, http.MethodDelete, "Attachment/"+id, nil, asAdmin...).status)
	}
	del(one)
	assert.Equal(t, 2, filesIn(t, dir))
	mass := map[string]any{"entityType": "Attachment", "action": "delete", "params": map[string]any{"ids": []string{two}}}
	assert.Equal(t, 200, mustCall(t, s, http.MethodPost, "MassAction", mass, asAdmin...).status)
	assert.Equal(t, 1, filesIn(t, dir), "also by a mass action")

	a := mustCall(t, s, http.MethodPost, "Attachment/copy/"+copied, map[string]any{"field": "attachments", "parentType": "Note"}, asAdmin...)
	other, _ := a.object(t)["id"].(string)
	require.NotEmpty(t, other)
	del(copied)
	assert.Equal(t, 1, filesIn(t, dir), "a copy has the same contents")
	del(other)
	assert.Zero(t, filesIn(t, dir))

	refused := mustCall(t, s, http.MethodPost, "Attachment", map[string]any{
		"name": "a.exe", "field": "file", "relatedType": "Document",
		"file": "data:application/octet-stream;base64," + strings.Repeat("eHh4", 1<<20),
	})
	require.Equal(t, 403, refused.status)
	assert.Zero(t, filesIn(t, dir), "a file that is refused is not kept")

	upload(t, s, large)
	s.Close()
	assert.Zero(t, filesIn(t, dir), "closing the server removes the rest")
}

// Small files are in memory, and leave it.
func TestSmallFilesOfDeletedAttachmentsAreReleased(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithRequestLog(espotest.RequestLog{BodyBytes: 1}))
	used := func() int64 {
		runtime.GC()
		runtime.GC() // what pools hold goes at the second time
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	const size, n = 1 << 20, 40
	before := used()
	var ids []string
	for range n {
		ids = append(ids, upload(t, s, size))
	}
	require.Greater(t, used()-before, int64(n*size/2), "they are in memory")
	for _, id := range ids {
		require.Equal(t, 200, mustCall(t, s, http.MethodDelete, "Attachment/"+id, nil, asAdmin...).status)
	}
	assert.Less(t, used()-before, int64(n*size/2))
}
