package espo_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// contractAdmin returns a client of an administrator's, and its server.
func contractAdmin(t *testing.T) (*espo.Client, server) {
	t.Helper()
	s := contractServer(t)
	if s.userName == "" {
		t.Skip("ESPO_USERNAME is not set, and only an administrator can make users and roles")
	}
	return s.client(t, espo.Basic(s.userName, s.password)), s
}

const contractPassword = "Contract-password-1"

func userName(t *testing.T) string {
	t.Helper()
	return strings.ReplaceAll(uniqueName(t), " ", "-")
}

// contractUserOf creates a user and returns its id and a client of its.
func contractUserOf(t *testing.T, admin *espo.Client, s server, attrs espo.Record) (string, *espo.Client) {
	t.Helper()
	name := userName(t)
	all := espo.Record{
		"userName": name, "lastName": name, "type": "regular", "password": contractPassword, "passwordConfirm": contractPassword,
	}
	for k, v := range attrs {
		all[k] = v
	}
	return contractRecord(t, admin, "User", all), s.client(t, espo.Basic(name, contractPassword))
}

type levelsOf = map[string]any

func every(level string) levelsOf {
	return levelsOf{"create": "yes", "read": level, "edit": level, "delete": level, "stream": level}
}

// Roles that the API makes count from the next request on: those of the user,
// those of its teams, and the most permissive of several.
func TestContractRoles(t *testing.T) {
	admin, server := contractAdmin(t)
	ctx := t.Context()
	role := func(read string) string {
		return contractRecord(t, admin, "Role", espo.Record{"name": userName(t), "data": levelsOf{"Account": levelsOf{"create": "no", "read": read, "edit": "no"}}})
	}
	own, team, all := role("own"), role("team"), role("all")
	id, client := contractUserOf(t, admin, server, espo.Record{"rolesIds": []string{own}})
	group := contractRecord(t, admin, "Team", espo.Record{"name": userName(t)})
	level := func(action espo.AccessAction) espo.AccessLevel {
		me, err := client.App.CurrentUser(ctx)
		require.NoError(t, err)
		return me.Level(action, "Account")
	}
	update := func(entity, id string, attrs espo.Attrs) {
		_, err := admin.Records(entity).Update(ctx, id, attrs)
		require.NoError(t, err)
	}
	assert.Equal(t, espo.AccessOwn, level(espo.AccessRead))
	assert.Equal(t, espo.AccessOwn, level(espo.AccessStream), "as to read, where the role does not say")
	update("User", id, espo.Attrs{"rolesIds": []string{own, team}})
	assert.Equal(t, espo.AccessTeam, level(espo.AccessRead), "the most permissive")
	update("User", id, espo.Attrs{"rolesIds": []string{}})
	assert.Equal(t, espo.AccessNo, level(espo.AccessRead), "no role")
	update("User", id, espo.Attrs{"teamsIds": []string{group}})
	assert.Equal(t, espo.AccessNo, level(espo.AccessRead), "a team without a role")
	update("Team", group, espo.Attrs{"rolesIds": []string{all}})
	assert.Equal(t, espo.AccessAll, level(espo.AccessRead), "a role of the team")
	update("Role", all, espo.Attrs{"data": levelsOf{"Account": levelsOf{"read": "own"}}})
	assert.Equal(t, espo.AccessOwn, level(espo.AccessRead), "the role has changed")
	assert.Equal(t, espo.AccessYes, level(espo.AccessCreate), "where the role does not say")
	require.NoError(t, admin.Records("Team").Unlink(ctx, group, "users", id))
	assert.Equal(t, espo.AccessNo, level(espo.AccessRead), "no member any more")

	// The server notices no link of a user to a role, until something else tells it.
	require.NoError(t, admin.Records("User").Link(ctx, id, "roles", team))
	assert.Equal(t, espo.AccessNo, level(espo.AccessRead))
	update("Role", own, espo.Attrs{"name": userName(t)})
	assert.Equal(t, espo.AccessTeam, level(espo.AccessRead))
}

// What is own is what is assigned to the user; a team's is what the team has.
func TestContractLevels(t *testing.T) {
	admin, server := contractAdmin(t)
	ctx := t.Context()
	team := contractRecord(t, admin, "Team", espo.Record{"name": userName(t)})
	for level, want := range map[string]string{"own": "mine", "team": "mine team", "all": "foreign mine team", "no": ""} {
		t.Run(level, func(t *testing.T) {
			role := contractRecord(t, admin, "Role", espo.Record{
				"name": userName(t), "assignmentPermission": "all", "massUpdatePermission": "yes",
				"data": levelsOf{"Account": every(level), "Contact": every("all")},
			})
			me, client := contractUserOf(t, admin, server, espo.Record{"rolesIds": []string{role}, "teamsIds": []string{team}})
			name := uniqueName(t)
			var seen []string
			for _, kind := range []struct {
				name  string
				attrs espo.Record
			}{{"foreign", espo.Record{}}, {"mine", espo.Record{"assignedUserId": me}}, {"team", espo.Record{"teamsIds": []string{team}}}} {
				kind.attrs["name"] = name + " " + kind.name
				id := contractRecord(t, admin, "Account", kind.attrs)
				may := strings.Contains(want, kind.name)
				check := func(what string, err error) {
					t.Helper()
					if may {
						require.NoError(t, err, "%s %s", what, kind.name)
					} else {
						require.ErrorIs(t, err, espo.ErrForbidden, "%s %s", what, kind.name)
					}
				}
				_, err := client.Accounts.Get(ctx, id)
				check("get", err)
				_, err = client.Accounts.Update(ctx, id, espo.Attrs{"description": "x"})
				check("update", err)
				_, err = client.Stream.Of(client.Accounts.Ref(id)).List(ctx, espo.FeedQuery{})
				check("stream", err)
				_, err = client.Related(client.Accounts.Ref(id), "contacts").List(ctx, espo.Query{})
				check("links", err)
				if may {
					seen = append(seen, id)
				}
			}
			mine := espo.Query{Where: espo.Where(espo.StartsWith("name", name)), OrderBy: "name"}
			page, err := client.Accounts.List(ctx, mine)
			if level == "no" {
				require.ErrorIs(t, err, espo.ErrForbidden)
				return
			}
			require.NoError(t, err)
			var listed []string
			for _, acc := range page.Records {
				listed = append(listed, acc.ID)
			}
			assert.Equal(t, seen, listed)
			assert.Equal(t, len(seen), page.Total)
			require.NoError(t, client.Accounts.Delete(ctx, seen[0]))
		})
	}
}

// A field that the user may not read is in no answer, and nothing can be found by
// it or, since EspoCRM 9.1, ordered. One that it may not change stays as it is,
// without a word.
func TestContractFieldRights(t *testing.T) {
	admin, server := contractAdmin(t)
	ctx := t.Context()
	access := func(read, edit string) levelsOf { return levelsOf{"read": read, "edit": edit} }
	role := contractRecord(t, admin, "Role", espo.Record{
		"name": userName(t), "assignmentPermission": "all", "data": levelsOf{"Account": every("all")},
		"fieldData": levelsOf{"Account": levelsOf{
			"website": access("no", "no"), "industry": access("yes", "no"), "sicCode": access("no", "yes"), "billingAddress": access("no", "no"),
		}},
	})
	other := contractRecord(t, admin, "Role", espo.Record{
		"name": userName(t), "fieldData": levelsOf{"Account": levelsOf{"sicCode": access("yes", "no")}},
	})
	me, client := contractUserOf(t, admin, server, espo.Record{"rolesIds": []string{role}})
	id := contractRecord(t, admin, "Account", espo.Record{
		"name": uniqueName(t), "website": "w.example", "industry": "Finance", "sicCode": "s", "billingAddressCity": "Kyiv",
	})
	hidden := []string{"website", "sicCode", "billingAddressCity"}
	accounts := client.Records("Account")
	got, err := accounts.Get(ctx, id)
	require.NoError(t, err)
	page, err := accounts.List(ctx, espo.Query{Where: espo.Where(espo.Equal("id", id)), Select: append(hidden, "industry")})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
	for _, name := range hidden {
		assert.NotContains(t, got, name)
		assert.NotContains(t, page.Records[0], name)
	}
	assert.Equal(t, "Finance", page.Records[0]["industry"])

	refused := espo.ErrForbidden
	if contractFrom(t, client, "9.2", "a 400 for a filter that is not allowed") {
		refused = espo.ErrBadRequest
	}
	for _, name := range hidden {
		_, err := accounts.List(ctx, espo.Query{Where: espo.Where(espo.Equal(name, "x"))})
		require.ErrorIs(t, err, refused, name)
	}
	ordersChecked := contractFrom(t, client, "9.1", "the refusal to order by a field that may not be read")
	for _, name := range []string{"website", "sicCode", "billingAddress"} {
		_, err := accounts.List(ctx, espo.Query{OrderBy: name})
		if ordersChecked {
			require.ErrorIs(t, err, refused, name)
		} else {
			require.NoError(t, err, name)
		}
	}

	_, err = accounts.Update(ctx, id, espo.Attrs{"website": "x.example", "industry": "Energy", "sicCode": "new", "billingAddressCity": "Lviv"})
	require.NoError(t, err)
	got, err = admin.Records("Account").Get(ctx, id)
	require.NoError(t, err)
	for name, want := range map[string]string{"website": "w.example", "industry": "Finance", "sicCode": "new", "billingAddressCity": "Kyiv"} {
		assert.Equal(t, want, got[name], name)
	}

	_, err = admin.Records("User").Update(ctx, me, espo.Attrs{"rolesIds": []string{role, other}})
	require.NoError(t, err)
	got, err = accounts.Get(ctx, id)
	require.NoError(t, err)
	assert.Contains(t, got, "sicCode", "one role that allows it is enough")
	assert.NotContains(t, got, "website")
	user, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	assert.False(t, user.CanField(espo.AccessEdit, "Account", "industry"))
	assert.True(t, user.CanField(espo.AccessEdit, "Account", "sicCode"))
}

// Whom a user may assign records to, by its permission.
func TestContractAssignment(t *testing.T) {
	admin, server := contractAdmin(t)
	ctx := t.Context()
	own := contractRecord(t, admin, "Team", espo.Record{"name": userName(t)})
	foreign := contractRecord(t, admin, "Team", espo.Record{"name": userName(t)})
	mate, _ := contractUserOf(t, admin, server, espo.Record{"teamsIds": []string{own}})
	stranger, _ := contractUserOf(t, admin, server, espo.Record{"teamsIds": []string{foreign}})
	for _, c := range []struct {
		permission string
		mayCreate  string // for whom a record may be created
		mayUpdate  string // to whom one of a stranger's may be given
	}{
		{"all", "nobody self mate stranger own foreign", "nobody self mate"},
		{"team", "self mate own", "nobody self mate"},
		{"no", "nobody self mate stranger own", "self"}, // whoever is named, it is the user's
	} {
		if c.permission == "no" && !contractFrom(t, admin, "8.0", "that what one creates becomes one's own") {
			c.mayCreate = "self"
		}
		t.Run(c.permission, func(t *testing.T) {
			role := contractRecord(t, admin, "Role", espo.Record{
				"name": userName(t), "assignmentPermission": c.permission,
				"data": levelsOf{"Account": every("all"), "User": levelsOf{"read": "all"}, "Team": levelsOf{"read": "all"}},
			})
			me, client := contractUserOf(t, admin, server, espo.Record{"rolesIds": []string{role}, "teamsIds": []string{own}})
			accounts := client.Records("Account")
			for whom, attrs := range map[string]espo.Record{
				"nobody": {}, "self": {"assignedUserId": me}, "mate": {"assignedUserId": mate}, "stranger": {"assignedUserId": stranger},
				"own": {"teamsIds": []string{own}}, "foreign": {"teamsIds": []string{foreign}},
			} {
				attrs["name"] = uniqueName(t)
				r, err := accounts.Create(ctx, attrs)
				if !strings.Contains(c.mayCreate, whom) {
					require.ErrorIs(t, err, espo.ErrForbidden, whom)
					continue
				}
				require.NoError(t, err, whom)
				t.Cleanup(func() { _ = admin.Accounts.Delete(context.WithoutCancel(ctx), r.ID()) })
				if c.permission == "no" {
					assert.Equal(t, me, r["assignedUserId"], whom)
				}
			}
			for whom, id := range map[string]any{"nobody": nil, "self": me, "mate": mate} {
				r := contractRecord(t, admin, "Account", espo.Record{"name": uniqueName(t), "assignedUserId": stranger, "teamsIds": []string{foreign}})
				_, err := accounts.Update(ctx, r, espo.Attrs{"description": "x"})
				require.NoError(t, err, "what stays as it is needs no permission")
				_, err = accounts.Update(ctx, r, espo.Attrs{"assignedUserId": id})
				if strings.Contains(c.mayUpdate, whom) {
					require.NoError(t, err, whom)
				} else {
					require.ErrorIs(t, err, espo.ErrForbidden, whom)
				}
			}
		})
	}
}

// A user of a portal gets in there only, and nobody else does.
func TestContractPortal(t *testing.T) {
	admin, server := contractAdmin(t)
	ctx := t.Context()
	role := contractRecord(t, admin, "PortalRole", espo.Record{"name": userName(t), "data": levelsOf{"Case": every("own")}})
	portal := contractRecord(t, admin, "Portal", espo.Record{"name": userName(t), "portalRolesIds": []string{role}})
	account := contractRecord(t, admin, "Account", espo.Record{"name": uniqueName(t)})
	contact := contractRecord(t, admin, "Contact", espo.Record{"lastName": uniqueName(t), "accountId": account})
	name := userName(t)
	_, outside := contractUserOf(t, admin, server, espo.Record{
		"userName": name, "type": "portal", "portalsIds": []string{portal}, "contactId": contact, "accountsIds": []string{account},
	})
	client := server.client(t, espo.Basic(name, contractPassword), espo.WithPortal(portal))
	regular := userName(t)
	contractUserOf(t, admin, server, espo.Record{"userName": regular})
	require.ErrorIs(t, outside.App.Ping(ctx), espo.ErrUnauthorized)
	for _, auth := range []espo.Authenticator{espo.Basic(regular, contractPassword), espo.Basic(server.userName, server.password)} {
		_, err := server.client(t, auth, espo.WithPortal(portal)).App.CurrentUser(ctx)
		require.ErrorIs(t, err, espo.ErrUnauthorized)
	}
	me, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, name, me.User.UserName)

	inPortal := client.Records("Case")
	mine, err := inPortal.Create(ctx, espo.Record{"name": uniqueName(t)})
	require.NoError(t, err)
	t.Cleanup(func() { _ = admin.Cases.Delete(context.WithoutCancel(ctx), mine.ID()) })
	assert.Equal(t, account, mine["accountId"], "it is the account of the user")
	assert.Equal(t, contact, mine["contactId"])
	assert.NotContains(t, mine, "isInternal", "portals have no such field")
	cases := map[string]string{
		"own":     mine.ID(),
		"contact": contractRecord(t, admin, "Case", espo.Record{"name": uniqueName(t), "contactId": contact}),
		"account": contractRecord(t, admin, "Case", espo.Record{"name": uniqueName(t), "accountId": account}),
		"all":     contractRecord(t, admin, "Case", espo.Record{"name": uniqueName(t)}),
	}
	v, err := admin.ServerVersion(ctx)
	require.NoError(t, err)
	kept := v.Major == 8
	if kept {
		t.Logf("not checked: that a changed role of a portal counts at once: EspoCRM %s keeps the old one until the portal has other roles", v)
	}
	for i, level := range []string{"own", "contact", "account", "all"} {
		_, err := admin.Records("PortalRole").Update(ctx, role, espo.Attrs{"data": levelsOf{"Case": every(level)}})
		require.NoError(t, err)
		if kept {
			for _, roles := range [][]string{{}, {role}} {
				_, err := admin.Records("Portal").Update(ctx, portal, espo.Attrs{"portalRolesIds": roles})
				require.NoError(t, err)
			}
		}
		for j, of := range []string{"own", "contact", "account", "all"} {
			_, err := inPortal.Get(ctx, cases[of])
			if j <= i {
				require.NoError(t, err, "%s with level %s", of, level)
			} else {
				require.ErrorIs(t, err, espo.ErrForbidden, "%s with level %s", of, level)
			}
		}
	}
	_, err = client.Opportunities.List(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrForbidden)

	_, err = admin.Records("Portal").Update(ctx, portal, espo.Attrs{"isActive": false})
	require.NoError(t, err)
	_, err = client.App.CurrentUser(ctx)
	require.ErrorIs(t, err, espo.ErrServer)
}
