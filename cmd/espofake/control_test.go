package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// tell sends a request to the control and returns the answer's status and text.
func tell(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return resp.StatusCode, strings.TrimSpace(string(b))
}

func told(t *testing.T, method, url, body string) string {
	t.Helper()
	status, text := tell(t, method, url, body)
	require.Equal(t, http.StatusOK, status, text)
	return text
}

func TestReset(t *testing.T) {
	url, _ := running(t, "-seed", file(t, "s.json", `{"Account": [{"name": "Acme"}]}`))
	c := client(t, url)
	_, err := c.Accounts.Create(t.Context(), espo.Account{Name: "Other"})
	require.NoError(t, err)
	told(t, "POST", url+"/_fake/faults", `{"status": 502, "times": -1}`)

	told(t, "POST", url+"/_fake/reset", "")

	list, err := c.Accounts.List(t.Context(), espo.Query{})
	require.NoError(t, err)
	require.Len(t, list.Records, 1)
	assert.Equal(t, "Acme", list.Records[0].Name)
}

func TestControlSeeds(t *testing.T) {
	url, _ := running(t)
	var ids map[string][]string
	require.NoError(t, json.Unmarshal([]byte(told(t, "POST", url+"/_fake/seed", `{"Lead": [{"lastName": "Lee"}, {"lastName": "Kim"}]}`)), &ids))
	require.Len(t, ids["Lead"], 2)
	lead, err := client(t, url).Leads.Get(t.Context(), ids["Lead"][1])
	require.NoError(t, err)
	assert.Equal(t, "Kim", lead.LastName)
	status, text := tell(t, "POST", url+"/_fake/seed", `{"Lead": [{"lastNam": "Lee"}]}`)
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, text, `did you mean "lastName"?`)
}

func TestFaults(t *testing.T) {
	url, _ := running(t)
	c := client(t, url, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	created := 0
	create := func() error {
		created++
		_, err := c.Accounts.Create(t.Context(), espo.Account{Name: fmt.Sprint("Account ", created)})
		return err
	}
	told(t, "POST", url+"/_fake/faults", `[
		{"method": "POST", "path": "Account", "status": 400, "reason": "No."},
		{"method": "POST", "path": "Account", "nth": 2, "kind": "Invalid", "field": "name", "rule": "required"},
		{"method": "POST", "path": "Account", "nth": 3, "status": 503, "retryAfter": "7", "header": {"X-Mine": "m"}},
		{"method": "POST", "path": "Account", "nth": 4, "delay": "1ms", "cut": true}
	]`)
	require.ErrorContains(t, create(), "No.")
	var invalid *espo.ValidationError
	require.ErrorAs(t, create(), &invalid)
	assert.Equal(t, "name", invalid.Field)
	var failed *espo.Error
	require.ErrorAs(t, create(), &failed)
	assert.Equal(t, "m", failed.Header.Get("X-Mine"))
	require.ErrorIs(t, create(), espo.ErrTransport)
	require.NoError(t, create())

	told(t, "POST", url+"/_fake/faults", `{"times": -1, "kind": "LoginLimit"}`)
	require.ErrorIs(t, create(), espo.ErrForbidden)
	told(t, "DELETE", url+"/_fake/faults", "")
	require.NoError(t, create())
}

func TestFaultsThatCannotBe(t *testing.T) {
	url, _ := running(t)
	for body, want := range map[string]string{
		`{}`:                                "the fault changes nothing",
		`[]`:                                "there is no fault in the list",
		``:                                  "EOF",
		`{"stauts": 500}`:                   "stauts",
		`{"delay": "soon"}`:                 `"soon" is not a time such as 2s`,
		`{"kind": "conflict"}`:              `"conflict" is none of Conflict, `,
		`{"status": 500, "rule": "valid"}`:  "field and rule go with the kind Invalid",
		`{"cut": true, "status": 500}`:      "Cut leaves no answer",
		`{"kind": "Invalid", "rule": "x"}`:  "Invalid",
		`{"path": "/Account", "cut": true}`: "matches nothing",
	} {
		status, text := tell(t, "POST", url+"/_fake/faults", body)
		assert.Equal(t, http.StatusBadRequest, status, body)
		assert.Contains(t, text, want, body)
	}
}

func TestRequests(t *testing.T) {
	url, _ := running(t)
	_, err := client(t, url).Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
	require.NoError(t, err)
	text := told(t, "GET", url+"/_fake/requests", "")
	assert.NotContains(t, text, espotest.FullAPIKey)
	var list []request
	require.NoError(t, json.Unmarshal([]byte(text), &list))
	require.Len(t, list, 1, "the control is not part of it")
	assert.Equal(t, "POST", list[0].Method)
	assert.Equal(t, "Account", list[0].Path)
	assert.Equal(t, 200, list[0].Status)
	assert.JSONEq(t, `{"name": "Acme"}`, list[0].Body)
	assert.Equal(t, "***", list[0].Headers["X-Api-Key"])
	told(t, "DELETE", url+"/_fake/requests", "")
	assert.Equal(t, "[]", told(t, "GET", url+"/_fake/requests", ""))
}

func TestJobsAndWebhooks(t *testing.T) {
	url, _ := running(t)
	c := client(t, url)
	var queued struct {
		ID string `json:"id"`
	}
	require.NoError(t, c.Do(t.Context(), espo.Request{Method: "POST", Path: []string{"MassAction"}, Body: map[string]any{
		"entityType": "Account", "action": "delete", "params": map[string]any{"where": []any{}}, "idle": true,
	}}, &queued))
	status := func() (s struct {
		Status string `json:"status"`
	}) {
		require.NoError(t, c.Do(t.Context(), espo.Request{Path: []string{"MassAction", queued.ID, "status"}}, &s))
		return s
	}
	assert.Equal(t, "Pending", status().Status)
	told(t, "POST", url+"/_fake/jobs", "")
	assert.Equal(t, "Success", status().Status)
	told(t, "POST", url+"/_fake/webhooks", "")
}

func TestAbout(t *testing.T) {
	url, _ := running(t)
	text := told(t, "GET", url+"/_fake/", "")
	assert.Contains(t, text, url+"/api/v1/")
	assert.Contains(t, text, "POST /_fake/reset")
	status, _ := tell(t, "GET", url+"/_fake/nope", "")
	assert.Equal(t, http.StatusNotFound, status)
	status, text = tell(t, "GET", url+"/_fake/certificate", "")
	assert.Equal(t, http.StatusNotFound, status)
	assert.Contains(t, text, "without -tls")
}

func TestTLS(t *testing.T) {
	url, _ := running(t, "-tls")
	require.True(t, strings.HasPrefix(url, "https://127.0.0.1:"), url)
	untrusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	t.Cleanup(untrusting.CloseIdleConnections)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/_fake/certificate", nil)
	require.NoError(t, err)
	resp, err := untrusting.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	pem, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(pem))

	trusting := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	t.Cleanup(trusting.CloseIdleConnections)
	c := client(t, url, espo.WithHTTPClient(&http.Client{Transport: trusting, Timeout: time.Minute}))
	_, err = c.Accounts.List(t.Context(), espo.Query{})
	require.NoError(t, err)
}
