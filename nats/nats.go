package esponats

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/inbox"
	"github.com/go-espo/espo/internal/wake"
)

// Options are those of [Inbox]. All processes that share an inbox must have the
// same.
type Options struct {
	Name       string        // of the streams and consumers, and the first part of the subjects; "espo-inbox" by default
	Partitions int           // how many items can be processed at once by all processes; 0 is 16
	Replicas   int           // how many servers of a cluster keep the items; 0 is 1
	Remember   time.Duration // how long keys are remembered; 0 is an hour
	Lease      time.Duration // how long a claim holds; 0 is a minute
	Poll       time.Duration // how often a worker looks for what is tried again; 0 is a second
}

func (o Options) complete() Options {
	o.Name = cmp.Or(o.Name, "espo-inbox")
	o.Partitions = cmp.Or(o.Partitions, 16)
	o.Replicas = cmp.Or(o.Replicas, 1)
	o.Remember = cmp.Or(o.Remember, time.Hour)
	o.Lease = cmp.Or(o.Lease, time.Minute)
	o.Poll = cmp.Or(o.Poll, time.Second)
	return o
}

func (o Options) check() error {
	switch {
	case strings.ContainsAny(o.Name, ".*> \t\r\n/\\"):
		return &espo.InputError{Argument: "esponats.Options.Name", Problem: fmt.Sprintf("%q cannot be a part of a subject", o.Name)}
	case o.Partitions < 1, o.Replicas < 1, o.Remember <= 0, o.Lease <= 0, o.Poll <= 0:
		return &espo.InputError{Argument: "esponats.Options", Problem: "one is negative"}
	}
	return nil
}

// Store is an [inbox.Store] in JetStream.
type Store struct {
	o          Options
	js         jetstream.JetStream
	stream     jetstream.Stream
	parked     jetstream.Stream
	partitions []jetstream.Consumer

	sub   *nats.Subscription // signals new items
	stop  context.CancelFunc // ends what removes old items
	ended chan struct{}

	wake wake.Signal // tells when there may be an item

	mu     sync.Mutex
	claims map[string]time.Time // by token: when the claim of this process runs out
}

var _ inbox.Store = (*Store)(nil)

// Inbox makes the streams and consumers of an inbox, or uses those that there are.
// Close the store before the connection.
func Inbox(ctx context.Context, nc *nats.Conn, o Options) (*Store, error) {
	o = o.complete()
	if err := o.check(); err != nil {
		return nil, err
	}
	s := &Store{o: o, claims: map[string]time.Time{}, ended: make(chan struct{})}
	if err := s.open(ctx, nc); err != nil {
		return nil, fmt.Errorf("esponats: opening the inbox %s: %w", o.Name, err)
	}
	tidy, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	go func() {
		defer close(s.ended)
		s.tidy(tidy)
	}()
	return s, nil
}

func (s *Store) open(ctx context.Context, nc *nats.Conn) (err error) {
	if s.js, err = jetstream.New(nc); err != nil {
		return err
	}
	s.stream, err = s.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: s.o.Name, Subjects: []string{s.o.Name + ".item.*"}, Storage: jetstream.FileStorage, Replicas: s.o.Replicas, Duplicates: s.o.Remember,
	})
	if err != nil {
		return err
	}
	s.parked, err = s.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: s.o.Name + "-parked", Subjects: []string{s.o.Name + ".parked.*"}, Storage: jetstream.FileStorage, Replicas: s.o.Replicas, MaxMsgsPerSubject: 1,
	})
	for i := 0; i < s.o.Partitions && err == nil; i++ {
		var c jetstream.Consumer
		c, err = s.stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
			Durable: fmt.Sprintf("%s-%d", s.o.Name, i), FilterSubject: s.subject(i), AckPolicy: jetstream.AckExplicitPolicy,
			MaxAckPending: 1, MaxDeliver: -1, AckWait: s.o.Lease,
		})
		s.partitions = append(s.partitions, c)
	}
	if err != nil {
		return err
	}
	s.sub, err = nc.Subscribe(s.o.Name+".item.*", func(*nats.Msg) { s.wake.Tell() })
	return err
}

// Close ends what the store does by itself. Items stay where they are.
func (s *Store) Close() error {
	s.stop()
	<-s.ended
	return s.sub.Unsubscribe()
}

func (s *Store) subject(partition int) string { return fmt.Sprintf("%s.item.%d", s.o.Name, partition) }

// partition is the one of a record.
func (s *Store) partition(record string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(record))
	return int(h.Sum32() % uint32(s.o.Partitions)) //nolint:gosec // it is not negative
}

// anyOrder is each partition once, beginning anywhere.
func (s *Store) anyOrder(yield func(jetstream.Consumer) bool) {
	from := rand.IntN(len(s.partitions)) //nolint:gosec // no secret
	for i := range s.partitions {
		if !yield(s.partitions[(from+i)%len(s.partitions)]) {
			return
		}
	}
}
