package espo

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Download is a file that is being downloaded. Close it when done. When the
// connection breaks off, Read ends with a [TransportError].
type Download struct {
	Name        string // as the server says: not safe as a path, see [FileName]
	ContentType string // such as "text/plain;charset=UTF-8"
	Size        int64  // in bytes; -1 when the server does not say
	io.ReadCloser
}

// Download downloads a file.
//
// GET Attachment/file/{id}. A file that does not exist is [ErrNotFound]; one
// that the user may not read is [ErrForbidden].
func (s *AttachmentService) Download(ctx context.Context, id string, opts ...CallOption) (*Download, error) {
	req := with(fileRequest(id), opts)
	resp, err := s.client.stream(ctx, req)
	if err != nil {
		return nil, err
	}
	d, err := newDownload(req, resp)
	if err != nil {
		drain(resp.Body)
		return nil, err
	}
	return d, nil
}

// fileRequest asks for the contents of an attachment as they are: compressed on
// the way, they would come without their length.
func fileRequest(id string) *request {
	req := newRequest("Attachment.download", http.MethodGet, "Attachment/file/{id}", id)
	req.header = http.Header{"Accept-Encoding": {"identity"}}
	return req
}

func newDownload(req *request, resp *http.Response) (*Download, error) {
	disposition := resp.Header.Get("Content-Disposition")
	switch {
	case resp.StatusCode != http.StatusOK: // such as 206
		return nil, req.failure(resp.StatusCode, "the reply is not the whole file", ErrNotEspoCRM)
	case disposition == "": // a login page, for one, has none
		return nil, req.failure(resp.StatusCode, "the reply is not a file", ErrNotEspoCRM)
	}
	d := &Download{
		Name: dispositionName(disposition), ContentType: resp.Header.Get("Content-Type"),
		Size: resp.ContentLength, ReadCloser: resp.Body,
	}
	switch coding := resp.Header.Get("Content-Encoding"); strings.ToLower(coding) {
	case "", "identity":
	case "gzip": // by a proxy, although it was asked not to; the end of it proves the length
		unzipped, err := gzip.NewReader(resp.Body)
		if err != nil {
			return nil, req.failure(resp.StatusCode, "the reply is not a file", fmt.Errorf("%w: %w", ErrNotEspoCRM, err))
		}
		d.Size, d.ReadCloser = -1, &unzippedBody{unzipped, req, resp.Body}
	default:
		return nil, req.failure(resp.StatusCode, fmt.Sprintf("the file is encoded as %q", coding), ErrNotEspoCRM)
	}
	return d, nil
}

// unzippedBody reads what a proxy has compressed.
type unzippedBody struct {
	io.Reader
	req  *request
	body io.Closer
}

func (b *unzippedBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, ErrTransport) {
		err = b.req.failure(http.StatusOK, "the file cannot be decompressed", fmt.Errorf("%w: %w", ErrNotEspoCRM, err))
	}
	return n, err
}

func (b *unzippedBody) Close() error { return b.body.Close() }

// DownloadTo downloads a file into w and returns how many bytes it has
// written, also beside an error.
//
// GET Attachment/file/{id}.
func (s *AttachmentService) DownloadTo(ctx context.Context, id string, w io.Writer, opts ...CallOption) (int64, error) {
	d, err := s.Download(ctx, id, opts...)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	n, err := io.Copy(w, d)
	if err != nil {
		err = fmt.Errorf("espo: download of attachment %s broke off after %d of %d bytes: %w", id, n, d.Size, err)
	}
	return n, err
}

// DownloadFile downloads a file into the directory dir, which must exist,
// under the name that the server gives it, made safe by [FileName], and
// returns its path. A file of that name is replaced. It is written under a
// temporary name first, so that there is never half a file of that name; what
// breaks off is tried again as [RetryPolicy] says. Its permissions are those
// of a temporary file: its owner's alone.
//
// GET Attachment/file/{id}.
func (s *AttachmentService) DownloadFile(ctx context.Context, id, dir string, opts ...CallOption) (path string, err error) {
	if dir == "" {
		return "", badInput("directory", "is empty; the current one is \".\"")
	}
	req := with(fileRequest(id), opts)
	if req.err != nil {
		return "", req.err
	}
	tmp, err := os.CreateTemp(dir, ".espo-download-*")
	if err != nil {
		return "", err
	}
	defer func() {
		_ = tmp.Close()
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	var (
		name  string
		local error // not the server's fault: trying again does not help
	)
	err = s.client.tries(ctx, req, func(resp *http.Response) error {
		defer drain(resp.Body)
		d, err := newDownload(req, resp)
		if err != nil {
			return err
		}
		name = FileName(d.Name, id)
		if local = restart(tmp); local != nil {
			return nil
		}
		var read readError
		if _, err = io.Copy(struct{ io.Writer }{tmp}, read.watch(d)); read.err != nil {
			return req.wrap(read.err)
		}
		local = err
		return nil
	})
	if err == nil {
		err = local
	}
	if err == nil {
		err = tmp.Close()
	}
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, name)
	if err = os.Rename(tmp.Name(), path); err != nil {
		return "", err
	}
	return path, nil
}

// restart empties a file that may hold the rest of a broken download.
func restart(f *os.File) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return f.Truncate(0)
}

// maxFileName is what the common file systems take, in bytes, less some room
// for the suffixes of others.
const maxFileName = 240

// FileName makes a safe file name of one that came from elsewhere: without
// directories, control characters and what Windows refuses, not hidden, and
// not too long. When nothing is left it is the fallback or, if that is no
// better, "file".
func FileName(name, fallback string) string {
	for _, candidate := range []string{name, fallback} {
		if safe := safeFileName(candidate); safe != "" {
			return safe
		}
	}
	return "file"
}

func safeFileName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) && r != ' ' || strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ") // a dot in front hides a file; Windows drops both at the end
	if len(name) > maxFileName {
		ext := filepath.Ext(name)
		if len(ext) > maxFileName/4 {
			ext = ""
		}
		stem := name[:maxFileName-len(ext)]
		for !utf8.ValidString(stem) {
			stem = stem[:len(stem)-1]
		}
		name = strings.TrimRight(stem, ". ") + ext
	}
	base, _, _ := strings.Cut(name, ".")
	if slices.Contains(windowsDevices, strings.ToUpper(strings.TrimRight(base, " "))) {
		name = "_" + name
	}
	return name
}

// windowsDevices are names that are not files on Windows, whatever follows
// after a dot.
var windowsDevices = []string{
	"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
	"COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
	"LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
}

// dispositionName reads the file name from a Content-Disposition header.
func dispositionName(header string) string {
	if _, params, err := mime.ParseMediaType(header); err == nil && params["filename"] != "" {
		return params["filename"] // that of filename* where there is one
	}
	// EspoCRM writes a name with quotation marks in it as it is.
	rest, ok := afterFold(header, `filename*=UTF-8''`)
	if ok {
		rest, _, _ = strings.Cut(rest, ";")
		if name, err := url.PathUnescape(strings.TrimSpace(rest)); err == nil {
			return name
		}
	}
	rest, ok = afterFold(header, "filename=")
	if !ok {
		return ""
	}
	if inner, quoted := strings.CutPrefix(rest, `"`); quoted {
		if end := strings.LastIndexByte(inner, '"'); end >= 0 {
			return inner[:end]
		}
		return inner
	}
	rest, _, _ = strings.Cut(rest, ";")
	return strings.TrimSpace(rest)
}

// afterFold returns what follows sep, without regard to the case of ASCII
// letters.
func afterFold(s, sep string) (string, bool) {
	for i := 0; i+len(sep) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(sep)], sep) {
			return s[i+len(sep):], true
		}
	}
	return "", false
}
