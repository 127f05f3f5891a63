package inboxtest

import (
	"context"
	"fmt"
	"sync"

	"github.com/go-espo/espo/inbox"
)

// watch sees what several workers have.
type watch struct {
	mu   sync.Mutex
	busy map[string]bool
	keys map[string][]string // by record, in the order in which they came
	left int
	all  chan struct{} // closed when none is left
}

func newWatch(items int) *watch {
	return &watch{busy: map[string]bool{}, keys: map[string][]string{}, left: items, all: make(chan struct{})}
}

// work is done with items until ctx ends.
func (w *watch) work(ctx context.Context, st inbox.Store) error {
	for {
		c, err := st.Next(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the end of the test
		}
		if err != nil {
			return err
		}
		if !w.begin(c) {
			return fmt.Errorf("two workers have %s", c.Record())
		}
		w.end(c)
		if err := st.Done(context.WithoutCancel(ctx), c); err != nil {
			return err
		}
	}
}

func (w *watch) begin(c inbox.Claim) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	was := w.busy[c.Record()]
	w.busy[c.Record()] = true
	return !was
}

func (w *watch) end(c inbox.Claim) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy[c.Record()] = false
	w.keys[c.Record()] = append(w.keys[c.Record()], c.Key)
	if w.left--; w.left == 0 {
		close(w.all)
	}
}
