package answer

import (
	"io"
	"maps"
	"net/http"
)

// Reply is what a handler returns when a JSON body with status 200 is not all.
type Reply struct {
	Status int
	Header http.Header
	Body   any    // JSON
	Raw    []byte // instead of a body

	// Content of Size bytes, instead of a body. It is closed when it is sent.
	Content io.ReadCloser
	Size    int64
}

// ReplyTo is the reply that says no.
func ReplyTo(e *Error) Reply {
	h := http.Header{}
	if !e.Silent && e.Status != http.StatusInternalServerError {
		h.Set("X-Status-Reason", e.Reason)
	}
	maps.Copy(h, e.Header)
	rep := Reply{Status: e.Status, Header: h}
	if e.Body != nil {
		rep.Raw, _ = Encode(e.Body)
	}
	return rep
}

// Length is how many bytes the reply's body has.
func (rep Reply) Length() int64 {
	if rep.Content != nil {
		return rep.Size
	}
	return int64(len(rep.Raw))
}

// Close closes the content, if there is any.
func (rep Reply) Close() {
	if rep.Content != nil {
		_ = rep.Content.Close()
	}
}
