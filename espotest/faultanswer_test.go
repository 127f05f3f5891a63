package espotest_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

const (
	jsonType  = "application/json"
	loginType = "text/html; charset=UTF-8"
)

// EspoCRM's own answers have its Content-Type and, with some statuses, a reason
// which may be empty. A status that EspoCRM never gives is a proxy's page.
func TestFaultsLookLikeTheirSource(t *testing.T) {
	s := espotest.NewServer(t)
	none := []string(nil)
	for _, row := range []struct {
		fault  espotest.Fault
		typ    string
		reason []string
		body   string
	}{
		{espotest.Fault{Status: 200}, jsonType, none, ""},
		{espotest.Fault{Body: "null"}, jsonType, none, "null"},
		{espotest.Fault{Status: 400}, jsonType, []string{""}, ""},
		{espotest.Fault{Status: 400, Reason: "Bad."}, jsonType, []string{"Bad."}, ""},
		{espotest.Fault{Status: 401}, loginType, none, ""},
		{espotest.Fault{Status: 401, Reason: "error"}, loginType, []string{"error"}, ""},
		{espotest.Fault{Status: 403}, jsonType, []string{""}, ""},
		{espotest.Fault{Status: 404}, jsonType, []string{""}, ""},
		{espotest.Fault{Status: 405}, jsonType, none, `{"message":"405 Method Not Allowed"}`},
		{espotest.Fault{Status: 409, Reason: "userNameExists"}, jsonType, []string{"userNameExists"}, ""},
		{espotest.Fault{Status: 500}, jsonType, none, ""},
		{espotest.Fault{Status: 500, Reason: "sendingFail"}, jsonType, []string{"sendingFail"}, ""},
		{espotest.Fault{Status: 503, Reason: "busy"}, loginType, []string{"busy"}, ""},

		{espotest.Fault{Status: 302}, "text/html", none, nginx("302 Found")},
		{espotest.Fault{Status: 408}, "text/html", none, nginx("408 Request Timeout")},
		{espotest.Fault{Status: 413}, "text/html", none, nginx("413 Request Entity Too Large")},
		{espotest.Fault{Status: 414}, "text/html", none, nginx("414 Request-URI Too Large")},
		{espotest.Fault{Status: 429}, "text/html", none, nginx("429 Too Many Requests")},
		{espotest.Fault{Status: 502}, "text/html", none, nginx("502 Bad Gateway")},
		{espotest.Fault{Status: 503}, "text/html", none, nginx("503 Service Temporarily Unavailable")},
		{espotest.Fault{Status: 504}, "text/html", none, nginx("504 Gateway Time-out")},
		{espotest.Fault{Status: 520}, "text/html", none, nginx("520")},

		{espotest.Fault{Status: 401, HTML: true}, "text/html", none, nginx("401 Authorization Required")},
		{espotest.Fault{Status: 404, HTML: true}, "text/html", none, nginx("404 Not Found")},
		{espotest.Fault{Status: 404, HTML: true, Body: "<p>gone</p>"}, "text/html", none, "<p>gone</p>"},
		{espotest.Fault{Status: 503, Body: "later"}, "text/plain; charset=utf-8", none, "later"},
		{espotest.Fault{Status: 404, Body: `{"message":"x"}`}, jsonType, []string{""}, `{"message":"x"}`},
		{espotest.Fault{Status: 404, Header: http.Header{"x-status-reason": {"other"}, "Content-Type": {"a/b"}}}, "a/b", []string{"other"}, ""},
		{espotest.Fault{Status: 404, Header: http.Header{"X-Status-Reason": nil}}, jsonType, none, ""},
	} {
		f := row.fault
		t.Run(fmt.Sprintf("%d %s HTML=%t %q %v", f.Status, f.Reason, f.HTML, f.Body, f.Header), func(t *testing.T) {
			s.Fail(f)
			a := mustCall(t, s, http.MethodGet, "Account", nil)
			assert.Equal(t, max(f.Status, 200), a.status)
			assert.Equal(t, row.typ, a.header.Get("Content-Type"))
			assert.Equal(t, row.reason, a.header.Values("X-Status-Reason"))
			assert.Equal(t, row.body, string(a.raw))
		})
	}
}

func nginx(title string) string {
	return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
		"</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
}

// An answer of EspoCRM to a fault is what it answers by itself, header for
// header.
func TestFaultsAnswerAsTheServerDoes(t *testing.T) {
	for _, row := range []struct {
		status               int
		method, path, reason string
		headers              []string
	}{
		{400, http.MethodGet, "Account?orderBy=nope", "Order by non-existing field 'nope'.", nil},
		{401, http.MethodGet, "Account", "", []string{"X-Api-Key", "wrong"}},
		{403, http.MethodGet, "Account?maxSize=201", "Max size should not exceed 200. Use offset and limit.", nil},
		{404, http.MethodGet, "Account/none", "Record none does not exist.", nil},
		{405, http.MethodPatch, "Account", "", nil},
		{500, http.MethodGet, "Account?offset=-1", "", nil},
	} {
		t.Run(strconv.Itoa(row.status), func(t *testing.T) {
			s := espotest.NewServer(t)
			own := mustCall(t, s, row.method, row.path, nil, row.headers...)
			require.Equal(t, row.status, own.status, "%s", own.raw)
			s.Fail(espotest.Fault{Status: row.status, Reason: row.reason})
			fault := mustCall(t, s, row.method, row.path, nil, row.headers...)
			own.header.Del("Date")
			fault.header.Del("Date")
			assert.Equal(t, own, fault)
		})
	}
}

// The client takes them for what they are.
func TestClientTellsEspoCRMFromAProxy(t *testing.T) {
	s := espotest.NewServer(t)
	client := s.Client(espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	for status, foreign := range map[int]bool{400: false, 401: false, 403: false, 404: false, 409: false, 500: false, 413: true, 429: true, 502: true, 503: true, 504: true} {
		s.Fail(espotest.Fault{Status: status})
		_, err := client.Accounts.Get(t.Context(), "1")
		var e *espo.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, status, e.Status)
		if foreign {
			require.ErrorIs(t, err, espo.ErrNotEspoCRM, "%d", status)
		} else {
			require.NotErrorIs(t, err, espo.ErrNotEspoCRM, "%d", status)
		}
	}
}
