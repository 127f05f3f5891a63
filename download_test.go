package espo_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestDownload(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(noWait), t.Context()
	up := textFile(strings.NewReader("Hello"))
	up.Name = `né "q".txt`
	att, err := client.Attachments.Upload(ctx, up)
	require.NoError(t, err)
	d, err := client.Attachments.Download(ctx, att.ID)
	require.NoError(t, err)
	assert.Equal(t, up.Name, d.Name)
	assert.Equal(t, "text/plain;charset=UTF-8", d.ContentType)
	assert.EqualValues(t, 5, d.Size)
	content, err := io.ReadAll(d)
	require.NoError(t, err)
	require.NoError(t, d.Close())
	assert.Equal(t, "Hello", string(content))

	_, err = client.Attachments.Download(ctx, "missing")
	require.ErrorIs(t, err, espo.ErrNotFound)
	srv.Fail(espotest.Fault{Path: "Attachment/file/*", HTML: true})
	_, err = client.Attachments.Download(ctx, att.ID)
	require.ErrorIs(t, err, espo.ErrNotEspoCRM)
	srv.Fail(espotest.Fault{Path: "Attachment/file/*", Truncate: 3})
	var b bytes.Buffer
	n, err := client.Attachments.DownloadTo(ctx, att.ID, &b)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.EqualValues(t, 3, n)
	assert.ErrorContains(t, err, "after 3 of 5 bytes")
}

func TestDownloadFile(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(noWait), t.Context()
	up := textFile(strings.NewReader("Hello"))
	up.Name = `..\..//etc/pass"wd.txt`
	att, err := client.Attachments.Upload(ctx, up)
	require.NoError(t, err)
	dir := t.TempDir()

	srv.Fail(espotest.Fault{Path: "Attachment/file/*", Truncate: 3})
	path, err := client.Attachments.DownloadFile(ctx, att.ID, dir)
	require.NoError(t, err, "tried again")
	assert.Equal(t, filepath.Join(dir, "pass_wd.txt"), path)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "Hello", string(content))
	again, err := client.Attachments.DownloadFile(ctx, att.ID, dir)
	require.NoError(t, err)
	assert.Equal(t, path, again, "replaced")

	srv.Fail(espotest.Fault{Path: "Attachment/file/*", Times: -1, Truncate: 3})
	_, err = client.Attachments.DownloadFile(ctx, att.ID, dir)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	content, err = os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "Hello", string(content), "the old file is whole")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "no temporary file is left")

	_, err = client.Attachments.DownloadFile(ctx, att.ID, filepath.Join(dir, "missing"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = client.Attachments.DownloadFile(ctx, "missing", dir)
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestFileNameOfADisposition(t *testing.T) {
	for header, want := range map[string]string{
		`attachment; filename="a.txt"`:                                       "a.txt",
		`attachment; filename=a.txt`:                                         "a.txt",
		`inline; filename="a; b.txt"`:                                        "a; b.txt",
		`attachment; filename="né "q".txt"`:                                  `né "q".txt`,
		`attachment; filename="x.txt"; filename*=UTF-8''n%C3%A9.txt`:         "né.txt",
		`attachment; filename="a "q".txt"; FILENAME*=utf-8''n%C3%A9.txt`:     "né.txt",
		`attachment; filename*=UTF-8''n%C3%A9%20%22q%22.txt; filename="x.x"`: `né "q".txt`,
		`attachment`: "",
	} {
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Disposition", header)
			_, _ = io.WriteString(w, "x")
		})
		d, err := client.Attachments.Download(t.Context(), "id")
		require.NoError(t, err, header)
		require.NoError(t, d.Close())
		assert.Equal(t, want, d.Name, header)
	}
}

func TestFileName(t *testing.T) {
	long := strings.Repeat("é", 200)
	for name, want := range map[string]string{
		"a.txt": "a.txt", "né 日本.txt": "né 日本.txt", "": "id", "..": "id", ".": "id", "/": "id", `a\b/c.txt`: "c.txt",
		"../../etc/passwd": "passwd", ".bashrc": "bashrc", "a\x00b\r\n.txt": "a_b__.txt", "a<b>:c|d?e*f\"g": "a_b__c_d_e_f_g",
		"CON": "_CON", "nul.txt": "_nul.txt", "COM1 .x": "_COM1 .x", "lpt².pdf": "_lpt².pdf", "a. . ": "a", "a\xff.txt": "a_.txt",
		"\u202egnp.exe": "_gnp.exe", long + ".txt": strings.Repeat("é", 118) + ".txt",
	} {
		assert.Equal(t, want, espo.FileName(name, "id"), "%q", name)
	}
	assert.Equal(t, "file", espo.FileName("..", "../"))
}

// FuzzFileName: whatever a server says, the file stays in the directory.
func FuzzFileName(f *testing.F) {
	for _, seed := range []string{"a.txt", "../x", `..\x`, "/etc/passwd", "C:\\x", "", ".", "..", "a\x00b", "CON.txt", "a/..", strings.Repeat("x", 300)} {
		f.Add(seed, "id")
		f.Add("", seed)
	}
	f.Fuzz(func(t *testing.T, name, fallback string) {
		got := espo.FileName(name, fallback)
		dir := filepath.FromSlash("/some/dir")
		if filepath.Dir(filepath.Join(dir, got)) != dir || !filepath.IsLocal(got) {
			t.Errorf("%q leaves the directory", got)
		}
		if strings.ContainsAny(got, "/\\:\x00\r\n") || strings.HasPrefix(got, ".") || len(got) > 255 || got == "" {
			t.Errorf("%q is not a safe name", got)
		}
		if again := espo.FileName(got, "id"); again != got {
			t.Errorf("%q is made %q when it is made safe again", got, again)
		}
	})
}
