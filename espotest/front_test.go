package espotest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest"
)

// ofLine is a path and a query that make a request line of n bytes.
func ofLine(s *espotest.Server, method string, n int) string {
	path := "Account?select=id&x="
	_, root, _ := strings.Cut(strings.TrimPrefix(s.URL(), "http://"), "/")
	line := len(method + " /" + root + "/api/v1/" + path + " HTTP/1.1")
	return path + strings.Repeat("x", n-line)
}

func TestLongURLs(t *testing.T) {
	for _, row := range []struct {
		name    string
		options []espotest.Option
		line    int
		status  int
	}{
		{"as long as Apache takes it", nil, 8190, 200},
		{"longer", nil, 8191, 414},
		{"a limit of one's own", []espotest.Option{espotest.WithMaxURL(300)}, 300, 200},
		{"above it", []espotest.Option{espotest.WithMaxURL(300)}, 301, 414},
		{"no limit", []espotest.Option{espotest.WithMaxURL(0)}, 100_000, 200},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := espotest.NewServer(t, row.options...)
			a := mustCall(t, s, http.MethodGet, ofLine(s, http.MethodGet, row.line), nil)
			assert.Equal(t, row.status, a.status)
			require.Len(t, s.Requests(), 1)
			assert.Equal(t, row.status, s.Requests()[0].Status)
			if row.status == 200 {
				return
			}
			assert.Equal(t, "text/html", a.header.Get("Content-Type"))
			assert.Contains(t, string(a.raw), "414 Request-URI Too Large")
			assert.Empty(t, a.header.Get("X-App-Timestamp"))
		})
	}
}

// The web server in front answers: EspoCRM does nothing, and neither does a
// fault.
func TestLongURLsReachNoEndpoint(t *testing.T) {
	s := espotest.NewServer(t)
	s.Fail(espotest.Fault{Status: 500})
	long := ofLine(s, http.MethodPost, 9000)
	assert.Equal(t, 414, mustCall(t, s, http.MethodPost, long, map[string]any{"name": "Never"}).status)
	assert.Empty(t, s.Records("Account"))
	assert.Equal(t, 500, mustCall(t, s, http.MethodGet, "Account", nil).status, "the fault is still there")
}

func TestWithMaxURLRefusesNonsense(t *testing.T) {
	_, err := espotest.Start(espotest.WithMaxURL(-1))
	require.ErrorContains(t, err, "WithMaxURL: -1 is not a length")
}
