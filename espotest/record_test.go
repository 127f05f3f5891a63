package espotest_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// What is created is what is read, whatever it is.
func TestWhatIsCreatedIsRead(t *testing.T) {
	s := espotest.NewServer(t)
	// Text without the characters that fields refuse, or spaces around it.
	text := rapid.StringMatching(`[A-Za-zÄïé0-9"'/\\&%+]([A-Za-z0-9 ,;_-]{0,30}[a-z])?`)
	rapid.Check(t, func(rt *rapid.T) {
		attrs := map[string]any{"name": text.Draw(rt, "name")}
		if rapid.Bool().Draw(rt, "hasDescription") {
			attrs["description"] = text.Draw(rt, "description")
		}
		if rapid.Bool().Draw(rt, "hasType") {
			attrs["type"] = rapid.SampledFrom([]string{"Customer", "Partner", ""}).Draw(rt, "type")
		}
		if rapid.Bool().Draw(rt, "hasEmail") {
			attrs["emailAddress"] = rapid.StringMatching(`[a-z]{1,8}@[a-z]{1,8}\.example`).Draw(rt, "email")
		}
		id := create(t, s, "Account", attrs, "X-Skip-Duplicate-Check", "true")
		got := mustCall(t, s, http.MethodGet, "Account/"+id, nil).object(t)
		for name, want := range attrs {
			if got[name] != want {
				rt.Fatalf("%s: created %q, read %q", name, want, got[name])
			}
		}
	})
}

func TestIdsGrow(t *testing.T) {
	s := espotest.NewServer(t)
	last := ""
	for range 100 {
		id := create(t, s, "Team", map[string]any{"name": "T"}, "Authorization", "Basic "+basic(espotest.AdminUser, espotest.AdminPassword))
		require.Greater(t, id, last)
		last = id
	}
}

func TestLevelsOfRoles(t *testing.T) {
	role := espotest.Role{
		Name: "Sales",
		Scopes: map[string]espotest.Access{
			"Account": {Create: espo.AccessYes, Read: espo.AccessTeam, Edit: espo.AccessOwn},
			"Team":    espotest.FullAccess, "User": espotest.FullAccess,
		},
		Permissions: map[string]espo.AccessLevel{"assignmentPermission": espo.AccessAll},
	}
	s := espotest.NewServer(t, espotest.WithRole(role), espotest.WithUser(espotest.User{
		UserName: "sally", Type: "api", APIKey: "sally-key", Roles: []string{"Sales"},
	}))
	sally := []string{"X-Api-Key", "sally-key"}
	admin := []string{"Authorization", "Basic " + basic(espotest.AdminUser, espotest.AdminPassword)}
	me, _ := mustCall(t, s, http.MethodGet, "App/user", nil, sally...).object(t)["user"].(map[string]any)
	team := create(t, s, "Team", map[string]any{"name": "North"}, admin...)
	a := mustCall(t, s, http.MethodPut, fmt.Sprint("User/", me["id"]), map[string]any{"teamsIds": []string{team}}, admin...)
	require.Equal(t, 200, a.status, a.reason())

	foreign := create(t, s, "Account", map[string]any{"name": "Foreign"})
	shared := create(t, s, "Account", map[string]any{"name": "Shared", "teamsIds": []string{team}})
	own := create(t, s, "Account", map[string]any{"name": "Own", "assignedUserId": me["id"]})

	status := func(method, id string, body any) int {
		return mustCall(t, s, method, "Account/"+id, body, sally...).status
	}
	change := map[string]any{"description": "x"}
	assert.Equal(t, 403, status(http.MethodGet, foreign, nil))
	assert.Equal(t, 200, status(http.MethodGet, shared, nil))
	assert.Equal(t, 200, status(http.MethodGet, own, nil))
	assert.Equal(t, 403, status(http.MethodPut, shared, change))
	assert.Equal(t, 200, status(http.MethodPut, own, change))
	assert.Equal(t, 403, status(http.MethodDelete, own, nil))
	assert.EqualValues(t, 2, mustCall(t, s, http.MethodGet, "Account", nil, sally...).object(t)["total"])
	assert.Equal(t, 403, mustCall(t, s, http.MethodGet, "Contact", nil, sally...).status)
}

func TestDeclaredEntityType(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithEntityType("CProject", espotest.EntityType{
		Fields: map[string]espotest.Field{
			"status":  {Type: "enum", Options: []string{"New", "Done"}, Default: "New"},
			"budget":  {Type: "currency"},
			"account": {Type: "link"},
			"tags":    {Type: "multiEnum", Options: []string{"a", "b"}},
		},
		Links:                 map[string]espotest.Link{"account": {Type: "belongsTo", Entity: "Account"}},
		OptimisticConcurrency: true, Stream: true,
	}))
	account := create(t, s, "Account", map[string]any{"name": "Acme"})
	id := create(t, s, "CProject", map[string]any{"name": "P", "accountId": account, "tags": []string{"a"}})
	got := mustCall(t, s, http.MethodGet, "CProject/"+id, nil).object(t)
	assert.Equal(t, "New", got["status"])
	assert.Equal(t, "Acme", got["accountName"])
	assert.Equal(t, []any{"a"}, got["tags"])
	assert.EqualValues(t, 1, got["versionNumber"])
	assert.Contains(t, got, "isFollowed")
	assert.Contains(t, got, "assignedUserId", "every new entity type has it")

	for name, attrs := range map[string]map[string]any{
		"required": {"status": "New"}, "valid": {"name": "x", "status": "Nope"}, "validCurrency": {"name": "x", "budget": 1, "budgetCurrency": "ZZZ"},
	} {
		a := mustCall(t, s, http.MethodPost, "CProject", attrs)
		assert.Equal(t, 400, a.status)
		assert.Contains(t, a.reason(), "type: "+name)
	}
	other := espotest.NewServer(t)
	assert.Equal(t, 404, mustCall(t, other, http.MethodGet, "CProject", nil).status, "other servers do not have it")
}

func TestMoreFieldsOfAStockType(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithEntityType("Account", espotest.EntityType{
		Fields: map[string]espotest.Field{"cScore": {Type: "int", Required: true}},
	}))
	a := mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "A"})
	assert.Contains(t, a.reason(), "field: cScore, type: required")
	id := create(t, s, "Account", map[string]any{"name": "A", "cScore": 7})
	assert.EqualValues(t, 7, mustCall(t, s, http.MethodGet, "Account/"+id, nil).object(t)["cScore"])
}

func TestUnknownRoleOfAUser(t *testing.T) {
	_, err := espotest.Start(espotest.WithUser(espotest.User{UserName: "x", Roles: []string{"Nope"}}))
	require.ErrorContains(t, err, `unknown role "Nope"`)
}

func TestSettings(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithSettings(map[string]any{"recordListMaxSizeLimit": 3}))
	for i := range 5 {
		create(t, s, "Account", map[string]any{"name": fmt.Sprint("A", i)})
	}
	assert.Equal(t, 403, mustCall(t, s, http.MethodGet, "Account?maxSize=4", nil).status)
	list, _ := mustCall(t, s, http.MethodGet, "Account?maxSize=3", nil).object(t)["list"].([]any)
	assert.Len(t, list, 3)
}

// A record agrees with what others are now, not with what they were.
func TestDuplicatesFollowChanges(t *testing.T) {
	s := espotest.NewServer(t)
	id := create(t, s, "Account", map[string]any{"name": "Acme", "emailAddress": "old@example.com"})
	a := mustCall(t, s, http.MethodPut, "Account/"+id, map[string]any{"emailAddressData": []any{
		map[string]any{"emailAddress": "new@example.com", "primary": true}, map[string]any{"emailAddress": "second@example.com"},
	}})
	require.Equal(t, 200, a.status, a.reason())
	create(t, s, "Contact", map[string]any{"firstName": "Ann", "lastName": "Lee"})

	for _, c := range []struct {
		entity string
		attrs  map[string]any
		status int
	}{
		{"Account", map[string]any{"name": "ACME"}, 409},
		{"Account", map[string]any{"name": "B", "emailAddress": "NEW@example.com"}, 409},
		{"Account", map[string]any{"name": "C", "emailAddress": "second@example.com"}, 409},
		{"Account", map[string]any{"name": "D", "emailAddress": "old@example.com"}, 200},
		{"Contact", map[string]any{"firstName": "ann", "lastName": "lee"}, 409},
		{"Contact", map[string]any{"firstName": "Bob", "lastName": "Lee"}, 200},
		{"Contact", map[string]any{"lastName": "Lee"}, 200},
		{"Contact", map[string]any{"lastName": "E", "emailAddress": "new@example.com"}, 200},
	} {
		assert.Equal(t, c.status, mustCall(t, s, http.MethodPost, c.entity, c.attrs).status, c)
	}
	require.Equal(t, 200, mustCall(t, s, http.MethodDelete, "Account/"+id, nil).status)
	assert.Equal(t, 200, mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "Acme"}).status, "deleted ones do not count")
}

// What Go takes for a number and JSON has no form for would spoil every list.
func TestNumbersThatNoAnswerHolds(t *testing.T) {
	s := espotest.NewServer(t)
	for _, amount := range []any{"NaN", "Inf", "-Infinity", "1e999", "0x1p4", "1_000", jsontext.Value("1e999")} {
		a := mustCall(t, s, http.MethodPost, "Opportunity", map[string]any{"name": "O", "amount": amount, "closeDate": "2030-01-01"})
		assert.GreaterOrEqual(t, a.status, 400, amount)
	}
	assert.Empty(t, s.Records("Opportunity"))
}

// A person is a duplicate who has the same first and the same last name, or lacks
// the same one of them.
func TestPersonsOfTheSameName(t *testing.T) {
	for name, row := range map[string]struct {
		entity string
		first  map[string]any
		second map[string]any
		status int
	}{
		"last names":            {"Contact", map[string]any{"lastName": "Lee"}, map[string]any{"lastName": "lee"}, 409},
		"last names of leads":   {"Lead", map[string]any{"lastName": "Lee"}, map[string]any{"lastName": "Lee", "firstName": ""}, 409},
		"first names":           {"Lead", map[string]any{"firstName": "Ann"}, map[string]any{"firstName": "Ann"}, 409},
		"one has a first name":  {"Contact", map[string]any{"lastName": "Lee", "firstName": "Ann"}, map[string]any{"lastName": "Lee"}, 200},
		"other has":             {"Contact", map[string]any{"lastName": "Lee"}, map[string]any{"lastName": "Lee", "firstName": "Ann"}, 200},
		"other last names":      {"Contact", map[string]any{"lastName": "Lee", "firstName": "Ann"}, map[string]any{"lastName": "Kim", "firstName": "Ann"}, 200},
		"leads without a name":  {"Lead", map[string]any{"accountName": "Acme"}, map[string]any{"accountName": "Acme"}, 200},
		"first and last":        {"Contact", map[string]any{"lastName": "Lee", "firstName": "Ann"}, map[string]any{"lastName": "Lee", "firstName": "ANN"}, 409},
		"first against no last": {"Lead", map[string]any{"lastName": "Lee", "firstName": "Ann"}, map[string]any{"firstName": "Ann"}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			s := espotest.NewServer(t)
			create(t, s, row.entity, row.first)
			assert.Equal(t, row.status, mustCall(t, s, http.MethodPost, row.entity, row.second).status)
		})
	}
}
