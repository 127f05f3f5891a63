package espo_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestContractStream(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	acc := contractAccount(t, client, espo.Account{Name: uniqueName(t)})
	ref := espo.Ref{Type: "Account", ID: acc.ID}

	var posted []string
	for i := range 7 {
		note, err := client.Stream.Post(ctx, ref, fmt.Sprintf("post %d", i))
		require.NoError(t, err)
		assert.Equal(t, ref, note.Parent())
		posted = append(posted, note.ID)
	}
	var seen []string
	last := int64(0)
	for n, err := range client.Stream.Of(ref).All(ctx, espo.FeedQuery{MaxSize: 3, Where: espo.Where(espo.Equal("type", "Post"))}) {
		require.NoError(t, err)
		if last > 0 {
			assert.Less(t, n.Number, last)
		}
		last = n.Number
		seen = append([]string{n.ID}, seen...)
	}
	assert.Equal(t, posted, seen)

	page, err := client.Stream.Of(ref).List(ctx, espo.FeedQuery{MaxSize: 2})
	require.NoError(t, err)
	assert.Equal(t, 8, page.Total)
	assert.True(t, page.More)
	newer, err := client.Stream.Posts(ref).List(ctx, espo.FeedQuery{After: page.Records[1].Number})
	require.NoError(t, err)
	require.Len(t, newer.Records, 1)
	older, err := client.Stream.Of(ref).List(ctx, espo.FeedQuery{Before: page.Records[1].Number, MaxSize: 1})
	require.NoError(t, err)
	require.Len(t, older.Records, 1)
	assert.Equal(t, posted[4], older.Records[0].ID)

	edited, err := client.Notes.SetText(ctx, posted[0], "edited")
	require.NoError(t, err)
	assert.Equal(t, "edited", edited.Post)
	pins := contractHas(t, client, client.Notes.Pin(ctx, posted[0]))
	reactions := contractHas(t, client, client.Notes.React(ctx, posted[0], espo.ReactionLike))
	page, err = client.Stream.Of(ref).List(ctx, espo.FeedQuery{MaxSize: 1})
	require.NoError(t, err)
	if pins {
		require.Len(t, page.Pinned, 1)
		assert.Equal(t, posted[0], page.Pinned[0].ID)
	}
	if pins && reactions {
		assert.Equal(t, espo.ReactionCounts{"Like": 1}, page.Pinned[0].ReactionCounts)
	}
	_, err = client.Notes.Reactors(posted[0], espo.ReactionLike).List(ctx, espo.Paging{})
	assert.Equal(t, reactions, contractHas(t, client, err))
	assert.Equal(t, reactions, contractHas(t, client, client.Notes.Unreact(ctx, posted[0], espo.ReactionLike)))
	assert.Equal(t, pins, contractHas(t, client, client.Notes.Unpin(ctx, posted[0])))
	if reactions {
		require.ErrorIs(t, client.Notes.React(ctx, posted[0], "Nope"), espo.ErrForbidden)
	}
	require.NoError(t, client.Notes.Delete(ctx, posted[0]))
	_, err = client.Stream.Post(ctx, espo.Ref{Type: "Account", ID: "000000000000000ab"}, "x")
	require.ErrorIs(t, err, espo.ErrForbidden)

	require.NoError(t, client.Stream.Follow(ctx, ref))
	found := false
	for n, err := range client.Stream.Mine().All(ctx, espo.FeedQuery{Where: espo.Where(espo.Equal("parentId", acc.ID))}) {
		require.NoError(t, err)
		found = found || n.ID == posted[6]
	}
	assert.True(t, found, "what one follows is in one's stream")
	require.NoError(t, client.Stream.Unfollow(ctx, ref))
	global, err := client.Stream.Global().List(ctx, espo.FeedQuery{Where: espo.Where(espo.Equal("parentId", acc.ID)), MaxSize: 1})
	if contractHas(t, client, err) {
		require.Len(t, global.Records, 1)
		assert.Equal(t, acc.Name, global.Records[0].ParentName)
	}
	_, err = client.Stream.Followers(ref).List(ctx, espo.Query{})
	require.NoError(t, err)
	_, err = client.Stream.Updates(ref).List(ctx, espo.FeedQuery{})
	contractHas(t, client, err)
	by, err := client.Stream.By(acc.CreatedByID).List(ctx, espo.FeedQuery{Where: espo.Where(espo.Equal("parentId", acc.ID)), MaxSize: 1})
	if contractHas(t, client, err) {
		require.Len(t, by.Records, 1)
	}
	_, err = client.Stream.User(acc.CreatedByID).List(ctx, espo.FeedQuery{MaxSize: 1})
	require.NoError(t, err)
	_, err = client.Stream.Of(espo.Ref{Type: "Account", ID: "000000000000000ab"}).List(ctx, espo.FeedQuery{})
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestContractNoteDetails(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	opp, err := client.Opportunities.Create(ctx, espo.Opportunity{
		Name: uniqueName(t), Amount: "10", CloseDate: espo.NewDate(2026, 12, 1), Probability: 10,
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Opportunities.Delete(context.WithoutCancel(ctx), opp.ID)) })
	_, err = client.Opportunities.Update(ctx, opp.ID, espo.Attrs{"stage": "Closed Won", "amount": 20})
	require.NoError(t, err)
	details := map[espo.NoteType]espo.NoteData{}
	var changes []string
	for n, err := range client.Stream.Of(espo.Ref{Type: "Opportunity", ID: opp.ID}).All(ctx, espo.FeedQuery{}) {
		require.NoError(t, err)
		details[n.Type], err = n.Details()
		require.NoError(t, err)
		if change, ok := n.StatusChange(); ok {
			changes = append(changes, change.Value)
		}
	}
	create, ok := details[espo.NoteTypeCreate].(espo.NoteCreateData)
	require.True(t, ok)
	assert.Equal(t, "Prospecting", create.StatusValue)
	assert.Equal(t, []string{"Closed Won"}, changes, "on every version")
	update, ok := details[espo.NoteTypeUpdate].(espo.NoteUpdateData)
	require.True(t, ok)
	assert.Equal(t, []string{"amount"}, update.Fields)
	assert.Equal(t, espo.Number("20"), update.Attributes.Became["amount"])
}

// Users of every type but API users have stars.
func TestContractStar(t *testing.T) {
	for name, client := range contractClients(t) {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			acc := contractAccount(t, client, espo.Account{Name: uniqueName(t)})
			ref := espo.Ref{Type: "Account", ID: acc.ID}
			me, err := client.App.CurrentUser(ctx)
			require.NoError(t, err)
			err = client.Stream.Star(ctx, ref)
			if me.User.Type == espo.UserTypeAPI && !errors.Is(err, espo.ErrNotSupported) {
				require.ErrorIs(t, err, espo.ErrForbidden)
				return
			}
			stars := contractHas(t, client, err)
			if stars {
				got, err := client.Accounts.Get(ctx, acc.ID)
				require.NoError(t, err)
				assert.True(t, got.IsStarred)
			}
			assert.Equal(t, stars, contractHas(t, client, client.Stream.Unstar(ctx, ref)))
		})
	}
}

// Others are made to follow, and API users are not followers.
func TestContractFollowers(t *testing.T) {
	client := contractClient(t)
	ctx := t.Context()
	ref := espo.Ref{Type: "Account", ID: contractAccount(t, client, espo.Account{Name: uniqueName(t)}).ID}
	// The first administrator may see every record.
	user, err := client.Users.First(ctx, espo.Query{Where: espo.Where(espo.Equal("type", "admin"), espo.IsTrue("isActive"))})
	require.NoError(t, err)
	followers := func() []string {
		page, err := client.Stream.Followers(ref).List(ctx, espo.Query{Select: []string{"userName"}})
		require.NoError(t, err)
		ids := []string{}
		for _, u := range page.Records {
			ids = append(ids, u.ID)
		}
		return ids
	}
	before := followers()
	require.NoError(t, client.Stream.AddFollowers(ctx, ref, []string{user.ID}))
	assert.Contains(t, followers(), user.ID)
	require.NoError(t, client.Stream.RemoveFollowers(ctx, ref, []string{user.ID}))
	assert.NotContains(t, followers(), user.ID)
	require.ErrorIs(t, client.Stream.AddFollowers(ctx, ref, []string{"000000000000000ab"}), espo.ErrNotFound)
	me, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	if me.User.Type == espo.UserTypeAPI {
		require.NoError(t, client.Stream.AddFollowers(ctx, ref, []string{me.User.ID}), "without a word")
		assert.Equal(t, before, followers())
	}
}
