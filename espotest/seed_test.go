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

// Old records need no clock of their own.
func TestSeedOldRecords(t *testing.T) {
	now := time.Date(2030, 6, 15, 12, 0, 0, 0, time.UTC)
	s := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now }))
	eve := s.Seed("User", map[string]any{"userName": "eve", "lastName": "Eve"})[0]
	const today = "2030-06-15 12:00:00"
	for _, row := range []struct {
		name  string
		attrs map[string]any
		want  map[string]any
	}{
		{"nothing", map[string]any{}, map[string]any{"createdAt": today, "modifiedAt": today, "modifiedById": nil, "createdByName": "Admin"}},
		{
			"both dates", map[string]any{"createdAt": "2020-01-02 03:04:05", "modifiedAt": "2021-01-02 03:04:05"},
			map[string]any{"createdAt": "2020-01-02 03:04:05", "modifiedAt": "2021-01-02 03:04:05"},
		},
		{"not modified since", map[string]any{"createdAt": "2020-01-02 03:04:05"}, map[string]any{"createdAt": "2020-01-02 03:04:05", "modifiedAt": "2020-01-02 03:04:05"}},
		{"modified long ago", map[string]any{"modifiedAt": "2020-01-02 03:04:05"}, map[string]any{"createdAt": today, "modifiedAt": "2020-01-02 03:04:05"}},
		{"a date-time of the SDK", map[string]any{"createdAt": espo.NewDateTime(now.AddDate(-1, 0, 0))}, map[string]any{"createdAt": "2029-06-15 12:00:00"}},
		{"a time", map[string]any{"createdAt": time.Date(2020, 1, 1, 2, 0, 0, 0, time.FixedZone("", 7200))}, map[string]any{"createdAt": "2020-01-01 00:00:00"}},
		{"null", map[string]any{"createdAt": nil}, map[string]any{"createdAt": nil, "modifiedAt": today}},
		{"by others", map[string]any{"createdById": eve, "modifiedById": eve}, map[string]any{"createdById": eve, "createdByName": "Eve", "modifiedById": eve, "modifiedByName": "Eve"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.attrs["name"] = row.name
			id := s.Seed("Account", row.attrs)[0]
			got := mustCall(t, s, http.MethodGet, "Account/"+id, nil).object(t)
			for name, want := range row.want {
				assert.Equal(t, want, got[name], name)
			}
		})
	}
	before := url.QueryEscape(`{"where":[{"type":"before","attribute":"createdAt","value":"2021-01-01"}]}`)
	assert.EqualValues(t, 3, mustCall(t, s, http.MethodGet, "Account?searchParams="+before, nil).object(t)["total"])
	a := mustCall(t, s, http.MethodPost, "Account", map[string]any{"name": "By request", "createdAt": "2020-01-01 00:00:00", "createdById": eve}).object(t)
	assert.Equal(t, today, a["createdAt"], "others cannot set them")
	assert.NotEqual(t, eve, a["createdById"])
}

// What would have no effect fails the test, and says what was meant.
func TestSeedRefusesWhatHasNoEffect(t *testing.T) {
	for _, row := range []struct {
		name, entityType string
		attrs            map[string]any
		want             string
	}{
		{"misspelt", "Account", map[string]any{"name": "A", "websitee": "x"}, `espotest: Seed: record 0 of Account: Account has no attribute "websitee"; did you mean "website"?`},
		{"small letters", "Contact", map[string]any{"lastname": "A"}, `Contact has no attribute "lastname"; did you mean "lastName"?`},
		{"the name of a link", "Contact", map[string]any{"lastName": "A", "account": "1"}, `Contact has no attribute "account"; did you mean "accountId"?`},
		{"the name of links", "Contact", map[string]any{"lastName": "A", "teams": nil}, `Contact has no attribute "teams"; did you mean "teamsIds"?`},
		{"nothing like it", "Account", map[string]any{"name": "A", "cScore": 1}, `Account has no attribute "cScore"`},
		{"id", "Account", map[string]any{"name": "A", "id": "1"}, `the attribute "id" cannot be set: Seed returns the ids`},
		{"name of a link's record", "Account", map[string]any{"name": "A", "createdByName": "Eve"}, `the attribute "createdByName" cannot be set: set "createdById"`},
		{"read-only", "Account", map[string]any{"name": "A", "deleted": true}, `the attribute "deleted" cannot be set: it is read-only`},
		{"no date-time", "Account", map[string]any{"name": "A", "createdAt": "yesterday"}, "createdAt is not a date-time such as 2006-01-02 15:04:05: yesterday"},
		{"no user", "Account", map[string]any{"name": "A", "createdById": "eve"}, "createdById is the id of no user: eve"},
		{"no stamps", "Currency", map[string]any{"createdAt": "2020-01-01 00:00:00"}, "Currency"},
		{"entity type", "Acount", map[string]any{"name": "A"}, `there is no entity type "Acount"; did you mean "Account"?`},
		{"value", "Account", map[string]any{"name": "A", "type": "Nope"}, "Field validation failure; entityType: Account, field: type, type: valid."},
	} {
		t.Run(row.name, func(t *testing.T) {
			tb := &spy{t: t}
			s := espotest.NewServer(tb)
			s.Seed(row.entityType, row.attrs)
			failed := tb.failures()
			require.Len(t, failed, 1)
			assert.Contains(t, failed[0], row.want)
			if row.entityType == "Account" {
				assert.Empty(t, s.Records("Account"))
			}
		})
	}
	tb := &spy{t: t}
	assert.Empty(t, espotest.NewServer(tb).Records("Acount"))
	assert.Equal(t, []string{`espotest: Records: there is no entity type "Acount"; did you mean "Account"?`}, tb.failures())
}
