package espo_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func ExampleStreamService_Post() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()

	acc, err := client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	if err != nil {
		fmt.Println(err)
		return
	}
	ref := client.Accounts.Ref(acc.ID)
	if _, err := client.Stream.Post(ctx, ref, "They **signed**."); err != nil {
		fmt.Println(err)
		return
	}
	for note, err := range client.Stream.Of(ref).All(ctx, espo.FeedQuery{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(note.Type, note.Post)
	}
	// Output:
	// Post They **signed**.
	// Create
}

// A conversation: a post with a file, a reply to it, and one for the team
// alone, which the users of portals do not see.
func ExampleStreamService_Reply() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	account := client.Accounts.Ref(srv.Seed("Account", espo.Attrs{"name": "Acme"})[0])
	file, err := client.Attachments.Upload(ctx, espo.Upload{
		Name: "offer.txt", Content: strings.NewReader("2 % off"), For: espo.NoteAttachment(),
	})
	if err != nil {
		log.Fatal(err)
	}

	post, err := client.Stream.Post(ctx, account, "They want an **offer**.", espo.PostAttachments(file.ID))
	if err != nil {
		log.Fatal(err)
	}
	reply, err := client.Stream.Reply(ctx, post, "It is on its way.", espo.PostInternal())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(reply.Post)
	for note, err := range client.Stream.Posts(account).All(ctx, espo.FeedQuery{}) {
		fmt.Println(len(note.AttachmentsIDs), note.IsInternal, err)
	}
	// Output:
	// > They want an **offer**.
	//
	// It is on its way.
	// 0 true <nil>
	// 1 false <nil>
}

// Posts without a record: to oneself, to all, to some users and to teams.
func ExampleStreamService_PostTo() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	user := srv.Seed("User", espo.Attrs{"userName": "olena", "lastName": "Koval", "type": "regular"})[0]
	team := srv.Seed("Team", espo.Attrs{"name": "Sales"})[0]

	for _, target := range []espo.PostTarget{espo.ToSelf(), espo.ToAll(), espo.ToUsers(user), espo.ToTeams(team)} {
		note, err := client.Stream.PostTo(ctx, target, "Lunch is ready.")
		fmt.Println(note.TargetType, err)
	}
	// Output:
	// self <nil>
	// all <nil>
	// users <nil>
	// teams <nil>
}

// What is new since the note that was read last, such as for a bot that looks
// every minute.
func ExampleFeed() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	account := client.Accounts.Ref(srv.Seed("Account", espo.Attrs{"name": "Acme"})[0])

	feed := client.Stream.Of(account)
	page, err := feed.List(ctx, espo.FeedQuery{MaxSize: 1})
	if err != nil {
		log.Fatal(err)
	}
	known := page.Records[0].Number // stored

	if _, err := client.Stream.Post(ctx, account, "They signed."); err != nil {
		log.Fatal(err)
	}
	for note, err := range feed.All(ctx, espo.FeedQuery{After: known}) {
		fmt.Println(note.Type, note.Post, err)
	}
	// Output: Post They signed. <nil>
}

// Pins and reactions, and a text that is put right.
func ExampleNoteService() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	account := client.Accounts.Ref(srv.Seed("Account", espo.Attrs{"name": "Acme"})[0])
	post, err := client.Stream.Post(ctx, account, "They singed.")
	if err != nil {
		log.Fatal(err)
	}

	if _, err := client.Notes.SetText(ctx, post.ID, "They signed."); err != nil {
		log.Fatal(err)
	}
	if err := client.Notes.Pin(ctx, post.ID); err != nil {
		log.Fatal(err)
	}
	if err := client.Notes.React(ctx, post.ID, espo.ReactionLike); err != nil {
		log.Fatal(err)
	}
	page, err := client.Stream.Of(account).List(ctx, espo.FeedQuery{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(page.Pinned[0].Post, page.Pinned[0].ReactionCounts[espo.ReactionLike])
	for user, err := range client.Notes.Reactors(post.ID, espo.ReactionLike).All(ctx) {
		fmt.Println(user.UserName, err)
	}
	fmt.Println(client.Notes.Unreact(ctx, post.ID, espo.ReactionLike), client.Notes.Unpin(ctx, post.ID))
	// Output:
	// They signed. 1
	// admin <nil>
	// <nil> <nil>
}

// A note says what has happened to a record, by its type. A change of the
// status is told of in the same way on every version of EspoCRM.
func ExampleNote() {
	srv, client := example()
	defer srv.Close()
	ctx := context.Background()
	id := srv.Seed("Lead", espo.Attrs{"lastName": "Koval"})[0]
	if _, err := client.Leads.Update(ctx, id, espo.Attrs{"status": espo.LeadStatusInProcess}); err != nil {
		log.Fatal(err)
	}

	for note, err := range client.Stream.Of(client.Leads.Ref(id)).All(ctx, espo.FeedQuery{}) {
		if err != nil {
			log.Fatal(err)
		}
		if change, ok := note.StatusChange(); ok {
			fmt.Println(note.Parent() == client.Leads.Ref(id), "became", change.Value)
			continue
		}
		details, err := note.Details()
		if err != nil {
			log.Fatal(err)
		}
		if created, ok := details.(espo.NoteCreateData); ok {
			fmt.Println("began with", created.StatusValue)
		}
	}
	// Output:
	// true became In Process
	// began with New
}

// Who follows a record is told of what happens to it.
func ExampleStreamService_Follow() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	account := client.Accounts.Ref(srv.Seed("Account", espo.Attrs{"name": "Acme"})[0])
	olena := srv.Seed("User", espo.Attrs{"userName": "olena", "lastName": "Koval", "type": "admin"})[0]

	if err := client.Stream.Follow(ctx, account); err != nil {
		log.Fatal(err)
	}
	if err := client.Stream.AddFollowers(ctx, account, []string{olena}); err != nil {
		log.Fatal(err)
	}
	n := 0
	for _, err := range client.Stream.Followers(account).All(ctx, espo.Query{}) {
		if err != nil {
			log.Fatal(err)
		}
		n++
	}
	fmt.Println(n, "followers")
	fmt.Println(client.Stream.RemoveFollowers(ctx, account, []string{olena}), client.Stream.Unfollow(ctx, account))
	fmt.Println(client.Stream.Star(ctx, account), client.Stream.Unstar(ctx, account)) // a favourite
	// Output:
	// 2 followers
	// <nil> <nil>
	// <nil> <nil>
}

// What the caller is told of, what was changed in a record, and what a user
// has done.
func ExampleStreamService_Mine() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	id := srv.Seed("Account", espo.Attrs{"name": "Acme"})[0]
	account := client.Accounts.Ref(id)
	if err := client.Stream.Follow(ctx, account); err != nil {
		log.Fatal(err)
	}
	if _, err := client.Accounts.Update(ctx, id, espo.Attrs{"name": "Acme Inc."}); err != nil {
		log.Fatal(err)
	}
	me, err := client.App.CurrentUser(ctx)
	if err != nil {
		log.Fatal(err)
	}

	for _, feed := range []*espo.Feed{client.Stream.Mine(), client.Stream.Updates(account), client.Stream.By(me.User.ID)} {
		for note, err := range feed.All(ctx, espo.FeedQuery{Where: espo.Where(espo.Equal("type", espo.NoteTypeUpdate))}) {
			fmt.Println(note.Type, note.CreatedByName, err)
		}
	}
	// Output:
	// Update Admin <nil>
	// Update Admin <nil>
	// Update Admin <nil>
}
