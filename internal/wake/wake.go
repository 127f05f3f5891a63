// Package wake lets goroutines wait for a change that others tell of.
package wake

import (
	"context"
	"sync"
	"time"
)

// Signal tells of changes. The zero Signal is ready, and safe for concurrent use.
type Signal struct {
	mu      sync.Mutex
	changed chan struct{} // nil while nobody asks
}

// Changed returns a channel that is closed at the next Tell. Ask for it before
// looking whether there is something to wait for.
func (s *Signal) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.changed
}

// Tell wakes all who wait.
func (s *Signal) Tell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Wait returns at a change, after d, or when ctx ends. Nil is not a change.
func Wait(ctx context.Context, changed <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-changed:
	case <-t.C:
	case <-ctx.Done():
	}
}
