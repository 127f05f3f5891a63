package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/examples/internal/demo"
)

// rights are those of the cookbook.
var rights = espotest.Role{
	Scopes: map[string]espotest.Access{
		"Contact": {Read: espo.AccessAll, Edit: espo.AccessAll, Delete: espo.AccessAll},
	},
}

// The oldest contact stays, takes what it lacks and keeps what it has.
func TestGroupsAreMergedIntoTheOldest(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	ids := srv.Seed("Contact",
		espo.Attrs{"lastName": "Koval", "emailAddress": "k@acme.example", "createdAt": "2026-03-01 10:00:00", "description": "new", "accountId": account},
		espo.Attrs{"lastName": "Koval", "emailAddress": "K@acme.example", "createdAt": "2026-01-01 10:00:00", "addressCity": "Kyiv"},
		espo.Attrs{"lastName": "koval", "emailAddress": "k@acme.example", "createdAt": "2026-02-01 10:00:00", "addressCity": "Lviv", "description": "older", "doNotCall": true})
	contacts := client.Records("Contact")

	groups, err := find(t.Context(), contacts)
	require.NoError(t, err)
	require.Len(t, groups, 1)
	assert.Equal(t, ids[1], groups[0].into.ID())
	assert.Equal(t, espo.Attrs{"description": "new", "doNotCall": true, "accountId": account}, groups[0].gets())

	require.NoError(t, groups[0].merge(t.Context(), contacts))
	left := srv.Records("Contact")
	require.Len(t, left, 1)
	assert.Equal(t, "Kyiv", left[0].String("addressCity"))
	assert.Equal(t, "new", left[0].String("description"))
	assert.Equal(t, []string{account}, left[0].Strings("accountsIds"))
	groups, err = find(t.Context(), contacts)
	require.NoError(t, err)
	assert.Empty(t, groups)
}

func TestAnAddressThatIsShared(t *testing.T) {
	srv, client := demo.WithRights(t, rights)
	srv.Seed("Contact",
		espo.Attrs{"lastName": "Roe", "emailAddress": "office@bolt.example"},
		espo.Attrs{"lastName": "Smith", "emailAddress": "office@bolt.example"},
		espo.Attrs{"lastName": "Roe"}, espo.Attrs{"lastName": "Roe"})
	groups, err := find(t.Context(), client.Records("Contact"))
	require.NoError(t, err)
	assert.Empty(t, groups)
}
