package espo_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

const heapGoal = 20 << 20

// heapPeak samples the heap that is in use, client and fake server together.
type heapPeak struct{ max uint64 }

func (h *heapPeak) sample() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	h.max = max(h.max, m.HeapInuse)
}

func (h *heapPeak) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(float64(h.max)/(1<<20), "heap-MiB")
	if h.max > heapGoal {
		b.Errorf("%d bytes of heap were in use: the goal is less than %d", h.max, heapGoal)
	}
}

// stretch is n bytes that are not held in memory. It cannot seek.
type stretch struct {
	left  int64
	block []byte
	sum   hash.Hash // of what was read; nil for none
}

func newStretch(n int64) *stretch { return &stretch{n, pattern(64<<10 - 1), sha256.New()} }

func (s *stretch) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), s.left)], s.block)
	s.left -= int64(n)
	if s.sum != nil {
		s.sum.Write(p[:n])
	}
	return n, nil
}

func uploadFile(b *testing.B, client *espo.Client, size int64) (espo.Attachment, []byte) {
	b.Helper()
	content := newStretch(size)
	att, err := client.Attachments.Upload(b.Context(), espo.Upload{
		Name: "big.txt", Content: content, Size: size, For: espo.NoteAttachment(),
	})
	require.NoError(b, err)
	return att, content.sum.Sum(nil)
}

// benchFile is how large the files of benchmarks are: 256 MiB, or 16 with -short.
func benchFile() int64 {
	if testing.Short() {
		return 16 << 20
	}
	return 256 << 20
}

// BenchmarkUpload has its answers from a server that keeps nothing, beside
// what one would write by hand: the whole file as base64 in one JSON object.
func BenchmarkUpload(b *testing.B) {
	size := benchFile()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		if strings.Contains(r.URL.Path, "/chunk/") {
			_, _ = w.Write([]byte("true"))
			return
		}
		if strings.HasSuffix(r.URL.Path, "/Settings") {
			_, _ = w.Write([]byte(`{"timeZone":"UTC","attachmentUploadChunkSize":3,"attachmentUploadMaxSize":1000}`))
			return
		}
		_, _ = fmt.Fprintf(w, `{"id":"6b04d9a74767fee34","name":"big.txt","size":%d}`, size)
	}))
	b.Cleanup(srv.Close)
	client, err := espo.NewClient(srv.URL, espo.APIKey("key"))
	require.NoError(b, err)
	b.Cleanup(client.CloseIdleConnections)
	b.Run("library", func(b *testing.B) {
		var heap heapPeak
		b.SetBytes(size)
		b.ReportAllocs()
		runtime.GC()
		for b.Loop() {
			_, err := client.Attachments.Upload(b.Context(), espo.Upload{
				Name: "big.txt", Content: &stretch{left: size, block: pattern(64<<10 - 1)}, Size: size, For: espo.NoteAttachment(),
				Progress: func(espo.UploadProgress) { heap.sample() },
			})
			require.NoError(b, err)
		}
		heap.report(b)
	})
	b.Run("baseline", func(b *testing.B) {
		var heap heapPeak
		b.SetBytes(size)
		b.ReportAllocs()
		runtime.GC()
		for b.Loop() {
			content, err := io.ReadAll(&stretch{left: size, block: pattern(64<<10 - 1)})
			require.NoError(b, err)
			body, err := json.Marshal(map[string]any{
				"name": "big.txt", "type": "text/plain", "role": "Attachment", "parentType": "Note", "field": "attachments",
				"file": "data:text/plain;base64," + base64.StdEncoding.EncodeToString(content),
			})
			require.NoError(b, err)
			heap.sample()
			req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, srv.URL+"/api/v1/Attachment", bytes.NewReader(body))
			require.NoError(b, err)
			resp, err := http.DefaultClient.Do(req)
			require.NoError(b, err)
			_ = resp.Body.Close()
		}
		b.ReportMetric(float64(heap.max)/(1<<20), "heap-MiB")
	})
}

// sampled hashes what is written, and samples the heap now and then.
type sampled struct {
	hash.Hash
	heap    *heapPeak
	written int64
}

func (s *sampled) Write(p []byte) (int, error) {
	if before := s.written; before>>22 != (before+int64(len(p)))>>22 {
		s.heap.sample()
	}
	s.written += int64(len(p))
	return s.Hash.Write(p)
}

func BenchmarkDownload(b *testing.B) {
	size := benchFile()
	srv, err := espotest.Start()
	require.NoError(b, err)
	defer srv.Close()
	client := srv.Client()
	att, want := uploadFile(b, client, size)
	var heap heapPeak
	b.SetBytes(size)
	runtime.GC()
	for b.Loop() {
		out := &sampled{Hash: sha256.New(), heap: &heap}
		_, err := client.Attachments.DownloadTo(b.Context(), att.ID, out)
		require.NoError(b, err)
		require.Equal(b, want, out.Sum(nil))
	}
	heap.report(b)
}
