package espotest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestConflict(t *testing.T) {
	s := espotest.NewServer(t)
	id := create(t, s, "Account", map[string]any{"name": "A", "website": "a.example"})
	s.Fail(espotest.Fault{Kind: espotest.Conflict{}})
	assert.Equal(t, 200, mustCall(t, s, http.MethodGet, "Account/"+id, nil).status, "only updates conflict")
	a := mustCall(t, s, http.MethodPut, "Account/"+id, map[string]any{"name": "B", "website": "a.example", "description": "new"}, "X-Version-Number", "1")
	assert.Equal(t, 409, a.status)
	assert.Equal(t, "modified", a.reason())
	assert.Equal(t, jsonType, a.header.Get("Content-Type"))
	assert.JSONEq(t, `{"values":{"name":"A","description":null},"versionNumber":2}`, string(a.raw))
	stored := s.Records("Account")[0]
	assert.Equal(t, "A", stored["name"], "nothing was done")
	assert.EqualValues(t, 2, stored.Version(), "but by somebody else")
	assert.NotNil(t, stored["modifiedById"])
	again := mustCall(t, s, http.MethodPut, "Account/"+id, map[string]any{"name": "B"}, "X-Version-Number", "2")
	assert.Equal(t, 200, again.status)
}

// Modify reads the record anew when somebody else was first, as often as that
// is so.
func TestClientMeetsConflicts(t *testing.T) {
	s := espotest.NewServer(t)
	id := s.Seed("Account", map[string]any{"name": "A"})[0]
	s.Fail(espotest.Fault{Path: "Account/*", Times: 2, Kind: espotest.Conflict{}})
	account, err := s.Client().Accounts.Modify(t.Context(), id, func(a *espo.Account) error { a.Name += "!"; return nil })
	require.NoError(t, err)
	assert.Equal(t, "A!", account.Name)
	var statuses []int
	for _, r := range s.Requests() {
		statuses = append(statuses, r.Status)
	}
	assert.Equal(t, []int{200, 409, 200, 409, 200, 200}, statuses)
}

func TestDuplicate(t *testing.T) {
	s := espotest.NewServer(t)
	s.Fail(espotest.Fault{Kind: espotest.Duplicate{}})
	body := map[string]any{"name": "Twin", "emailAddress": "twin@x.example"}
	a := mustCall(t, s, http.MethodPost, "Account", body)
	assert.Equal(t, 409, a.status)
	assert.Equal(t, "duplicate", a.reason())
	list, ok := a.body.([]any)
	require.True(t, ok, "%s", a.raw)
	require.Len(t, list, 1)
	twin, _ := list[0].(map[string]any)
	assert.Equal(t, "Twin", twin["name"])
	stored := s.Records("Account")
	require.Len(t, stored, 1, "that of somebody else")
	assert.Equal(t, twin["id"], stored[0]["id"])
	assert.Equal(t, 200, mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "Other"}).status)

	s.Fail(espotest.Fault{Path: "Contact", Kind: espotest.Duplicate{}})
	_, err := s.Client().Contacts.Create(t.Context(), espo.Contact{FirstName: "Jo", LastName: "Twin"})
	var duplicate *espo.DuplicateError
	require.ErrorAs(t, err, &duplicate)
	require.Len(t, duplicate.Records, 1)
	contact, err := s.Client().Contacts.Get(t.Context(), duplicate.Records[0].ID())
	require.NoError(t, err, "what the error names can be read")
	assert.Equal(t, "Twin", contact.LastName)
}

func TestInvalid(t *testing.T) {
	s := espotest.NewServer(t)
	id := create(t, s, "Account", map[string]any{"name": "A"})
	for _, row := range []struct{ method, path string }{{http.MethodPost, "Account"}, {http.MethodPut, "Account/" + id}, {http.MethodPatch, "Account/" + id}} {
		t.Run(row.method, func(t *testing.T) {
			s.Fail(espotest.Fault{Kind: espotest.Invalid{Field: "website", Rule: "maxLength"}})
			assert.Equal(t, 200, mustCall(t, s, http.MethodGet, "Account", nil).status)
			a := mustCall(t, s, row.method, row.path, map[string]any{"name": "Never"})
			assert.Equal(t, 400, a.status)
			assert.Equal(t, "Field validation failure; entityType: Account, field: website, type: maxLength.", a.reason())
			assert.JSONEq(t, `{"messageTranslation":{"label":"validationFailure","scope":null,"data":{"field":"website","type":"maxLength"}}}`, string(a.raw))
		})
	}
	require.Len(t, s.Records("Account"), 1)
	assert.Equal(t, "A", s.Records("Account")[0]["name"])
}

func TestMaintenance(t *testing.T) {
	check := func(t *testing.T, a answer) {
		t.Helper()
		assert.Equal(t, 503, a.status)
		assert.Equal(t, "Application is in maintenance mode.", a.reason())
		assert.Equal(t, loginType, a.header.Get("Content-Type"))
		assert.JSONEq(t, `{"message":"The application currently is in maintenance mode."}`, string(a.raw))
		assert.Empty(t, a.header.Get("Retry-After"))
	}
	t.Run("for a while", func(t *testing.T) {
		s := espotest.NewServer(t)
		s.Fail(espotest.Fault{Kind: espotest.Maintenance{}})
		check(t, mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "Never"}))
		assert.Empty(t, s.Records("Account"))
		assert.Equal(t, 200, mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "A"}).status)
	})
	t.Run("for all but administrators", func(t *testing.T) {
		s := espotest.NewServer(t)
		s.Fail(espotest.Fault{Times: -1, Kind: espotest.Maintenance{}})
		check(t, mustCall(t, s, http.MethodGet, "Account", nil))
		assert.Equal(t, 200, mustCall(t, s, http.MethodGet, "Account", nil, asAdmin...).status)
		assert.Equal(t, 401, mustCall(t, s, http.MethodGet, "Account", nil, "X-Api-Key", "wrong").status)
	})
	t.Run("by its setting", func(t *testing.T) {
		s := espotest.NewServer(t, espotest.WithSettings(map[string]any{"maintenanceMode": true}),
			espotest.WithUser(espotest.User{UserName: "eve", Password: "secret", Roles: []string{espotest.FullRole}}))
		check(t, mustCall(t, s, http.MethodGet, "Account", nil))
		check(t, mustCall(t, s, http.MethodGet, "App/user", nil, "Espo-Authorization", basic("eve", "secret")))
		assert.Zero(t, s.Logins(), "nobody logs in")
		assert.Equal(t, 200, mustCall(t, s, http.MethodGet, "Account", nil, asAdmin...).status)
		assert.Equal(t, 1, s.Logins())
	})
}

func TestLoginLimit(t *testing.T) {
	s := espotest.NewServer(t)
	token, _ := mustCall(t, s, http.MethodGet, "App/user", nil, asAdmin...).object(t)["token"].(string)
	byToken := []string{"Espo-Authorization", basic(espotest.AdminUser, token), "Espo-Authorization-By-Token", "true"}
	s.Fail(espotest.Fault{Times: -1, Kind: espotest.LoginLimit{}})
	for name, headers := range map[string][]string{
		"API key": nil, "wrong API key": {"X-Api-Key", "wrong"}, "password": asAdmin,
	} {
		t.Run(name, func(t *testing.T) {
			a := mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "Never"}, headers...)
			assert.Equal(t, 403, a.status)
			assert.Empty(t, a.header.Values("X-Status-Reason"))
			assert.Equal(t, loginType, a.header.Get("Content-Type"))
			assert.Empty(t, a.raw)
		})
	}
	assert.Empty(t, s.Records("Account"))
	assert.Equal(t, 200, mustCall(t, s, http.MethodGet, "Account", nil, byToken...).status, "a token passes")
}

// What cannot happen by its fields is refused at once.
func TestKindsThatCannotHappen(t *testing.T) {
	conflict, duplicate := espotest.Conflict{}, espotest.Duplicate{}
	for _, row := range []struct {
		name  string
		fault espotest.Fault
		want  string
	}{
		{"a conflict on a GET", espotest.Fault{Method: "GET", Kind: conflict}, `the update of a record: no request with Method "GET" and Path "" is one`},
		{"a conflict on a POST", espotest.Fault{Method: "POST", Kind: conflict}, "the update of a record"},
		{"a conflict in a list", espotest.Fault{Path: "Account", Kind: conflict}, "the update of a record"},
		{"a conflict of a link", espotest.Fault{Path: "Account/*/contacts", Kind: conflict}, "the update of a record"},
		{"a conflict without versions", espotest.Fault{Path: "Contact/*", Kind: conflict}, "Contact has no optimistic concurrency control"},
		{"a conflict of a misspelt type", espotest.Fault{Path: "Acount/*", Kind: conflict}, `there is no entity type "Acount"; did you mean "Account"?`},
		{"a duplicate on a DELETE", espotest.Fault{Method: "DELETE", Kind: duplicate}, "the creation of a record"},
		{"a duplicate on a PUT", espotest.Fault{Method: "PUT", Path: "Account/*", Kind: duplicate}, "the creation of a record"},
		{"a duplicate of what has none", espotest.Fault{Path: "Task", Kind: duplicate}, "Task has no field by which duplicates are found"},
		{"invalid on a GET", espotest.Fault{Method: "GET", Kind: espotest.Invalid{Field: "name", Rule: "required"}}, "the creation and the update of a record"},
		{"invalid without a field", espotest.Fault{Kind: espotest.Invalid{Rule: "required"}}, "Invalid needs a Field and a Rule"},
		{"invalid without a rule", espotest.Fault{Kind: espotest.Invalid{Field: "name"}}, "Invalid needs a Field and a Rule"},
		{
			"invalid in a misspelt field", espotest.Fault{Path: "Account", Kind: espotest.Invalid{Field: "websitee", Rule: "valid"}},
			`Account has no field "websitee"; did you mean "website"?`,
		},
		{"a kind and a status", espotest.Fault{Status: 500, Kind: conflict}, "Kind is an answer of EspoCRM's"},
		{"a kind and a cut", espotest.Fault{Cut: true, Kind: conflict}, "Kind is an answer of EspoCRM's"},
		{"a kind after the effect", espotest.Fault{After: true, Kind: espotest.Maintenance{}}, "Kind is an answer of EspoCRM's"},
	} {
		t.Run(row.name, func(t *testing.T) {
			tb := &spy{t: t}
			s := espotest.NewServer(tb)
			s.Fail(row.fault)
			failed := tb.failures()
			require.Len(t, failed, 1)
			assert.Contains(t, failed[0], row.want)
		})
	}
	s := espotest.NewServer(t)
	for _, f := range []espotest.Fault{
		{Path: "*/*", Kind: conflict}, {Path: "[A-Z]*/*", Kind: conflict}, {Path: "account/*", Kind: conflict},
		{Kind: espotest.Invalid{Field: "made up", Rule: "valid"}},
	} {
		s.Fail(f)
	}
}

// What cannot happen to the request fails the test when it is due.
func TestKindsThatTurnOutNotToHappen(t *testing.T) {
	version := []string{"X-Version-Number", "1"}
	name := map[string]any{"name": "B"}
	for _, row := range []struct {
		name         string
		kind         espotest.Kind
		method, path string
		body         map[string]any
		headers      []string
		want         string
	}{
		{"no version was sent", espotest.Conflict{}, "PUT", "Account/ACCOUNT", name, nil, "the request has no X-Version-Number"},
		{"nothing would change", espotest.Conflict{}, "PUT", "Account/ACCOUNT", map[string]any{"name": "A"}, version, "sends what the record has already"},
		{"no versions", espotest.Conflict{}, "PUT", "Contact/CONTACT", map[string]any{"lastName": "B"}, version, "Contact has no optimistic concurrency control"},
		{"no record", espotest.Conflict{}, "PUT", "Account/none", name, version, "EspoCRM answers before that: 404 Record none not found."},
		{"no right", espotest.Conflict{}, "PUT", "Account/ACCOUNT", name, append([]string{"X-Api-Key", espotest.LimitedAPIKey}, version...), "EspoCRM answers before that: 403"},
		{"no check", espotest.Duplicate{}, "POST", "Account", name, []string{"X-Skip-Duplicate-Check", "true"}, "the request has X-Skip-Duplicate-Check"},
		{"nothing to compare", espotest.Duplicate{}, "POST", "Lead", map[string]any{"accountName": "B"}, nil, "sends nothing by which duplicates are found: name, emailAddress"},
		{"not valid", espotest.Duplicate{}, "POST", "Account", map[string]any{}, nil, "EspoCRM answers before that: 400 Field validation failure"},
		{"no duplicates", espotest.Duplicate{}, "POST", "Task", name, nil, "Task has no field by which duplicates are found"},
		{"no such field", espotest.Invalid{Field: "emailAdress", Rule: "valid"}, "POST", "Account", name, nil, `Account has no field "emailAdress"; did you mean "emailAddress"?`},
		{"an administrator", espotest.Maintenance{}, "GET", "Account", nil, asAdmin, "administrators pass maintenance mode"},
		{"wrong credentials", espotest.Maintenance{}, "GET", "Account", nil, []string{"X-Api-Key", "wrong"}, "EspoCRM answers before that: 401"},
		{"no such path", espotest.Maintenance{}, "GET", "a/b/c/d/e", nil, nil, "EspoCRM answers before that: 404"},
		{"a token", espotest.LoginLimit{}, "GET", "Account", nil, []string{"Espo-Authorization", basic("admin", "x"), "Espo-Authorization-By-Token", "true"}, "a login with a token meets no limit"},
	} {
		t.Run(row.name, func(t *testing.T) {
			tb := &spy{t: t}
			s := espotest.NewServer(tb)
			path := strings.NewReplacer(
				"ACCOUNT", create(t, s, "Account", map[string]any{"name": "A"}),
				"CONTACT", create(t, s, "Contact", map[string]any{"lastName": "A"}),
			).Replace(row.path)
			s.Fail(espotest.Fault{Kind: row.kind})
			a := mustCall(t, s, row.method, path, row.body, row.headers...)
			failed := tb.failures()
			require.Len(t, failed, 1)
			assert.Contains(t, failed[0], row.want)
			assert.Equal(t, 500, a.status)
			assert.Equal(t, failed[0], a.reason())
		})
	}
}

func TestKindsOfLoginsNeedOne(t *testing.T) {
	tb := &spy{t: t}
	s := espotest.NewServer(tb)
	s.Fail(espotest.Fault{Kind: espotest.LoginLimit{}})
	client, err := espo.NewClient(s.URL(), espo.APIKey("none"))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	require.Error(t, client.LeadCapture.Submit(t.Context(), "none", espo.Attrs{"lastName": "A"}))
	assert.Contains(t, tb.failures()[0], "the request logs nobody in")
}

// A fault of all requests passes over those that it cannot happen to.
func TestKindsOfAllRequests(t *testing.T) {
	s := espotest.NewServer(t)
	account := create(t, s, "Account", map[string]any{"name": "A"})
	contact := create(t, s, "Contact", map[string]any{"lastName": "A"})
	s.Fail(espotest.Fault{Times: -1, Kind: espotest.Conflict{}})
	for range 2 {
		assert.Equal(t, 200, mustCall(t, s, http.MethodPut, "Contact/"+contact, map[string]any{"lastName": "B"}).status)
		assert.Equal(t, 200, mustCall(t, s, http.MethodPut, "Account/"+account, map[string]any{"description": "B"}).status)
		assert.Equal(t, 409, mustCall(t, s, http.MethodPut, "Account/"+account, map[string]any{"name": "B"}, "X-Version-Number", "1").status)
	}
}
