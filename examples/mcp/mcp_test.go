package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// agent is one that talks to the program, and what it has got.
type agent struct {
	t       *testing.T
	srv     *espotest.Server
	session *mcp.ClientSession
}

func newAgent(t *testing.T, write bool) *agent {
	t.Helper()
	srv := espotest.NewServer(t)
	client, err := connect(srv.URL(), espo.APIKey(espotest.FullAPIKey), write)
	require.NoError(t, err)
	session, done, err := talk(t.Context(), newServer(client, write))
	require.NoError(t, err)
	t.Cleanup(func() { done(); client.CloseIdleConnections() })
	return &agent{t, srv, session}
}

// call calls a tool and returns what it answers, and whether that is an error.
func (a *agent) call(tool string, args map[string]any) (string, bool) {
	a.t.Helper()
	result, err := a.session.CallTool(a.t.Context(), &mcp.CallToolParams{Name: tool, Arguments: args})
	require.NoError(a.t, err)
	return text(result), result.IsError
}

// must calls a tool that must succeed, and decodes what it answers.
func (a *agent) must(tool string, args map[string]any) map[string]any {
	a.t.Helper()
	answer, failed := a.call(tool, args)
	require.False(a.t, failed, answer)
	var out map[string]any
	require.NoError(a.t, json.Unmarshal([]byte(answer), &out))
	return out
}

func (a *agent) tools() []string {
	list, err := a.session.ListTools(a.t.Context(), nil)
	require.NoError(a.t, err)
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
	}
	return names
}

// names are the names of the records of an answer.
func names(answer map[string]any) []string {
	var all []string
	for _, r := range answer["records"].([]any) {
		all = append(all, r.(map[string]any)["name"].(string))
	}
	return all
}

var writing = []string{"create_record", "update_record", "post"}

func TestReadOnly(t *testing.T) {
	a := newAgent(t, false)
	for _, tool := range writing {
		assert.NotContains(t, a.tools(), tool)
	}
	client, err := connect(a.srv.URL(), espo.APIKey(espotest.FullAPIKey), false)
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	_, err = client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"})
	require.ErrorContains(t, err, "POST is not allowed: the program was started without -write")
	for _, r := range a.srv.Requests() {
		assert.Equal(t, http.MethodGet, r.Method)
	}
}

func TestSearch(t *testing.T) {
	a := newAgent(t, false)
	team := a.srv.Seed("Team", espo.Attrs{"name": "North"})[0]
	a.srv.Seed("Account",
		espo.Attrs{"name": "Acme", "industry": "Energy", "teamsIds": []string{team}},
		espo.Attrs{"name": "Globex", "industry": "Energy"},
		espo.Attrs{"name": "Initech", "website": "https://initech.example"})
	for _, c := range []struct {
		where map[string]any
		finds []string
	}{
		{map[string]any{"attribute": "name", "type": "equals", "value": "Acme"}, []string{"Acme"}},
		{map[string]any{"attribute": "name", "type": "notEquals", "value": "Acme"}, []string{"Globex", "Initech"}},
		{map[string]any{"attribute": "name", "type": "in", "value": []string{"Acme", "Initech"}}, []string{"Acme", "Initech"}},
		{map[string]any{"attribute": "name", "type": "notIn", "value": []string{"Acme", "Initech"}}, []string{"Globex"}},
		{map[string]any{"attribute": "name", "type": "contains", "value": "e"}, []string{"Acme", "Globex", "Initech"}},
		{map[string]any{"attribute": "name", "type": "startsWith", "value": "G"}, []string{"Globex"}},
		{map[string]any{"attribute": "name", "type": "between", "value": []string{"B", "H"}}, []string{"Globex"}},
		{map[string]any{"attribute": "website", "type": "isNotNull"}, []string{"Initech"}},
		{map[string]any{"attribute": "industry", "type": "isNull"}, []string{"Initech"}},
		{map[string]any{"attribute": "teams", "type": "linkedWith", "value": team}, []string{"Acme"}},
		{map[string]any{"attribute": "teams", "type": "isNotLinked"}, []string{"Globex", "Initech"}},
	} {
		answer := a.must("search", map[string]any{"entityType": "Account", "orderBy": "name", "where": []any{c.where}})
		assert.Equal(t, c.finds, names(answer), "%v", c.where)
	}
	page := a.must("search", map[string]any{"entityType": "Account", "orderBy": "name", "descending": true, "limit": 1, "offset": 1})
	assert.Equal(t, []string{"Globex"}, names(page))
	assert.Equal(t, []any{3.0, true}, []any{page["total"], page["more"]})
	assert.Equal(t, []string{"Initech"}, names(a.must("search", map[string]any{"entityType": "Account", "text": "Init*"})))
}

// Every type that the agent is told of is there.
func TestConditions(t *testing.T) {
	tools, err := newAgent(t, false).session.ListTools(t.Context(), nil)
	require.NoError(t, err)
	i := slices.IndexFunc(tools.Tools, func(tool *mcp.Tool) bool { return tool.Name == "search" })
	schema, err := json.Marshal(tools.Tools[i].InputSchema)
	require.NoError(t, err)
	_, list, _ := strings.Cut(string(schema), "one of ")
	list, _, _ = strings.Cut(list, `"`)
	types := strings.Split(list, ", ")
	require.Len(t, types, 22)
	for _, typ := range types {
		c := condition{Attribute: "name", Type: typ, Value: "a"}
		if typ == "between" {
			c.Value = []any{"a", "b"}
		}
		_, err := c.filter()
		require.NoError(t, err, typ)
	}
	for _, c := range []condition{
		{"name", "nope", "a"}, {"name", "equals", nil}, {"name", "between", []any{"a"}}, {"name", "contains", 1.5}, {"teams", "linkedWith", []any{1.5}},
	} {
		_, err := filters([]condition{c})
		assert.ErrorContains(t, err, c.Attribute+" "+c.Type)
	}
}

func TestReading(t *testing.T) {
	a := newAgent(t, false)
	account := a.srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	a.srv.Seed("Contact", espo.Attrs{"lastName": "Koval", "accountId": account})

	types, _ := a.call("entity_types", nil)
	assert.Contains(t, types, `{"entityType":"Account","may":{"create":"yes","edit":"all","read":"all"}}`)
	contact, _ := a.call("describe", map[string]any{"entityType": "Contact"})
	assert.Contains(t, contact, `{"name":"account","type":"link","to":["Account"]}`)
	assert.Contains(t, contact, `{"name":"lastName","type":"varchar","required":true,"maxLength":100}`)
	assert.Equal(t, []string{"Koval"}, names(a.must("related_records", map[string]any{"entityType": "Account", "id": account, "link": "contacts"})))
	assert.Equal(t, "Acme", a.must("get_record", map[string]any{"entityType": "Account", "id": account})["name"])
	assert.Equal(t, []string{"Acme"}, names(a.must("global_search", map[string]any{"text": "Acme"})))

	answer, failed := a.call("get_record", map[string]any{"entityType": "Account", "id": "none"})
	assert.True(t, failed)
	assert.Contains(t, answer, "404")
	_, failed = a.call("search", map[string]any{"entityType": "Account", "nonsense": 1})
	assert.True(t, failed)
}

// Credentials in records are none of the agent's business.
func TestCredentialsAreHidden(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	user, err := client.Users.Create(t.Context(), espo.User{UserName: "robot", Type: espo.UserTypeAPI, AuthMethod: espo.UserAuthMethodAPIKey})
	require.NoError(t, err)
	require.NotEmpty(t, user.APIKey)
	session, done, err := talk(t.Context(), newServer(client, false))
	require.NoError(t, err)
	defer done()
	a := &agent{t, srv, session}
	answer := a.must("get_record", map[string]any{"entityType": "User", "id": user.ID})
	assert.Equal(t, "***", answer["apiKey"])
}

func TestWriting(t *testing.T) {
	a := newAgent(t, true)
	for _, tool := range writing {
		require.Contains(t, a.tools(), tool)
	}
	created := a.must("create_record", map[string]any{"entityType": "Opportunity", "attributes": json.RawMessage(
		`{"name": "Bridge", "amount": 90071992547409.93, "amountCurrency": "USD", "stage": "Prospecting", "probability": 10, "closeDate": "2026-12-31"}`)})
	id := created["id"].(string)
	assert.Equal(t, "Bridge", created["name"])
	a.must("update_record", map[string]any{"entityType": "Opportunity", "id": id, "attributes": map[string]any{"stage": "Negotiation"}})
	record, err := a.srv.Client().Records("Opportunity").Get(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, "Negotiation", record.String("stage"))
	sent := a.srv.Requests()
	i := slices.IndexFunc(sent, func(r espotest.Request) bool { return r.Method == http.MethodPost })
	assert.Contains(t, string(sent[i].Body), `"amount":90071992547409.93`, "every digit")

	a.must("post", map[string]any{"entityType": "Opportunity", "id": id, "text": "Signed."})
	notes, _ := a.call("stream", map[string]any{"entityType": "Opportunity", "id": id})
	assert.Contains(t, notes, `"text":"Signed."`)

	a.must("create_record", map[string]any{"entityType": "Account", "attributes": map[string]any{"name": "Acme"}})
	for _, attributes := range []map[string]any{{"name": "Acme"}, {"name": "Globex", "misspelt": 1}} {
		answer, failed := a.call("create_record", map[string]any{"entityType": "Account", "attributes": attributes})
		assert.True(t, failed, answer)
	}
}

func TestShow(t *testing.T) {
	require.NoError(t, show(t.Context(), false))
}
