package espotest

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/go-espo/espo/espotest/internal/crm"
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
	// Body is nil when there was none, when it is a chunk of a file, or when
	// the log had no more room for it: see [WithRequestLog].
	Body []byte
	// BodySize is how many bytes the body had, also when it is not kept.
	BodySize int64
	// Status is the status of the answer; 0 when there was none.
	Status int
	// Time is when it came, by the server's clock.
	Time time.Time
}

// Format masks the headers with credentials and leaves out the body, which may
// have a password, in %v, %+v and %#v.
func (r Request) Format(f fmt.State, verb rune) {
	header := r.Header.Clone()
	for _, name := range slices.Concat(crm.CredentialHeaders, []string{"Espo-Authorization-Code", "Cookie"}) {
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
	}{r.Method, r.Path, r.Query, header, fmt.Sprintf("(%d bytes)", r.BodySize), r.Status, r.Time})
}

// LogValue is what Format shows.
func (r Request) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", r)) }

// Requests returns the requests so far, in the order they came. Of very many,
// only the last are kept: see [WithRequestLog].
func (s *Server) Requests() []Request { return s.log.all() }

// ClearRequests forgets the requests so far.
func (s *Server) ClearRequests() { s.log.clear() }
