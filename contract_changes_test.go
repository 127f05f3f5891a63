package espo_test

import (
	"context"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var feedFor = flag.Duration("feed", 500*time.Millisecond, "how long TestContractChanges writes")

// feedContact is what a copy of contacts holds.
type feedContact struct{ name, accountID string }

// feed is a copy of some contacts of a server that is written to meanwhile.
type feed struct {
	client  *espo.Client
	random  *rand.Rand
	options espo.ChangeOptions

	cursor espo.Cursor
	copied map[string]feedContact

	batches, killed int
}

func (f *feed) After(ctx context.Context, id string, n int) ([]string, error) {
	return sorted(slices.Sorted(maps.Keys(f.copied))).After(ctx, id, n)
}

// read brings the copy up to date. What it has got when it ends is stored.
func (f *feed) read(ctx context.Context) error {
	for batch, err := range f.client.Contacts.Changes(ctx, f.cursor, f.options) {
		if err != nil {
			return err
		}
		for _, c := range batch.Records {
			f.copied[c.ID] = feedContact{c.LastName, c.AccountID}
		}
		f.cursor = batch.Cursor
		f.batches++
	}
	for id, err := range f.client.Contacts.FindDeleted(ctx, f, f.cursor, f.options) {
		if err != nil {
			return err
		}
		delete(f.copied, id)
	}
	return nil
}

// readAndDie reads until it is killed, sooner or later.
func (f *feed) readAndDie(ctx context.Context) {
	ctx, kill := context.WithCancel(ctx)
	timer := time.AfterFunc(time.Duration(f.random.Int64N(int64(*feedFor/10))), kill)
	defer timer.Stop()
	for ctx.Err() == nil {
		if err := f.read(ctx); err != nil {
			f.killed++
			return
		}
	}
}

// feedWriter creates, changes, links and deletes contacts.
type feedWriter struct {
	client *espo.Client
	random *rand.Rand
	name   string
	ids    []string
	writes int
}

func (w *feedWriter) write(ctx context.Context, accounts []string) error {
	name := w.name + " " + itoa(w.random.IntN(1e6))
	account := espo.Ref{Type: "Account", ID: accounts[w.random.IntN(len(accounts))]}
	contacts := espo.Related[espo.Contact](w.client, account, "contacts")
	var err error
	switch dice := w.random.IntN(6); {
	case len(w.ids) < 20 || dice == 0:
		var made espo.Contact
		if made, err = w.client.Contacts.Create(ctx, espo.Contact{LastName: name}, espo.SkipDuplicateCheck()); err == nil {
			w.ids = append(w.ids, made.ID)
		}
	case dice == 1:
		i := w.random.IntN(len(w.ids))
		err = w.client.Contacts.Delete(ctx, w.ids[i])
		w.ids = slices.Delete(w.ids, i, i+1)
	case dice == 2:
		err = contacts.Link(ctx, w.ids[w.random.IntN(len(w.ids))])
	case dice == 3:
		err = contacts.Unlink(ctx, w.ids[w.random.IntN(len(w.ids))])
	default:
		_, err = w.client.Contacts.Update(ctx, w.ids[w.random.IntN(len(w.ids))], espo.Attrs{"lastName": name})
	}
	w.writes++
	return err
}

// Whoever writes meanwhile, whichever requests fail, and wherever the reader is
// killed: the copy is what the server has in the end. The flag -feed says how
// long it takes.
func TestContractChanges(t *testing.T) {
	ctx, s := t.Context(), contractServer(t)
	writing := s.anyClient(t)
	w := &feedWriter{client: writing, random: rand.New(rand.NewPCG(1, 1)), name: uniqueName(t)}
	accounts := []string{contractAccount(t, writing, espo.Account{Name: w.name + " A"}).ID, contractAccount(t, writing, espo.Account{Name: w.name + " B"}).ID}
	t.Cleanup(func() {
		_, err := writing.Contacts.DeleteAll(context.WithoutCancel(ctx), w.ids, espo.BulkOptions{})
		require.NoError(t, err)
	})
	faulty := &faultyFeed{RoundTripper: espo.NewTransport()}
	f := &feed{
		random: rand.New(rand.NewPCG(2, 2)), copied: map[string]feedContact{},
		client: s.anyClient(t, espo.WithTransport(faulty), espo.WithRetry(espo.RetryPolicy{MinWait: time.Millisecond, Budget: -1})),
		options: espo.ChangeOptions{
			Where:  espo.Where(espo.StartsWith("lastName", w.name)),
			Select: []string{"lastName", "accountId"}, BatchSize: 7, Concurrency: 2, Settle: time.Second,
		},
	}

	written := make(chan error, 1)
	go func() {
		var err error
		for end := time.Now().Add(*feedFor); err == nil && time.Now().Before(end); {
			err = w.write(ctx, accounts)
		}
		written <- err
	}()
	var err error
	for done := false; !done; {
		f.readAndDie(ctx)
		select {
		case err = <-written:
			done = true
		default:
		}
	}
	require.NoError(t, err)

	want := map[string]feedContact{}
	for c, err := range writing.Contacts.All(ctx, espo.Query{Where: f.options.Where}) {
		require.NoError(t, err)
		want[c.ID] = feedContact{c.LastName, c.AccountID}
	}
	require.Len(t, want, len(w.ids))
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	for !maps.Equal(want, f.copied) && ctx.Err() == nil { // until the last changes are old enough
		if err := f.read(ctx); err != nil {
			assert.ErrorIs(t, err, espo.ErrTransport)
		}
	}
	assert.Equal(t, want, f.copied)
	t.Logf("%d writes; %d batches read, %d requests lost, %d readers killed; %d contacts in the end",
		w.writes, f.batches, faulty.lost.Load(), f.killed, len(want))
}

// faultyFeed loses one request in twenty, or the answer to it.
type faultyFeed struct {
	http.RoundTripper
	requests, lost atomic.Int64
}

func (f *faultyFeed) RoundTrip(req *http.Request) (*http.Response, error) {
	n := f.requests.Add(1)
	if n%40 == 0 {
		f.lost.Add(1)
		return nil, errors.New("the request is lost")
	}
	resp, err := f.RoundTripper.RoundTrip(req)
	if err == nil && n%40 == 20 {
		f.lost.Add(1)
		_ = resp.Body.Close()
		return nil, errors.New("the answer is lost")
	}
	return resp, err
}
