package espotest_test

import (
	"maps"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func admin() []string {
	return []string{"Authorization", "Basic " + basic(espotest.AdminUser, espotest.AdminPassword)}
}

// list returns the items of a list.
func list(t *testing.T, s *espotest.Server, path string, headers ...string) []map[string]any {
	t.Helper()
	a := mustCall(t, s, http.MethodGet, path, nil, headers...)
	require.Equal(t, http.StatusOK, a.status, "%s %s", a.reason(), a.raw)
	items, _ := a.object(t)["list"].([]any)
	out := make([]map[string]any, len(items))
	for i, x := range items {
		out[i], _ = x.(map[string]any)
	}
	return out
}

func link(t *testing.T, s *espotest.Server, method, path, id string) {
	t.Helper()
	a := mustCall(t, s, method, path, map[string]any{"id": id})
	require.Equal(t, "true", string(a.raw), "%s %s", path, a.reason())
}

func deal(t *testing.T, s *espotest.Server, attrs map[string]any) string {
	t.Helper()
	all := map[string]any{"name": "Deal", "amount": 1, "closeDate": "2027-01-01"}
	maps.Copy(all, attrs)
	return create(t, s, "Opportunity", all)
}

// Linking from the one end makes the record primary, from the other it does not.
func TestPrimaryOfLinked(t *testing.T) {
	s := espotest.NewServer(t)
	account := create(t, s, "Account", map[string]any{"name": "A"})
	contact := create(t, s, "Contact", map[string]any{"lastName": "C"})
	opportunity := deal(t, s, nil)
	primary := func(path, name string) any { return mustCall(t, s, http.MethodGet, path, nil).object(t)[name] }

	for _, c := range []struct {
		from, to, record, attr, id string
		sets                       bool
	}{
		{"Account/" + account + "/contacts", contact, "Contact/" + contact, "accountId", account, true},
		{"Contact/" + contact + "/accounts", account, "Contact/" + contact, "accountId", account, false},
		{"Contact/" + contact + "/opportunities", opportunity, "Opportunity/" + opportunity, "contactId", contact, true},
		{"Opportunity/" + opportunity + "/contacts", contact, "Opportunity/" + opportunity, "contactId", contact, false},
	} {
		link(t, s, http.MethodPost, c.from, c.to)
		if c.sets {
			assert.Equal(t, c.id, primary(c.record, c.attr), c.from)
			assert.NotNil(t, primary(c.record, "modifiedById"), c.from)
		} else {
			assert.Nil(t, primary(c.record, c.attr), c.from)
		}
		link(t, s, http.MethodDelete, c.from, c.to)
		assert.Nil(t, primary(c.record, c.attr), c.from)
	}
}

func TestRightsOfLinks(t *testing.T) {
	read := espotest.Access{Read: espo.AccessAll, Stream: espo.AccessAll}
	s := espotest.NewServer(t,
		espotest.WithRole(espotest.Role{Name: "Linker", Scopes: map[string]espotest.Access{
			"Account": espotest.FullAccess, "Contact": read, "Opportunity": read, "TargetList": espotest.FullAccess,
		}}),
		espotest.WithUser(espotest.User{UserName: "linker", Type: "api", APIKey: "linker-key", Roles: []string{"Linker"}}))
	account := create(t, s, "Account", map[string]any{"name": "A"})
	contact := create(t, s, "Contact", map[string]any{"lastName": "C"})
	targets := create(t, s, "TargetList", map[string]any{"name": "T"})
	team := create(t, s, "Team", map[string]any{"name": "T"}, admin()...)

	for _, c := range []struct{ path, id, label, action string }{
		{"Account/" + account + "/contacts", contact, "noAccessToForeignRecord", "edit"},
		{"Account/" + account + "/teams", team, "noAccessToForeignRecord", "edit"},
		{"Contact/" + contact + "/accounts", account, "noAccessToRecord", "edit"},
		{"TargetList/" + targets + "/contacts", contact, "", ""}, // reading is enough
	} {
		for _, method := range []string{http.MethodPost, http.MethodDelete} {
			a := mustCall(t, s, method, c.path, map[string]any{"id": c.id}, "X-Api-Key", "linker-key")
			if c.label == "" {
				assert.Equal(t, http.StatusOK, a.status, c.path)
				continue
			}
			assert.Equal(t, http.StatusForbidden, a.status, c.path)
			message, _ := a.object(t)["messageTranslation"].(map[string]any)
			assert.Equal(t, c.label, message["label"], c.path)
			assert.Equal(t, map[string]any{"action": c.action}, message["data"], c.path)
		}
	}
}

// Lists of targets say who has opted out, whatever is selected.
func TestListsOfTargets(t *testing.T) {
	s := espotest.NewServer(t)
	contact := create(t, s, "Contact", map[string]any{"lastName": "C"})
	targets := create(t, s, "TargetList", map[string]any{"name": "T"})
	path := "TargetList/" + targets + "/contacts"
	link(t, s, http.MethodPost, path, contact)

	assert.Equal(t, false, list(t, s, path+"?select=lastName")[0]["targetListIsOptedOut"])
	bare := list(t, s, path)[0]
	assert.Equal(t, false, bare["targetListIsOptedOut"])
	assert.NotContains(t, bare, "lastName", "without a select only what the link selects comes")
	assert.Equal(t, false, list(t, s, "Contact/"+contact+"/targetLists?select=name")[0]["isOptedOut"])

	body := map[string]any{"id": targets, "link": "contacts"}
	require.Equal(t, "true", string(mustCall(t, s, http.MethodPost, "TargetList/action/unlinkAll", body).raw))
	assert.Empty(t, list(t, s, path))
	for _, body := range []map[string]any{{}, {"id": targets}, {"id": targets, "link": "campaigns"}} {
		assert.Equal(t, http.StatusBadRequest, mustCall(t, s, http.MethodPost, "TargetList/action/unlinkAll", body).status)
	}
}

// Records show what is linked by name, whatever the order it was linked in.
func TestLinkedByName(t *testing.T) {
	s := espotest.NewServer(t)
	var ids []any
	for _, c := range []map[string]any{{"firstName": "Zoe", "lastName": "A"}, {"firstName": "Ann", "lastName": "B"}, {"lastName": "C"}} {
		ids = append(ids, create(t, s, "Contact", c))
	}
	id := deal(t, s, map[string]any{"contactsIds": ids})
	assert.Equal(t, []any{ids[2], ids[1], ids[0]}, mustCall(t, s, http.MethodGet, "Opportunity/"+id, nil).object(t)["contactsIds"])
}

// The roles that a contact is given at its accounts stay when another one
// becomes the primary account; the title is the role there.
func TestRolesAtAccounts(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	ids := srv.Seed("Account", espo.Attrs{"name": "A"}, espo.Attrs{"name": "B"})
	contact, err := client.Contacts.Create(t.Context(), espo.Contact{LastName: "Doe"})
	require.NoError(t, err)
	for _, row := range []struct {
		attrs espo.Attrs
		roles [2]any
		title any
	}{
		{espo.Attrs{"accountId": ids[0], "accountsIds": ids, "accountsColumns": map[string]any{
			ids[0]: map[string]any{"role": "Boss"}, ids[1]: map[string]any{"role": "Two"},
		}}, [2]any{"Boss", "Two"}, "Boss"},
		{espo.Attrs{"title": "Chef"}, [2]any{"Chef", "Two"}, "Chef"},
		{espo.Attrs{"accountId": ids[1]}, [2]any{"Chef", "Two"}, "Two"},
	} {
		_, err := client.Contacts.Update(t.Context(), contact.ID, row.attrs)
		require.NoError(t, err)
		record, err := client.Records("Contact").Get(t.Context(), contact.ID)
		require.NoError(t, err)
		columns := record["accountsColumns"].(map[string]any)
		for i, role := range row.roles {
			assert.Equal(t, role, columns[ids[i]].(map[string]any)["role"], "%v", row.attrs)
		}
		assert.Equal(t, row.title, record["title"])
	}
}

// A link to one is refused before the record is looked for.
func TestLinkToOneOfNoRecord(t *testing.T) {
	err := espotest.NewServer(t).Client().Records("Task").Link(t.Context(), "0000000000000beef", "parent", "0000000000000beef")
	require.ErrorIs(t, err, espo.ErrForbidden)
}
