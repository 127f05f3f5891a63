package espotest_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// notes describes the notes of a stream, newest first.
func notes(t *testing.T, s *espotest.Server, path string) []string {
	t.Helper()
	out := []string{}
	for _, n := range list(t, s, path) {
		text := fmt.Sprint(n["type"])
		if n["relatedType"] != nil {
			text += fmt.Sprint(" ", n["relatedType"])
		}
		out = append(out, text)
	}
	return out
}

func TestNotesOfLinks(t *testing.T) {
	s := espotest.NewServer(t)
	contact := create(t, s, "Contact", map[string]any{"lastName": "C"})
	account := create(t, s, "Account", map[string]any{"name": "A"})
	event := map[string]any{"name": "M", "dateStart": "2027-01-01 10:00:00", "dateEnd": "2027-01-01 11:00:00"}
	event["assignedUserId"] = list(t, s, "User?select=id", admin()...)[0]["id"]
	meeting := create(t, s, "Meeting", event)

	link(t, s, http.MethodPost, "Meeting/"+meeting+"/contacts", contact)
	link(t, s, http.MethodPost, "Meeting/"+meeting+"/contacts", contact) // it is linked already
	link(t, s, http.MethodDelete, "Contact/"+contact+"/meetings", meeting)
	link(t, s, http.MethodPost, "Account/"+account+"/contacts", contact) // no stream tells of it
	assert.Equal(t, []string{"Unrelate Meeting", "Relate Meeting", "Create"}, notes(t, s, "Contact/"+contact+"/stream"))
	assert.Equal(t, []string{"Create"}, notes(t, s, "Account/"+account+"/stream"))

	event["parentType"], event["parentId"], event["contactsIds"] = "Account", account, []any{contact}
	create(t, s, "Call", event)
	assert.Equal(t, "CreateRelated Call", notes(t, s, "Contact/"+contact+"/stream")[0])
	assert.Equal(t, []string{"CreateRelated Call", "CreateRelated Call", "Create"}, notes(t, s, "Account/"+account+"/stream"),
		"the account's, and the contact's, since the call is of the account")
}

func TestNotesOfChanges(t *testing.T) {
	s := espotest.NewServer(t)
	account := create(t, s, "Account", map[string]any{"name": "A"})
	opportunity := deal(t, s, map[string]any{"accountId": account})
	me := mustCall(t, s, http.MethodGet, "App/user", nil).object(t)["user"].(map[string]any)["id"]
	a := mustCall(t, s, http.MethodPut, "Opportunity/"+opportunity, map[string]any{
		"stage": "Closed Won", "amount": 2, "amountCurrency": "USD", "assignedUserId": me,
	})
	require.Equal(t, http.StatusOK, a.status, a.reason())

	stream := list(t, s, "Opportunity/"+opportunity+"/stream")
	assert.Equal(t, []string{"Update", "Assign", "Create"}, notes(t, s, "Opportunity/"+opportunity+"/stream"))
	data, _ := stream[0]["data"].(map[string]any)
	assert.Equal(t, "Closed Won", data["value"])
	assert.Equal(t, []any{"amount"}, data["fields"])
	assert.Nil(t, stream[0]["superParentId"], "who may read a change is another question")
	assert.Equal(t, account, stream[1]["superParentId"])
	assert.Equal(t, []string{"Assign", "Create", "Create"}, notes(t, s, "Account/"+account+"/stream"))
}

func TestNotesOfStatusBefore92(t *testing.T) {
	s := espotest.NewServer(t, espotest.WithVersion("9.1"))
	opportunity := deal(t, s, nil)
	a := mustCall(t, s, http.MethodPut, "Opportunity/"+opportunity, map[string]any{"stage": "Closed Won"})
	require.Equal(t, http.StatusOK, a.status, a.reason())
	stream := list(t, s, "Opportunity/"+opportunity+"/stream")
	assert.Equal(t, []string{"Status", "Create"}, notes(t, s, "Opportunity/"+opportunity+"/stream"))
	assert.Equal(t, map[string]any{"field": "stage", "value": "Closed Won", "style": "success"}, stream[0]["data"])
}

func TestMentions(t *testing.T) {
	s := espotest.NewServer(t)
	account := create(t, s, "Account", map[string]any{"name": "A"})
	a := mustCall(t, s, http.MethodPost, "Note", map[string]any{
		"type": "Post", "post": "@admin and @api-key-user, not @nobody", "parentType": "Account", "parentId": account,
	}).object(t)
	data, _ := a["data"].(map[string]any)
	mentions, _ := data["mentions"].(map[string]any)
	assert.Len(t, mentions, 2)
	assert.Contains(t, mentions, "@admin")
	assert.Len(t, a["notifiedUserIdList"], 1, "API users get no notifications")
}

func TestFollowers(t *testing.T) {
	s := espotest.NewServer(t)
	account := create(t, s, "Account", map[string]any{"name": "A"})
	targets := create(t, s, "TargetList", map[string]any{"name": "T"})
	users := map[any]any{}
	for _, u := range list(t, s, "User?select=userName", admin()...) {
		users[u["userName"]] = u["id"]
	}
	path := "Account/" + account + "/followers"
	add := func(name string) answer {
		return mustCall(t, s, http.MethodPost, path, map[string]any{"ids": []any{users[name]}})
	}
	require.Equal(t, http.StatusOK, add(espotest.AdminUser).status)
	assert.Equal(t, http.StatusForbidden, add(espotest.TOTPUser).status, "it has no access to the stream")
	require.Equal(t, http.StatusOK, add("api-key-user").status)
	followers := list(t, s, path+"?select=userName")
	require.Len(t, followers, 1, "API users are not listed")
	assert.Equal(t, "admin", followers[0]["userName"])
	a := mustCall(t, s, http.MethodGet, "TargetList/"+targets+"/followers", nil)
	assert.Equal(t, "No stream.", a.reason())

	limited := []string{"X-Api-Key", espotest.LimitedAPIKey}
	assert.Equal(t, http.StatusForbidden, mustCall(t, s, http.MethodGet, path, nil, limited...).status)
	subscription := "Account/" + account + "/subscription"
	assert.Equal(t, http.StatusForbidden, mustCall(t, s, http.MethodPut, subscription, nil, limited...).status)
	assert.Equal(t, "true", string(mustCall(t, s, http.MethodDelete, subscription, nil, limited...).raw))
}

// Who posts about a record follows it, and a post to a team reaches its members.
func TestPostsReach(t *testing.T) {
	s, ctx := espotest.NewServer(t, withClerk()...), t.Context()
	admin, user := s.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)), s.ClientAs(espo.Basic(clerk, "Clerk-password-1"))
	me, err := user.App.CurrentUser(ctx)
	require.NoError(t, err)
	team, err := admin.Records("Team").Create(ctx, espo.Record{"name": "T"})
	require.NoError(t, err)
	require.NoError(t, admin.Records("Team").Link(ctx, team.ID(), "users", me.User.ID))
	note, err := admin.Stream.PostTo(ctx, espo.ToTeams(team.ID()), "To the team")
	require.NoError(t, err)
	mine, err := user.Stream.Mine().List(ctx, espo.FeedQuery{})
	require.NoError(t, err)
	require.Len(t, mine.Records, 1)
	assert.Equal(t, note.ID, mine.Records[0].ID)

	account, err := admin.Records("Account").Create(ctx, espo.Record{"name": "A"})
	require.NoError(t, err)
	of := espo.Ref{Type: "Account", ID: account.ID()}
	_, err = user.Stream.Post(ctx, of, "A post")
	require.NoError(t, err)
	got, err := user.Records("Account").Get(ctx, account.ID())
	require.NoError(t, err)
	assert.Equal(t, []string{me.User.ID}, got.Strings("followersIds"))
	followers, err := admin.Stream.Followers(of).List(ctx, espo.Query{Select: []string{"userName"}})
	require.NoError(t, err)
	require.Len(t, followers.Records, 1)
	assert.Empty(t, followers.Records[0].Type, "it is not among what was selected")
}

// Everybody may have themselves follow what they may edit; others need a right.
func TestOwnFollowing(t *testing.T) {
	s, ctx := espotest.NewServer(t, withClerk()...), t.Context()
	little := s.ClientAs(espo.Basic("little", "Little-password-1"))
	me, err := little.App.CurrentUser(ctx)
	require.NoError(t, err)
	account, err := little.Records("Account").Create(ctx, espo.Record{"name": "A"})
	require.NoError(t, err)
	of := espo.Ref{Type: "Account", ID: account.ID()}
	require.NoError(t, little.Stream.AddFollowers(ctx, of, []string{me.User.ID}))
	require.ErrorIs(t, little.Stream.AddFollowers(ctx, of, []string{userOf(t, s)}), espo.ErrForbidden)
	require.ErrorIs(t, little.Stream.AddFollowers(ctx, of, []string{"0000000000000beef"}), espo.ErrNotFound)
}
