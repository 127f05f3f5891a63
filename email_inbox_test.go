package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestEmailInbox(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	ctx := t.Context()
	me, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	email, err := client.Emails.Create(ctx, espo.Email{Name: "News", From: "a@x.example", To: "b@x.example", Body: "Hello"})
	require.NoError(t, err)
	require.NoError(t, client.Emails.AddUsers(ctx, email.ID, []string{me.User.ID}))
	state := func() espo.Email {
		e, err := client.Emails.Get(ctx, email.ID)
		require.NoError(t, err)
		return e
	}
	unread := func() int {
		counts, err := client.Emails.UnreadCounts(ctx)
		require.NoError(t, err)
		return counts["inbox"]
	}
	assert.Equal(t, 1, unread())
	require.NoError(t, client.Emails.MarkRead(ctx, []string{email.ID}))
	assert.True(t, state().IsRead)
	assert.Zero(t, unread())
	require.NoError(t, client.Emails.MarkUnread(ctx, []string{email.ID}))
	assert.Equal(t, 1, unread())
	require.NoError(t, client.Emails.MarkAllRead(ctx))
	assert.Zero(t, unread())
	require.NoError(t, client.Emails.MarkImportant(ctx, []string{email.ID}))
	assert.True(t, state().IsImportant)
	require.NoError(t, client.Emails.MarkUnimportant(ctx, []string{email.ID}))
	assert.False(t, state().IsImportant)
	require.NoError(t, client.Emails.Trash(ctx, []string{email.ID}))
	assert.True(t, state().InTrash)
	require.NoError(t, client.Emails.Untrash(ctx, []string{email.ID}))
	assert.False(t, state().InTrash)

	folder, err := client.Records("EmailFolder").Create(ctx, espo.Record{"name": "Mine"})
	require.NoError(t, err)
	require.NoError(t, client.Emails.MoveToFolder(ctx, folder.ID(), []string{email.ID}))
	assert.Equal(t, folder.ID(), state().FolderID)
	require.NoError(t, client.Emails.MoveToFolder(ctx, "inbox", []string{email.ID}))
	assert.Empty(t, state().FolderID)
	folders, err := client.Emails.Folders(ctx)
	require.NoError(t, err)
	names := map[string]string{}
	for _, f := range folders {
		names[f.ID] = f.Name
	}
	assert.Equal(t, "Mine", names[folder.ID()])
	assert.Equal(t, "Inbox", names["inbox"])

	for _, err := range []error{
		client.Emails.MarkRead(ctx, nil), client.Emails.Trash(ctx, []string{""}), client.Emails.MoveToFolder(ctx, "", []string{email.ID}),
		client.Emails.AddUsers(ctx, email.ID, nil),
	} {
		require.ErrorIs(t, err, espo.ErrInput)
	}
	api, err := srv.Client().App.CurrentUser(ctx)
	require.NoError(t, err)
	require.ErrorIs(t, client.Emails.AddUsers(ctx, email.ID, []string{api.User.ID}), espo.ErrForbidden)
}
