package esponats

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/go-espo/espo/inbox"
)

// parkedSubject is where an item is parked: there is one message of each.
func (s *Store) parkedSubject(key string) string {
	sum := sha256.Sum256([]byte(key))
	return s.o.Name + ".parked." + hex.EncodeToString(sum[:])
}

// park stores an item among those that are parked. When the process ends before
// it is taken out of its partition, it is processed and parked once more.
func (s *Store) park(ctx context.Context, c inbox.Claim, f inbox.Failure) error {
	data, err := json.Marshal(inbox.Parked{Item: c.Item, Attempts: c.Attempt, Reason: f.Reason, At: time.Now().UTC()})
	if err == nil {
		_, err = s.js.Publish(ctx, s.parkedSubject(c.Key), data)
	}
	if err != nil {
		return fmt.Errorf("esponats: parking an item: %w", err)
	}
	return nil
}

// Parked implements [inbox.Store].
func (s *Store) Parked(ctx context.Context) iter.Seq2[inbox.Parked, error] {
	return func(yield func(inbox.Parked, error) bool) {
		for from := uint64(1); ; {
			msg, err := s.parked.GetMsg(ctx, from, jetstream.WithGetMsgSubject(s.o.Name+".parked.*"))
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				return
			}
			var p inbox.Parked
			if err == nil {
				from = msg.Sequence + 1
				err = json.Unmarshal(msg.Data, &p)
			}
			if err != nil {
				yield(p, fmt.Errorf("esponats: reading what is parked: %w", err))
				return
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

// Release implements [inbox.Store]. When the process ends meanwhile, the item may
// be in both places.
func (s *Store) Release(ctx context.Context, key string) error {
	msg, err := s.parked.GetLastMsgForSubject(ctx, s.parkedSubject(key))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return inbox.ErrNotParked
	}
	var p inbox.Parked
	if err == nil {
		err = json.Unmarshal(msg.Data, &p)
	}
	var data []byte
	if err == nil {
		data, err = json.Marshal(p.Item)
	}
	if err == nil { // without its key, by which it would be passed over
		_, err = s.js.Publish(ctx, s.subject(s.partition(p.Record())), data)
	}
	if err == nil {
		err = s.parked.DeleteMsg(ctx, msg.Sequence)
	}
	if err != nil {
		return fmt.Errorf("esponats: releasing an item: %w", err)
	}
	return nil
}
