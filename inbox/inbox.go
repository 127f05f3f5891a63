package inbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo"
)

// Inbox stores what webhooks deliver, and processes it. Make one with [New]. It
// is safe for concurrent use.
type Inbox struct {
	store    Store
	process  func(context.Context, Claim) error
	workers  int
	attempts int
	backoff  func(int) time.Duration
	grace    time.Duration
	report   func(error)
}

// New makes an inbox. process is called for each item, by several goroutines at
// once, and never for two items of one record at once. An error, or a panic, makes
// the item wait and be tried again; after one of [Permanent] it is parked. Its
// context ends when the claim is lost, or some time after the context of Run.
//
// An [espo.InputError] refuses what is nil, and an option that cannot be.
func New(store Store, process func(context.Context, Claim) error, opts ...Option) (*Inbox, error) {
	if store == nil || process == nil {
		return nil, badInput("inbox.New", "the store or the function is nil")
	}
	b := &Inbox{
		store: store, process: process, workers: 4, attempts: 12, backoff: defaultBackoff, grace: 30 * time.Second,
		report: func(error) {},
	}
	for _, opt := range opts {
		if opt == nil {
			return nil, badInput("inbox.Option", "is nil")
		}
		if err := opt(b); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Receive stores the records of a delivery. It is the function of an
// [espo.WebhookHandler], which answers 200 only when all are stored: otherwise
// the server delivers them again.
func (b *Inbox) Receive(ctx context.Context, d espo.WebhookDelivery) error {
	records, err := espo.WebhookRecords[jsontext.Value](d)
	if err != nil {
		return err
	}
	items := make([]Item, len(records))
	for i, r := range records {
		items[i] = Item{
			Key: r.Digest, Event: d.Event, RecordID: r.ID, WebhookID: d.WebhookID, Data: r.Record, Received: time.Now().UTC(),
		}
	}
	if _, err = b.store.Put(ctx, items...); err != nil {
		return fmt.Errorf("inbox: storing a delivery of %s: %w", d.Event, err)
	}
	return nil
}

// Run processes items until ctx ends, and then waits for those that are being
// processed. It returns nil, or an error when these did not end in time. Errors of
// the store do not end it: it goes on when the store does.
func (b *Inbox) Run(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var workers sync.WaitGroup
	for range b.workers {
		workers.Go(func() { b.work(ctx, work) })
	}
	ended := make(chan struct{})
	go func() {
		workers.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
	}
	patience := time.NewTimer(b.grace)
	defer patience.Stop()
	select {
	case <-ended:
		return nil
	case <-patience.C:
	}
	stop()
	<-ended
	return errors.New("inbox: what was being processed did not end in time")
}
