package main

import (
	"context"
	"sync"
	"time"
)

// inFlight knows which requests the server is at, and which it has done with
// lately.
type inFlight struct {
	mu     sync.Mutex
	ended  map[string]chan struct{} // by id; closed when the request has ended
	recent []string                 // ids in the order that they came
}

// maxRecent is how many requests are remembered.
const maxRecent = 10_000

func newInFlight() *inFlight { return &inFlight{ended: map[string]chan struct{}{}} }

// of returns the channel of a request, which need not have come yet.
func (f *inFlight) of(id string) chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, ok := f.ended[id]
	if !ok {
		c = make(chan struct{})
		f.ended[id] = c
		if f.recent = append(f.recent, id); len(f.recent) > maxRecent {
			delete(f.ended, f.recent[0])
			f.recent = f.recent[1:]
		}
	}
	return c
}

// end notes that a request has ended. The network may bring one twice.
func (f *inFlight) end(id string) {
	c := f.of(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-c:
	default:
		close(c)
	}
}

// onItsWay is how long a request may be on its way.
const onItsWay = 2 * time.Second

// await waits until a request has ended.
func (f *inFlight) await(ctx context.Context, id string) {
	timer := time.NewTimer(onItsWay)
	defer timer.Stop()
	select {
	case <-f.of(id):
	case <-timer.C:
	case <-ctx.Done():
	}
}
