package espotest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// A portal shows no internal notes, and no account but the user's own.
func TestPortalHides(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	boss := administrator(s)
	must := func(entityType string, record espo.Record) string {
		got, err := boss.Records(entityType).Create(ctx, record)
		require.NoError(t, err)
		return got.ID()
	}
	levels := map[string]any{"create": "yes", "read": "own", "edit": "own", "delete": "own", "stream": "own"}
	role := must("PortalRole", espo.Record{"name": "R", "data": map[string]any{"Case": levels, "Account": map[string]any{"read": "account"}}})
	portal := must("Portal", espo.Record{"name": "P", "portalRolesIds": []string{role}})
	account := must("Account", espo.Record{"name": "Own"})
	must("User", espo.Record{
		"userName": "outside", "lastName": "Outside", "type": "portal", "password": "Outside-password-1", "passwordConfirm": "Outside-password-1",
		"portalsIds": []string{portal}, "accountsIds": []string{account},
	})
	client := s.ClientAs(espo.Basic("outside", "Outside-password-1"), espo.WithPortal(portal))
	issue, err := client.Cases.Create(ctx, espo.Case{Name: "C"})
	require.NoError(t, err)
	_, err = s.Client().Stream.Post(ctx, client.Cases.Ref(issue.ID), "For us", espo.PostInternal())
	require.NoError(t, err)
	notes, err := client.Stream.Of(client.Cases.Ref(issue.ID)).List(ctx, espo.FeedQuery{})
	require.NoError(t, err)
	for _, n := range notes.Records {
		assert.NotEqual(t, "For us", n.Post)
	}
	_, err = client.Accounts.Get(ctx, account)
	require.NoError(t, err)
	made, err := client.Records("Account").Create(ctx, espo.Record{"name": "Made outside"})
	require.NoError(t, err)
	_, err = client.Accounts.Get(ctx, made.ID())
	require.ErrorIs(t, err, espo.ErrForbidden)
}

// A portal shows who is assigned and nothing of teams and followers, lists articles
// that are published there, and lets its users post to what they can read.
func TestPortalShows(t *testing.T) {
	s, ctx := espotest.NewServer(t), t.Context()
	boss := administrator(s)
	must := func(c *espo.Client, entityType string, record espo.Record) string {
		got, err := c.Records(entityType).Create(ctx, record)
		require.NoError(t, err)
		return got.ID()
	}
	levels := map[string]any{"create": "yes", "read": "own", "edit": "own", "delete": "own", "stream": "own"}
	role := must(boss, "PortalRole", espo.Record{"name": "R", "data": map[string]any{
		"Case": levels, "Contact": map[string]any{"read": "contact"}, "KnowledgeBaseArticle": map[string]any{"read": "all"},
	}})
	portal := must(boss, "Portal", espo.Record{"name": "P", "portalRolesIds": []string{role}})
	account := must(boss, "Account", espo.Record{"name": "Own"})
	contact := must(boss, "Contact", espo.Record{"lastName": "Own", "accountId": account})
	must(boss, "User", espo.Record{
		"userName": "outside", "lastName": "Outside", "type": "portal", "password": "Outside-password-1", "passwordConfirm": "Outside-password-1",
		"portalsIds": []string{portal}, "accountsIds": []string{account}, "contactId": contact,
	})
	published := must(boss, "KnowledgeBaseArticle", espo.Record{"name": "Published", "status": "Published", "portalsIds": []string{portal}})
	must(boss, "KnowledgeBaseArticle", espo.Record{"name": "Elsewhere", "status": "Published"})
	must(boss, "KnowledgeBaseArticle", espo.Record{"name": "Draft", "portalsIds": []string{portal}})

	client := s.ClientAs(espo.Basic("outside", "Outside-password-1"), espo.WithPortal(portal))
	issue, err := client.Records("Case").Create(ctx, espo.Record{"name": "C"})
	require.NoError(t, err)
	assert.True(t, issue.Bool("isFollowed"))
	for _, hidden := range []string{"followersIds", "teamsIds"} {
		assert.NotContains(t, issue, hidden)
	}
	articles, err := client.Records("KnowledgeBaseArticle").List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, articles.Records, 1)
	assert.Equal(t, published, articles.Records[0].ID())
	_, err = client.Records("KnowledgeBaseArticle").Create(ctx, espo.Record{"name": "No"})
	require.ErrorIs(t, err, espo.ErrForbidden)
	made, err := client.Records("Contact").Create(ctx, espo.Record{"lastName": "Made"})
	require.NoError(t, err)
	assert.Equal(t, []string{account}, made.Strings("accountsIds"))

	for ref, want := range map[espo.Ref]string{
		{Type: "Account", ID: account}:          "No foreign record access for link operation (Note:parent).",
		{Type: "Lead", ID: "0000000000000beef"}: "Can't relate with non-existing record. entity type: Note, link: parent.",
	} {
		var refused *espo.Error
		_, err := client.Stream.Post(ctx, ref, "From outside")
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, want, refused.Reason)
	}
}
