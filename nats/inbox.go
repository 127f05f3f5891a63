package esponats

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/go-espo/espo/inbox"
	"github.com/go-espo/espo/internal/wake"
)

// Put stores the items one after the other: after an error those before are
// stored.
func (s *Store) Put(ctx context.Context, items ...inbox.Item) (added int, err error) {
	for _, item := range items {
		data, err := json.Marshal(item)
		if err != nil {
			return added, fmt.Errorf("esponats: encoding an item: %w", err)
		}
		ack, err := s.js.Publish(ctx, s.subject(s.partition(item.Record())), data, jetstream.WithMsgID(item.Key))
		if err != nil {
			return added, fmt.Errorf("esponats: storing an item: %w", err)
		}
		if !ack.Duplicate {
			added++
		}
	}
	return added, nil
}

// Next asks each partition, until one has an item that is due.
func (s *Store) Next(ctx context.Context) (inbox.Claim, error) {
	for {
		changed := s.wake.Changed()
		for partition := range s.anyOrder {
			if err := ctx.Err(); err != nil {
				return inbox.Claim{}, err
			}
			c, ok, err := s.claim(partition)
			if err != nil {
				return inbox.Claim{}, fmt.Errorf("esponats: claiming an item: %w", err)
			}
			if ok {
				return c, nil
			}
		}
		wake.Wait(ctx, changed, s.o.Poll)
	}
}

// claim takes the next item of a partition, if there is one that is due.
func (s *Store) claim(partition jetstream.Consumer) (c inbox.Claim, ok bool, err error) {
	batch, err := partition.FetchNoWait(1)
	if err != nil {
		return c, false, err
	}
	for msg := range batch.Messages() {
		meta, err := msg.Metadata()
		if err == nil {
			err = json.Unmarshal(msg.Data(), &c.Item)
		}
		if err != nil {
			return c, false, err
		}
		c.Attempt, c.Lease, c.Token = int(meta.NumDelivered), s.o.Lease, msg.Reply() //nolint:gosec // some tries
		s.keep(c.Token)
		ok = true
	}
	if err := batch.Error(); err != nil && !nothing(err) {
		return c, ok, err
	}
	return c, ok, nil
}

// nothing reports whether an error says that there is no message, or that the one
// message of the partition is being processed.
func nothing(err error) bool {
	return errors.Is(err, jetstream.ErrNoMessages) || errors.Is(err, nats.ErrTimeout)
}

// keep notes that a claim begins, or goes on.
func (s *Store) keep(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.claims[token] = time.Now().Add(s.o.Lease)
}

// held reports whether a claim holds, and ends it if it is to end.
func (s *Store) held(c inbox.Claim, end bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, ok := s.claims[c.Token]
	over := !ok || time.Now().After(until)
	if over || end {
		delete(s.claims, c.Token)
	}
	if over {
		return inbox.ErrClaimLost
	}
	return nil
}

// answer tells JetStream of a claim, and waits until it knows.
func (s *Store) answer(ctx context.Context, c inbox.Claim, what string) error {
	if _, err := s.js.Conn().RequestWithContext(ctx, c.Token, []byte(what)); err != nil {
		return fmt.Errorf("esponats: %s of an item: %w", what[:4], err)
	}
	return nil
}

// Extend implements [inbox.Store].
func (s *Store) Extend(ctx context.Context, c inbox.Claim) error {
	if err := s.held(c, false); err != nil {
		return err
	}
	if err := s.answer(ctx, c, "+WPI"); err != nil {
		return err
	}
	s.keep(c.Token)
	return nil
}

// Done implements [inbox.Store].
func (s *Store) Done(ctx context.Context, c inbox.Claim) error {
	if err := s.held(c, false); err != nil {
		return err
	}
	if err := s.answer(ctx, c, "+ACK"); err != nil {
		return err
	}
	s.release(c)
	return nil
}

// release forgets a claim that has ended, and lets the workers look at its
// partition again.
func (s *Store) release(c inbox.Claim) {
	_ = s.held(c, true)
	s.wake.Tell()
}

// Fail implements [inbox.Store].
func (s *Store) Fail(ctx context.Context, c inbox.Claim, f inbox.Failure) error {
	if err := s.held(c, false); err != nil {
		return err
	}
	what := fmt.Sprintf(`-NAK {"delay": %d}`, max(f.After, 0).Nanoseconds())
	if f.Park {
		if err := s.park(ctx, c, f); err != nil {
			return err
		}
		what = "+ACK"
	}
	if err := s.answer(ctx, c, what); err != nil {
		return err
	}
	s.release(c)
	return nil
}
