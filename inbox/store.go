package inbox

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/go-espo/espo"
)

// Item is something that has happened to a record.
type Item struct {
	Key       string            // recognises what comes again; [espo.WebhookRecord].Digest of a delivery
	Event     espo.WebhookEvent // of what Reconcile has found: update or delete
	RecordID  string
	WebhookID string    // empty for what Reconcile has found
	Data      []byte    // the record's JSON, as it was delivered or read
	Received  time.Time // when it came first
}

// Record names the record, whose items are processed one after the other.
func (i Item) Record() string { return i.Event.EntityType + "/" + i.RecordID }

// Decode decodes the record's data, of which an update has only what has changed.
func Decode[T any](i Item) (record T, err error) {
	err = espo.Unmarshal(i.Data, &record)
	return record, err
}

// Claim is an item that a worker has, and no other worker.
type Claim struct {
	Item

	Attempt int           // 1 at first; more, too, when a claim was lost on its way to a worker
	Lease   time.Duration // how long it holds, from Next or Extend on
	Token   string        // the store's: which claim it is
}

// Failure says why an item was not processed, and what becomes of it.
type Failure struct {
	Reason string
	After  time.Duration // until it is tried again
	Park   bool          // instead of trying it again
}

// Parked is an item that is not tried again.
type Parked struct {
	Item

	Attempts int
	Reason   string
	At       time.Time // when it was parked
}

// ErrClaimLost says that a claim has run out: another worker may have the item.
var ErrClaimLost = errors.New("inbox: the claim has run out")

// ErrNotParked says that no item with such a key is parked.
var ErrNotParked = errors.New("inbox: there is no such parked item")

// Store keeps items until they are processed. Its methods are safe for concurrent
// use, and several processes may use one store where it says so.
//
// It is made so that a table of a database and a stream of messages can both be
// one. Package inboxtest has the tests that a Store must pass.
type Store interface {
	// Put stores items, in their order, and says how many of them are new. An item
	// whose key was put before is passed over, for as long as the store remembers
	// keys, and while it is not done. When Put returns without an error, no item is
	// lost when the process ends; after an error some may be stored.
	Put(ctx context.Context, items ...Item) (added int, err error)

	// Next waits for the next item and claims it. It returns the first one that is
	// due and whose record has no earlier item that is neither done nor parked. It
	// returns the error of the context when that ends.
	Next(ctx context.Context) (Claim, error)

	// Extend makes a claim hold for its Lease from now on.
	Extend(ctx context.Context, c Claim) error

	// Done says that an item is processed. Its key is remembered.
	Done(ctx context.Context, c Claim) error

	// Fail gives a claim back.
	Fail(ctx context.Context, c Claim, f Failure) error

	// Parked yields what is parked, oldest first.
	Parked(ctx context.Context) iter.Seq2[Parked, error]

	// Release puts a parked item back, as if it had just come, or returns an
	// [ErrNotParked].
	Release(ctx context.Context, key string) error
}
