package espotest

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"path"
	"sync"
)

// Fault makes requests fail: those that Method and Path match, from the Nth on,
// in the way that the other fields say.
type Fault struct {
	// Method and Path say which requests; "" is any. Path is a [path.Match]
	// pattern for what follows api/v1/, such as "Account/*".
	Method, Path string
	// Nth is the first matching request that fails, 1 when 0; Times is how many
	// fail from there on, 1 when 0, all when negative.
	Nth, Times int

	// After says that the server carries the request out before it fails, so
	// that only the answer is lost. Without it nothing is done.
	After bool

	// Status and the next four are answered instead of the real answer; the
	// status is 200 when 0.
	Status     int
	Reason     string // X-Status-Reason
	RetryAfter string // Retry-After
	Header     http.Header
	Body       string
	// HTML answers a proxy's HTML page, with Status.
	HTML bool
	// Cut cuts the connection instead of answering.
	Cut bool
	// Truncate sends only so many bytes of the answer's body, although
	// Content-Length names them all, and cuts the connection. The answer is the
	// real one, of a request that was carried out, unless the fields above say
	// another.
	Truncate int
	// Delay is called before the answer: before the request is carried out, or
	// after it with After. The server itself never sleeps.
	Delay func(context.Context)
}

// Fail adds a fault. Faults stay until they have happened as often as they
// say; of several that match a request, the one added first counts.
//
// A fault that could never happen fails the test: one with a malformed Path or
// Status, one whose fields contradict each other, such as Cut with Status, and
// one that changes nothing. So does a fault that is due and cannot happen to
// the request, such as a Truncate of more bytes than the answer has; unless it
// is one of all requests, by a negative Times, which passes such a request over.
func (s *Server) Fail(f Fault) {
	if problem := f.check(); problem != "" {
		s.onFail("espotest: Fail: %s", problem)
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

// next counts a request and returns the fault that it meets; an empty one is
// none.
func (fs *faults) next(method, p string) *Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	hit := new(Fault)
	found := false
	for _, f := range fs.list {
		if !f.matches(method, p) {
			continue
		}
		f.seen++
		due := f.seen >= f.Nth && (f.Times < 0 || f.seen < f.Nth+f.Times)
		if due && !found {
			hit, found = &f.Fault, true
		}
	}
	return hit
}

func (f *Fault) matches(method, p string) bool {
	if f.Method != "" && f.Method != method {
		return false
	}
	ok, err := path.Match(f.Path, p)
	return f.Path == "" || err == nil && ok
}

// answers reports whether the fault has an answer of its own.
func (f *Fault) answers() bool {
	return f.Status != 0 || f.HTML || f.Body != "" || f.Header != nil || f.Reason != "" || f.RetryAfter != ""
}

// instead reports whether the fault takes the place of the real answer.
func (f *Fault) instead() bool { return f.Cut || f.answers() }

// page is what a proxy or a login page in front of the server may send.
const page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n"

// reply is the fault's own answer.
func (f *Fault) reply() reply {
	rep := reply{status: cmp.Or(f.Status, http.StatusOK), header: http.Header{}, raw: []byte(f.Body)}
	if f.HTML {
		rep.header.Set("Content-Type", "text/html; charset=utf-8")
		if f.Body == "" {
			rep.raw = []byte(page)
		}
	}
	if f.Reason != "" {
		rep.header.Set("X-Status-Reason", f.Reason)
	}
	if f.RetryAfter != "" {
		rep.header.Set("Retry-After", f.RetryAfter)
	}
	maps.Copy(rep.header, f.Header)
	return rep
}
