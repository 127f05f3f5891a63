package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"

	"github.com/go-espo/espo"
)

// content is a file of random bytes, which are made anew each time that they
// are read, so that no file is held in memory.
type content struct {
	seed uint64
	size int64
	pos  int64
	src  *rand.ChaCha8
}

func newContent(seed uint64, size int64) *content { return &content{seed: seed, size: size} }

// Read implements [io.Reader].
func (c *content) Read(p []byte) (int, error) {
	if c.src == nil {
		c.src = rand.NewChaCha8([32]byte{byte(c.seed), byte(c.seed >> 8), byte(c.seed >> 16), byte(c.seed >> 24), byte(c.seed >> 32)})
	}
	if c.pos == c.size {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), c.size-c.pos)]
	n, err := c.src.Read(p)
	c.pos += int64(n)
	return n, err
}

// Seek implements [io.Seeker] as far as an upload needs it: to the beginning,
// the end, and where it is.
func (c *content) Seek(offset int64, whence int) (int64, error) {
	switch {
	case whence == io.SeekCurrent && offset == 0:
		return c.pos, nil
	case whence == io.SeekEnd && offset == 0:
		c.pos, c.src = c.size, nil
		return c.pos, nil
	case whence == io.SeekStart && offset == 0:
		c.pos, c.src = 0, nil
		return 0, nil
	}
	return 0, errors.New("only the beginning and the end can be sought")
}

// digest is that of the whole file.
func (c *content) digest() string {
	sum := sha256.New()
	_, _ = io.Copy(sum, newContent(c.seed, c.size))
	return hex.EncodeToString(sum.Sum(nil))
}

// workSmallFiles uploads files that go in one request.
func (w *worker) workSmallFiles() {
	if w.rng.IntN(8) == 0 {
		w.fromWeb()
		return
	}
	w.transfer(1 + w.rng.Int64N(64<<10))
}

// workLargeFiles uploads files that go in chunks.
func (w *worker) workLargeFiles() { w.transfer(1<<20 + w.rng.Int64N(3<<20)) }

// transfer uploads a file and downloads it again.
func (w *worker) transfer(size int64) {
	mark := w.mark()
	file := newContent(w.rng.Uint64(), size)
	digest := file.digest()
	u := espo.Upload{Name: mark + ".txt", ContentType: "text/plain", Content: file, For: espo.FileField("Document", "file")}
	if w.rng.IntN(2) == 0 {
		u.Size = size
	}
	if w.rng.IntN(3) == 0 {
		u.Content = struct{ io.Reader }{file} // which cannot begin anew
	}
	var att espo.Attachment
	r := w.do("Attachments.Upload", func(ctx context.Context) (err error) {
		att, err = w.client.Attachments.Upload(ctx, u)
		return err
	})
	whole := w.wholeFiles(mark + ".txt")
	if problem := judgeCount(r.outcome, len(whole)); problem != "" {
		w.wrong(r, "file %s: %s", mark, problem)
	}
	w.report.settled(r, len(whole) > 0)
	for _, id := range whole {
		if got := w.truth.digest(id); got != digest {
			w.wrong(r, "file %s of %d bytes: uploaded with the digest %s, and has %s", mark, size, digest, got)
		}
	}
	if r.outcome == done && len(whole) == 1 {
		if att.ID != whole[0] {
			w.wrong(r, "the file has the id %s, and not the returned %s", whole[0], att.ID)
		}
		w.download(att.ID, mark+".txt", digest)
	}
	for _, v := range w.truth.find("Attachment", "name", mark+".txt") {
		w.truth.remove("Attachment", v.id())
	}
}

// wholeFiles are the attachments of a name that have all of their contents.
func (w *worker) wholeFiles(name string) (ids []string) {
	for _, v := range w.truth.find("Attachment", "name", name) {
		if one, ok := w.truth.get("Attachment", v.id()); ok && one["isBeingUploaded"] != "true" {
			ids = append(ids, v.id())
		}
	}
	return ids
}

// download reads a file in each of the ways that there are.
func (w *worker) download(id, name, digest string) {
	sum := sha256.New()
	r := w.do("Attachments.DownloadTo", func(ctx context.Context) error {
		sum.Reset()
		_, err := w.client.Attachments.DownloadTo(ctx, id, sum)
		return err
	})
	if got := hex.EncodeToString(sum.Sum(nil)); r.outcome == done && got != digest {
		w.wrong(r, "file %s has the digest %s, and was downloaded with %s", name, digest, got)
	}
	w.downloadStart(id)
	dir, err := os.MkdirTemp(w.shared.files, "download-")
	if err != nil {
		panic(broken{err})
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var path string
	r, ok := w.read("Attachments.DownloadFile", func(ctx context.Context) (err error) {
		path, err = w.client.Attachments.DownloadFile(ctx, id, dir)
		return err
	})
	if ok {
		got, err := fileDigest(path)
		if err != nil || got != digest {
			w.wrong(r, "file %s has the digest %s, and was downloaded with %s (%v)", name, digest, got, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		panic(broken{err})
	}
	if len(entries) > 1 || !ok && len(entries) > 0 {
		w.wrong(r, "files are left in the folder: %v", entries)
	}
}

// downloadStart begins to download a file, and leaves it at that.
func (w *worker) downloadStart(id string) {
	w.do("Attachments.Download", func(ctx context.Context) error {
		d, err := w.client.Attachments.Download(ctx, id)
		if err != nil {
			return err
		}
		_, _ = d.Read(make([]byte, 10))
		return d.Close()
	})
}

// fromWeb has the server fetch an image.
func (w *worker) fromWeb() {
	var att espo.Attachment
	r := w.do("Attachments.FromImageURL", func(ctx context.Context) (err error) {
		att, err = w.client.Attachments.FromImageURL(ctx, imageURL, espo.InlineImage("Email", "body"))
		return err
	})
	if r.outcome != done {
		return
	}
	sum := sha256.Sum256([]byte(imageBytes))
	if got := w.truth.digest(att.ID); got != hex.EncodeToString(sum[:]) {
		w.wrong(r, "the image has other contents")
	}
	w.truth.remove("Attachment", att.ID)
}

func fileDigest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)), err
}

// attach uploads a small file for the notes of a stream.
func (w *worker) attach(text string, target espo.FileTarget) (id string) {
	r := w.do("Attachments.Upload", func(ctx context.Context) error {
		att, err := w.client.Attachments.Upload(ctx, espo.Upload{
			Name: text + ".txt", Content: bytes.NewReader([]byte(text)), For: target,
		})
		id = att.ID
		return err
	})
	w.report.settled(r, r.outcome == unknown && len(w.wholeFiles(text+".txt")) > 0)
	return id
}
