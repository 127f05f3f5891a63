package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-espo/espo/internal/wake"
)

const (
	storePause = time.Second // after an error of the store
	finishTime = 15 * time.Second
	finishes   = 3 // tries to tell the store how an item has ended
)

// work processes items until ctx ends. The context of the processing is of work.
func (b *Inbox) work(ctx, work context.Context) {
	for ctx.Err() == nil {
		c, err := b.store.Next(ctx)
		switch {
		case err == nil:
			b.handle(work, c)
		case ctx.Err() == nil:
			b.report(fmt.Errorf("inbox: next item: %w", err))
			wake.Wait(ctx, nil, storePause)
		}
	}
}

// handle processes an item and tells the store how it has ended.
func (b *Inbox) handle(ctx context.Context, c Claim) {
	err := fmt.Errorf("it was tried %d times without an end", c.Attempt-1)
	over := c.Attempt > b.attempts
	if !over {
		err = b.run(ctx, c)
	}
	if errors.Is(err, ErrClaimLost) {
		b.report(&ItemError{Claim: c, Err: err})
		return
	}
	if err == nil {
		b.finish(ctx, c, func(ctx context.Context) error { return b.store.Done(ctx, c) })
		return
	}
	var permanent permanentError
	f := Failure{Reason: err.Error(), Park: over || c.Attempt >= b.attempts || errors.As(err, &permanent)}
	switch {
	case ctx.Err() != nil:
		f.Park = false // the program ends: this is not the item's fault
	case !f.Park:
		f.After = b.backoff(c.Attempt)
	}
	b.finish(ctx, c, func(ctx context.Context) error { return b.store.Fail(ctx, c, f) })
	b.report(&ItemError{Claim: c, Parked: f.Park, Err: err})
}

// run calls the function, and extends the claim meanwhile.
func (b *Inbox) run(ctx context.Context, c Claim) error {
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	extended := make(chan struct{})
	go func() {
		defer close(extended)
		b.extend(ctx, c, ended, cancel)
	}()
	err := b.call(ctx, c)
	close(ended)
	<-extended
	lost := errors.Is(context.Cause(ctx), ErrClaimLost)
	cancel(nil)
	if lost {
		return ErrClaimLost
	}
	return err
}

// extend keeps a claim until the work on it has ended, and ends the work when it
// cannot.
func (b *Inbox) extend(ctx context.Context, c Claim, ended <-chan struct{}, cancel context.CancelCauseFunc) {
	every := time.NewTicker(max(c.Lease/3, time.Millisecond))
	defer every.Stop()
	for {
		select {
		case <-ended:
			return
		case <-every.C:
		}
		err := b.store.Extend(ctx, c)
		if errors.Is(err, ErrClaimLost) {
			cancel(ErrClaimLost)
			return
		}
		if err != nil {
			b.report(fmt.Errorf("inbox: extending the claim on %s of %s: %w", c.Event, c.RecordID, err))
		}
	}
}

// call turns a panic into an error: one item must not end the program, again and
// again.
func (b *Inbox) call(ctx context.Context, c Claim) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return b.process(ctx, c)
}

// finish tells the store how an item has ended, also when the program ends.
func (b *Inbox) finish(ctx context.Context, c Claim, tell func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime)
	defer cancel()
	for try := 1; ; try++ {
		err := tell(ctx)
		if err == nil {
			return
		}
		if try == finishes || ctx.Err() != nil || errors.Is(err, ErrClaimLost) {
			b.report(fmt.Errorf("inbox: the end of %s of %s is not stored: %w", c.Event, c.RecordID, err))
			return
		}
		wake.Wait(ctx, nil, storePause)
	}
}
