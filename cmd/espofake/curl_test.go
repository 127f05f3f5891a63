package main

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest"
)

// curl runs the real curl, and returns the status and the answer.
func curl(t *testing.T, args ...string) (status string, body []byte) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "curl", append([]string{"--silent", "--show-error", "--max-time", "30", "--noproxy", "*", "--write-out", "\n%{http_code}"}, args...)...)
	var problem strings.Builder
	cmd.Stderr = &problem
	out, err := cmd.Output()
	require.NoError(t, err, problem.String())
	end := strings.LastIndexByte(string(out), '\n')
	return string(out[end+1:]), out[:end]
}

// A client that is not a part of this project, with the requests that the
// documentation of EspoCRM's API shows.
func TestCurl(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed:", err)
	}
	url, _ := running(t)
	api := url + "/api/v1/"
	key := []string{"-H", "X-Api-Key: " + espotest.FullAPIKey}
	with := func(auth []string, args ...string) map[string]any {
		t.Helper()
		status, body := curl(t, append(auth[:len(auth):len(auth)], args...)...)
		require.Equal(t, "200", status, string(body))
		var v any
		require.NoError(t, json.Unmarshal(body, &v), string(body))
		object, _ := v.(map[string]any)
		return object
	}
	send := func(method, path, body string) map[string]any {
		t.Helper()
		return with(key, "-X", method, "-H", "Content-Type: application/json", "-d", body, api+path)
	}

	acme := send("POST", "Account", `{"name": "Acme & Söhne", "type": "Customer"}`)
	send("POST", "Account", `{"name": "Initech", "type": "Partner"}`)
	contact := send("POST", "Contact", `{"firstName": "Ann", "lastName": "Lee"}`)
	accountID, contactID := acme["id"].(string), contact["id"].(string)

	assert.Equal(t, "Acme & Söhne", with(key, api+"Account/"+accountID)["name"])
	changed := send("PUT", "Account/"+accountID, `{"website": "acme.example"}`)
	assert.Equal(t, "acme.example", changed["website"])

	list := with(key, "--get", api+"Account", "-d", "maxSize=20", "-d", "select=name,type", "-d", "orderBy=name", "-d", "order=asc",
		"--data-urlencode", "where[0][type]=equals", "--data-urlencode", "where[0][attribute]=type", "--data-urlencode", "where[0][value]=Customer")
	assert.EqualValues(t, 1, list["total"])
	// -g: curl itself has a use for brackets.
	list = with(key, "-g", api+"Account?where[0][type]=in&where[0][attribute]=type&where[0][value][]=Customer&where[0][value][]=Partner")
	assert.EqualValues(t, 2, list["total"])

	send("POST", "Account/"+accountID+"/contacts", `{"id": "`+contactID+`"}`)
	assert.EqualValues(t, 1, with(key, api+"Account/"+accountID+"/contacts")["total"])
	send("DELETE", "Account/"+accountID+"/contacts", `{"id": "`+contactID+`"}`)
	assert.EqualValues(t, 0, with(key, api+"Account/"+accountID+"/contacts")["total"])

	me := with([]string{"-u", espotest.AdminUser + ":" + espotest.AdminPassword}, api+"App/user")
	assert.Equal(t, espotest.AdminUser, me["user"].(map[string]any)["userName"])

	with(key, "-X", "DELETE", api+"Account/"+accountID)
	status, _ := curl(t, append(key, api+"Account/"+accountID)...)
	assert.Equal(t, "404", status)
	status, _ = curl(t, api+"Account")
	assert.Equal(t, "401", status)
	status, body := curl(t, append(key, "-H", "Content-Type: application/json", "-d", `{"type": "Customer"}`, api+"Account")...)
	assert.Equal(t, "400", status)
	assert.Contains(t, string(body), `"field":"name"`)
	status, _ = curl(t, append(key, "-X", "PATCH", api+"Account")...)
	assert.Equal(t, "405", status)
}
