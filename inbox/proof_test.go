package inbox_test

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-espo/espo/inbox"
	"github.com/go-espo/espo/internal/inboxproof"
)

var errDead = errors.New("the process is dead")

// mortal is a store as a process has it: when it has died, it can do nothing more.
type mortal struct {
	inbox.Store

	dead atomic.Bool
}

func (m *mortal) Put(ctx context.Context, items ...inbox.Item) (int, error) {
	if m.dead.Load() {
		return 0, errDead
	}
	return m.Store.Put(ctx, items...)
}

func (m *mortal) Next(ctx context.Context) (inbox.Claim, error) {
	if m.dead.Load() {
		return inbox.Claim{}, errDead
	}
	return m.Store.Next(ctx)
}

func (m *mortal) change(f func() error) error {
	if m.dead.Load() {
		return inbox.ErrClaimLost
	}
	return f()
}

func (m *mortal) Extend(ctx context.Context, c inbox.Claim) error {
	return m.change(func() error { return m.Store.Extend(ctx, c) })
}

func (m *mortal) Done(ctx context.Context, c inbox.Claim) error {
	return m.change(func() error { return m.Store.Done(ctx, c) })
}

func (m *mortal) Fail(ctx context.Context, c inbox.Claim, f inbox.Failure) error {
	return m.change(func() error { return m.Store.Fail(ctx, c, f) })
}

func (m *mortal) Parked(ctx context.Context) iter.Seq2[inbox.Parked, error] {
	return m.Store.Parked(ctx)
}

// Nothing is lost when the receiver is killed, as far as a test within one process
// can tell: the modules sqlite and nats kill processes.
func TestNothingIsLost(t *testing.T) {
	store := inbox.NewMemory(inbox.MemoryOptions{Lease: time.Second})
	inboxproof.Proof{Store: store, Seed: 1, Start: func(t *testing.T, r inboxproof.Receiver) func() {
		t.Helper()
		m := &mortal{Store: store}
		ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
		ended := make(chan error, 1)
		go func() { ended <- r.Run(ctx, m) }()
		return func() {
			m.dead.Store(true)
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}}.Run(t)
}
