package espotest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// regularUser makes a user with a role of its own, and returns a client of its.
func regularUser(t *testing.T, srv *espotest.Server, role espo.Attrs) *espo.Client {
	t.Helper()
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	all := espo.Record{"name": "r", "data": map[string]any{"Account": map[string]any{"create": "yes", "read": "all", "edit": "all"}}}
	for name, v := range role {
		all[name] = v
	}
	r, err := admin.Records("Role").Create(t.Context(), all)
	require.NoError(t, err)
	const password = "Password-of-a-test-1"
	_, err = admin.Records("User").Create(t.Context(), espo.Record{
		"userName": "u", "lastName": "u", "type": "regular", "password": password, "passwordConfirm": password, "rolesIds": []string{r.ID()},
	})
	require.NoError(t, err)
	return srv.ClientAs(espo.Basic("u", password))
}

// Before 9.1 lists are ordered by fields that the user may not read.
func TestVersionOrdersByHiddenFields(t *testing.T) {
	for version, want := range map[string]error{
		"7.5": nil, "8.4": nil, "9.0": nil, "9.1": espo.ErrForbidden, "9.2": espo.ErrBadRequest, "9.3": espo.ErrBadRequest, "10.0": espo.ErrBadRequest,
	} {
		srv := espotest.NewServer(t, espotest.WithVersion(version))
		client := regularUser(t, srv, espo.Attrs{"fieldData": map[string]any{"Account": map[string]any{"website": map[string]any{"read": "no", "edit": "no"}}}})
		_, err := client.Accounts.List(t.Context(), espo.Query{OrderBy: "website"})
		require.ErrorIs(t, err, want, version)
	}
}

// Whoever may assign to nobody else makes everything its own, but in 7.5.
func TestVersionAssignsToOneself(t *testing.T) {
	for _, version := range eachVersion {
		srv := espotest.NewServer(t, espotest.WithVersion(version))
		client := regularUser(t, srv, espo.Attrs{"assignmentPermission": "no"})
		me, err := client.App.CurrentUser(t.Context())
		require.NoError(t, err)
		acc, err := client.Accounts.Create(t.Context(), espo.Account{Name: "A"})
		if version == "7.5" {
			require.ErrorIs(t, err, espo.ErrForbidden)
			acc, err = client.Accounts.Create(t.Context(), espo.Account{Name: "A", AssignedUserID: me.User.ID})
		}
		require.NoError(t, err, version)
		assert.Equal(t, me.User.ID, acc.AssignedUserID, version)
	}
}

// Before 8.0 a conversion of a lead is refused by the database alone.
func TestVersionConvertsUnchecked(t *testing.T) {
	for version, want := range map[string]map[string]error{
		"7.5":  {"2030-12-31": nil, "no day": espo.ErrServer},
		"8.4":  {"2030-12-31": espo.ErrServer, "no day": espo.ErrServer},
		"10.0": {"2030-12-31": espo.ErrBadRequest, "no day": espo.ErrBadRequest},
	} {
		client := espotest.NewServer(t, espotest.WithVersion(version)).Client()
		for day, want := range want {
			lead, err := client.Leads.Create(t.Context(), espo.Lead{LastName: day})
			require.NoError(t, err)
			_, err = client.Leads.Convert(t.Context(), lead.ID, espo.LeadConversion{Records: map[string]espo.Attrs{
				"Opportunity": {"closeDate": day, "amount": 1}, // without a name
			}})
			require.ErrorIs(t, err, want, "%s: %s", version, day)
		}
	}
}
