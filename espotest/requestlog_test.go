package espotest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest"
)

// post sends a body of n bytes that creates an account.
func post(t *testing.T, s *espotest.Server, n int) {
	t.Helper()
	a := mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "A", "description": strings.Repeat("x", n-len(`{"name":"A","description":""}`))},
		"X-Skip-Duplicate-Check", "true")
	require.Equal(t, 200, a.status)
}

func TestRequestLogIsBounded(t *testing.T) {
	t.Run("in its requests", func(t *testing.T) {
		s := espotest.NewServer(t, espotest.WithRequestLog(espotest.RequestLog{Requests: 3}))
		for i := range 10 {
			mustCall(t, s, http.MethodGet, fmt.Sprint("Account/", i), nil)
		}
		var paths []string
		for _, r := range s.Requests() {
			paths = append(paths, r.Path)
			assert.Equal(t, 404, r.Status)
		}
		assert.Equal(t, []string{"Account/7", "Account/8", "Account/9"}, paths)
	})
	t.Run("in the bytes of its bodies", func(t *testing.T) {
		s := espotest.NewServer(t, espotest.WithRequestLog(espotest.RequestLog{BodyBytes: 250}))
		for _, n := range []int{100, 100, 100, 300, 100} {
			post(t, s, n)
		}
		var kept, sizes []int
		for _, r := range s.Requests() {
			kept, sizes = append(kept, len(r.Body)), append(sizes, int(r.BodySize))
		}
		assert.Equal(t, []int{0, 0, 100, 0, 100}, kept, "the oldest go first, and one that is too large takes no others along")
		assert.Equal(t, []int{100, 100, 100, 300, 100}, sizes)
		assert.Nil(t, s.Requests()[0].Body)
		assert.Contains(t, fmt.Sprintf("%+v", s.Requests()[3]), "300 bytes")
	})
	t.Run("in both", func(t *testing.T) {
		s := espotest.NewServer(t, espotest.WithRequestLog(espotest.RequestLog{Requests: 2, BodyBytes: 150}))
		for range 20 {
			post(t, s, 100)
		}
		log := s.Requests()
		require.Len(t, log, 2)
		assert.Empty(t, log[0].Body)
		assert.Len(t, log[1].Body, 100)
	})
	t.Run("without limits", func(t *testing.T) {
		s := espotest.NewServer(t, espotest.WithRequestLog(espotest.RequestLog{Requests: -1, BodyBytes: -1}))
		for range 20 {
			post(t, s, 10_000)
		}
		log := s.Requests()
		require.Len(t, log, 20)
		assert.Len(t, log[0].Body, 10_000)
	})
	t.Run("by default too wide for ordinary tests to notice", func(t *testing.T) {
		s := espotest.NewServer(t)
		for range 200 {
			mustCall(t, s, http.MethodGet, "Account", nil)
		}
		post(t, s, 1<<20)
		assert.Len(t, s.Requests(), 201)
		assert.Len(t, s.Requests()[200].Body, 1<<20)
	})
}

// A chunk of a file is in no log, but its size is.
func TestRequestLogOfChunks(t *testing.T) {
	s := espotest.NewServer(t)
	a := mustCall(t, s, http.MethodPost, "Attachment", map[string]any{
		"name": "a.txt", "type": "text/plain", "field": "attachments", "parentType": "Note", "size": 3, "isBeingUploaded": true,
	})
	id, _ := a.object(t)["id"].(string)
	require.NotEmpty(t, id)
	const chunk = "data:application/octet-stream;base64,YWJj"
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/api/v1/Attachment/chunk/"+id, strings.NewReader(chunk))
	require.NoError(t, err)
	req.Close = true
	req.Header.Set("X-Api-Key", espotest.FullAPIKey)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	r := s.Requests()[1]
	assert.Equal(t, 200, r.Status)
	assert.Nil(t, r.Body)
	assert.EqualValues(t, len(chunk), r.BodySize)
}

func TestClearRequests(t *testing.T) {
	s := espotest.NewServer(t)
	post(t, s, 100)
	s.ClearRequests()
	assert.Empty(t, s.Requests())
	post(t, s, 200)
	require.Len(t, s.Requests(), 1)
	assert.Len(t, s.Requests()[0].Body, 200)
	assert.Equal(t, 200, s.Requests()[0].Status)
}

// A request that is under way when the log is cleared leaves nothing in it.
func TestClearRequestsDuringOne(t *testing.T) {
	s := espotest.NewServer(t)
	s.Fail(espotest.Fault{Delay: func(context.Context) { s.ClearRequests() }})
	mustCall(t, s, http.MethodGet, "Account", nil)
	assert.Empty(t, s.Requests())
	mustCall(t, s, http.MethodGet, "Contact", nil)
	require.Len(t, s.Requests(), 1)
	assert.Equal(t, "Contact", s.Requests()[0].Path)
}
