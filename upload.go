package espo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json"
)

// Upload is a file to upload.
type Upload struct {
	Name string
	// ContentType is the media type. When empty it is found out by the name
	// or, failing that, by the contents.
	ContentType string
	Content     io.Reader
	// Size is how many bytes Content has; 0 is not known. When it is not known
	// and Content can neither seek nor tell its length, contents of more than
	// 1 MiB are first written to a temporary file, since the server wants to
	// know the size at the beginning.
	Size int64
	For  FileTarget
	// Restarts is how often the upload of a large file may begin anew; 3 when 0,
	// never when negative.
	Restarts int
	// Progress, unless nil, is called after each part that the server has
	// taken. When the upload has to begin anew, so does Sent.
	Progress func(UploadProgress)
}

// UploadProgress is how far an upload has come.
type UploadProgress struct {
	Sent, Size int64 // bytes that the server has confirmed, and all
}

// UploadError says how far an upload came. The error beneath is that of the
// server, the connection or Content.
type UploadError struct {
	Err          error
	Sent, Size   int64  // bytes that the server has confirmed, and all
	AttachmentID string // of the half-uploaded attachment; empty when there is none
	Removed      bool   // whether the half-uploaded attachment could be deleted
}

func (e *UploadError) Error() string {
	text := fmt.Sprintf("espo: upload broke off after %d of %d bytes", e.Sent, e.Size)
	if e.AttachmentID != "" && !e.Removed {
		text += ", and attachment " + e.AttachmentID + " is left half-uploaded"
	}
	if e.Err == nil { // in an error that a user's test has made
		return text
	}
	return text + ": " + e.Err.Error()
}

func (e *UploadError) Unwrap() error { return e.Err }

const (
	// wholeSize is the size up to which a file always goes in one request:
	// the smallest chunk size that a server can have.
	wholeSize = 1 << 20
	// maxChunk bounds the memory of an upload, whatever chunks a server takes.
	maxChunk     = 16 << 20
	defaultChunk = 4 << 20

	cleanupTime = 2 * time.Second
)

// Upload uploads a file, in one request or, when it is larger than the
// server's attachmentUploadChunkSize, in chunks of that size. It holds no more
// than one chunk in memory, and never more than 16 MiB.
//
// The server appends each chunk to the file. When it is unclear whether it
// has got one, that chunk is therefore not sent again: the half-uploaded
// attachment is deleted and, where Content is an [io.Seeker] or was written to
// a temporary file, the upload begins anew, as often as u.Restarts
// says. In the end the error is an [UploadError]. When the
// context ends, the half-uploaded attachment is still deleted, for which Upload
// may go on for up to 2 seconds.
//
// POST Attachment, POST Attachment/chunk/{id}. A file that the field does not
// take, or a field that does not exist, is [ErrForbidden].
func (s *AttachmentService) Upload(ctx context.Context, u Upload, opts ...CallOption) (Attachment, error) {
	switch {
	case strings.TrimSpace(u.Name) == "":
		return Attachment{}, badInput("Upload.Name", "is empty")
	case strings.ContainsFunc(u.Name, unicode.IsControl): // no header could give it back
		return Attachment{}, badInput("Upload.Name", "has a control character")
	case u.Content == nil:
		return Attachment{}, badInput("Upload.Content", "is nil")
	case u.Size < 0:
		return Attachment{}, badInput("Upload.Size", "%d is negative", u.Size)
	}
	if err := u.For.validate(); err != nil {
		return Attachment{}, err
	}
	if _, err := collect(opts); err != nil {
		return Attachment{}, err
	}
	src, err := openSource(u.Content, u.Size)
	if err != nil {
		return Attachment{}, &UploadError{Err: err, Size: u.Size}
	}
	defer src.close()
	limit := int64(wholeSize)
	if src.size > limit {
		if limit, err = s.chunkSize.read(ctx, s.client, opts); err != nil {
			return Attachment{}, err
		}
	}
	up := &upload{Upload: u, opts: opts, service: s, src: src, buf: make([]byte, min(limit, src.size))}
	if src.size > limit {
		return up.chunked(ctx)
	}
	return up.whole(ctx)
}

// upload is one upload under way.
type upload struct {
	Upload
	opts    []CallOption
	service *AttachmentService
	src     *source
	buf     []byte // holds a chunk, or a small file
	sent    int64
}

// newFile is the body of a new attachment.
type newFile struct {
	Name            string `json:"name"`
	Type            string `json:"type"`
	Role            string `json:"role"`
	IsBeingUploaded bool   `json:"isBeingUploaded,omitzero"`
	Size            int64  `json:"size,omitzero"`
	fileTarget
}

func (u *upload) record() newFile {
	return newFile{Name: u.Name, Type: u.mediaType(), Role: u.For.role, fileTarget: u.For.body}
}

func (u *upload) mediaType() string {
	if u.ContentType != "" {
		return u.ContentType
	}
	t := mime.TypeByExtension(path.Ext(u.Name))
	if t == "" {
		t = http.DetectContentType(u.buf)
	}
	t, _, _ = strings.Cut(t, ";") // servers compare the bare type
	return t
}

func (u *upload) took(n int) {
	u.sent += int64(n)
	if u.Progress != nil {
		u.Progress(UploadProgress{Sent: u.sent, Size: u.src.size})
	}
}

// whole uploads the file in one request.
func (u *upload) whole(ctx context.Context) (Attachment, error) {
	fail := func(err error) (Attachment, error) {
		return Attachment{}, &UploadError{Err: err, Size: u.src.size}
	}
	if err := u.src.fill(u.buf, true); err != nil {
		return fail(err)
	}
	record, err := json.Marshal(u.record(), jsonOptions)
	if err != nil {
		return Attachment{}, badInput("Upload", "%v", err)
	}
	req := with(newRequest("Attachment.upload", http.MethodPost, "Attachment"), u.opts)
	// The file goes last into the record's JSON. A data URL needs no escaping,
	// provided that its media type is not the user's.
	start := append(bytes.TrimSuffix(record, []byte("}")), `,"file":"`...)
	req.contentType = "application/json"
	req.rawSize = int64(len(start)) + dataURLSize(len(u.buf)) + 2
	req.raw = func() (io.Reader, error) {
		return io.MultiReader(bytes.NewReader(start), newDataURL(u.buf), strings.NewReader(`"}`)), nil
	}
	att, err := receiveRecord[Attachment](ctx, u.service.client, req)
	if err != nil {
		return fail(err)
	}
	u.took(len(u.buf))
	return att, nil
}

// chunked uploads the file in chunks, and begins anew where that may help.
func (u *upload) chunked(ctx context.Context) (Attachment, error) {
	c := u.service.client
	waits := delays{c.retry.MinWait, c.retry.MaxWait}.start()
	for try := 1; ; try++ {
		att, err := u.tryChunks(ctx)
		if err == nil || try > u.restarts() || ctx.Err() != nil || !restartable(err) || !u.src.rewind() {
			return att, err
		}
		if c.wait(ctx, waits.NextBackOff()) != nil {
			return Attachment{}, err
		}
	}
}

// restarts is how often the upload may begin anew.
func (u *upload) restarts() int {
	if u.Restarts == 0 {
		return 3
	}
	return u.Restarts
}

// restartable reports whether an upload that ended in err may succeed when it
// begins anew.
func restartable(err error) bool {
	var (
		read *contentError
		e    *Error
	)
	switch {
	case errors.As(err, &read), errors.Is(err, ErrInput):
		return false
	case errors.As(err, &e):
		return e.Status >= 500 || e.Status == http.StatusTooManyRequests || e.Status < 300 && errors.Is(err, ErrNotEspoCRM)
	}
	return !hopeless(err)
}

func (u *upload) tryChunks(ctx context.Context) (Attachment, error) {
	u.sent = 0
	size := u.src.size
	var att Attachment
	for u.sent < size {
		buf := u.buf[:min(int64(len(u.buf)), size-u.sent)]
		err := u.src.fill(buf, u.sent+int64(len(buf)) == size)
		if err == nil && u.sent == 0 {
			record := u.record()
			record.IsBeingUploaded, record.Size = true, size
			att, err = receiveRecord[Attachment](ctx, u.service.client, with(newRequest("Attachment.create", http.MethodPost, "Attachment").json(record), u.opts))
		}
		if err == nil {
			err = u.sendChunk(ctx, att.ID, buf)
		}
		if err != nil {
			return Attachment{}, u.abandon(ctx, att.ID, err)
		}
		u.took(len(buf))
	}
	// Only now the record says whether the server has all of the file.
	done, err := u.service.Get(ctx, att.ID, as[GetOption](u.opts)...)
	if err == nil && done.IsBeingUploaded {
		err = fmt.Errorf("the server waits for more: %w", io.ErrShortWrite)
	}
	if err != nil {
		return Attachment{}, u.abandon(ctx, att.ID, err)
	}
	return done, nil
}

func (u *upload) sendChunk(ctx context.Context, id string, chunk []byte) error {
	req := with(newRequest("Attachment.chunk", http.MethodPost, "Attachment/chunk/{id}", id), u.opts)
	req.query = "start=" + strconv.FormatInt(u.sent, 10)
	req.contentType = "multipart/form-data" // as the server wants it, though it is none
	req.rawSize = dataURLSize(len(chunk))
	req.raw = func() (io.Reader, error) { return newDataURL(chunk), nil }
	return u.service.client.doTrue(ctx, req)
}

// abandon deletes a half-uploaded attachment, also when the context has ended.
func (u *upload) abandon(ctx context.Context, id string, err error) error {
	failure := &UploadError{Err: err, Sent: u.sent, Size: u.src.size, AttachmentID: id}
	if id == "" {
		return failure
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	opts := append(slices.Clip(u.opts), withoutResponse())
	for range 2 { // the answer to the first may get lost
		if err := u.service.Delete(ctx, id, opts...); err == nil || missing(err) {
			failure.Removed = true
			break
		}
	}
	return failure
}

// chunkSize is the server's chunk size, read when it is first needed and then
// kept.
type chunkSize struct {
	lock chan struct{} // a mutex that a context can give up waiting for
	size int64
}

func newChunkSize() *chunkSize { return &chunkSize{lock: make(chan struct{}, 1)} }

// read returns the chunk size in bytes. After an error the next call asks
// again.
func (s *chunkSize) read(ctx context.Context, c *Client, opts []CallOption) (int64, error) {
	select {
	case s.lock <- struct{}{}:
		defer func() { <-s.lock }()
	case <-ctx.Done():
		return 0, fmt.Errorf("espo: waiting for the settings: %w", context.Cause(ctx))
	}
	if s.size > 0 {
		return s.size, nil
	}
	settings, err := c.App.Settings(ctx, opts...)
	if err != nil {
		return 0, err
	}
	s.size = defaultChunk
	if mib, err := settings.AttachmentUploadChunkSize.Float64(); err == nil && mib > 0 && !math.IsInf(mib, 0) {
		s.size = int64(min(max(mib*(1<<20), wholeSize), maxChunk))
	}
	return s.size, nil
}
