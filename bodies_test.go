package espo_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// lateReader is a transport that answers before it has read the body, and
// goes on reading, as net/http may do.
type lateReader struct {
	status func(*http.Request) (int, string)
	wg     sync.WaitGroup
}

func (l *lateReader) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := l.status(r)
	if r.Body != nil {
		l.wg.Go(func() {
			defer r.Body.Close()
			p := make([]byte, 512)
			for {
				if _, err := r.Body.Read(p); err != nil {
					return
				}
			}
		})
	}
	return answer(r, status, body), nil
}

// A server may answer before it has read a body, which net/http then goes on
// reading: the race detector watches the buffer of the next chunk or try.
func TestBodiesAreNotReadAfterTheAnswer(t *testing.T) {
	var chunks tally
	late := &lateReader{status: func(r *http.Request) (int, string) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/Settings"):
			return 200, `{"attachmentUploadChunkSize":1,"timeZone":"UTC"}`
		case strings.Contains(r.URL.Path, "/chunk/"):
			if chunks.add() == 2 {
				return 503, ""
			}
			return 200, "true"
		case strings.HasSuffix(r.URL.Path, "Import/file"):
			if chunks.add()%2 == 1 {
				return 429, ""
			}
			return 200, `{"attachmentId":"1"}`
		case r.Method == http.MethodDelete:
			return 200, "true"
		}
		return 200, `{"id":"1","isBeingUploaded":false}`
	}}
	client := dial(t, "https://example.com", espo.APIKey("key"), espo.WithHTTPClient(&http.Client{Transport: late}))
	_, err := client.Attachments.Upload(t.Context(), textFile(bytes.NewReader(pattern(5<<20))))
	require.NoError(t, err)
	assert.Greater(t, chunks.count(), 6, "begun anew")

	chunks = tally{}
	_, err = client.Imports.UploadCSV(t.Context(), bytes.NewReader(pattern(1<<20)))
	require.NoError(t, err)
	late.wg.Wait()
}

// An upload outlives its context by no more than 2 seconds.
func TestUploadCleanUpIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var ended time.Time
		transport := exchange(func(r *http.Request) (*http.Response, error) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/Settings"):
				return answer(r, 200, `{"attachmentUploadChunkSize":1,"timeZone":"UTC"}`), nil
			case strings.HasSuffix(r.URL.Path, "/Attachment"):
				return answer(r, 200, `{"id":"1"}`), nil
			}
			if ended.IsZero() {
				cancel()
				ended = time.Now()
			}
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		client, err := espo.NewClient("https://example.com", espo.APIKey("key"), espo.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		_, err = client.Attachments.Upload(ctx, textFile(bytes.NewReader(pattern(2<<20))))
		var failed *espo.UploadError
		require.ErrorAs(t, err, &failed)
		require.ErrorIs(t, err, context.Canceled)
		assert.False(t, failed.Removed)
		assert.Equal(t, 2*time.Second, time.Since(ended))
	})
}

// Once the server has got something, an error is never one of the input.
func TestUploadRepliesAreNoInput(t *testing.T) {
	srv := espotest.NewServer(t, oneMiB())
	client := srv.Client(espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	srv.Fail(espotest.Fault{Method: http.MethodPost, Path: "Attachment", Times: -1, Body: `{"id":""}`})
	for _, size := range []int{10, 2 << 20} {
		_, err := client.Attachments.Upload(t.Context(), textFile(bytes.NewReader(pattern(size))))
		require.ErrorIs(t, err, espo.ErrNotEspoCRM)
		assert.NotErrorIs(t, err, espo.ErrInput)
	}
	srv.Fail(espotest.Fault{Method: http.MethodPost, Path: "Export", Body: `{"id":""}`})
	_, err := client.Exports.Export(t.Context(), espo.AllRecords("Account"), io.Discard, espo.ExportOptions{})
	require.ErrorIs(t, err, espo.ErrNotEspoCRM)
	assert.NotErrorIs(t, err, espo.ErrInput)
}

// files is a client of a server that answers the tries of a download one
// after the other.
func files(t *testing.T, tries ...http.HandlerFunc) *espo.Client {
	t.Helper()
	var n tally
	return connect(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "identity", r.Header.Get("Accept-Encoding"), "a compressed file has no length")
		w.Header().Set("Content-Disposition", `attachment; filename="a.txt"`)
		tries[min(n.add(), len(tries))-1](w, r)
	})
}

func part(status int, length, body string, broken bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", length)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		if broken {
			_ = http.NewResponseController(w).Flush()
			cut()
		}
	}
}

func TestPartOfAFile(t *testing.T) {
	client := files(t, part(http.StatusPartialContent, "5", "Hello", false))
	dir := t.TempDir()
	_, err := client.Attachments.DownloadFile(t.Context(), "1", dir)
	require.ErrorIs(t, err, espo.ErrNotEspoCRM)
	_, err = client.Attachments.DownloadTo(t.Context(), "1", io.Discard)
	require.ErrorIs(t, err, espo.ErrNotEspoCRM)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)

	json := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusPartialContent, `{"id":"1"}`) })
	_, err = json.Accounts.Get(t.Context(), "1")
	assert.ErrorIs(t, err, espo.ErrNotEspoCRM)
}

// What an earlier try has written does not stay behind a shorter file.
func TestDownloadFileIsTruncated(t *testing.T) {
	client := files(t, part(200, "100", strings.Repeat("x", 50), true), part(200, "5", "Hello", false))
	path, err := client.Attachments.DownloadFile(t.Context(), "1", t.TempDir())
	require.NoError(t, err)
	assert.Equal(t, "a.txt", filepath.Base(path))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "Hello", string(content))
}

func TestDownloadThatBreaksOff(t *testing.T) {
	client := files(t, part(200, "100", "Hello", true))
	d, err := client.Attachments.Download(t.Context(), "1")
	require.NoError(t, err)
	defer d.Close()
	_, err = io.ReadAll(d)
	var transport *espo.TransportError
	require.ErrorAs(t, err, &transport)
	assert.Equal(t, "Attachment/file/1", transport.Path)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// The spool file of contents whose length is not known goes in every case.
func TestSpoolFileIsRemoved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	srv := espotest.NewServer(t, oneMiB())
	client := srv.Client(noWait)
	broken := errors.New("broken")
	for name, content := range map[string]io.Reader{
		"whole":  plain(bytes.NewReader(pattern(2 << 20))),
		"broken": io.MultiReader(plain(bytes.NewReader(pattern(2<<20))), readFunc(func([]byte) (int, error) { return 0, broken })),
	} {
		_, err := client.Attachments.Upload(t.Context(), textFile(content))
		if name == "broken" {
			require.ErrorIs(t, err, broken)
		} else {
			require.NoError(t, err)
		}
		left, err := filepath.Glob(filepath.Join(os.TempDir(), "espo-upload-*"))
		require.NoError(t, err)
		assert.Empty(t, left, name)
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// Once a call has returned, nobody can read what it was given to send.
func TestBodyIsTakenAwayAfterTheCall(t *testing.T) {
	var body io.Reader
	transport := exchange(func(r *http.Request) (*http.Response, error) {
		body = r.Body
		return answer(r, 200, `{"id":"1"}`), nil
	})
	client := dial(t, "https://example.com", espo.APIKey("key"), espo.WithHTTPClient(&http.Client{Transport: transport}))
	_, err := client.Attachments.Upload(t.Context(), textFile(strings.NewReader("Hello")))
	require.NoError(t, err)
	n, err := body.Read(make([]byte, 512))
	assert.Zero(t, n)
	require.Error(t, err)
	assert.NotErrorIs(t, err, io.EOF)
}

// A proxy may compress a file although it was asked not to.
func TestCompressedDownload(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(z, "Hello")
	require.NoError(t, z.Close())
	send := func(coding, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", coding)
			_, _ = io.WriteString(w, body)
		}
	}
	download := func(answer http.HandlerFunc) (string, error) {
		var b strings.Builder
		_, err := files(t, answer).Attachments.DownloadTo(t.Context(), "1", &b)
		return b.String(), err
	}
	text, err := download(send("gzip", zipped.String()))
	require.NoError(t, err)
	assert.Equal(t, "Hello", text)
	_, err = download(send("gzip", zipped.String()[:zipped.Len()-4]))
	require.Error(t, err, "the end is missing")
	for coding, body := range map[string]string{"gzip": "Hello", "br": "Hello"} {
		_, err = download(send(coding, body))
		assert.ErrorIs(t, err, espo.ErrNotEspoCRM, coding)
	}
}
