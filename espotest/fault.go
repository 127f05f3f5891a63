package espotest

import (
	"context"
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

	// Kind makes EspoCRM itself fail, with its own answer. It concerns only the
	// requests that can fail so: see there.
	Kind Kind

	// Status and the next five are answered instead of the real answer; the
	// status is 200 when 0.
	//
	// 400, 401, 403, 404, 405, 409 and 500 look like EspoCRM's own answers: with
	// its Content-Type, with a Reason where EspoCRM gives one, which may be
	// empty, and mostly without a body. All others from 300 on look like those
	// of a proxy: with nginx's page of HTML. A 503 is EspoCRM's with a Reason and
	// a proxy's without one. Header and Body take the place of what there would
	// be otherwise.
	Status int
	// Reason is EspoCRM's header X-Status-Reason.
	Reason string
	// RetryAfter is the header Retry-After, which proxies send.
	RetryAfter string
	Header     http.Header
	Body       string
	// HTML makes any answer one of a proxy: its page for the Status or, for 200,
	// that of a login. A Body is the page then.
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
	if problem := f.check(s); problem != "" {
		s.onFail("espotest: Fail: %s", problem)
		return
	}
	s.faults.add(f)
}

// ClearFaults forgets the faults so far, whether they have happened or not.
func (s *Server) ClearFaults() { s.faults.clear() }

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

func (fs *faults) clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = nil
}

// nextFault counts a request and returns the fault that it meets; an empty one
// is none.
func (s *Server) nextFault(method, p string) *Fault {
	fs := &s.faults
	fs.mu.Lock()
	defer fs.mu.Unlock()
	hit := new(Fault)
	found := false
	for _, f := range fs.list {
		if !f.matches(s, method, p) {
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

func (f *Fault) matches(s *Server, method, p string) bool {
	if f.Method != "" && f.Method != method || f.Kind != nil && !f.Kind.concerns(s, method, segmentsOf(p)) {
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
