package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/examples/internal/demo"
)

// rights are those of the cookbook.
var rights = espotest.Role{
	Scopes: map[string]espotest.Access{
		"Lead": {Create: espo.AccessYes, Read: espo.AccessAll, Stream: espo.AccessAll},
	},
}

func send(t *testing.T, f form, name, email string) int {
	t.Helper()
	body := url.Values{"name": {name}, "email": {email}, "message": {"Hello"}}.Encode()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w.Code
}

// A lead is one person: the same address, whatever the name, and not the same
// name with another address.
func TestOneLeadForEachVisitor(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	f := form{client}
	for _, visitor := range [][2]string{
		{"Olena Koval", "olena@acme.example"}, {"Olena Koval", "olena@acme.example"},
		{"Olena", "OLENA@acme.example"}, {"Olena Koval", "koval@other.example"},
	} {
		assert.Equal(t, http.StatusOK, send(t, f, visitor[0], visitor[1]))
	}
	leads := srv.Records("Lead")
	require.Len(t, leads, 2)
	posts, err := espo.Collect(f.client.Stream.Posts(f.client.Leads.Ref(leads[0].ID())).All(t.Context(), espo.FeedQuery{}))
	require.NoError(t, err)
	assert.Len(t, posts, 2)
}

// The answer got lost after the lead was made: the visitor tries again.
func TestVisitorTriesAgain(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	f := form{client}
	srv.Fail(espotest.Fault{Method: http.MethodPost, Path: "Lead", After: true, Cut: true})
	assert.Equal(t, http.StatusServiceUnavailable, send(t, f, "Olena Koval", "olena@acme.example"))
	assert.Equal(t, http.StatusOK, send(t, f, "Olena Koval", "olena@acme.example"))
	assert.Len(t, srv.Records("Lead"), 1)
}

func TestFormsThatCannotBe(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	f := form{client}
	assert.Equal(t, http.StatusUnprocessableEntity, send(t, f, "Olena", ""))
	assert.Equal(t, http.StatusUnprocessableEntity, send(t, f, "Olena", "nobody"))
	assert.Empty(t, srv.Records("Lead"))
}
