package espotest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-espo/espo/espotest"
)

// EspoCRM's router decodes the path before it looks for a route. An escaped
// slash in an id is therefore a slash of the path.
func TestPathsAreDecodedBeforeTheyAreRouted(t *testing.T) {
	s := espotest.NewServer(t)
	id := create(t, s, "Account", map[string]any{"name": "A"})
	for _, row := range []struct {
		name, method, path string
		status             int
		reason             string
	}{
		{"an escaped slash is the stream of the record", http.MethodGet, "Account/" + id + "%2Fstream", 200, ""},
		{"in small letters too", http.MethodGet, "Account/" + id + "%2fstream", 200, ""},
		{"escaped letters", http.MethodGet, "%41ccount/" + id, 200, ""},
		{"escaped twice, it is part of the id", http.MethodGet, "Account/" + id + "%252Fstream", 404, "Record " + id + "%2Fstream does not exist."},
		{"an escaped backslash is part of the id", http.MethodGet, "Account/" + id + "%5Cstream", 404, `Record ` + id + `\stream does not exist.`},
		{"it follows the record", http.MethodPut, "Account/" + id + "%2Fsubscription", 200, ""},
		{"it unfollows the record, and does not delete it", http.MethodDelete, "Account/" + id + "%2Fsubscription", 200, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := mustCall(t, s, row.method, row.path, nil)
			assert.Equal(t, row.status, a.status)
			assert.Equal(t, row.reason, a.reason())
			log := s.Requests()
			assert.Equal(t, row.path, log[len(log)-1].Path, "the log has it as it was on the wire")
		})
	}
	assert.Len(t, s.Records("Account"), 1)
}
