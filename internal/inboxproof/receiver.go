package inboxproof

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/inbox"
)

// Receiver is what a receiver is told.
type Receiver struct {
	Address string
	Secrets []espo.WebhookSecret
	Seed    uint64
	Out     io.Writer // a line for each thing that it does
}

const environment = "ESPO_INBOX_RECEIVER"

// Become ends the process as a receiver, if it was started as one by [Process]:
// receive opens the store and gives it to Run. TestMain calls it first.
func Become(receive func(Receiver) error) {
	r, ok, err := inProcess()
	if !ok {
		return
	}
	if err == nil {
		err = receive(r)
	}
	_, _ = fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// inProcess returns the receiver that this process is to be.
func inProcess() (r Receiver, ok bool, err error) {
	lines := strings.Split(os.Getenv(environment), "\n")
	if len(lines) < 2 {
		return r, false, nil
	}
	r.Address, r.Out = lines[0], os.Stdout
	if _, err := fmt.Sscan(lines[1], &r.Seed); err != nil {
		return r, true, err
	}
	for _, line := range lines[2:] {
		parts := strings.Split(line, " ")
		if len(parts) != 3 {
			return r, true, fmt.Errorf("%q is not a secret", line)
		}
		event, err := espo.ParseWebhookEvent(parts[1])
		if err != nil {
			return r, true, err
		}
		r.Secrets = append(r.Secrets, espo.WebhookSecret{WebhookID: parts[0], Event: event, Key: espo.Secret(parts[2])})
	}
	return r, true, nil
}

// setting is the receiver as inProcess reads it.
func (r Receiver) setting() string {
	lines := append(make([]string, 0, 2+len(r.Secrets)), environment+"="+r.Address, strconv.FormatUint(r.Seed, 10))
	for _, s := range r.Secrets {
		lines = append(lines, s.WebhookID+" "+s.Event.String()+" "+string(s.Key))
	}
	return strings.Join(lines, "\n")
}

// errUnlucky makes an item wait and be tried again.
var errUnlucky = errors.New("bad luck")

// Run receives and processes until ctx ends. One answer in 30 is lost, and one try
// in 50 fails.
func (r Receiver) Run(ctx context.Context, store inbox.Store) (err error) {
	var mu sync.Mutex
	luck := rand.New(rand.NewPCG(r.Seed, 1)) //nolint:gosec // no secret
	unlucky := func(n int) bool {
		mu.Lock()
		defer mu.Unlock()
		return luck.IntN(n) == 0
	}
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintf(r.Out, format+"\n", args...)
	}
	counted := &counting{Store: store, say: say}
	box, err := inbox.New(counted, func(_ context.Context, c inbox.Claim) error {
		if unlucky(50) {
			return errUnlucky
		}
		account, err := inbox.Decode[espo.Account](c.Item)
		if err == nil {
			say("did %s %s", c.RecordID, account.Description)
		}
		return err
	}, inbox.Workers(8), inbox.Backoff(func(int) time.Duration { return 50 * time.Millisecond }), inbox.Report(func(err error) {
		if !errors.Is(err, errUnlucky) {
			say("error %s", strings.ReplaceAll(err.Error(), "\n", " "))
		}
	}))
	if err != nil {
		return err
	}
	handler, err := espo.NewWebhookHandler(func(ctx context.Context, d espo.WebhookDelivery) error {
		err := box.Receive(ctx, d)
		if err == nil && unlucky(30) {
			panic(http.ErrAbortHandler) // the answer is lost
		}
		return err
	}, espo.WebhookSecrets(r.Secrets...))
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", r.Address)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = srv.Serve(l)
	}()
	say("ready")
	err = box.Run(ctx)
	err = errors.Join(err, srv.Close())
	<-served
	return err
}

// counting says how many items are new.
type counting struct {
	inbox.Store

	say func(format string, args ...any)
}

func (c *counting) Put(ctx context.Context, items ...inbox.Item) (int, error) {
	added, err := c.Store.Put(ctx, items...)
	if err == nil {
		c.say("put %d %d", len(items), len(items)-added)
	}
	return added, err
}
