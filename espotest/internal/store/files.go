package store

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

// Files has the contents of files by the id of their attachment.
type Files struct {
	ByID map[string]*File // guarded by the server's lock

	mu  sync.Mutex
	dir string // made when it is first needed
}

// File is the contents of one file. It only grows.
type File struct {
	all  *Files
	Mem  []byte
	path string // of the temporary file that holds the contents instead
	Size int64
}

// Add makes an empty file that no attachment has yet.
func (cs *Files) Add() *File { return &File{all: cs} }

// Put gives an attachment its file.
func (cs *Files) Put(id string, c *File) {
	if cs.ByID == nil {
		cs.ByID = map[string]*File{}
	}
	cs.ByID[id] = c
}

// Remove forgets the contents of an attachment, unless a copy shares them.
func (cs *Files) Remove(id string) {
	c := cs.ByID[id]
	delete(cs.ByID, id)
	for _, other := range cs.ByID {
		if other == c {
			return
		}
	}
	if c != nil {
		c.Drop()
	}
}

func (cs *Files) temp() (string, error) {
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

// Close removes what is on the disk.
func (cs *Files) Close() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.dir != "" {
		_ = os.RemoveAll(filepath.Clean(cs.dir))
	}
}

// Append adds everything that r has.
func (c *File) Append(r io.Reader) error {
	if c.path == "" {
		n, err := io.CopyN((*memory)(c), r, maxInMemory+1-c.Size)
		c.Size += n
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if c.path, err = c.all.temp(); err != nil {
			return err
		}
		r = io.MultiReader(bytes.NewReader(c.Mem), r)
		c.Mem, c.Size = nil, 0
	}
	f, err := os.OpenFile(c.path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, r)
	c.Size += n
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// memory writes to the part of a content that is in memory.
type memory File

func (m *memory) Write(p []byte) (int, error) {
	m.Mem = append(m.Mem, p...)
	return len(p), nil
}

// Open reads what is there now.
func (c *File) Open() (io.ReadCloser, error) {
	if c.path == "" {
		return io.NopCloser(bytes.NewReader(c.Mem)), nil
	}
	f, err := os.Open(c.path)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(f, c.Size), f}, nil
}

// Drop removes the temporary file of a content that nobody else has.
func (c *File) Drop() {
	if c.path != "" {
		_ = os.Remove(c.path)
	}
}
