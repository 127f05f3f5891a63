package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/go-espo/espo"
)

// Reconciliation says what [Inbox.Reconcile] looks for.
type Reconciliation struct {
	EntityType string // required

	// Cursors keeps how far it has come; required. A key is
	// "inbox/cursor/{EntityType}".
	Cursors espo.KeyValueStore

	// Has reports whether a record is already known as it is, by its
	// versionNumber or modifiedAt: it is passed over. Nil knows none.
	Has func(context.Context, espo.Record) (bool, error)

	// Known are the ids that are known. Those that the server no longer has are
	// put as deleted. Nil looks for none.
	Known espo.KnownIDs

	Changes espo.ChangeOptions // which records, and how they are read
}

// Reconciled is what [Inbox.Reconcile] has put into the inbox.
type Reconciled struct {
	Changed int
	Deleted int
}

// Reconcile puts into the inbox what has changed since it was last called, and
// what was deleted: what webhooks have missed while they were not registered, not
// active or given up. The first call puts every record.
//
// A changed record comes as an item of the kind update, with its data as it is
// now, and a deleted one as an item of the kind delete. What a webhook has brought
// comes once more, unless Has knows it.
//
// Records are read by [espo.RecordService.Changes] and, if there is Known,
// [espo.RecordService.FindDeleted]. The cursor is stored after each batch, so that
// a call that was stopped is taken up by the next. Only one process should
// reconcile an entity type at a time: another one gets [espo.ErrRevision].
func (b *Inbox) Reconcile(ctx context.Context, client *espo.Client, r Reconciliation) (done Reconciled, err error) {
	if client == nil || r.EntityType == "" || r.Cursors == nil {
		return done, badInput("inbox.Reconciliation", "the client, EntityType or Cursors is missing")
	}
	if len(r.Changes.Select) > 0 && !slices.Contains(r.Changes.Select, "modifiedAt") {
		r.Changes.Select = append(slices.Clip(r.Changes.Select), "modifiedAt") // by which changes differ
	}
	records := client.Records(r.EntityType)
	key := "inbox/cursor/" + r.EntityType
	at, err := r.Cursors.Get(ctx, key)
	if err != nil {
		return done, fmt.Errorf("inbox: reading the cursor of %s: %w", r.EntityType, err)
	}
	for batch, err := range records.Changes(ctx, espo.Cursor(at.Value), r.Changes) {
		if err != nil {
			return done, err
		}
		n, err := b.putChanged(ctx, r, batch.Records)
		done.Changed += n
		if err != nil {
			return done, err
		}
		if at, err = r.Cursors.Set(ctx, key, []byte(batch.Cursor), at); err != nil {
			return done, fmt.Errorf("inbox: storing the cursor of %s: %w", r.EntityType, err)
		}
	}
	if r.Known == nil || len(at.Value) == 0 {
		return done, nil
	}
	for id, err := range records.FindDeleted(ctx, r.Known, espo.Cursor(at.Value), r.Changes) {
		if err != nil {
			return done, err
		}
		data, err := espo.Marshal(espo.Record{"id": id})
		if err != nil {
			return done, err
		}
		n, err := b.store.Put(ctx, found(r.EntityType, espo.WebhookDelete, id, data))
		done.Deleted += n
		if err != nil {
			return done, fmt.Errorf("inbox: storing a deleted %s: %w", r.EntityType, err)
		}
	}
	return done, nil
}

// putChanged puts the records of a batch that are not known.
func (b *Inbox) putChanged(ctx context.Context, r Reconciliation, records []espo.Record) (added int, err error) {
	items := make([]Item, 0, len(records))
	for _, record := range records {
		if r.Has != nil {
			known, err := r.Has(ctx, record)
			if err != nil {
				return 0, err
			}
			if known {
				continue
			}
		}
		data, err := espo.Marshal(record)
		if err != nil {
			return 0, err
		}
		items = append(items, found(r.EntityType, espo.WebhookUpdate, record.ID(), data))
	}
	if len(items) == 0 {
		return 0, nil
	}
	if added, err = b.store.Put(ctx, items...); err != nil {
		err = fmt.Errorf("inbox: storing changes of %s: %w", r.EntityType, err)
	}
	return added, err
}

// found is an item that no webhook has delivered. Its key is made of all that is
// known of the change.
func found(entityType string, kind espo.WebhookKind, id string, data []byte) Item {
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%s.%s:%s:", entityType, kind, id)
	sum.Write(data)
	return Item{
		Key: "r" + hex.EncodeToString(sum.Sum(nil))[1:], Event: espo.WebhookEvent{EntityType: entityType, Kind: kind},
		RecordID: id, Data: data, Received: time.Now().UTC(),
	}
}
