package differ

import (
	"fmt"

	"github.com/go-espo/espo"
)

func stream(r *run) {
	account := r.create("account", r.user, "Account", rec{"name": "Streamed account", "assignedUserId": r.userID})
	kase := r.create("case", r.user, "Case", rec{"name": "Streamed case", "accountId": account})
	of := ref("Account", account)
	feed := func(name string, f *espo.Feed, q espo.FeedQuery) {
		r.do(name, func() (any, error) { return f.List(r.ctx, q) })
	}
	var notes []espo.Note
	for i, c := range []struct {
		client *espo.Client
		text   string
		opts   []espo.PostOption
	}{
		{r.user, "A **post**", nil}, {r.admin, "By the administrator", nil}, {r.limited, "By the limited", nil}, {r.user, "", nil}, {r.user, "Hello @differ-limited and @admin and @nobody", nil},
		{r.user, "Internal", []espo.PostOption{espo.PostInternal()}}, {r.user, "<b>html</b> 😀", nil}, {r.user, "With file", []espo.PostOption{espo.PostAttachments(missing)}},
	} {
		r.do(fmt.Sprintf("post.%d", i), func() (any, error) {
			note, err := c.client.Stream.Post(r.ctx, of, c.text, c.opts...)
			if err == nil {
				notes = append(notes, note)
			}
			return note, err
		})
	}
	r.do("post.missing", func() (any, error) { return r.user.Stream.Post(r.ctx, ref("Account", missing), "x") })
	r.do("post.type", func() (any, error) { return r.user.Stream.Post(r.ctx, ref("NoSuchType", missing), "x") })
	for i, to := range []espo.PostTarget{espo.ToSelf(), espo.ToAll(), espo.ToUsers(r.limitedID), espo.ToUsers(missing), espo.ToTeams(r.teamID), espo.ToTeams(missing)} {
		for _, c := range []struct {
			name   string
			client *espo.Client
		}{{"user", r.user}, {"limited", r.limited}, {"admin", r.admin}} {
			r.do(fmt.Sprintf("to.%d.%s", i, c.name), func() (any, error) { return c.client.Stream.PostTo(r.ctx, to, "To somebody") })
		}
	}
	r.update("case.status", r.user, "Case", kase, attrs{"status": "Closed"})
	r.update("case.priority", r.user, "Case", kase, attrs{"priority": "High", "description": "quiet"})
	r.update("account.assign", r.user, "Account", account, attrs{"assignedUserId": r.limitedID})
	r.update("account.rename", r.user, "Account", account, attrs{"name": "Streamed renamed", "type": "Customer"})
	feed("of.account", r.user.Stream.Of(of), espo.FeedQuery{MaxSize: 50})
	feed("of.account.limited", r.limited.Stream.Of(of), espo.FeedQuery{MaxSize: 50})
	feed("of.account.posts", r.user.Stream.Posts(of), espo.FeedQuery{MaxSize: 50})
	feed("of.account.updates", r.user.Stream.Updates(of), espo.FeedQuery{MaxSize: 50})
	feed("of.case", r.user.Stream.Of(ref("Case", kase)), espo.FeedQuery{})
	feed("of.missing", r.user.Stream.Of(ref("Account", missing)), espo.FeedQuery{})
	feed("of.type", r.user.Stream.Of(ref("NoSuchType", missing)), espo.FeedQuery{})
	feed("mine", r.user.Stream.Mine(), espo.FeedQuery{MaxSize: 20})
	feed("mine.limited", r.limited.Stream.Mine(), espo.FeedQuery{MaxSize: 20})
	feed("global", r.user.Stream.Global(), espo.FeedQuery{MaxSize: 5})
	feed("by", r.user.Stream.By(r.userID), espo.FeedQuery{MaxSize: 10})
	feed("user", r.user.Stream.User(r.limitedID), espo.FeedQuery{MaxSize: 10})
	feed("posts.only", r.user.Stream.Of(of), espo.FeedQuery{Where: espo.Where(espo.Equal("type", "Post"))})
	note := espo.Note{ID: missing}
	if len(notes) > 0 {
		note = notes[0]
	}
	for _, c := range []struct {
		name   string
		client *espo.Client
	}{{"user", r.user}, {"admin", r.admin}, {"limited", r.limited}} {
		say := func(what string) string { return c.name + "." + what }
		r.do(say("reply"), func() (any, error) { return c.client.Stream.Reply(r.ctx, note, "A reply") })
		for _, reaction := range []espo.Reaction{"Like", "Love", "NoSuch"} {
			r.do(say("react."+string(reaction)), func() (any, error) { return nil, c.client.Notes.React(r.ctx, note.ID, reaction) })
		}
		r.do(say("reactors"), func() (any, error) { return c.client.Notes.Reactors(note.ID, "Like").List(r.ctx, espo.Paging{}) })
		r.do(say("unreact"), func() (any, error) { return nil, c.client.Notes.Unreact(r.ctx, note.ID, "Like") })
		r.do(say("unreact.again"), func() (any, error) { return nil, c.client.Notes.Unreact(r.ctx, note.ID, "Like") })
		r.do(say("pin"), func() (any, error) { return nil, c.client.Notes.Pin(r.ctx, note.ID) })
		r.do(say("pin.again"), func() (any, error) { return nil, c.client.Notes.Pin(r.ctx, note.ID) })
		feed(say("pinned"), c.client.Stream.Of(of), espo.FeedQuery{MaxSize: 3})
		r.do(say("unpin"), func() (any, error) { return nil, c.client.Notes.Unpin(r.ctx, note.ID) })
		r.do(say("text"), func() (any, error) { return c.client.Notes.SetText(r.ctx, note.ID, "Edited by "+c.name) })
		r.get(say("note"), c.client, "Note", note.ID)
		r.do(say("follow"), func() (any, error) { return nil, c.client.Stream.Follow(r.ctx, of) })
		r.do(say("star"), func() (any, error) { return nil, c.client.Stream.Star(r.ctx, of) })
		r.get(say("get.account"), c.client, "Account", account)
		r.do(say("followers"), func() (any, error) {
			return c.client.Stream.Followers(of).List(r.ctx, espo.Query{OrderBy: "userName", Order: espo.Asc, Select: []string{"userName"}})
		})
		r.do(say("unfollow"), func() (any, error) { return nil, c.client.Stream.Unfollow(r.ctx, of) })
		r.do(say("unfollow.again"), func() (any, error) { return nil, c.client.Stream.Unfollow(r.ctx, of) })
		r.do(say("unstar"), func() (any, error) { return nil, c.client.Stream.Unstar(r.ctx, of) })
		r.do(say("followers.add"), func() (any, error) { return nil, c.client.Stream.AddFollowers(r.ctx, of, []string{r.limitedID}) })
		r.do(say("followers.add.missing"), func() (any, error) { return nil, c.client.Stream.AddFollowers(r.ctx, of, []string{missing}) })
		r.do(say("followers.remove"), func() (any, error) { return nil, c.client.Stream.RemoveFollowers(r.ctx, of, []string{r.limitedID}) })
		r.do(say("attachments"), func() (any, error) { return c.client.Stream.Attachments(of).List(r.ctx, espo.Query{}) })
		r.do(say("notifications"), func() (any, error) { return c.client.Notifications.List(r.ctx, espo.Query{MaxSize: 20}) })
		r.do(say("notifications.unread"), func() (any, error) { return c.client.Notifications.UnreadCount(r.ctx) })
		r.do(say("notifications.read"), func() (any, error) { return nil, c.client.Notifications.MarkAllRead(r.ctx) })
		r.do(say("notifications.unread.after"), func() (any, error) { return c.client.Notifications.UnreadCount(r.ctx) })
	}
	for i, n := range notes {
		r.remove(fmt.Sprintf("note.delete.limited.%d", i), r.limited, "Note", n.ID)
		r.remove(fmt.Sprintf("note.delete.%d", i), r.user, "Note", n.ID)
	}
	feed("of.account.after", r.user.Stream.Of(of), espo.FeedQuery{MaxSize: 50})
	r.list("note.list", r.user, "Note", espo.Query{MaxSize: 3})
	r.create("note.create.type", r.user, "Note", rec{"type": "Create", "parentType": "Account", "parentId": account})
}
