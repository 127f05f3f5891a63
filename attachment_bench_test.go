package espo_test

import (
	"crypto/sha256"
	"hash"
	"io"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

const (
	bigFile  = 256 << 20
	heapGoal = 32 << 20
)

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
	sum   hash.Hash
}

func newStretch(n int64) *stretch { return &stretch{n, pattern(64<<10 - 1), sha256.New()} }

func (s *stretch) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), s.left)], s.block)
	s.left -= int64(n)
	s.sum.Write(p[:n])
	return n, nil
}

func uploadBigFile(b *testing.B, client *espo.Client, progress func(espo.UploadProgress)) (espo.Attachment, []byte) {
	b.Helper()
	content := newStretch(bigFile)
	att, err := client.Attachments.Upload(b.Context(), espo.Upload{
		Name: "big.txt", Content: content, Size: bigFile, For: espo.NoteAttachment(), Progress: progress,
	})
	require.NoError(b, err)
	return att, content.sum.Sum(nil)
}

func BenchmarkUpload256MiB(b *testing.B) {
	srv, err := espotest.Start()
	require.NoError(b, err)
	defer srv.Close()
	client := srv.Client()
	var heap heapPeak
	b.SetBytes(bigFile)
	runtime.GC()
	for b.Loop() {
		att, _ := uploadBigFile(b, client, func(espo.UploadProgress) { heap.sample() })
		require.EqualValues(b, bigFile, att.Size)
		require.NoError(b, client.Attachments.Delete(b.Context(), att.ID))
	}
	heap.report(b)
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

func BenchmarkDownload256MiB(b *testing.B) {
	srv, err := espotest.Start()
	require.NoError(b, err)
	defer srv.Close()
	client := srv.Client()
	att, want := uploadBigFile(b, client, nil)
	var heap heapPeak
	b.SetBytes(bigFile)
	runtime.GC()
	for b.Loop() {
		out := &sampled{Hash: sha256.New(), heap: &heap}
		_, err := client.Attachments.DownloadTo(b.Context(), att.ID, out)
		require.NoError(b, err)
		require.Equal(b, want, out.Sum(nil))
	}
	heap.report(b)
}
