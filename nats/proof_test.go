package esponats_test

import (
	"context"
	"net"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"github.com/go-espo/espo/internal/inboxproof"
	esponats "github.com/go-espo/espo/nats"
)

const urlVariable = "ESPO_NATS_URL"

func proofOptions() esponats.Options {
	return esponats.Options{Lease: time.Second, Poll: 50 * time.Millisecond, Partitions: 16}
}

// receive is what a process does that the proof has started.
func receive(r inboxproof.Receiver) error {
	nc, err := nats.Connect(os.Getenv(urlVariable), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond), nats.RetryOnFailedConnect(true))
	if err != nil {
		return err
	}
	var st *esponats.Store
	for range 100 { // the server may be starting
		if st, err = esponats.Inbox(context.Background(), nc, proofOptions()); err == nil {
			return r.Run(context.Background(), st) // until it is killed
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

func TestMain(m *testing.M) {
	inboxproof.Become(receive)
	goleak.VerifyTestMain(m)
}

// Nothing is lost when the process that receives is killed, and NATS is started
// again meanwhile.
func TestNothingIsLost(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, -1)
	t.Cleanup(func() { stop(s) })
	port := s.Addr().(*net.TCPAddr).Port
	inboxproof.Proof{
		Store: open(t, s, proofOptions()), Seed: 3, Start: inboxproof.Process(urlVariable + "=" + s.ClientURL()),
		Disturb: func() {
			stop(s)
			s = start(t, dir, port)
		},
	}.Run(t)
}
