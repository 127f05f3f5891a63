package espotest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest"
)

// A large body that cannot be kept is answered, and the reason says why.
func TestBodyThatCannotBeKept(t *testing.T) {
	s := espotest.NewServer(t)
	gone := filepath.Join(t.TempDir(), "gone")
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, gone)
	}
	a := mustCall(t, s, http.MethodPost, "Attachment/chunk/x", strings.Repeat("x", 2<<20))
	assert.Equal(t, http.StatusInternalServerError, a.status)
	assert.Contains(t, a.reason(), "the body cannot be kept")
	log := s.Requests()
	require.Len(t, log, 1)
	assert.Equal(t, http.StatusInternalServerError, log[0].Status)
}

// A conversion is an update of the lead to webhooks.
func TestConversionIsToldToWebhooks(t *testing.T) {
	s := espotest.NewServer(t)
	got := make(chan string, 1)
	url := hookReceiver(t, got)
	hook := mustCall(t, s, http.MethodPost, "Webhook", map[string]any{"event": "Lead.update", "url": url})
	require.Equal(t, http.StatusCreated, hook.status)
	lead := create(t, s, "Lead", map[string]any{"lastName": "Lee"})
	a := mustCall(t, s, http.MethodPost, "Lead/action/convert", map[string]any{
		"id": lead, "records": map[string]any{"Contact": map[string]any{"lastName": "Lee"}},
	})
	require.Equal(t, http.StatusOK, a.status)
	require.NoError(t, s.DeliverWebhooks(t.Context()))
	require.Len(t, got, 1)
	body := <-got
	assert.Contains(t, body, `"status":"Converted"`)
	assert.Contains(t, body, `"createdContactId"`)
}

// An export goes through the checks of a list.
func TestExportInForbiddenOrder(t *testing.T) {
	s := espotest.NewServer(t)
	search := func(by string) map[string]any {
		return map[string]any{"entityType": "User", "searchParams": map[string]any{"orderBy": by, "where": []any{}}}
	}
	assert.Equal(t, http.StatusOK, mustCall(t, s, http.MethodPost, "Export", search("userName")).status)
	a := mustCall(t, s, http.MethodPost, "Export", search("gender"))
	assert.Equal(t, http.StatusBadRequest, a.status)
	assert.Contains(t, a.reason(), "Not access to order by field 'gender'.")
}

// hookReceiver is a server that passes on what it is sent.
func hookReceiver(t *testing.T, got chan<- string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got <- string(b)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}
