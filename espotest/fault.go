package espotest

import (
	"cmp"
	"context"
	"io"
	"maps"
	"net/http"
	"path"
	"strconv"
	"sync"
)

// Fault makes requests fail: those that Method and Path match, from the Nth on,
// in the way that the other fields say. With none of those set, the real
// answer is given.
type Fault struct {
	// Method and Path say which requests; "" is any. Path is a [path.Match]
	// pattern for what follows api/v1/, such as "Account/*".
	Method, Path string
	// Nth is the first matching request that fails, 1 when 0; Times is how many
	// fail from there on, 1 when 0, all when negative.
	Nth, Times int

	// Status and the next four are answered instead of the real answer; the
	// status is 200 when 0.
	Status     int
	Reason     string // X-Status-Reason
	RetryAfter string // Retry-After
	Header     http.Header
	Body       string
	// HTML answers a proxy's HTML page, with Status.
	HTML bool
	// Delay is called before anything is answered. The server itself never
	// sleeps.
	Delay func(context.Context)
	// Cut cuts the connection, and nothing was done.
	Cut bool
	// CutAfter carries the request out and cuts the connection instead of
	// answering.
	CutAfter bool
	// Truncate sends only so many bytes of the real answer's body, although
	// Content-Length names them all, and cuts the connection.
	Truncate int
}

// Fail adds a fault. Faults stay until they have happened as often as they
// say; of several that match a request, the one added first counts. A fault
// that could never happen, for a malformed Path or Status, fails the test.
func (s *Server) Fail(f Fault) {
	if _, err := path.Match(f.Path, ""); err != nil {
		s.onFail("espotest: Fail: Path %q: %v", f.Path, err)
		return
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 999) {
		s.onFail("espotest: Fail: Status %d is none", f.Status)
		return
	}
	s.faults.add(f)
}

type faults struct {
	mu   sync.Mutex
	list []*activeFault
}

type activeFault struct {
	Fault
	seen int
}

func (fs *faults) add(f Fault) {
	f.Nth = max(f.Nth, 1)
	if f.Times == 0 {
		f.Times = 1
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = append(fs.list, &activeFault{Fault: f})
}

// next counts a request and returns the fault that it meets, or nil.
func (fs *faults) next(method, p string) *Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var hit *Fault
	for _, f := range fs.list {
		if f.Method != "" && f.Method != method {
			continue
		}
		if ok, err := path.Match(f.Path, p); f.Path != "" && (err != nil || !ok) {
			continue
		}
		f.seen++
		due := f.seen >= f.Nth && (f.Times < 0 || f.seen < f.Nth+f.Times)
		if due && hit == nil {
			hit = &f.Fault
		}
	}
	return hit
}

// instead reports whether the fault replaces the answer.
func (f *Fault) instead() bool {
	return f != nil && (f.Status != 0 || f.HTML || f.Cut || f.Body != "" || f.Header != nil || f.Reason != "" || f.RetryAfter != "")
}

func (f *Fault) cutAfter() bool { return f != nil && f.CutAfter }

func (f *Fault) truncate(size int64) (int64, bool) {
	if f == nil || f.Truncate <= 0 {
		return 0, false
	}
	return min(int64(f.Truncate), size), true
}

// page is what a proxy or a login page in front of the server may send.
const page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n"

// write sends the answer of the fault and returns its status.
func (f *Fault) write(w http.ResponseWriter) int {
	if f.Cut {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	body := f.Body
	if f.HTML {
		h.Set("Content-Type", "text/html; charset=utf-8")
		if body == "" {
			body = page
		}
	}
	if f.Reason != "" {
		h.Set("X-Status-Reason", f.Reason)
	}
	if f.RetryAfter != "" {
		h.Set("Retry-After", f.RetryAfter)
	}
	maps.Copy(h, f.Header)
	status := cmp.Or(f.Status, http.StatusOK)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
	return status
}
