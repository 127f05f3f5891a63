package espo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// The notes are those that servers of 7.5.6, 9.1.7, 9.2.7 and 10.0 write.
func TestNoteStatusChange(t *testing.T) {
	for name, c := range map[string]struct {
		noteType espo.NoteType
		data     string
		want     espo.NoteStatusChange
		ok       bool
	}{
		"before 9.2":          {espo.NoteTypeStatus, `{"field":"stage","value":"Closed Won","style":"success"}`, espo.NoteStatusChange{Value: "Closed Won", Field: "stage", Style: "success"}, true},
		"alone":               {espo.NoteTypeUpdate, `{"fields":[],"attributes":{"was":{},"became":{}},"value":"In Process"}`, espo.NoteStatusChange{Value: "In Process"}, true},
		"with others":         {espo.NoteTypeUpdate, `{"fields":["amount"],"attributes":{"was":{"amount":20},"became":{"amount":30}},"value":"Closed Won"}`, espo.NoteStatusChange{Value: "Closed Won"}, true},
		"another change":      {espo.NoteTypeUpdate, `{"fields":["amount"],"attributes":{"was":{"amount":10},"became":{"amount":20}}}`, espo.NoteStatusChange{}, false},
		"a new record":        {espo.NoteTypeCreate, `{"statusValue":"Prospecting","statusField":"stage"}`, espo.NoteStatusChange{}, false},
		"an event's attendee": {espo.NoteTypeEventConfirmation, `{"status":"Accepted","style":"success"}`, espo.NoteStatusChange{}, false},
		"a post":              {espo.NoteTypePost, `null`, espo.NoteStatusChange{}, false},
		"an empty map of PHP": {espo.NoteTypeUpdate, `[]`, espo.NoteStatusChange{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			change, ok := noteWith(t, c.noteType, c.data).StatusChange()
			assert.Equal(t, c.ok, ok)
			assert.Equal(t, c.want, change)
		})
	}
}

func TestPinAndReact(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	acc := streamedAccount(t, srv)
	note, err := client.Stream.Post(ctx, acc, "x")
	require.NoError(t, err)

	require.NoError(t, client.Notes.Pin(ctx, note.ID))
	page, err := client.Stream.Of(acc).List(ctx, espo.FeedQuery{MaxSize: 1})
	require.NoError(t, err)
	require.Len(t, page.Pinned, 1)
	assert.True(t, page.Pinned[0].IsPinned)
	require.NoError(t, client.Notes.Unpin(ctx, note.ID))
	page, err = client.Stream.Of(acc).List(ctx, espo.FeedQuery{})
	require.NoError(t, err)
	assert.Empty(t, page.Pinned)
	require.ErrorIs(t, client.Notes.Pin(ctx, page.Records[1].ID), espo.ErrForbidden, "a note of the server's")
	require.ErrorIs(t, client.Notes.Pin(ctx, "missing"), espo.ErrNotFound)

	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	require.NoError(t, admin.Notes.React(ctx, note.ID, espo.ReactionLike))
	require.NoError(t, client.Notes.React(ctx, note.ID, espo.ReactionLike))
	got, err := client.Notes.Get(ctx, note.ID)
	require.NoError(t, err)
	assert.Equal(t, espo.ReactionCounts{"Like": 2}, got.ReactionCounts)
	assert.Equal(t, []espo.Reaction{espo.ReactionLike}, got.MyReactions)
	who, err := client.Notes.Reactors(note.ID, espo.ReactionLike).List(ctx, espo.Paging{})
	require.NoError(t, err)
	require.Len(t, who.Records, 1, "an API user is nobody")
	assert.Equal(t, espotest.AdminUser, who.Records[0].UserName)
	require.NoError(t, client.Notes.Unreact(ctx, note.ID, espo.ReactionLike))
	require.NoError(t, admin.Notes.Unreact(ctx, note.ID, espo.ReactionLike))
	got, err = client.Notes.Get(ctx, note.ID)
	require.NoError(t, err)
	assert.Empty(t, got.ReactionCounts)
	require.ErrorIs(t, client.Notes.React(ctx, note.ID, "Nope"), espo.ErrForbidden)
}
