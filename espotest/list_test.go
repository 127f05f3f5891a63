package espotest_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// What is wrong with a list request is found in a certain order.
func TestListRefused(t *testing.T) {
	s := espotest.NewServer(t)
	for _, c := range []struct {
		path   string
		status int
		reason string
	}{
		{"Account?maxSize=201&orderBy=nope", 403, "Max size should not exceed 200. Use offset and limit."},
		{"Account?maxSize=201&order=nope", 403, "Max size should not exceed 200. Use offset and limit."},
		{"Account?offset=-1&orderBy=nope", 400, "Order by non-existing field 'nope'."},
		{"Account?orderBy=nope&where[0][type]=nope&where[0][attribute]=name", 400, "Order by non-existing field 'nope'."},
		{"Account?primaryFilter=nope&where[0][type]=nope&where[0][attribute]=name", 400, "Unknown where item type 'nope'."},
		{"Account?primaryFilter=nope&boolFilterList[]=nope", 400, "No primary filter 'nope' for 'Account'."},
		{"Account?boolFilterList[]=nope", 400, "No bool filter 'nope' for 'Account'."},
		{"Account?boolFilterList[]=", 500, ""},
		{"Account?offset=-1", 500, ""},
		{"Account?maxSize=-1", 500, ""},
		{"Kanban/Opportunity?maxSize=-1", 500, ""},
		{"Kanban/Opportunity?offset=-1", 500, ""},
		{"Activities/upcoming?maxSize=-1", 500, ""},
		{"Account?offset=9223372036854775807&maxSize=200", 200, ""},
		{"Contact?orderBy=account.name", 400, "Complex expressions are forbidden in 'orderBy'. Complex expressions are forbidden in 'orderBy'."},
		{"Contact?orderBy=opportunityRole", 400, "Order by the field 'opportunityRole' is disabled. Order by the field 'opportunityRole' is disabled."},
		{"Contact?orderBy=teams", 400, "Order by non-existing field 'teams'."},
		{"Contact?orderBy=teamsIds", 500, ""},
		{"Contact?orderBy=emailAddressData", 500, ""},
		{"Contact?orderBy=phoneNumberNumeric", 500, ""},
		{"Contact?orderBy=isFollowed", 500, ""},
		{"Contact?orderBy=assignedUserName", 200, ""},
		{"Contact?orderBy=assignedUserName&select=id", 500, ""},
		{"Contact?orderBy=assignedUserName&select=assignedUserName", 200, ""},
		{"Contact?select=teams", 200, ""},
		{"Contact?select=opportunities", 200, ""},
		{"Contact?searchParams=" + url.QueryEscape(`{"where":[{"type":"equals","attribute":"name","value":"x","other":1}]}`), 500, ""},
		{"User?where[0][type]=isNotNull&where[0][attribute]=apiKey", 400, "Forbidden attribute 'apiKey' in where. Forbidden attribute 'apiKey' in where."},
		{"User?where[0][type]=isLinked&where[0][attribute]=roles", 400, "Forbidden relation 'roles' in where. Forbidden relation 'roles' in where."},
		{"Contact?where[0][type]=today&where[0][attribute]=name", 200, ""},
		{"Contact?where[0][type]=past&where[0][attribute]=name", 500, ""},
		{"Contact?where[0][type]=isNull&where[0][attribute]=originalEmailId", 500, ""},
		{"Contact?where[0][type]=isTrue&where[0][attribute]=targetListIsOptedOut", 500, ""},
		{"Contact?where[0][type]=isTrue&where[0][attribute]=emailAddressIsOptedOut", 200, ""},
		{"Meeting?where[0][type]=isNotNull&where[0][attribute]=duration", 500, ""},
		{"Opportunity?where[0][type]=like&where[0][attribute]=amountConverted&where[0][value]=1", 500, ""},
		{"Opportunity?where[0][type]=equals&where[0][attribute]=amountConverted&where[0][value]=1", 200, ""},
		{"Contact?where[0][type]=equals&where[0][attribute]=phoneNumberNumeric&where[0][value]=1", 200, ""},
		{"Contact?where[0][type]=greaterThan&where[0][attribute]=phoneNumberNumeric&where[0][value]=1", 500, ""},
		{"Contact?where[0][type]=equals&where[0][attribute]=phoneNumberData&where[0][value]=1", 500, ""},
		{"Contact?where[0][type]=like&where[0][attribute]=title&where[0][value]=1", 200, ""},
		{"Contact?where[0][type]=past&where[0][attribute]=title", 500, ""},
		{"contact?maxSize=1", 200, ""},
		{"contact/action/list?maxSize=1", 200, ""},
		{"Contact/action/nope", 404, "Action GET 'nope' does not exist in controller 'Contact'."},
		{"Metadata/x", 404, "Action GET 'read' does not exist in controller 'Metadata'."},
		{"Nope", 404, "Controller 'Nope' does not exist."},
	} {
		a := mustCall(t, s, http.MethodGet, c.path, nil)
		assert.Equal(t, c.status, a.status, c.path)
		assert.Equal(t, c.reason, a.header.Get("X-Status-Reason"), c.path)
	}
}

// What a version takes of a list's parameters, and others do not.
func TestListOfVersions(t *testing.T) {
	for version, want := range map[string]struct{ selected, shared int }{
		"7.5": {200, 500}, "8.4": {500, 400}, "9.0": {500, 200}, "9.1": {500, 200}, "9.2": {200, 200}, "10.0": {200, 200},
	} {
		s := espotest.NewServer(t, espotest.WithVersion(version))
		for _, path := range []string{"Account?select=name,assignedUser", "Account?select=billingAddress", "Contact?select=teams"} {
			assert.Equal(t, want.selected, mustCall(t, s, http.MethodGet, path, nil).status, "%s in %s", path, version)
		}
		for _, path := range []string{"Account?boolFilterList[]=shared", "Meeting?boolFilterList[]=shared", "Case?boolFilterList[]=shared"} {
			assert.Equal(t, want.shared, mustCall(t, s, http.MethodGet, path, nil).status, "%s in %s", path, version)
		}
	}
}

// A record is shared with its collaborators; where there can be none, the filter
// is passed over.
func TestSharedFilter(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithVersion("10.0"))
	me, err := s.Client().App.CurrentUser(t.Context())
	require.NoError(t, err)
	s.Seed("Account", map[string]any{"name": "A"})
	s.Seed("Case", map[string]any{"name": "Mine", "collaboratorsIds": []string{me.User.ID}}, map[string]any{"name": "Other"})
	for entityType, want := range map[string]int{"Account": 1, "Case": 1} {
		n, err := s.Client().Records(entityType).Count(t.Context(), espo.Query{BoolFilters: []string{"shared"}})
		require.NoError(t, err)
		assert.Equal(t, want, n, entityType)
	}
}

func TestMethodsWithoutRoute(t *testing.T) {
	s := espotest.NewServer(t)
	for _, c := range []struct {
		method, path  string
		status        int
		allow, reason string
	}{
		{http.MethodPut, "Account", 405, "GET, POST", ""},
		{http.MethodOptions, "Account/x", 200, "GET, DELETE, PUT, PATCH", ""},
		{http.MethodOptions, "a/b/c/d/e", 200, "", ""},
		{http.MethodHead, "Account", 404, "", "Action HEAD 'list' does not exist in controller 'Account'."},
		{http.MethodHead, "Account/x/contacts", 404, "", "Action HEAD 'listLinked' does not exist in controller 'Account'."},
		{http.MethodHead, "Nope/x", 404, "", "Controller 'Nope' does not exist."},
		{http.MethodHead, "App/user", 200, "", ""},
		{http.MethodHead, "a/b/c/d/e", 404, "", ""},
	} {
		a := mustCall(t, s, c.method, c.path, nil)
		assert.Equal(t, c.status, a.status, c.method+" "+c.path)
		assert.Equal(t, c.allow, a.header.Get("Allow"), c.method+" "+c.path)
		assert.Equal(t, c.reason, a.header.Get("X-Status-Reason"), c.method+" "+c.path)
	}
}

// A filter by day goes by the day of what has no time of day.
func TestFilterOfWholeDays(t *testing.T) {
	s := espotest.NewServer(t)
	today := espo.DateOf(time.Now().UTC())
	s.Seed("Meeting",
		map[string]any{"name": "Day", "assignedUserId": userOf(t, s), "isAllDay": true, "dateStartDate": today.String(), "dateEndDate": today.String()},
		map[string]any{"name": "Night", "assignedUserId": userOf(t, s), "dateStart": today.String() + " 23:30:00", "dateEnd": today.String() + " 23:45:00"},
	)
	got, err := s.Client().Meetings.List(t.Context(), espo.Query{Where: espo.Where(espo.On("dateStart", today).InZone("Etc/GMT-2"))})
	require.NoError(t, err)
	require.Len(t, got.Records, 1)
	assert.Equal(t, "Day", got.Records[0].Name)
}
