package espotest

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fuzzedServer is a server whose ids are the same every time.
func fuzzedServer(tb testing.TB) (s *Server, account string) {
	tb.Helper()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	s = NewServer(tb, WithClock(func() time.Time { return now }))
	account = s.Seed("Account", map[string]any{"name": "A", "emailAddress": "a@example.com", "phoneNumber": "+12025550100"})[0]
	s.Seed("Contact", map[string]any{"firstName": "C", "lastName": "D", "accountId": account})
	s.Seed("Opportunity", map[string]any{"name": "O", "amount": 1.5, "closeDate": "2030-02-03", "accountId": account})
	s.Seed("Task", map[string]any{"name": "T", "dateEnd": "2030-01-02 04:00:00", "parentType": "Account", "parentId": account,
		"assignedUserId": s.crm.InternalCall().User.Rec.ID})
	return s, account
}

// FuzzServer sends what a client might by mistake. The server must answer all
// of it, in the way of HTTP.
func FuzzServer(f *testing.F) {
	s, account := fuzzedServer(f)
	fill := strings.NewReplacer(
		":controller", "Account", ":parentType", "Account", ":entityType", "Account", ":targetType", "Meeting",
		":id", account, ":link", "contacts", ":type", "activities", ":", "")
	body := fmt.Sprintf(`{"name":"B","id":%q,"ids":[%[1]q],"entityType":"Account","action":"update","data":{"type":"Customer"}}`, account)
	for _, r := range s.routes {
		f.Add(r.method, fill.Replace(r.pattern), "maxSize=2&orderBy=name", body, "Content-Type: application/json", false)
	}
	for _, r := range s.routes {
		if r.method == http.MethodGet {
			f.Add(r.method, fill.Replace(r.pattern), "q=a&maxSize=-1", "", "", true)
			f.Add(r.method, fill.Replace(r.pattern), "q=a&offset=-1", "", "", true)
			f.Add(r.method, fill.Replace(r.pattern), "q=a&offset=9223372036854775807&maxSize=200", "", "", false)
		}
	}
	for _, query := range []string{
		`where[0][type]=or&where[0][value][0][type]=equals&where[0][value][0][attribute]=name&where[0][value][0][value]=A`,
		`searchParams={"where":[{"type":"between","attribute":"createdAt","value":["2030-01-01","2030-01-02"],"dateTime":true}]}`,
		`textFilter=a*&select=name,emailAddress&boolFilterList[]=onlyMy&primaryFilter=recentlyCreated`,
	} {
		f.Add(http.MethodGet, "Account", query, "", "X-No-Total: true", true)
	}
	f.Add(http.MethodPut, "Account/"+account, "", `{"emailAddressData":[{"emailAddress":"b@example.com","primary":true}],"teamsIds":[]}`,
		"Content-Type: application/json\r\nX-Version-Number: 1", true)

	f.Fuzz(func(t *testing.T, method, path, query, body, header string, admin bool) {
		s, _ := fuzzedServer(t)
		auth := "X-Api-Key: " + FullAPIKey
		if admin {
			auth = "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(AdminUser+":"+AdminPassword))
		}
		// The server sees only what its HTTP library takes for a request.
		raw := fmt.Sprintf("%s /crm/api/v1/%s?%s HTTP/1.1\r\nHost: x\r\n%s\r\n%s\r\nContent-Length: %d\r\n\r\n%s",
			method, path, query, auth, header, len(body), body)
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		s.answer(w, r)
		checkHTTP(t, w.Result(), w.Body.Bytes(), r.Method)
	})
}

// checkHTTP checks what a client may rely on in every answer.
func checkHTTP(t *testing.T, resp *http.Response, body []byte, method string) {
	t.Helper()
	require.GreaterOrEqual(t, resp.StatusCode, 200)
	require.Less(t, resp.StatusCode, 600)
	if n := resp.Header.Get("Content-Length"); n != "" {
		assert.Equal(t, strconv.Itoa(len(body)), n, "Content-Length")
	}
	if resp.StatusCode == http.StatusNoContent || resp.StatusCode == http.StatusNotModified {
		assert.Empty(t, body)
	}
	for name, values := range resp.Header {
		for _, v := range values {
			assert.NotContains(t, v, "\n", name)
			assert.NotContains(t, v, "\r", name)
		}
	}
	if resp.StatusCode == http.StatusMethodNotAllowed {
		assert.NotEmpty(t, resp.Header.Get("Allow"), method)
	}
	if resp.Header.Get("Content-Type") == "application/json" && len(body) > 0 {
		dec := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
		assert.NoError(t, dec.SkipValue(), "%s", body)
	}
}
