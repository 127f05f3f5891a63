package inbox

import (
	"container/heap"
	"context"
	"iter"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/go-espo/espo/internal/wake"
)

// MemoryOptions are those of [NewMemory].
type MemoryOptions struct {
	Remember time.Duration // how long keys are remembered; 0 is an hour
	Lease    time.Duration // how long a claim holds; 0 is a minute
}

// Memory is a [Store] for tests: what is in it is lost with the process.
type Memory struct {
	o MemoryOptions

	wake wake.Signal

	mu     sync.Mutex
	claims uint64
	number uint64
	keys   map[string]time.Time // when they were put
	order  []string             // of keys, oldest first
	open   map[string]*entry    // by key: neither done nor parked
	queues map[string][]*entry  // by record, oldest first
	due    dueHeap              // the heads of queues, and what they were before
	parked []Parked
}

// entry is an item in the store.
type entry struct {
	Item

	number   uint64
	attempts int
	token    string // of its claim
	version  int    // grows with each change, so that older places in the heap do not count
}

// due is a place in the heap.
type due struct {
	at      time.Time
	entry   *entry
	version int
}

type dueHeap []due

func (h dueHeap) Len() int      { return len(h) }
func (h dueHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *dueHeap) Push(x any)   { *h = append(*h, x.(due)) }
func (h dueHeap) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].entry.number < h[j].entry.number
	}
	return h[i].at.Before(h[j].at)
}

func (h *dueHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// NewMemory makes an empty store.
func NewMemory(o MemoryOptions) *Memory {
	if o.Remember <= 0 {
		o.Remember = time.Hour
	}
	if o.Lease <= 0 {
		o.Lease = time.Minute
	}
	return &Memory{
		o: o, keys: map[string]time.Time{}, open: map[string]*entry{}, queues: map[string][]*entry{},
	}
}

// Put implements [Store].
func (m *Memory) Put(_ context.Context, items ...Item) (added int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	m.forget(now)
	for _, item := range items {
		if _, ok := m.keys[item.Key]; ok || m.open[item.Key] != nil || m.parkedAt(item.Key) >= 0 {
			continue
		}
		m.keys[item.Key] = now
		m.order = append(m.order, item.Key)
		m.add(item, now)
		added++
	}
	m.wake.Tell()
	return added, nil
}

// forget drops the keys that are too old.
func (m *Memory) forget(now time.Time) {
	n := 0
	for n < len(m.order) && now.Sub(m.keys[m.order[n]]) > m.o.Remember {
		delete(m.keys, m.order[n])
		n++
	}
	m.order = m.order[n:]
}

func (m *Memory) add(item Item, now time.Time) {
	item.Data = slices.Clone(item.Data)
	m.number++
	e := &entry{Item: item, number: m.number}
	m.open[item.Key] = e
	record := item.Record()
	m.queues[record] = append(m.queues[record], e)
	if len(m.queues[record]) == 1 {
		m.schedule(e, now)
	}
}

// schedule says when the head of a queue can be claimed.
func (m *Memory) schedule(e *entry, at time.Time) {
	e.version++
	heap.Push(&m.due, due{at, e, e.version})
}

// Next implements [Store].
func (m *Memory) Next(ctx context.Context) (Claim, error) {
	for {
		if err := ctx.Err(); err != nil {
			return Claim{}, err
		}
		changed := m.wake.Changed()
		c, wait := m.claim()
		if c.Token != "" {
			return c, nil
		}
		wake.Wait(ctx, changed, wait)
	}
}

// claim claims what is due, or says how long to wait.
func (m *Memory) claim() (Claim, time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	for len(m.due) > 0 {
		first := m.due[0]
		if first.version == first.entry.version && first.at.After(now) {
			return Claim{}, first.at.Sub(now)
		}
		heap.Pop(&m.due)
		if e := first.entry; first.version == e.version {
			m.claims++
			e.token = strconv.FormatUint(m.claims, 10)
			e.attempts++
			m.schedule(e, now.Add(m.o.Lease))
			return Claim{Item: e.Item, Attempt: e.attempts, Lease: m.o.Lease, Token: e.token}, 0
		}
	}
	return Claim{}, time.Hour
}

// claimed returns the entry of a claim that holds.
func (m *Memory) claimed(c Claim) (*entry, error) {
	e := m.open[c.Key]
	if e == nil || e.token != c.Token {
		return nil, ErrClaimLost
	}
	return e, nil
}

// Extend implements [Store].
func (m *Memory) Extend(_ context.Context, c Claim) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, err := m.claimed(c)
	if err == nil {
		m.schedule(e, time.Now().Add(m.o.Lease))
	}
	return err
}

// Done implements [Store].
func (m *Memory) Done(_ context.Context, c Claim) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, err := m.claimed(c)
	if err == nil {
		m.remove(e)
	}
	return err
}

// remove takes the head of a queue away, and makes the next one due.
func (m *Memory) remove(e *entry) {
	e.version++
	delete(m.open, e.Key)
	queue := m.queues[e.Record()][1:]
	if len(queue) == 0 {
		delete(m.queues, e.Record())
		return
	}
	m.queues[e.Record()] = queue
	m.schedule(queue[0], time.Now())
	m.wake.Tell()
}

// Fail implements [Store].
func (m *Memory) Fail(_ context.Context, c Claim, f Failure) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, err := m.claimed(c)
	switch {
	case err != nil:
		return err
	case f.Park:
		m.parked = append(m.parked, Parked{Item: e.Item, Attempts: e.attempts, Reason: f.Reason, At: time.Now()})
		m.remove(e)
	default:
		e.token = ""
		m.schedule(e, time.Now().Add(f.After))
		m.wake.Tell()
	}
	return nil
}

// Parked implements [Store].
func (m *Memory) Parked(context.Context) iter.Seq2[Parked, error] {
	return func(yield func(Parked, error) bool) {
		m.mu.Lock()
		parked := slices.Clone(m.parked)
		m.mu.Unlock()
		for _, p := range parked {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// Release implements [Store].
func (m *Memory) Release(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.parkedAt(key)
	if i < 0 {
		return ErrNotParked
	}
	item := m.parked[i].Item
	m.parked = slices.Delete(m.parked, i, i+1)
	m.add(item, time.Now())
	m.wake.Tell()
	return nil
}

func (m *Memory) parkedAt(key string) int {
	return slices.IndexFunc(m.parked, func(p Parked) bool { return p.Key == key })
}
