package espo_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestNotifications(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	me, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	var ids []string
	for i := range 3 {
		ids = append(ids, srv.Seed("Notification", map[string]any{
			"type": "Message", "message": strconv.Itoa(i), "userId": me.User.ID, "data": map[string]any{"n": i},
		})...)
	}
	srv.Seed("Notification", map[string]any{"type": "Message", "message": "not yours"})

	n, err := client.Notifications.UnreadCount(ctx)
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	page, err := client.Notifications.List(ctx, espo.Query{MaxSize: 2})
	require.NoError(t, err)
	require.Len(t, page.Records, 2)
	assert.Equal(t, "2", page.Records[0].Message, "newest first")
	assert.False(t, page.Records[0].Read)
	assert.False(t, page.Counted)
	assert.True(t, page.More)
	n, err = client.Notifications.UnreadCount(ctx)
	require.NoError(t, err)
	assert.Equal(t, 1, n, "what was listed is read")

	all, err := espo.Collect(client.Notifications.All(ctx, espo.Query{MaxSize: 2}))
	require.NoError(t, err)
	assert.Len(t, all, 3)
	group, err := client.Notifications.Group(ids[0]).List(ctx, espo.Paging{})
	require.NoError(t, err)
	require.Len(t, group.Records, 1)
	assert.Equal(t, ids[0], group.Records[0].ID)
	_, err = client.Notifications.Group("000000000000000ab").List(ctx, espo.Paging{})
	require.ErrorIs(t, err, espo.ErrNotFound)

	srv.Seed("Notification", map[string]any{"type": "Message", "message": "new", "userId": me.User.ID})
	require.NoError(t, client.Notifications.MarkAllRead(ctx))
	n, err = client.Notifications.UnreadCount(ctx)
	require.NoError(t, err)
	assert.Zero(t, n)
	require.NoError(t, client.Notifications.Delete(ctx, ids[0]))
	require.ErrorIs(t, client.Notifications.Delete(ctx, ids[0]), espo.ErrNotFound)
}
