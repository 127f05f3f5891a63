package espotest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// maxInMemory is how much of a file's contents is kept in memory; more goes
// to a temporary file.
const maxInMemory = 1 << 20

// contents has the contents of files by the id of their attachment.
type contents struct {
	byID map[string]*content // guarded by the server's lock

	mu  sync.Mutex
	dir string // made when it is first needed
}

// content is the contents of one file. It only grows.
type content struct {
	all  *contents
	mem  []byte
	path string // of the temporary file that holds the contents instead
	size int64
}

func (cs *contents) add() *content { return &content{all: cs} }

func (cs *contents) put(id string, c *content) {
	if cs.byID == nil {
		cs.byID = map[string]*content{}
	}
	cs.byID[id] = c
}

// remove forgets the contents of an attachment, unless a copy shares them.
func (cs *contents) remove(id string) {
	c := cs.byID[id]
	delete(cs.byID, id)
	for _, other := range cs.byID {
		if other == c {
			return
		}
	}
	if c != nil {
		c.drop()
	}
}

func (cs *contents) temp() (string, error) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.dir == "" {
		dir, err := os.MkdirTemp("", "espotest-*")
		if err != nil {
			return "", err
		}
		cs.dir = dir
	}
	f, err := os.CreateTemp(cs.dir, "")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

func (cs *contents) close() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.dir != "" {
		_ = os.RemoveAll(filepath.Clean(cs.dir))
	}
}

// append adds everything that r has.
func (c *content) append(r io.Reader) error {
	if c.path == "" {
		n, err := io.CopyN((*memory)(c), r, maxInMemory+1-c.size)
		c.size += n
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if c.path, err = c.all.temp(); err != nil {
			return err
		}
		r = io.MultiReader(bytes.NewReader(c.mem), r)
		c.mem, c.size = nil, 0
	}
	f, err := os.OpenFile(c.path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, r)
	c.size += n
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// memory writes to the part of a content that is in memory.
type memory content

func (m *memory) Write(p []byte) (int, error) {
	m.mem = append(m.mem, p...)
	return len(p), nil
}

// open reads what is there now.
func (c *content) open() (io.ReadCloser, error) {
	if c.path == "" {
		return io.NopCloser(bytes.NewReader(c.mem)), nil
	}
	f, err := os.Open(c.path)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(f, c.size), f}, nil
}

// drop removes the temporary file of a content that nobody else has.
func (c *content) drop() {
	if c.path != "" {
		_ = os.Remove(c.path)
	}
}
