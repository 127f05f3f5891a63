package espotest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest"
)

// spy is a test that notes how it is failed.
type spy struct {
	t *testing.T

	mu     sync.Mutex
	failed []string
}

func (s *spy) Helper()          {}
func (s *spy) Cleanup(f func()) { s.t.Cleanup(f) }

func (s *spy) Errorf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = append(s.failed, fmt.Sprintf(format, args...))
}

func (s *spy) Fatalf(format string, args ...any) { s.Errorf(format, args...) }

// failures returns how the test was failed since it was asked last.
func (s *spy) failures() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	failed := s.failed
	s.failed = nil
	return failed
}

func TestFaults(t *testing.T) {
	s := espotest.NewServer(t)
	id := create(t, s, "Account", map[string]any{"name": "A"})

	t.Run("status from the second request on, twice", func(t *testing.T) {
		s.Fail(espotest.Fault{
			Method: "GET", Path: "Account/*", Nth: 2, Times: 2, Status: 503, Reason: "busy", RetryAfter: "7", Body: "later",
		})
		var statuses []int
		for range 4 {
			statuses = append(statuses, mustCall(t, s, http.MethodGet, "Account/"+id, nil).status)
		}
		assert.Equal(t, []int{200, 503, 503, 200}, statuses)
	})
	t.Run("other requests are not touched", func(t *testing.T) {
		s.Fail(espotest.Fault{Method: "DELETE", Status: 500})
		assert.Equal(t, 200, mustCall(t, s, http.MethodGet, "Account/"+id, nil).status)
		assert.Equal(t, 500, mustCall(t, s, http.MethodDelete, "Account/"+id, nil).status)
		assert.Equal(t, 200, mustCall(t, s, http.MethodGet, "Account/"+id, nil).status, "nothing was deleted")
	})
	t.Run("a page of HTML", func(t *testing.T) {
		s.Fail(espotest.Fault{HTML: true})
		a := mustCall(t, s, http.MethodGet, "Account/"+id, nil)
		assert.Equal(t, 200, a.status)
		assert.Contains(t, a.header.Get("Content-Type"), "text/html")
		assert.Contains(t, string(a.raw), "<html>")
	})
	t.Run("truncated", func(t *testing.T) {
		s.Fail(espotest.Fault{Truncate: 10})
		a, err := call(t, s, http.MethodGet, "Account/"+id, nil)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.Len(t, a.raw, 10)
	})
	t.Run("delayed by what the test injects", func(t *testing.T) {
		delayed := false
		s.Fail(espotest.Fault{Delay: func(context.Context) { delayed = true }})
		assert.Equal(t, 200, mustCall(t, s, http.MethodGet, "Account/"+id, nil).status)
		assert.True(t, delayed)
	})
}

// After decides for every fault whether the request was carried out before it.
func TestFaultsBeforeAndAfterTheEffect(t *testing.T) {
	for _, row := range []struct {
		name   string
		fault  espotest.Fault
		broken bool // no whole answer arrives
		status int
		body   string // when it is not ""
	}{
		{"cut", espotest.Fault{Cut: true}, true, 0, ""},
		{"a 502 page", espotest.Fault{Status: 502, HTML: true}, false, 502, ""},
		{"a 504", espotest.Fault{Status: 504}, false, 504, ""},
		{"an empty 200", espotest.Fault{Status: 200}, false, 200, ""},
		{"null", espotest.Fault{Body: "null"}, false, 200, "null"},
		{"an empty object", espotest.Fault{Body: "{}"}, false, 200, "{}"},
		{"a login page", espotest.Fault{HTML: true}, false, 200, ""},
		{"another body, truncated", espotest.Fault{Body: `{"id":"1"}`, Truncate: 4}, true, 200, `{"id`},
		{"a proxy's page, truncated", espotest.Fault{Status: 502, HTML: true, Truncate: 6}, true, 502, ""},
	} {
		for name, after := range map[string]bool{"nothing is done": false, "it is done": true} {
			t.Run(row.name+"/"+name, func(t *testing.T) {
				s := espotest.NewServer(t)
				row.fault.Method, row.fault.After = http.MethodPost, after
				s.Fail(row.fault)
				a, err := call(t, s, http.MethodPost, "Account", map[string]any{"name": "A"})
				assert.Equal(t, row.broken, err != nil, "%v", err)
				assert.Equal(t, row.status, a.status)
				assert.Equal(t, row.status, s.Requests()[0].Status, "the log has what was answered")
				if row.body != "" {
					assert.Equal(t, row.body, string(a.raw))
				}
				assert.Equal(t, after, len(s.Records("Account")) == 1)
			})
		}
	}
}

// Without an answer of the fault's own, the real one is cut, and the request was
// carried out, whether After says so or not.
func TestTruncateOfTheRealAnswer(t *testing.T) {
	for _, after := range []bool{false, true} {
		s := espotest.NewServer(t)
		s.Fail(espotest.Fault{Method: http.MethodPost, Truncate: 10, After: after})
		a, err := call(t, s, http.MethodPost, "Account", map[string]any{"name": "A"})
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.Len(t, a.raw, 10)
		assert.Len(t, s.Records("Account"), 1)
	}
}

// A delay may come before the effect, so that a client can act in between, or
// after it, so that a client has given up when the answer comes.
func TestDelayBeforeAndAfterTheEffect(t *testing.T) {
	for _, after := range []bool{false, true} {
		s := espotest.NewServer(t)
		var seen int
		s.Fail(espotest.Fault{Method: http.MethodPost, After: after, Delay: func(context.Context) { seen = len(s.Records("Account")) }})
		assert.Equal(t, 200, mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "A"}).status)
		assert.Equal(t, after, seen == 1)
		assert.Len(t, s.Records("Account"), 1)
	}
}

// A file that was to be sent is closed when another answer is sent instead.
func TestFaultAfterADownload(t *testing.T) {
	s := espotest.NewServer(t)
	id := upload(t, s, 3<<20)
	s.Fail(espotest.Fault{Path: "Attachment/file/*", After: true, Status: 502})
	assert.Equal(t, 502, mustCall(t, s, http.MethodGet, "Attachment/file/"+id, nil, asAdmin...).status)
	assert.Len(t, mustCall(t, s, http.MethodGet, "Attachment/file/"+id, nil, asAdmin...).raw, 3<<20)
}

// A fault that never happens would let a test pass for no reason.
func TestFaultsThatCannotHappen(t *testing.T) {
	for _, row := range []struct {
		name  string
		fault espotest.Fault
		want  string
	}{
		{"nothing", espotest.Fault{}, "changes nothing"},
		{"which requests only", espotest.Fault{Method: "GET", Path: "Account", Nth: 2, Times: 3}, "changes nothing"},
		{"carried out as ever", espotest.Fault{After: true}, "changes nothing"},
		{"malformed path", espotest.Fault{Path: "[", Status: 500}, `Path "[": syntax error in pattern`},
		{"path with a slash", espotest.Fault{Path: "/Account", Status: 500}, "what follows api/v1/"},
		{"path of the API", espotest.Fault{Path: "api/v1/Account", Status: 500}, "what follows api/v1/"},
		{"small letters", espotest.Fault{Method: "get", Status: 500}, `Method "get" matches nothing`},
		{"negative Nth", espotest.Fault{Nth: -1, Status: 500}, "Nth -1"},
		{"no status", espotest.Fault{Status: 42}, "Status 42 is none"},
		{"negative truncation", espotest.Fault{Truncate: -1}, "Truncate -1"},
		{"cut and a status", espotest.Fault{Cut: true, Status: 500}, "Cut leaves no answer"},
		{"cut and a body", espotest.Fault{Cut: true, Body: "{}"}, "Cut leaves no answer"},
		{"cut and a header", espotest.Fault{Cut: true, Header: http.Header{}}, "Cut leaves no answer"},
		{"cut and HTML", espotest.Fault{Cut: true, HTML: true}, "Cut leaves no answer"},
		{"cut and truncated", espotest.Fault{Cut: true, Truncate: 1}, "Cut leaves no answer"},
		{"try again after a success", espotest.Fault{RetryAfter: "1"}, "RetryAfter goes with a Status from 300 on"},
		{"a reason on a page", espotest.Fault{Status: 403, HTML: true, Reason: "x"}, "Reason is EspoCRM's, and HTML a proxy's"},
		{"a reason of a proxy", espotest.Fault{Status: 502, Reason: "x"}, "EspoCRM gives no Reason with the Status 502"},
		{"a reason of Slim", espotest.Fault{Status: 405, Reason: "x"}, "EspoCRM gives no Reason with the Status 405"},
		{"a reason for a success", espotest.Fault{Reason: "x"}, "EspoCRM gives no Reason with the Status 0"},
		{"truncated without a body", espotest.Fault{Status: 403, Truncate: 4}, "has 0 bytes"},
		{"truncated beyond its body", espotest.Fault{Body: "null", Truncate: 4}, "has 4 bytes"},
	} {
		t.Run(row.name, func(t *testing.T) {
			tb := &spy{t: t}
			s := espotest.NewServer(tb)
			s.Fail(row.fault)
			failed := tb.failures()
			require.Len(t, failed, 1)
			assert.Contains(t, failed[0], "espotest: Fail: ")
			assert.Contains(t, failed[0], row.want)
			assert.Equal(t, 200, mustCall(t, s, http.MethodGet, "Account", nil).status, "it was not added")
		})
	}
}

func TestFaultsPanicWithoutATest(t *testing.T) {
	s, err := espotest.Start()
	require.NoError(t, err)
	defer s.Close()
	assert.PanicsWithError(t, "espotest: Fail: Status 42 is none", func() { s.Fail(espotest.Fault{Status: 42}) })
	assert.NotPanics(t, func() { s.Fail(espotest.Fault{Path: "Account/*", Status: 500}) })
}

// Whether some faults can happen is only known when they are due.
func TestFaultsThatTurnOutNotToHappen(t *testing.T) {
	tb := &spy{t: t}
	s := espotest.NewServer(tb)
	id := create(t, s, "Account", map[string]any{"name": "A"})

	s.Fail(espotest.Fault{Method: "DELETE", Truncate: 4})
	a := mustCall(t, s, http.MethodDelete, "Account/"+id, nil)
	want := "espotest: Fail: DELETE Account/" + id + ": Truncate 4 cuts nothing off: the body of the answer has 4 bytes"
	assert.Equal(t, []string{want}, tb.failures())
	assert.Equal(t, 500, a.status)
	assert.Equal(t, want, a.reason(), "whoever reads the error sees why")

	s.Fail(espotest.Fault{Method: "HEAD", Truncate: 1})
	mustCall(t, s, http.MethodHead, "App/user", nil)
	require.Len(t, tb.failures(), 1)

	s.Fail(espotest.Fault{Truncate: 4, Times: -1})
	assert.Equal(t, 404, mustCall(t, s, http.MethodDelete, "Account/"+id, nil).status)
	assert.Empty(t, tb.failures(), "a fault of all requests passes over those that it cannot happen to")
}
