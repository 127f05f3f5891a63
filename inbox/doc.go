// Package inbox receives webhooks so that nothing which EspoCRM delivers is lost.
//
// EspoCRM drops deliveries by design: after some answers at once, after others
// when four tries have failed. So what is delivered is stored before it is
// answered, and processed afterwards, as often as it takes:
//
//	box, err := inbox.New(store, func(ctx context.Context, c inbox.Claim) error {
//		account, err := client.Accounts.Get(ctx, c.RecordID) // as it is now
//		…
//	})
//	handler, err := espo.NewWebhookHandler(box.Receive, espo.WebhookSecrets(secrets...))
//	http.Handle("/espo", handler)
//	err = box.Run(ctx) // until ctx ends
//
// # What is promised
//
// Each record that was delivered is processed at least once. It can be processed
// twice: when a process ends before it has said that it is done, or when the same
// record is delivered again after the store has forgotten it. So processing must
// do no harm the second time.
//
// What comes again within the time that the store remembers is recognised by
// [espo.WebhookRecord].Digest, record by record: EspoCRM delivers what failed in
// another batch, together with newer records.
//
// The items of one record are processed one after the other, in the order in which
// they came, by whichever process: no two workers have the same record at once, as
// long as a worker ends or is extended within its claim. While an item of a record
// waits to be tried again, the later ones of that record wait too.
//
// The order in which items come is not the order of the changes: a delivery that
// failed comes after newer ones. So do not write an item's data over what you
// have. Read the record with Get, which shows it as it is now, or compare its
// versionNumber or modifiedAt with yours.
//
// An item that fails is tried again, later each time, and is parked when it has
// failed too often: [Store].Parked shows it and the reason, and Release puts it
// back.
//
// # What webhooks miss
//
// [Inbox.Reconcile] finds what has changed and what was deleted, and puts it into
// the same inbox: run it at times, such as every hour.
// [espo.WebhookService.Failed] has what the server has given up, as deliveries
// that [Inbox.Receive] takes.
//
// # Stores
//
// [Memory] and [MemoryValues] are for tests. The modules github.com/go-espo/espo/sqlite and
// github.com/go-espo/espo/nats have stores that survive. Package inboxtest tests
// that a [Store] of your own keeps its promises.
package inbox
