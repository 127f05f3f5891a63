package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// unreadGroups are the ids of the caller's notifications, and how many unread
// ones each stands for.
func unreadGroups(t *testing.T, client *espo.Client) (ids []string, unread []int) {
	t.Helper()
	page, err := client.Notifications.List(t.Context(), espo.Query{})
	require.NoError(t, err)
	for _, n := range page.Records {
		ids, unread = append(ids, n.ID), append(unread, n.GroupedUnreadCount)
	}
	return ids, unread
}

func TestGroupedNotifications(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithVersion("10.0"))
	client, ctx := srv.Client(), t.Context()
	me, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	note := espo.Attrs{"type": "Note", "userId": me.User.ID, "relatedParentType": "Account", "relatedParentId": account}
	mail := espo.Attrs{"type": "EmailReceived", "userId": me.User.ID, "relatedType": "Email"}
	notes := srv.Seed("Notification", note, note)
	mails := srv.Seed("Notification", mail, mail, mail)
	single := srv.Seed("Notification", espo.Attrs{"type": "Message", "message": "Hello", "userId": me.User.ID})[0]
	others := srv.Seed("Notification", espo.Attrs{"type": "Note", "relatedParentType": "Account", "relatedParentId": account})[0]
	group := "Record_Account_" + account

	n, err := client.Notifications.UnreadCount(ctx)
	require.NoError(t, err)
	assert.Equal(t, 3, n, "a group is one")
	page, err := client.Notifications.List(ctx, espo.Query{})
	require.NoError(t, err)
	require.Len(t, page.Records, 3)
	assert.Equal(t, "", page.Records[0].GroupType)
	assert.Equal(t, "EmailReceived", page.Records[1].GroupType)
	assert.Equal(t, espo.Notification{
		ID: group, GroupType: "Record", GroupedCount: -1, GroupedUnreadCount: 2, RelatedParentType: "Account", RelatedParentID: account,
		Number: 2, CreatedAt: page.Records[2].CreatedAt, Extra: page.Records[2].Extra,
	}, page.Records[2])
	ids, unread := unreadGroups(t, client)
	assert.Equal(t, []string{single, "EmailReceived_", group}, ids)
	assert.Equal(t, []int{0, 3, 2}, unread, "a list marks no groups as read")

	mine, err := client.Notifications.InGroup(group).List(ctx, espo.Paging{MaxSize: 1})
	require.NoError(t, err)
	require.Len(t, mine.Records, 1)
	assert.Equal(t, notes[1], mine.Records[0].ID, "newest first")
	assert.True(t, mine.More)
	received, err := espo.Collect(client.Notifications.InGroup("EmailReceived_").All(ctx))
	require.NoError(t, err)
	assert.Len(t, received, 3)
	_, unread = unreadGroups(t, client)
	assert.Equal(t, []int{0, 0, 1}, unread, "what was listed is read")
	require.NoError(t, client.Notifications.MarkGroupRead(ctx, group))
	_, unread = unreadGroups(t, client)
	assert.Equal(t, []int{0, 0, 0}, unread)
	require.NoError(t, client.Notifications.DeleteGroup(ctx, "EmailReceived_"))
	require.NoError(t, client.Notifications.DeleteGroup(ctx, group))
	ids, _ = unreadGroups(t, client)
	assert.Equal(t, []string{single}, ids)
	require.NoError(t, client.Notifications.DeleteGroup(ctx, group), "there is nothing left, which is not an error")
	left := srv.Records("Notification")
	require.Len(t, left, 2)
	assert.ElementsMatch(t, []string{single, others}, []string{left[0].ID(), left[1].ID()}, "those of others stay")
	assert.NotContains(t, []string{left[0].ID(), left[1].ID()}, mails[0])
}

func TestNoGroupsOfNotifications(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithVersion("10.0"))
	client, ctx := srv.Client(), t.Context()
	for _, id := range []string{"", "6b0538bc04ab91663", "_x", "Record_Account_a/b"} {
		var bad *espo.InputError
		require.ErrorAs(t, failure(client.Notifications.InGroup(id).List(ctx, espo.Paging{})), &bad, id)
		require.ErrorAs(t, client.Notifications.MarkGroupRead(ctx, id), &bad, id)
		require.ErrorAs(t, client.Notifications.DeleteGroup(ctx, id), &bad, id)
	}
	assert.Empty(t, srv.Requests())
	for id, reason := range map[string]string{"Record_Account": "Bad ID.", "Note_1": "Bad group type."} {
		err := client.Notifications.MarkGroupRead(ctx, id)
		require.ErrorIs(t, err, espo.ErrBadRequest)
		require.ErrorContains(t, err, reason)
		require.ErrorIs(t, client.Notifications.DeleteGroup(ctx, id), espo.ErrBadRequest)
		require.ErrorIs(t, failure(client.Notifications.InGroup(id).List(ctx, espo.Paging{})), espo.ErrBadRequest)
	}
}

// A group is in the list however many notifications are newer.
func TestGroupsBehindManyNotifications(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithVersion("10.0"))
	client, ctx := srv.Client(), t.Context()
	me, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	account := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	srv.Seed("Notification", espo.Attrs{"type": "Note", "userId": me.User.ID, "relatedParentType": "Account", "relatedParentId": account})
	for range 250 {
		srv.Seed("Notification", espo.Attrs{"type": "Message", "message": "Hello", "userId": me.User.ID})
	}
	page, err := client.Notifications.List(ctx, espo.Query{Offset: 240})
	require.NoError(t, err)
	require.Len(t, page.Records, 11)
	assert.Equal(t, "Record_Account_"+account, page.Records[10].ID)
}
