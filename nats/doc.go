// Package esponats keeps an inbox of webhooks in NATS JetStream, with workers in
// several processes on several machines, and tokens and cursors in its key-value
// store:
//
//	nc, err := nats.Connect(url)
//	store, err := esponats.Inbox(ctx, nc, esponats.Options{})
//	defer store.Close()
//	box, err := inbox.New(store, process)
//
// # How it works
//
// Items are messages of a stream. Each is in one of some partitions, by its
// record, and each partition has a consumer that hands out one message at a time:
// this keeps the order of a record's items. An item that waits to be tried again
// holds up its partition, not only its record. Partitions limit how many items are
// processed at once.
//
// Keys are the ids of messages, which JetStream itself recognises within the time
// that keys are remembered. Messages stay in the stream for that time after they
// are processed, and are removed then. What is parked is in a stream of its own.
//
// JetStream cannot say that a claim has run out. A worker that is slower than its
// claim is told by its own clock.
package esponats
