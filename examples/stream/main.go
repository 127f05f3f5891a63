// Stream follows an account, posts to its stream with a file, replies, pins
// and reacts, and then reads what is new since a note it knows, as a poller
// would. It runs on an embedded fake of EspoCRM, or on the server at ESPO_URL
// with the credentials in ESPO_API_KEY, in ESPO_HMAC_KEY and ESPO_HMAC_SECRET,
// or in ESPO_USERNAME and ESPO_PASSWORD.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) (err error) {
	client, done, err := demo.Connect()
	if err != nil {
		return err
	}
	defer done()

	acc, err := client.Accounts.Create(ctx, espo.Account{Name: fmt.Sprintf("Stream %d", time.Now().UnixNano())})
	if err != nil {
		return err
	}
	defer func() { // whatever happens below, the account goes
		err = errors.Join(err, client.Accounts.Delete(context.WithoutCancel(ctx), acc.ID))
	}()
	ref := client.Accounts.Ref(acc.ID)

	if err := client.Stream.Follow(ctx, ref); err != nil {
		return err
	}
	fmt.Println("Follow    ", acc.Name)

	first, err := client.Stream.Of(ref).List(ctx, espo.FeedQuery{MaxSize: 1})
	if err != nil {
		return err
	}
	if len(first.Records) != 1 || first.Records[0].Type != espo.NoteTypeCreate {
		return fmt.Errorf("the stream of a new account does not begin with its creation: %+v", first.Records)
	}
	known := first.Records[0].Number
	fmt.Println("Know       the note that says the account was created")

	post, reply, err := talk(ctx, client, ref)
	if err != nil {
		return err
	}
	if err := readNews(ctx, client, acc.ID, known, post, reply); err != nil {
		return err
	}
	if err := readUpdates(ctx, client, acc); err != nil {
		return err
	}

	if err := client.Stream.Unfollow(ctx, ref); err != nil {
		return err
	}
	fmt.Println("Unfollow  ", acc.Name)
	return nil
}

// talk posts with a file, replies, and pins and likes the post.
func talk(ctx context.Context, client *espo.Client, ref espo.Ref) (post, reply espo.Note, err error) {
	file, err := client.Attachments.Upload(ctx, espo.Upload{
		Name: "offer.txt", Content: strings.NewReader("2 % off"), For: espo.NoteAttachment(),
	})
	if err != nil {
		return post, reply, err
	}
	post, err = client.Stream.Post(ctx, ref, "They want an **offer**.", espo.PostAttachments(file.ID))
	if err != nil {
		return post, reply, err
	}
	fmt.Printf("Post       %q with %s\n", post.Post, post.AttachmentsNames[file.ID])
	reply, err = client.Stream.Reply(ctx, post, "It is on its way.")
	if err != nil {
		return post, reply, err
	}
	fmt.Printf("Reply      %q\n", reply.Post)
	if err := client.Notes.Pin(ctx, post.ID); err != nil {
		return post, reply, err
	}
	if err := client.Notes.React(ctx, post.ID, espo.ReactionLike); err != nil {
		return post, reply, err
	}
	fmt.Println("Pin        and like the post")
	return post, reply, nil
}

// readNews reads what is new after a known note, in the order it was written:
// the feed has the newest first.
func readNews(ctx context.Context, client *espo.Client, accountID string, known int64, post, reply espo.Note) error {
	var news []espo.Note
	for note, err := range client.Stream.Mine().All(ctx, espo.FeedQuery{
		After: known, Where: espo.Where(espo.Equal("parentId", accountID)),
	}) {
		if err != nil {
			return err
		}
		news = append([]espo.Note{note}, news...)
	}
	if len(news) != 2 || news[0].ID != post.ID || news[1].ID != reply.ID {
		return fmt.Errorf("%d notes are new instead of the two posts", len(news))
	}
	for _, note := range news {
		fmt.Printf("New        %s by %s on %q, likes: %d\n", note.Type, note.CreatedByName, note.ParentName, note.ReactionCounts[espo.ReactionLike])
	}
	return nil
}

// readUpdates changes the account and reads what the server notes of that by
// itself, which has data by the type of the note.
func readUpdates(ctx context.Context, client *espo.Client, acc espo.Account) error {
	if _, err := client.Accounts.Update(ctx, acc.ID, espo.Attrs{"name": acc.Name + " Ltd"}); err != nil {
		return err
	}
	updates, err := client.Stream.Updates(client.Accounts.Ref(acc.ID)).List(ctx, espo.FeedQuery{})
	if err != nil {
		return err
	}
	for _, note := range updates.Records {
		details, err := note.Details()
		if err != nil {
			return err
		}
		if update, ok := details.(espo.NoteUpdateData); ok {
			fmt.Println("Changed   ", strings.Join(update.Fields, ", "), "from", update.Attributes.Was, "to", update.Attributes.Became)
		}
	}
	if len(updates.Records) != 1 {
		return fmt.Errorf("%d updates are noted instead of one", len(updates.Records))
	}
	return nil
}
