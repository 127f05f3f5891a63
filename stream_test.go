package espo_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// streamedAccount is an account whose id the fake has.
func streamedAccount(t *testing.T, srv *espotest.Server) espo.Ref {
	t.Helper()
	return espo.Ref{Type: "Account", ID: srv.Seed("Account", map[string]any{"name": "Acme"})[0]}
}

func numbers(notes []espo.Note) []int64 {
	list := make([]int64, len(notes))
	for i, n := range notes {
		list[i] = n.Number
	}
	return list
}

func TestPostAndStreamOfARecord(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	acc := streamedAccount(t, srv)

	note, err := client.Stream.Post(ctx, acc, "Hello **world**", espo.PostInternal())
	require.NoError(t, err)
	assert.Equal(t, espo.NoteTypePost, note.Type)
	assert.Equal(t, "Hello **world**", note.Post)
	assert.Equal(t, acc, note.Parent())
	assert.True(t, note.IsInternal)

	page, err := client.Stream.Of(acc).List(ctx, espo.FeedQuery{})
	require.NoError(t, err)
	require.Len(t, page.Records, 2)
	assert.Equal(t, 2, page.Total)
	assert.True(t, page.Counted)
	assert.False(t, page.More)
	assert.Equal(t, note.ID, page.Records[0].ID)
	assert.Equal(t, espo.NoteTypeCreate, page.Records[1].Type)
	assert.Greater(t, page.Records[0].Number, page.Records[1].Number)

	posts, err := client.Stream.Posts(acc).List(ctx, espo.FeedQuery{})
	require.NoError(t, err)
	require.Len(t, posts.Records, 1)

	got, err := client.Notes.Get(ctx, note.ID)
	require.NoError(t, err)
	assert.Equal(t, page.Records[0].Number, got.Number)

	edited, err := client.Notes.SetText(ctx, note.ID, "Changed")
	require.NoError(t, err)
	assert.Equal(t, "Changed", edited.Post)

	reply, err := client.Stream.Reply(ctx, espo.Note{Post: "one\ntwo\n", ParentType: acc.Type, ParentID: acc.ID}, "three")
	require.NoError(t, err)
	assert.Equal(t, "> one\n> two\n\nthree", reply.Post)

	require.NoError(t, client.Notes.Delete(ctx, note.ID))
	_, err = client.Notes.Get(ctx, note.ID)
	require.ErrorIs(t, err, espo.ErrNotFound)

	// What the server wrote stays as it is.
	created := page.Records[1].ID
	_, err = client.Notes.SetText(ctx, created, "x")
	require.ErrorIs(t, err, espo.ErrForbidden)
	require.ErrorIs(t, client.Notes.Delete(ctx, created), espo.ErrForbidden)
}

func TestPostTo(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	admin := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	var adminID string
	for _, u := range srv.Records("User") {
		if u["userName"] == espotest.AdminUser {
			adminID = u["id"].(string)
		}
	}
	seen := func(c *espo.Client, post string) bool {
		for n, err := range c.Stream.Mine().All(ctx, espo.FeedQuery{}) {
			require.NoError(t, err)
			if n.Post == post {
				return true
			}
		}
		return false
	}
	for _, c := range []struct {
		post   string
		target espo.PostTarget
		kind   string
		seen   bool // by the administrator
	}{
		{"self", espo.ToSelf(), "self", false},
		{"all", espo.ToAll(), "all", true},
		{"users", espo.ToUsers(adminID), "users", true},
	} {
		note, err := client.Stream.PostTo(ctx, c.target, c.post)
		require.NoError(t, err)
		assert.Equal(t, c.kind, note.TargetType)
		assert.True(t, seen(client, c.post), c.post)
		assert.Equal(t, c.seen, seen(admin, c.post), c.post)
	}
	team := srv.Seed("Team", map[string]any{"name": "Sales"})[0]
	note, err := client.Stream.PostTo(ctx, espo.ToTeams(team), "teams")
	require.NoError(t, err)
	assert.Equal(t, "teams", note.TargetType)
}

func TestStreamInputIsChecked(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	acc := espo.Ref{Type: "Account", ID: "x"}
	for name, call := range map[string]func() error{
		"no parent":         func() error { _, err := client.Stream.Post(ctx, espo.Ref{}, "x"); return err },
		"empty text":        func() error { _, err := client.Stream.Post(ctx, acc, " \n"); return err },
		"empty attachment":  func() error { _, err := client.Stream.Post(ctx, acc, "x", espo.PostAttachments("")); return err },
		"empty reply":       func() error { _, err := client.Stream.Reply(ctx, espo.Note{Post: "x"}, ""); return err },
		"no target":         func() error { _, err := client.Stream.PostTo(ctx, espo.PostTarget{}, "x"); return err },
		"no users":          func() error { _, err := client.Stream.PostTo(ctx, espo.ToUsers(), "x"); return err },
		"an empty team":     func() error { _, err := client.Stream.PostTo(ctx, espo.ToTeams(""), "x"); return err },
		"no followers":      func() error { return client.Stream.AddFollowers(ctx, acc, nil) },
		"an empty follower": func() error { return client.Stream.RemoveFollowers(ctx, acc, []string{""}) },
		"a parent's path":   func() error { return client.Stream.Follow(ctx, espo.Ref{Type: "Account", ID: ".."}) },
		"an empty note":     func() error { return client.Notes.Pin(ctx, "") },
		"an empty reaction": func() error { return client.Notes.React(ctx, "x", "") },
		"negative number": func() error {
			_, err := client.Stream.Mine().List(ctx, espo.FeedQuery{Before: -1})
			return err
		},
		"negative number in All": func() error {
			_, err := espo.Collect(client.Stream.Mine().All(ctx, espo.FeedQuery{After: -1}))
			return err
		},
		"bad filter": func() error {
			_, err := client.Stream.Mine().List(ctx, espo.FeedQuery{Where: espo.Where(espo.Equal("", 1))})
			return err
		},
		"bad path": func() error { _, err := client.Stream.By("").List(ctx, espo.FeedQuery{}); return err },
	} {
		assert.ErrorIs(t, call(), espo.ErrInput, name)
	}
	assert.Empty(t, srv.Requests(), "nothing was sent")
}

func TestFeedAllPagesByNumber(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	acc := streamedAccount(t, srv)
	for i := range 25 {
		_, err := client.Stream.Post(ctx, acc, fmt.Sprint("post ", i))
		require.NoError(t, err)
	}
	feed := client.Stream.Of(acc)
	all, err := espo.Collect(feed.All(ctx, espo.FeedQuery{MaxSize: 7}))
	require.NoError(t, err)
	require.Len(t, all, 26)
	assert.True(t, slices.IsSortedFunc(all, func(a, b espo.Note) int { return int(b.Number - a.Number) }))

	// Notes that are written meanwhile are neither skipped nor repeated.
	var seen []int64
	for n, err := range feed.All(ctx, espo.FeedQuery{MaxSize: 4}) {
		require.NoError(t, err)
		seen = append(seen, n.Number)
		_, err = client.Stream.Post(ctx, acc, "meanwhile")
		require.NoError(t, err)
	}
	assert.Equal(t, numbers(all), seen)

	middle := all[10].Number
	since, err := espo.Collect(feed.All(ctx, espo.FeedQuery{
		After: middle, MaxSize: 3, Where: espo.Where(espo.StartsWith("post", "post ")),
	}))
	require.NoError(t, err)
	assert.Equal(t, numbers(all[:10]), numbers(since))
	page, err := feed.List(ctx, espo.FeedQuery{Before: middle, MaxSize: 2})
	require.NoError(t, err)
	assert.Equal(t, numbers(all[11:13]), numbers(page.Records))
	assert.True(t, page.More)

	// Ranged twice, and left early.
	for range 2 {
		first, err := espo.Collect(espo.Limit(client.Stream.Mine().All(ctx, espo.FeedQuery{}), 1))
		require.NoError(t, err)
		assert.Empty(t, first, "nobody follows the account")
	}
	_, err = espo.Collect(client.Stream.Of(espo.Ref{Type: "Account", ID: "missing"}).All(ctx, espo.FeedQuery{}))
	require.ErrorIs(t, err, espo.ErrNotFound)
}

func TestFeedAllEndsWithAnError(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	acc := streamedAccount(t, srv)
	for range 3 {
		_, err := client.Stream.Post(ctx, acc, "x")
		require.NoError(t, err)
	}
	srv.Fail(espotest.Fault{Path: "Account/*/stream", Nth: 2, Status: http.StatusForbidden})
	var seen int
	var last error
	for _, err := range client.Stream.Of(acc).All(ctx, espo.FeedQuery{MaxSize: 2}) {
		if last = err; err == nil {
			seen++
		}
	}
	require.ErrorIs(t, last, espo.ErrForbidden)
	assert.Equal(t, 2, seen)

	srv.Fail(espotest.Fault{Path: "Stream", Body: `{"total":-1,"list":[{"id":"a"}]}`})
	_, err := espo.Collect(client.Stream.Mine().All(ctx, espo.FeedQuery{}))
	require.ErrorIs(t, err, espo.ErrPages)
}

func TestStreamsOfUsers(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	acc := streamedAccount(t, srv)
	note, err := client.Stream.Post(ctx, acc, "news")
	require.NoError(t, err)

	mine := func() []string {
		var ids []string
		for n, err := range client.Stream.Mine().All(ctx, espo.FeedQuery{}) {
			require.NoError(t, err)
			ids = append(ids, n.ID)
		}
		return ids
	}
	assert.Empty(t, mine())
	require.NoError(t, client.Stream.Follow(ctx, acc))
	require.NoError(t, client.Stream.Follow(ctx, acc), "again")
	assert.Contains(t, mine(), note.ID)
	got, err := client.Accounts.Get(ctx, acc.ID)
	require.NoError(t, err)
	assert.True(t, got.IsFollowed)
	require.NoError(t, client.Stream.Unfollow(ctx, acc))
	assert.Empty(t, mine())

	global, err := client.Stream.Global().List(ctx, espo.FeedQuery{MaxSize: 1})
	require.NoError(t, err)
	require.Len(t, global.Records, 1)
	assert.Equal(t, note.ID, global.Records[0].ID)
	assert.Equal(t, "Acme", global.Records[0].ParentName)
	assert.False(t, global.Counted)
	assert.True(t, global.More)

	by, err := client.Stream.By(note.CreatedByID).List(ctx, espo.FeedQuery{})
	require.NoError(t, err)
	assert.Equal(t, note.ID, by.Records[0].ID)
	of, err := client.Stream.User(note.CreatedByID).List(ctx, espo.FeedQuery{})
	require.NoError(t, err)
	assert.Empty(t, of.Records)

	limited := srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey))
	for _, feed := range []*espo.Feed{
		limited.Stream.Global(), limited.Stream.User(note.CreatedByID), limited.Stream.Of(acc), limited.Stream.Updates(acc),
	} {
		_, err := feed.List(ctx, espo.FeedQuery{})
		require.ErrorIs(t, err, espo.ErrForbidden)
	}
	_, err = limited.Stream.Post(ctx, acc, "x")
	require.ErrorIs(t, err, espo.ErrForbidden)
	require.ErrorIs(t, limited.Stream.Follow(ctx, acc), espo.ErrForbidden)
}
