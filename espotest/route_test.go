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

// The name of a controller may begin with a small letter, and does the same then.
func TestControllersInSmallLetters(t *testing.T) {
	s := espotest.NewServer(t)
	assert.Equal(t, http.StatusOK, mustCall(t, s, http.MethodPost, "account", map[string]any{"name": "A"}).status)
	assert.Equal(t, http.StatusNotFound, mustCall(t, s, http.MethodPost, "aCCOUNT", map[string]any{"name": "A"}).status)
	hook := map[string]any{"event": "Account.create", "url": "https://hooks.example/x"}
	assert.Equal(t, http.StatusCreated, mustCall(t, s, http.MethodPost, "webhook", hook).status)
	note := mustCall(t, s, http.MethodPost, "note", map[string]any{"post": "Hello"})
	assert.Equal(t, "Post", note.object(t)["type"])
	assert.Equal(t, http.StatusNotFound, mustCall(t, s, http.MethodGet, "app/user", nil).status, "it is not a controller of records")
}

// Within a portal, a path has the same methods as outside of it.
func TestMethodsInPortal(t *testing.T) {
	s := espotest.NewServer(t)
	id := s.Seed("Portal", map[string]any{"name": "P"})[0]
	outside := mustCall(t, s, http.MethodPut, "Account", nil)
	inside := mustCall(t, s, http.MethodPut, "portal-access/"+id+"/Account", nil)
	assert.Equal(t, http.StatusMethodNotAllowed, inside.status)
	assert.Equal(t, outside.header.Get("Allow"), inside.header.Get("Allow"))
	s.Fail(espotest.Fault{Status: http.StatusMethodNotAllowed})
	faulty := mustCall(t, s, http.MethodGet, "portal-access/"+id+"/Account", nil)
	assert.Equal(t, "POST", faulty.header.Get("Allow"))
}
