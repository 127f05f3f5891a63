// Package inboxtest tests that a store keeps the promises of [inbox.Store].
package inboxtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/inbox"
)

// Options are what a store under test is made with.
type Options struct {
	Remember time.Duration // how long it remembers keys
	Lease    time.Duration // how long a claim holds
}

// Pair are two stores that have the same items, as two processes do. A store for
// one process only is both.
type Pair struct{ One, Other inbox.Store }

const (
	long  = 10 * time.Minute
	short = 400 * time.Millisecond
	most  = 20 * time.Second // that something is waited for
	none  = 300 * time.Millisecond
)

// Run tests stores that open makes, each of them empty. It takes some seconds.
func Run(t *testing.T, open func(t *testing.T, o Options) Pair) {
	t.Helper()
	for _, c := range []struct {
		name string
		o    Options
		test func(s *suite)
	}{
		{"an item comes as it was put", Options{long, long}, (*suite).roundTrip},
		{"what comes again is passed over", Options{long, long}, (*suite).duplicates},
		{"keys are forgotten", Options{2 * time.Second, long}, (*suite).forgets},
		{"a record's items come one after the other", Options{long, long}, (*suite).order},
		{"what fails comes again later", Options{long, long}, (*suite).fails},
		{"what is parked is seen and released", Options{long, long}, (*suite).parks},
		{"a claim runs out", Options{long, short}, (*suite).runsOut},
		{"a claim is extended", Options{long, short}, (*suite).extends},
		{"Next ends with its context", Options{long, long}, (*suite).ends},
		{"Next is woken", Options{long, long}, (*suite).wakes},
		{"many workers", Options{long, long}, (*suite).many},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := open(t, c.o)
			c.test(&suite{t, p.One, p.Other})
		})
	}
}

// suite is a test with the two stores that it is about.
type suite struct {
	*testing.T

	one, other inbox.Store
}

// item is one of a record.
func item(record, key string) inbox.Item {
	return inbox.Item{
		Key: key, Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookUpdate}, RecordID: record, WebhookID: "w",
		Data: fmt.Appendf(nil, `{"id":%q,"name":"Größe \/ \u20ac","key":%q}`, record, key), Received: time.Now().UTC().Truncate(time.Millisecond),
	}
}

func (s *suite) put(want int, items ...inbox.Item) {
	s.Helper()
	added, err := s.one.Put(s.Context(), items...)
	s.ok(err)
	if added != want {
		s.Fatalf("Put: %d items are new, want %d", added, want)
	}
}

func (s *suite) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// next is an item that there must be.
func (s *suite) next(st inbox.Store) inbox.Claim {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), most)
	defer cancel()
	c, err := st.Next(ctx)
	s.ok(err)
	return c
}

// nothing checks that there is no item for a while.
func (s *suite) nothing(st inbox.Store) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), none)
	defer cancel()
	if c, err := st.Next(ctx); err == nil {
		s.Fatalf("Next: %s was not to come", c.Key)
	} else if !errors.Is(err, context.DeadlineExceeded) {
		s.Fatalf("Next: %v, want the error of the context", err)
	}
}

// wantKey looks for an item. A claim can be lost on its way to a worker, and is
// an attempt all the same.
func (s *suite) wantKey(c inbox.Claim, key string, attempt int) {
	s.Helper()
	if c.Key != key || c.Attempt < attempt {
		s.Fatalf("Next: %s, attempt %d; want %s, attempt %d", c.Key, c.Attempt, key, attempt)
	}
}

func (s *suite) roundTrip() {
	want := item("1", "a")
	s.put(1, want)
	c := s.next(s.other)
	s.wantKey(c, "a", 1)
	if c.Event != want.Event || c.RecordID != want.RecordID || c.WebhookID != want.WebhookID || string(c.Data) != string(want.Data) || !c.Received.Equal(want.Received) {
		s.Fatalf("Next: %+v, want %+v", c.Item, want)
	}
	if c.Lease != long || c.Token == "" {
		s.Fatalf("Next: lease %s, token %q", c.Lease, c.Token)
	}
	s.ok(s.other.Done(s.Context(), c))
	s.nothing(s.one)
}

func (s *suite) duplicates() {
	s.put(2, item("1", "a"), item("1", "a"), item("2", "b"))
	s.put(1, item("2", "b"), item("3", "c"))
	if added, err := s.other.Put(s.Context(), item("1", "a")); err != nil || added != 0 {
		s.Fatalf("Put by another process: %d are new, %v", added, err)
	}
	for range 3 {
		s.ok(s.one.Done(s.Context(), s.next(s.one)))
	}
	s.put(0, item("1", "a"), item("2", "b"), item("3", "c"))
	s.nothing(s.one)
}

func (s *suite) forgets() {
	s.put(1, item("1", "a"))
	s.ok(s.one.Done(s.Context(), s.next(s.one)))
	s.put(0, item("1", "a"))
	for end := time.Now().Add(most); ; {
		added, err := s.one.Put(s.Context(), item("1", "a"))
		s.ok(err)
		if added == 1 {
			break
		}
		if time.Now().After(end) {
			s.Fatal("the key is remembered for too long")
		}
		<-time.After(50 * time.Millisecond)
	}
	s.wantKey(s.next(s.one), "a", 1)
}

func (s *suite) order() {
	s.put(3, item("1", "a"), item("1", "b"), item("1", "c"))
	a := s.next(s.one)
	s.wantKey(a, "a", 1)
	s.nothing(s.other)
	s.ok(s.one.Done(s.Context(), a))
	b := s.next(s.other)
	s.wantKey(b, "b", 1)
	s.nothing(s.one)
	s.ok(s.other.Fail(s.Context(), b, inbox.Failure{Reason: "not yet", After: 500 * time.Millisecond}))
	again := s.next(s.one)
	s.wantKey(again, "b", 2)
	s.ok(s.one.Done(s.Context(), again))
	s.wantKey(s.next(s.one), "c", 1)
}

func (s *suite) fails() {
	s.put(1, item("1", "a"))
	for attempt := 1; attempt <= 3; attempt++ {
		began := time.Now()
		c := s.next(s.one)
		s.wantKey(c, "a", attempt)
		if waited := time.Since(began); attempt > 1 && waited < none/2 {
			s.Fatalf("it came again after %s", waited)
		}
		s.ok(s.one.Fail(s.Context(), c, inbox.Failure{Reason: "not yet", After: none}))
	}
}

func (s *suite) parks() {
	s.put(2, item("1", "a"), item("1", "b"))
	a := s.next(s.one)
	s.ok(s.one.Fail(s.Context(), a, inbox.Failure{Reason: "broken", Park: true}))
	b := s.next(s.one)
	s.wantKey(b, "b", 1)
	s.ok(s.one.Done(s.Context(), b))
	s.put(0, item("1", "a"))
	s.nothing(s.one)
	parked := s.parked()
	if len(parked) != 1 || parked[0].Key != "a" || parked[0].Reason != "broken" || parked[0].Attempts != 1 || parked[0].At.IsZero() ||
		string(parked[0].Data) != string(a.Data) {
		s.Fatalf("Parked: %+v", parked)
	}
	if err := s.one.Release(s.Context(), "other"); !errors.Is(err, inbox.ErrNotParked) {
		s.Fatalf("Release: %v, want ErrNotParked", err)
	}
	s.ok(s.other.Release(s.Context(), "a"))
	if parked := s.parked(); len(parked) != 0 {
		s.Fatalf("Parked: %+v", parked)
	}
	again := s.next(s.one)
	s.wantKey(again, "a", 1)
	s.ok(s.one.Done(s.Context(), again))
}

func (s *suite) parked() (all []inbox.Parked) {
	s.Helper()
	for p, err := range s.other.Parked(s.Context()) {
		s.ok(err)
		all = append(all, p)
	}
	return all
}

func (s *suite) runsOut() {
	s.put(1, item("1", "a"))
	old := s.next(s.one)
	c := s.next(s.other)
	s.wantKey(c, "a", 2)
	for what, err := range map[string]error{
		"Extend": s.one.Extend(s.Context(), old), "Fail": s.one.Fail(s.Context(), old, inbox.Failure{}), "Done": s.one.Done(s.Context(), old),
	} {
		if !errors.Is(err, inbox.ErrClaimLost) {
			s.Fatalf("%s of a claim that has run out: %v, want ErrClaimLost", what, err)
		}
	}
	s.ok(s.other.Done(s.Context(), c))
	s.nothing(s.one)
}

func (s *suite) extends() {
	s.put(1, item("1", "a"))
	c := s.next(s.one)
	for end := time.Now().Add(3 * short); time.Now().Before(end); {
		<-time.After(short / 4)
		s.ok(s.one.Extend(s.Context(), c))
	}
	s.nothing(s.other)
	s.ok(s.one.Extend(s.Context(), c))
	s.ok(s.one.Done(s.Context(), c))
}

func (s *suite) ends() {
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	if _, err := s.one.Next(ctx); !errors.Is(err, context.Canceled) {
		s.Fatalf("Next: %v, want the error of the context", err)
	}
	s.nothing(s.one)
}

func (s *suite) wakes() {
	came := make(chan inbox.Claim, 1)
	ctx, cancel := context.WithTimeout(s.Context(), most)
	defer cancel()
	go func() {
		c, err := s.other.Next(ctx)
		if err != nil {
			s.Error(err)
		}
		came <- c
	}()
	<-time.After(none)
	s.put(1, item("1", "a"))
	s.wantKey(<-came, "a", 1)
}

// many: 8 workers, by two stores, have 400 items of 20 records, each of them once,
// those of a record in their order and never two at once.
func (s *suite) many() {
	const records, each = 20, 20
	ctx, cancel := context.WithTimeout(s.Context(), 3*most)
	defer cancel()
	w := newWatch(records * each)
	ended := make(chan error, 8)
	for i := range cap(ended) {
		st := []inbox.Store{s.one, s.other}[i%2]
		go func() { ended <- w.work(ctx, st) }()
	}
	for n := range each {
		batch := make([]inbox.Item, records)
		for r := range records {
			batch[r] = item(fmt.Sprint("record", r), fmt.Sprintf("%d-%03d", r, n))
		}
		s.put(records, batch...)
	}
	select {
	case <-w.all:
	case <-ctx.Done():
	}
	cancel()
	for range cap(ended) {
		s.ok(<-ended)
	}
	for record, keys := range w.keys {
		if len(keys) != each || !slices.IsSorted(keys) {
			s.Errorf("%s: %d items, in the order %v", record, len(keys), keys)
		}
	}
	if len(w.keys) != records {
		s.Errorf("items of %d records came, want %d", len(w.keys), records)
	}
}
