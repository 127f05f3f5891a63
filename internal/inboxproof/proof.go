package inboxproof

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/inbox"
	"github.com/go-espo/espo/internal/wake"
)

// Start starts a receiver, and returns what kills it.
type Start func(t *testing.T, r Receiver) (kill func())

// Proof is how a store is tried.
type Proof struct {
	Start   Start
	Store   inbox.Store // the same as the receiver's, for what the server gives up
	Disturb func()      // is called once, in the middle; nil does nothing
	Seed    uint64
}

const (
	accounts = 500
	rounds   = 20
	patience = time.Minute // for the end
)

// Run changes 500 accounts 20 times, or 4 times with -short, which are 10,000
// deliveries of a record, or 2,000, to a receiver that is killed each time that it
// has processed some 300 to 2,000 records. All must be processed. It prints how
// often which things have happened.
func (p Proof) Run(t *testing.T) {
	t.Helper()
	began := time.Now()
	n := rounds
	if testing.Short() {
		n = 4
	}
	r := p.begin(t)
	for round := range n {
		if round == n/2 && p.Disturb != nil {
			p.Disturb()
		}
		r.change(round)
		_ = r.deliver() // what fails comes again
	}
	for pending := true; pending; {
		pending = r.deliver() != nil
	}
	given := r.takeFailed()
	r.finish(accounts * n)
	t.Logf("%d records: the receiver was killed %d times, %d posts failed; %d records were stored, %d more were recognised as duplicates, "+
		"%d were given up by the server and read with Failed; all were processed, %d of them more than once; %.1f s",
		accounts*n, r.kills, r.failures, r.stored, r.duplicates, given, r.again, time.Since(began).Seconds())
	if r.kills == 0 || r.duplicates == 0 {
		t.Error("the proof proves nothing")
	}
}

// run is a proof that is going on.
type run struct {
	*testing.T
	Proof

	srv   *espotest.Server
	admin *espo.Client
	luck  *rand.Rand
	what  Receiver

	wake wake.Signal // tells of lines that have come

	mu                                         sync.Mutex
	did                                        map[string]int
	ready                                      bool
	kill                                       chan struct{} // asks for a kill
	until                                      int           // lines before the next kill
	kills, failures, stored, duplicates, again int
}

func (p Proof) begin(t *testing.T) *run {
	t.Helper()
	srv := espotest.NewServer(t)
	r := &run{
		T: t, Proof: p, srv: srv, admin: srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)),
		luck: rand.New(rand.NewPCG(p.Seed, 0)), //nolint:gosec // no secret
		did:  map[string]int{}, kill: make(chan struct{}, 1), until: 100,
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	r.ok(err)
	r.what = Receiver{Address: l.Addr().String(), Seed: p.Seed, Out: r}
	r.ok(l.Close())
	ensured, err := r.admin.Webhooks.Ensure(t.Context(), []espo.Webhook{
		{Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookUpdate}, URL: "http://" + r.what.Address},
	}, espo.EnsureWebhooksOptions{})
	r.ok(err)
	r.what.Secrets = ensured.Secrets()
	for i := range accounts {
		srv.Seed("Account", espo.Attrs{"name": fmt.Sprint("Account ", i)})
	}
	r.supervise()
	return r
}

func (r *run) ok(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// supervise starts the receiver, and starts it again when it was killed.
func (r *run) supervise() {
	ctx, stop := context.WithCancel(context.WithoutCancel(r.Context()))
	ended := make(chan struct{})
	kill := r.Start(r.T, r.what)
	go func() {
		defer close(ended)
		for {
			select {
			case <-r.kill:
				kill()
				r.mu.Lock()
				r.kills++
				r.ready = false
				r.mu.Unlock()
				r.what.Seed++
				kill = r.Start(r.T, r.what)
			case <-ctx.Done():
				kill()
				return
			}
		}
	}()
	r.Cleanup(func() { stop(); <-ended })
}

// Write takes the lines of the receiver.
func (r *run) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	words := strings.Fields(string(line))
	switch {
	case len(words) == 1 && words[0] == "ready":
		r.ready = true
	case len(words) == 3 && words[0] == "did":
		r.did[words[1]+" "+words[2]]++
		if r.did[words[1]+" "+words[2]] == 2 {
			r.again++
		}
		r.countdown()
	case len(words) == 3 && words[0] == "put":
		var all, known int
		_, _ = fmt.Sscan(words[1]+" "+words[2], &all, &known)
		r.stored, r.duplicates = r.stored+all-known, r.duplicates+known
	default:
		r.Logf("receiver: %s", line)
	}
	r.wake.Tell()
	return len(line), nil
}

func (r *run) countdown() {
	if r.until--; r.until == 0 {
		r.until = 300 + r.luck.IntN(1700)
		select {
		case r.kill <- struct{}{}:
		default:
		}
	}
}

// await waits until something holds of what the receiver has done.
func (r *run) await(what string, holds func() bool) {
	r.Helper()
	late := time.After(patience)
	for {
		changed := r.wake.Changed()
		r.mu.Lock()
		ok := holds()
		r.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-late:
			r.Fatalf("%s within %s", what, patience)
		}
	}
}

// change changes every account.
func (r *run) change(round int) {
	r.Helper()
	_, err := r.admin.MassActions.Update(r.Context(), espo.ByFilter("Account", espo.IsNotNull("id")), espo.Attrs{"description": strconv.Itoa(round)}, espo.MassOptions{})
	r.ok(err)
}

// deliver lets the server deliver when the receiver is there, as a server's next
// try comes ten minutes later.
func (r *run) deliver() error {
	r.Helper()
	r.await("the receiver did not start", func() bool { return r.ready })
	err := r.srv.DeliverWebhooks(r.Context())
	if err != nil {
		r.failures += len(strings.Split(err.Error(), "\n"))
	}
	return err
}

// takeFailed puts what the server has given up into the inbox.
func (r *run) takeFailed() (n int) {
	r.Helper()
	box, err := inbox.New(r.Store, func(context.Context, inbox.Claim) error { return nil })
	r.ok(err)
	for f, err := range r.admin.Webhooks.Failed(r.Context(), espo.Query{}) {
		r.ok(err)
		r.ok(box.Receive(r.Context(), f.Delivery()))
		n++
	}
	return n
}

// finish waits until all is processed.
func (r *run) finish(want int) {
	r.Helper()
	r.await("not all was processed", func() bool { return len(r.did) >= want })
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.did) != want {
		r.Fatalf("%d records were processed, want %d", len(r.did), want)
	}
}
