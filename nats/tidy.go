package esponats

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// tidy removes, now and then, the messages that are processed and whose keys need
// not be remembered. An error is left to the next time.
func (s *Store) tidy(ctx context.Context) {
	every := time.NewTicker(max(s.o.Remember/4, time.Second))
	defer every.Stop()
	for {
		select {
		case <-every.C:
			_ = s.removeOld(ctx)
		case <-ctx.Done():
			return
		}
	}
}

func (s *Store) removeOld(ctx context.Context) error {
	before, err := s.processed(ctx)
	if err != nil {
		return err
	}
	info, err := s.stream.Info(ctx)
	if err != nil {
		return err
	}
	// What lies between is searched for the first message that is young enough.
	low, high := info.State.FirstSeq, min(before, info.State.LastSeq+1)
	for low < high {
		middle := low + (high-low)/2
		msg, err := s.stream.GetMsg(ctx, middle, jetstream.WithGetMsgSubject(s.o.Name+".item.*"))
		switch {
		case errors.Is(err, jetstream.ErrMsgNotFound):
			high = middle
		case err != nil:
			return err
		case time.Since(msg.Time) > s.o.Remember:
			low = msg.Sequence + 1
		default:
			high = middle
		}
	}
	if low = min(low, before); low <= info.State.FirstSeq {
		return nil
	}
	return s.stream.Purge(ctx, jetstream.WithPurgeSequence(low))
}

// processed is the sequence of the first message that may not be processed.
func (s *Store) processed(ctx context.Context) (uint64, error) {
	info, err := s.stream.Info(ctx)
	if err != nil {
		return 0, err
	}
	before := info.State.LastSeq + 1
	for _, partition := range s.partitions {
		c, err := partition.Info(ctx)
		if err != nil {
			return 0, err
		}
		if c.NumPending+uint64(c.NumAckPending) > 0 { //nolint:gosec // a count
			before = min(before, c.AckFloor.Stream+1)
		}
	}
	return before, nil
}
