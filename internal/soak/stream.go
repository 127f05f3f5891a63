package main

import (
	"context"
	"net/url"
	"slices"

	"github.com/go-espo/espo"
)

// posts are the ids of the posts of a record whose text ends with the mark: a
// reply begins with what it quotes.
func (w *worker) posts(parent *item, mark string) (found []values) {
	for _, v := range w.truth.list(parent.entity+"/"+parent.id+"/posts", url.Values{}) {
		if text := v.text("post"); len(text) >= len(mark) && text[len(text)-len(mark):] == mark {
			found = append(found, v)
		}
	}
	return found
}

// posted compares a post that a call should have written once.
func (w *worker) posted(r result, parent *item, mark string, note espo.Note) (id string) {
	found := w.posts(parent, mark)
	if problem := judgeCount(r.outcome, len(found)); problem != "" {
		w.wrong(r, "post %s: %s", mark, problem)
	} else if r.outcome == done && found[0].id() != note.ID {
		w.wrong(r, "the post has the id %s, and not the returned %s", found[0].id(), note.ID)
	}
	w.report.settled(r, len(found) > 0)
	if len(found) == 0 {
		return ""
	}
	return found[0].id()
}

// workPosts writes a post, and does everything that can be done with one.
func (w *worker) workPosts() {
	parent := w.some(accounts)
	if parent == nil {
		return
	}
	mark := w.mark()
	var note espo.Note
	var opts []espo.PostOption
	if w.rng.IntN(4) == 0 {
		if id := w.attach(w.mark(), espo.NoteAttachment()); id != "" {
			opts = append(opts, espo.PostAttachments(id))
		}
	}
	r := w.do("Stream.Post", func(ctx context.Context) (err error) {
		note, err = w.client.Stream.Post(ctx, parent.ref(), mark, opts...)
		return err
	})
	id := w.posted(r, parent, mark, note)
	if id == "" {
		return
	}
	switch w.rng.IntN(4) {
	case 0:
		w.reply(parent, id)
	case 1:
		w.edit(id)
	case 2:
		w.react(id)
	default:
		w.feeds(parent, id)
	}
	r = w.do("Notes.Delete", func(ctx context.Context) error { return w.client.Notes.Delete(ctx, id) })
	_, there := w.truth.get("Note", id)
	w.state(r, !there, "post %s deleted", id)
}

func (w *worker) reply(parent *item, id string) {
	mark := w.mark()
	var note, to espo.Note
	if _, ok := w.read("Notes.Get", func(ctx context.Context) (err error) {
		to, err = w.client.Notes.Get(ctx, id)
		return err
	}); !ok {
		return
	}
	r := w.do("Stream.Reply", func(ctx context.Context) (err error) {
		note, err = w.client.Stream.Reply(ctx, to, mark)
		return err
	})
	w.posted(r, parent, mark, note)
}

// edit replaces the text of a post.
func (w *worker) edit(id string) {
	mark := w.mark()
	before, _ := w.truth.get("Note", id)
	r := w.do("Notes.SetText", func(ctx context.Context) error {
		_, err := w.client.Notes.SetText(ctx, id, mark)
		return err
	})
	after, _ := w.truth.get("Note", id)
	if problem := judgeValue(r.outcome, before["post"], canon(mark), after["post"]); problem != "" {
		w.wrong(r, "post %s: text %s", id, problem)
	}
	w.report.settled(r, after["post"] == canon(mark))
}

// react pins a post and reacts to it, and takes that back.
func (w *worker) react(id string) {
	c := w.client.Notes
	pinned := func() bool { v, _ := w.truth.get("Note", id); return v["isPinned"] == "true" }
	liked := func() bool { v, _ := w.truth.get("Note", id); return v["reactionCounts"] == `{"Like":1}` }
	w.toggles("post "+id,
		toggle{"Notes.Pin", func(ctx context.Context) error { return c.Pin(ctx, id) }, pinned, true},
		toggle{"Notes.Unpin", func(ctx context.Context) error { return c.Unpin(ctx, id) }, pinned, false},
		toggle{"Notes.React", func(ctx context.Context) error { return c.React(ctx, id, espo.ReactionLike) }, liked, true},
		toggle{"Notes.Unreact", func(ctx context.Context) error { return c.Unreact(ctx, id, espo.ReactionLike) }, liked, false},
	)
	_, _ = w.read("Notes.Reactors", func(ctx context.Context) error {
		_, err := c.Reactors(id, espo.ReactionLike).List(ctx, espo.Paging{})
		return err
	})
}

// feeds reads the streams that a post is in.
func (w *worker) feeds(parent *item, id string) {
	c := w.client.Stream
	for name, feed := range inOrder(map[string]*espo.Feed{
		"Of": c.Of(parent.ref()), "Posts": c.Posts(parent.ref()),
	}) {
		var notes []espo.Note
		if r, ok := w.read("Stream."+name+".All", func(ctx context.Context) (err error) {
			notes, err = espo.Collect(feed.All(ctx, espo.FeedQuery{MaxSize: 2 + w.rng.IntN(10)}))
			return err
		}); ok && !slices.ContainsFunc(notes, func(n espo.Note) bool { return n.ID == id }) {
			w.wrong(r, "post %s of %s is not among %d notes", id, parent.id, len(notes))
		}
	}
	of := espo.FeedQuery{Where: espo.Where(espo.Equal("parentId", parent.id)), MaxSize: 5}
	for name, feed := range inOrder(map[string]*espo.Feed{
		"Updates": c.Updates(parent.ref()), "Mine": c.Mine(), "Global": c.Global(),
	}) {
		_, _ = w.read("Stream."+name+".List", func(ctx context.Context) error {
			_, err := feed.List(ctx, of)
			return err
		})
	}
	w.postToSelf()
	_, _ = w.read("Stream.Attachments", func(ctx context.Context) error {
		_, err := c.Attachments(parent.ref()).List(ctx, espo.Query{})
		return err
	})
}

// postToSelf writes a post without a record.
func (w *worker) postToSelf() {
	c, mark := w.client.Stream, w.mark()
	var note espo.Note
	r := w.do("Stream.PostTo", func(ctx context.Context) (err error) {
		note, err = c.PostTo(ctx, espo.ToSelf(), mark)
		return err
	})
	if it := w.created(r, "Note", "post", mark, note.ID, nil); it != nil {
		w.discard(it)
	}
	own := espo.FeedQuery{MaxSize: 5}
	for name, feed := range inOrder(map[string]*espo.Feed{"User": c.User(w.client.userID), "By": c.By(w.client.userID)}) {
		_, _ = w.read("Stream."+name+".List", func(ctx context.Context) error {
			_, err := feed.List(ctx, own)
			return err
		})
	}
}

// workFollow follows a record and no longer, stars it and no longer, and makes
// somebody else follow it.
func (w *worker) workFollow() {
	it := w.some(accounts)
	if it == nil {
		return
	}
	own := w.truth.as(w.client.sign)
	is := func(attribute string) func() bool {
		return func() bool { v, _ := own.get(it.entity, it.id); return v[attribute] == "true" }
	}
	c, ref, user := w.client.Stream, it.ref(), w.shared.user
	follows := func() bool { return w.truth.linked(it.entity, it.id, "followers")[user] }
	steps := []toggle{
		{"Stream.Follow", func(ctx context.Context) error { return c.Follow(ctx, ref) }, is("isFollowed"), true},
		{"Stream.Unfollow", func(ctx context.Context) error { return c.Unfollow(ctx, ref) }, is("isFollowed"), false},
		{"Stream.AddFollowers", func(ctx context.Context) error { return c.AddFollowers(ctx, ref, []string{user}) }, follows, true},
		{"Stream.RemoveFollowers", func(ctx context.Context) error { return c.RemoveFollowers(ctx, ref, []string{user}) }, follows, false},
	}
	if !w.client.api {
		steps = append(steps,
			toggle{"Stream.Star", func(ctx context.Context) error { return c.Star(ctx, ref) }, is("isStarred"), true},
			toggle{"Stream.Unstar", func(ctx context.Context) error { return c.Unstar(ctx, ref) }, is("isStarred"), false})
	}
	w.toggles(it.id, steps...)
	var page espo.Page[espo.User]
	if r, ok := w.read("Stream.Followers", func(ctx context.Context) (err error) {
		page, err = c.Followers(ref).List(ctx, espo.Query{Select: []string{"userName"}})
		return err
	}); ok && follows() != slices.ContainsFunc(page.Records, func(u espo.User) bool { return u.ID == user }) {
		w.wrong(r, "%s follows %s: %t", user, it.id, follows())
	}
}
