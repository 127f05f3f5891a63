package espotest

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Request is a request as the server got it. Printed, it shows neither
// credentials nor its body.
type Request struct {
	Method string
	// Path is what follows api/v1/, escaped as it was on the wire.
	Path string
	// Query is the raw query.
	Query string
	// Header has everything that was sent, credentials included.
	Header http.Header
	Body   []byte
	// Status is the status of the answer; 0 when there was none.
	Status int
	// Time is when it came, by the server's clock.
	Time time.Time
}

// Format masks the headers with credentials and leaves out the body, which may
// have a password, in %v, %+v and %#v.
func (r Request) Format(f fmt.State, verb rune) {
	header := r.Header.Clone()
	for _, name := range slices.Concat(credentialHeaders, []string{"Espo-Authorization-Code", "Cookie"}) {
		if header.Get(name) != "" {
			header.Set(name, "***")
		}
	}
	_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), struct {
		Method, Path, Query string
		Header              http.Header
		Body                string
		Status              int
		Time                time.Time
	}{r.Method, r.Path, r.Query, header, fmt.Sprintf("(%d bytes)", len(r.Body)), r.Status, r.Time})
}

// LogValue is what Format shows.
func (r Request) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", r)) }

// Requests returns the requests so far, in the order they came.
func (s *Server) Requests() []Request { return s.log.all() }

type requestLog struct {
	mu   sync.Mutex
	list []Request
}

func (l *requestLog) start(now time.Time, r *http.Request, path string, body []byte) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, Request{
		Method: r.Method, Path: path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: body, Time: now,
	})
	return len(l.list) - 1
}

func (l *requestLog) finish(i, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list[i].Status = status
}

func (l *requestLog) all() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list)
}
