package espotest_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// version is that of the server that a capture was recorded on.
func (c *capture) version() string {
	version, _, _ := strings.Cut(strings.TrimPrefix(c.Server, "EspoCRM "), "-") // a development version has a name, too
	return version
}

func compareVersions(a, b string) int {
	numbers := func(s string) (list []int) {
		for part := range strings.SplitSeq(s, ".") {
			n, _ := strconv.Atoi(part)
			list = append(list, n)
		}
		return list
	}
	return slices.Compare(numbers(a), numbers(b))
}

// recorderSettings are those of the recorded servers that are not a new
// installation's: they may send webhooks to the receiver of the recordings.
var recorderSettings = espo.Attrs{"webhookAllowedAddressList": []string{"127.0.0.1:9999"}}

// setRates gives the server the currency rates that the recorded one had.
func (p *replay) setRates(c capture) {
	if len(c.Environment.CurrencyRates) == 0 {
		return
	}
	body, err := json.Marshal(c.Environment.CurrencyRates)
	require.NoError(p.t, err)
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPut, p.srv.URL()+"/api/v1/CurrencyRate", bytes.NewReader(body))
	require.NoError(p.t, err)
	req.Header.Set("X-Api-Key", espotest.FullAPIKey)
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.http.Do(req)
	require.NoError(p.t, err)
	require.NoError(p.t, resp.Body.Close())
	require.Equal(p.t, http.StatusOK, resp.StatusCode)
	p.srv.ClearRequests()
}

// learnUsers maps the ids of the recorded server's users. Answers name them: by
// createdById and createdByName, usersIds and usersNames, or as records.
func (p *replay) learnUsers(c capture) {
	own := map[string]string{} // by user name and by name
	for _, u := range p.srv.Records("User") {
		id, _ := u["id"].(string)
		for _, key := range []string{"name", "userName"} {
			if name, _ := u[key].(string); name != "" {
				own[name] = id
			}
		}
	}
	learn := func(id, name any) {
		recorded, _ := id.(string)
		text, _ := name.(string)
		if idOrToken.FindString(recorded) != recorded || own[text] == "" || p.ids[recorded] != "" {
			return
		}
		p.ids[recorded], p.back[own[text]] = own[text], recorded
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			learn(v["id"], v["userName"])
			for key, value := range v {
				if base, ok := strings.CutSuffix(key, "Id"); ok && (v[base+"Type"] == nil || v[base+"Type"] == "User") {
					learn(value, v[base+"Name"])
				}
				if names, ok := value.(map[string]any); ok && slices.Contains([]string{"usersNames", "followersNames", "assignedUsersNames", "collaboratorsNames"}, key) {
					for id, name := range names {
						learn(id, name)
					}
				}
				walk(value)
			}
		}
	}
	for _, x := range c.Exchanges {
		walk(x.Response.Body)
	}
}

func (p *replay) login(user string) string {
	password := map[string]string{
		espotest.AdminUser: espotest.AdminPassword, espotest.TOTPUser: espotest.TOTPPassword,
	}[user]
	if password == "" {
		return ""
	}
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.srv.URL()+"/api/v1/App/user", nil)
	require.NoError(p.t, err)
	req.Header.Set("Espo-Authorization", base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
	req.Header.Set("Espo-Authorization-Code", espotest.TOTPCode)
	resp, err := p.http.Do(req)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	var body struct {
		Token string `json:"token"`
	}
	require.NoError(p.t, json.UnmarshalRead(resp.Body, &body))
	return body.Token
}
