package where

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/schema"
	"github.com/go-espo/espo/espotest/internal/store"
)

// stock is a store with linked records: accounts a1 to a3, contacts c1 to c3
// and so on, all created by the user me.
func stock(t *testing.T) *store.Store {
	t.Helper()
	now := time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC)
	st := store.New(release.Default, schema.Stock(release.Default), nil, func() time.Time { return now })
	type values = map[string]any
	add := func(entity, id string, v values) *store.Record {
		if v["name"] == nil {
			v["name"] = id
		}
		v["createdById"] = "me"
		return addRecord(st, st.Types[entity], id, v)
	}
	me := add("User", "me", values{"userName": "me"})
	for _, id := range []string{"t1", "t2"} {
		add("Team", id, values{})
	}
	st.Relate(me, "teams", "t2", nil)
	accounts := map[string]*store.Record{}
	for _, id := range []string{"a1", "a2", "a3"} {
		accounts[id] = add("Account", id, values{})
	}
	contacts := map[string]values{
		"c1": {"lastName": "C1", "accountId": "a1", "emailAddress": "one@example.com", "emailAddressIsOptedOut": true,
			"emailAddressData": []any{values{"emailAddress": "one@example.com"}, values{"emailAddress": "two@example.com"}},
			"phoneNumber":      "+442079460958"},
		"c2": {"lastName": "C2", "accountId": "a2"},
		"c3": {"lastName": "C3", "firstName": "Ann"},
	}
	for _, id := range []string{"c1", "c2", "c3"} {
		add("Contact", id, contacts[id])
	}
	for _, pair := range []string{"a1 teams t1", "a2 teams t1", "a2 teams t2", "a1 contacts c1", "a2 contacts c1", "a2 contacts c2"} {
		p := strings.Fields(pair)
		require.True(t, st.Relate(accounts[p[0]], p[1], p[2], nil), pair)
	}
	o1 := add("Opportunity", "o1", values{"accountId": "a1"})
	o2 := add("Opportunity", "o2", values{})
	add("Opportunity", "o3", values{})
	for _, id := range []string{"c1", "c2"} {
		st.Relate(o1, "contacts", id, nil)
	}
	st.Relate(o2, "contacts", "c1", nil)
	add("Task", "k1", values{"parentType": "Account", "parentId": "a1", "accountId": "a1"})
	add("Task", "k2", values{})
	add("DocumentFolder", "root", values{})
	add("DocumentFolder", "sub", values{"parentId": "root"})
	add("Document", "d1", values{"folderId": "sub"})
	add("Document", "d2", values{"folderId": "root"})
	add("Document", "d3", values{})
	add("Case", "s1", values{"name": "cat dog bird", "number": int64(7), "description": "zebra crossing"})
	add("Case", "s2", values{"name": "Xcat", "number": int64(70), "description": "dogs and more zebras"})
	return st
}

func ask(t *testing.T, st *store.Store, entity, filter string) string {
	t.Helper()
	var node map[string]any
	require.NoError(t, json.Unmarshal([]byte(filter), &node), filter)
	raw, err := php.DecodeJSONArrays(`[` + filter + `]`)
	require.NoError(t, err, filter)
	items, apiErr := itemsOf(raw.(*php.Array).Values())
	require.Nil(t, apiErr, filter)
	match, apiErr := Compile(items, &Env{Entity: st.Types[entity], Store: st, Now: st.Now()})
	if apiErr != nil {
		return strings.TrimSpace(strings.Join([]string{"error", strconv.Itoa(apiErr.Status), apiErr.Reason}, " "))
	}
	var ids []string
	for _, r := range st.All(entity) {
		if match(r) {
			ids = append(ids, r.ID)
		}
	}
	return strings.Join(ids, " ")
}

func TestWhereLinks(t *testing.T) {
	st := stock(t)
	filter := func(typ, attribute, value string) string {
		f := `{"type":"` + typ + `","attribute":"` + attribute + `"`
		if value != "" {
			f += `,"value":` + value
		}
		return f + "}"
	}
	const empty, relation = "error 400 Bad where item. Empty value.", "error 400 Bad where item. Not supported relation type."
	for _, c := range []struct{ entity, typ, attribute, value, want string }{
		{"Account", "isLinked", "teams", "", "a1 a2"},
		{"Account", "isNotLinked", "teams", "", "a3"},
		{"Account", "linkedWith", "teams", `["t1"]`, "a1 a2"},
		{"Account", "linkedWith", "teams", `["t2","t1"]`, "a1 a2"},
		{"Account", "linkedWith", "teams", `"t2"`, "a2"},
		{"Account", "linkedWith", "teams", `{"a":"t2"}`, "a2"},
		{"Account", "linkedWith", "teams", `[]`, ""},
		{"Account", "linkedWith", "teams", ``, empty},
		{"Account", "linkedWith", "teams", `""`, empty},
		{"Account", "notLinkedWith", "teams", `["t1"]`, "a3"},
		{"Account", "notLinkedWith", "teams", `[]`, "a1 a2 a3"},
		{"Account", "notLinkedWith", "teams", `""`, "a1 a2 a3"},
		{"Account", "notLinkedWith", "teams", `null`, empty},
		{"Account", "linkedWithAll", "teams", `["t1"]`, "a1 a2"},
		{"Account", "linkedWithAll", "teams", `["t1","t2"]`, "a2"},
		{"Account", "linkedWithAll", "teams", `[]`, "a1 a2 a3"},
		{"Account", "linkedWith", "teams", `["t1","nope"]`, "error 400 Record 'Team' `nope` not found. Record 'Team' `nope` not found."},
		{"Account", "linkedWith", "contactsPrimary", `["c1"]`, "a1"},
		{"Account", "linkedWithAll", "contacts", `["c1","c2"]`, "a2"},
		{"Account", "linkedWith", "opportunities", `["o1","o2"]`, "a1"},
		{"Account", "linkedWith", "tasksPrimary", `["k1"]`, "a1"},
		{"Account", "isLinked", "tasks", "", "a1"},
		{"Account", "isNotLinked", "tasks", "", "a2 a3"},
		{"Account", "linkedWith", "tasks", `["k1"]`, relation},
		{"Account", "isNotLinked", "originalLead", "", "a1 a2 a3"},
		{"Account", "isLinked", "createdBy", "", "a1 a2 a3"},
		{"Account", "linkedWith", "createdBy", `["me"]`, "a1 a2 a3"},
		{"Account", "linkedWithAll", "createdBy", `["me"]`, relation},
		{"Account", "isLinked", "teamsIds", "", "error 400 Not existing relation 'teamsIds' in where."},
		{"Contact", "linkedWith", "accounts", `["a1"]`, "c1"},
		{"Contact", "isNotLinked", "account", "", "c3"},
		{"Contact", "linkedWith", "account", `["a1","a2"]`, "c1 c2"},
		{"Contact", "notLinkedWith", "account", `["a1"]`, "c2"},
		{"Contact", "notLinkedWith", "account", `[]`, "c1 c2 c3"},
		{"Contact", "notLinkedWith", "account", `""`, "c1 c2"},
		{"Opportunity", "linkedWithAll", "contacts", `["c1","c2"]`, "o1"},
		{"Opportunity", "notLinkedWith", "contacts", `["c2"]`, "o2 o3"},
		{"Task", "isLinked", "parent", "", "error 400 Bad relation 'parent' in where. Bad relation 'parent' in where."},
		{"Task", "isNull", "parentId", "", "k2"},
		{"Task", "equals", "parentType", `"account"`, "k1"},
		{"Task", "isNull", "parentName", "", "error 500"},
		{"Task", "equals", "accountName", `"A1"`, "k1"},
		{"Document", "inCategory", "folder", `"root"`, "d1 d2"},
		{"Document", "inCategory", "folder", `["sub"]`, "d1"},
		{"Document", "inCategory", "folder", `["x"]`, "error 400 Record 'DocumentFolder' `x` not found. Record 'DocumentFolder' `x` not found."},
		{"Document", "inCategory", "folder", ``, "d1 d2 d3"},
		{"Document", "isNotLinked", "file", ``, "d1 d2 d3"},
		{"Account", "inCategory", "createdBy", `["me"]`, "error 500"},
		{"Account", "isUserFromTeams", "createdBy", `["t2"]`, "a1 a2 a3"},
		{"Account", "isUserFromTeams", "createdBy", `"t1"`, ""},
		{"Account", "isUserFromTeams", "createdBy", `["x"]`, "error 400 Record 'Team' `x` not found. Record 'Team' `x` not found."},
		{"Account", "isUserFromTeams", "createdBy", ``, "a1 a2 a3"},
		{"Account", "isUserFromTeams", "teams", `["t1"]`, "error 400 Not supported link 'teams' in where item."},
	} {
		assert.Equal(t, c.want, ask(t, st, c.entity, filter(c.typ, c.attribute, c.value)), "%s %s %s %s", c.entity, c.typ, c.attribute, c.value)
	}
}

func TestWhereNames(t *testing.T) {
	st := stock(t)
	const failed = "error 500"
	for _, c := range []struct{ typ, attribute, value, want string }{
		{"equals", "emailAddress", `"ONE@example.com"`, "c1"},
		{"equals", "emailAddress", `"two@example.com"`, "c1"},
		{"equals", "emailAddress", `null`, "c2 c3"},
		{"notEquals", "emailAddress", `"two@example.com"`, "c2 c3"},
		{"notEquals", "emailAddress", `null`, "c1"},
		{"contains", "emailAddress", `"two"`, "c1"},
		{"contains", "emailAddress", `null`, "c1"},
		{"notContains", "emailAddress", `"two"`, "c2 c3"},
		{"startsWith", "emailAddress", `"wo"`, ""},
		{"in", "emailAddress", `["two@example.com","x"]`, "c1"},
		{"in", "emailAddress", `"x"`, "error 400 Bad where item 'in'."},
		{"notIn", "emailAddress", `[]`, "c1 c2 c3"},
		{"greaterThan", "emailAddress", `"a"`, failed},
		{"greaterThan", "emailAddress", `null`, ""},
		{"isNull", "phoneNumber", `null`, "c2 c3"},
		{"endsWith", "phoneNumber", `"0958"`, "c1"},
		{"isTrue", "emailAddressIsOptedOut", `null`, "c1"},
		{"isFalse", "emailAddressIsOptedOut", `null`, "c2 c3"},
		{"notEquals", "emailAddressIsOptedOut", `true`, "c2 c3"},
		{"equals", "emailAddressIsOptedOut", `1`, failed},
		{"isNull", "emailAddressIsOptedOut", `null`, failed},
		{"equals", "name", `"ann c3"`, "c3"},
		{"equals", "name", `"C3 Ann"`, "c3"},
		{"equals", "name", `"C1"`, "c1"},
		{"notEquals", "name", `"C1"`, failed},
		{"isNull", "name", `null`, failed},
		{"endsWith", "name", `"ann"`, "c3"},
		{"contains", "name", `"nn C"`, "c3"},
		{"notContains", "name", `"x"`, "c3"},
		{"notLike", "name", `"Ann%"`, ""},
		{"bogus", "name", `"x"`, "error 400 Unknown where item type 'bogus'."},
		{"equals", "accountName", `"a1"`, "c1"},
		{"isNull", "accountName", `null`, "c3"},
		{"isNull", "accountsIds", `null`, failed},
		{"isNull", "account", `null`, "error 400 Not existing attribute 'account' in where."},
		{"isNull", "Name", `null`, "error 400 Not existing attribute 'Name' in where."},
		{"isNull", "createdBy.name", `null`, "error 400 Complex expressions are forbidden in where. Complex expressions are forbidden in where."},
		{"isNull", "LOWER:name", `null`, "error 400 Complex expressions are forbidden in where. Complex expressions are forbidden in where."},
		{"columnEquals", "name", `"x"`, "error 400 Bad where item 'column'."},
		{"columnContains", "name", `"x"`, "error 400 Unknown where item type 'columnContains'."},
	} {
		f := `{"type":"` + c.typ + `","attribute":"` + c.attribute + `","value":` + c.value + `}`
		assert.Equal(t, c.want, ask(t, st, "Contact", f), f)
	}
}

func TestWhereGroups(t *testing.T) {
	st := stock(t)
	const (
		a1  = `{"type":"equals","attribute":"name","value":"a1"}`
		any = `{"type":"isNotNull","attribute":"name"}`
		sub = "error 400 Sub-queries are forbidden in where. Sub-queries are forbidden in where."
	)
	for filter, want := range map[string]string{
		`{"type":"and","value":[` + a1 + `,` + any + `]}`:                                       "a1",
		`{"type":"or","value":[` + a1 + `,{"type":"endsWith","attribute":"name","value":"3"}]}`: "a1 a3",
		`{"type":"or","value":[{"type":"and","value":[` + a1 + `]}]}`:                           "a1",
		`{"type":"or","value":[]}`:                                                              "a1 a2 a3",
		`{"type":"and"}`:                                                                        "a1 a2 a3",
		`{"type":"any","attribute":"name"}`:                                                     "a1 a2 a3",
		`{"type":"none","attribute":"name"}`:                                                    "",
		`{"type":"not","value":[` + a1 + `]}`:                                                   sub,
		`{"type":"subQueryIn"}`:                                                                 sub,
		`{"type":"and","value":[{"type":"bogus","attribute":"name"},{"type":"not"}]}`:           sub,
		`{"type":"and","attribute":"noSuch","value":[]}`:                                        "error 400 Not existing attribute 'noSuch' in where.",
		`{"type":"bogus","attribute":"noSuch"}`:                                                 "error 400 Not existing attribute 'noSuch' in where.",
	} {
		assert.Equal(t, want, ask(t, st, "Account", filter), filter)
	}
}

func TestTextMatch(t *testing.T) {
	st := stock(t)
	things, e := things(t)
	for i, name := range []string{"alpha beta", "beta alpha", "alphabet", "100% sure", "a_b c"} {
		addRecord(things, e, string(rune('1'+i)), map[string]any{
			"name": name, "num": int64(7 * (i + 1)), "body": "walrus " + name, "multi": []any{"Red"},
		})
	}
	e.Collection.TextFilterFields = []string{"name", "num"}
	for _, c := range []struct {
		st           *store.Store
		entity, text string
		want         string
	}{
		{things, "Thing", "alpha", "1 3"},
		{things, "Thing", "ALPHA", "1 3"},
		{things, "Thing", "alpha b", "1"},
		{things, "Thing", "lpha", ""},
		{things, "Thing", "*lpha", "2"},
		{things, "Thing", "*lpha*", "1 2 3"},
		{things, "Thing", "alpha*", "1 3"},
		{things, "Thing", "al*ta", "1"},
		{things, "Thing", "100%", "4"},
		{things, "Thing", "_", "1 2 3 4 5"},
		{things, "Thing", "7", "1"},
		{things, "Thing", "7*", ""},
		{things, "Thing", "35", "5"},
		{things, "Thing", `"alpha"`, ""},
		{st, "Contact", "one@", "c1"},
		{st, "Contact", "two", "c1"},
		{st, "Contact", "example", ""},
		{st, "Contact", "*@example.com", "c1"},
		{st, "Contact", "ann c", "c3"},
		{st, "Contact", "C3 ann", "c3"},
		{st, "Contact", "+44", ""},
		{st, "Case", "bird", "s1"},
		{st, "Case", "bir", ""},
		{st, "Case", "cat", ""},
		{st, "Case", "cat bird", "s1"},
		{st, "Case", "xcat zebra", "s1 s2"},
		{st, "Case", "zebr", ""},
		{st, "Case", "*zeb*", "s1 s2"},
		{st, "Case", "7", "s1"},
	} {
		var ids []string
		for _, r := range c.st.All(c.entity) {
			if Text(r, c.st.Types[c.entity].TextFilterFields(), c.text) {
				ids = append(ids, r.ID)
			}
		}
		assert.Equal(t, c.want, strings.Join(ids, " "), "%s %s", c.entity, c.text)
	}
	// Texts of four characters are searched for within text fields.
	r := things.Find("Thing", "1")
	assert.True(t, Text(r, []string{"body"}, "alrus"))
	assert.True(t, Text(r, []string{"body"}, "rus a"))
	assert.False(t, Text(r, []string{"body"}, "rus"))
	assert.True(t, Text(r, []string{"multi"}, `["re`))
}
