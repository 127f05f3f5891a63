package espo

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
)

// contentError is an error of reading the contents to upload.
type contentError struct{ err error }

func (e *contentError) Error() string { return "reading the contents: " + e.err.Error() }
func (e *contentError) Unwrap() error { return e.err }

// source is contents of a known size.
type source struct {
	r      io.Reader
	size   int64
	seeker io.Seeker // nil when the contents can be read only once
	start  int64     // where seeker stood
	spool  *os.File
}

// openSource finds out the size, unless it is given.
func openSource(r io.Reader, size int64) (*source, error) {
	if b, ok := r.(*bytes.Buffer); ok {
		r = bytes.NewReader(b.Bytes()) // which can be read more than once
	}
	src := &source{r: r, size: size}
	if seeker, ok := r.(io.Seeker); ok {
		// A pipe has the method, too, and it fails.
		if at, err := seeker.Seek(0, io.SeekCurrent); err == nil {
			src.seeker, src.start = seeker, at
		}
	}
	if size > 0 {
		return src, nil
	}
	if src.seeker != nil {
		end, err := src.seeker.Seek(0, io.SeekEnd)
		if err == nil {
			_, err = src.seeker.Seek(src.start, io.SeekStart)
		}
		if err != nil {
			return nil, &contentError{err}
		}
		src.size = max(end-src.start, 0)
		return src, nil
	}
	if sized, ok := r.(interface{ Len() int }); ok {
		src.size = int64(sized.Len())
		return src, nil
	}
	var head bytes.Buffer
	n, err := io.CopyN(&head, r, wholeSize+1)
	switch {
	case errors.Is(err, io.EOF):
		whole := bytes.NewReader(head.Bytes())
		src.r, src.seeker, src.size = whole, whole, n
	case err != nil:
		return nil, &contentError{err}
	default:
		src.r = io.MultiReader(&head, r)
		if err := src.toFile(); err != nil {
			src.close()
			return nil, err
		}
	}
	return src, nil
}

// toFile writes the contents to a temporary file.
func (s *source) toFile() (err error) {
	if s.spool, err = os.CreateTemp("", "espo-upload-*"); err != nil {
		return fmt.Errorf("temporary file for the contents: %w", err)
	}
	// Plain Copy would ask the file for ReadFrom and, with that, lose which
	// side has failed.
	var read readError
	s.size, err = io.Copy(struct{ io.Writer }{s.spool}, read.watch(s.r))
	if read.err != nil {
		return &contentError{read.err}
	}
	if err == nil {
		_, err = s.spool.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("temporary file for the contents: %w", err)
	}
	s.r, s.seeker, s.start = s.spool, s.spool, 0
	return nil
}

func (s *source) close() {
	if s.spool != nil {
		_ = s.spool.Close()
		_ = os.Remove(s.spool.Name())
	}
}

// rewind goes back to the beginning and reports whether it could.
func (s *source) rewind() bool {
	if s.seeker == nil {
		return false
	}
	_, err := s.seeker.Seek(s.start, io.SeekStart)
	return err == nil
}

// fill reads the next len(buf) bytes. After the last of them there must be no
// more.
func (s *source) fill(buf []byte, last bool) error {
	if n, err := io.ReadFull(s.r, buf); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = fmt.Errorf("they end %d bytes before the size of %d: %w", len(buf)-n, s.size, io.ErrUnexpectedEOF)
		}
		return &contentError{err}
	}
	if !last {
		return nil
	}
	var more [1]byte
	switch n, err := io.ReadFull(s.r, more[:]); {
	case n > 0:
		return &contentError{fmt.Errorf("there is more than the size of %d bytes", s.size)}
	case err != nil && !errors.Is(err, io.EOF):
		return &contentError{err}
	}
	return nil
}

// readError remembers the error of a reader.
type readError struct{ err error }

func (e *readError) watch(r io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		n, err := r.Read(p)
		if err != nil && !errors.Is(err, io.EOF) {
			e.err = err
		}
		return n, err
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// dataURLPrefix begins the form in which the server takes contents. The
// attachment's own media type is that of its record.
const dataURLPrefix = "data:application/octet-stream;base64,"

func dataURLSize(n int) int64 {
	return int64(len(dataURLPrefix)) + int64(base64.StdEncoding.EncodedLen(n))
}

// dataURL reads as the data URL of a chunk, encoded as it is read, so that
// the encoded form never is in memory.
type dataURL struct {
	pending []byte // encoded, not yet read
	chunk   []byte // not yet encoded
	buf     [4096]byte
}

func newDataURL(chunk []byte) *dataURL {
	return &dataURL{pending: []byte(dataURLPrefix), chunk: chunk}
}

func (d *dataURL) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(d.pending) == 0 {
			if len(d.chunk) == 0 {
				break
			}
			// Only the last block may need padding: 3 bytes make 4.
			block := d.chunk[:min(len(d.chunk), len(d.buf)/4*3)]
			d.chunk = d.chunk[len(block):]
			d.pending = d.buf[:base64.StdEncoding.EncodedLen(len(block))]
			base64.StdEncoding.Encode(d.pending, block)
		}
		copied := copy(p[n:], d.pending)
		d.pending = d.pending[copied:]
		n += copied
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}
