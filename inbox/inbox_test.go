package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/inbox"
)

var created = espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}

// delivery is a delivery of records with these ids.
func delivery(ids ...string) espo.WebhookDelivery {
	records := make([]string, len(ids))
	for i, id := range ids {
		records[i] = fmt.Sprintf(`{"id":%q,"name":"Name \/ of %s"}`, id, id)
	}
	return espo.WebhookDelivery{WebhookID: "w", Event: created, Body: []byte("[" + strings.Join(records, ",") + "]")}
}

// run is an inbox that runs until the test ends, in a bubble of time.
func run(t *testing.T, process func(context.Context, inbox.Claim) error, opts ...inbox.Option) (*inbox.Inbox, *inbox.Memory) {
	t.Helper()
	store := inbox.NewMemory(inbox.MemoryOptions{})
	box, err := inbox.New(store, process, opts...)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- box.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-ended)
	})
	return box, store
}

func TestReceiveStoresEachRecordOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		box, _ := run(t, func(_ context.Context, c inbox.Claim) error {
			account, err := inbox.Decode[espo.Account](c.Item)
			got = append(got, fmt.Sprint(c.Event, " ", c.Record(), " ", account.Name, " ", c.WebhookID, " ", string(c.Data)))
			return err
		}, inbox.Workers(1))
		require.NoError(t, box.Receive(t.Context(), delivery("1")))
		require.NoError(t, box.Receive(t.Context(), delivery("1", "2")), "what failed comes again with newer records")
		synctest.Wait()
		assert.Equal(t, []string{
			`Account.create Account/1 Name / of 1 w {"id":"1","name":"Name \/ of 1"}`,
			`Account.create Account/2 Name / of 2 w {"id":"2","name":"Name \/ of 2"}`,
		}, got)
		require.ErrorIs(t, box.Receive(t.Context(), espo.WebhookDelivery{Body: []byte(`{}`)}), espo.ErrInput)
	})
}

func TestFailuresAreTriedAgainAndParked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var tries []string
		var reported []*inbox.ItemError
		box, store := run(t, func(_ context.Context, c inbox.Claim) error {
			tries = append(tries, fmt.Sprint(c.RecordID, " ", c.Attempt, " ", time.Since(began)))
			switch c.RecordID {
			case "bad":
				return errors.New("broken")
			case "worse":
				panic("worse")
			case "permanent":
				return fmt.Errorf("wrapped: %w", inbox.Permanent(errors.New("no such field")))
			}
			return nil
		}, inbox.Workers(1), inbox.Attempts(3), inbox.Backoff(func(n int) time.Duration { return time.Duration(n) * time.Minute }),
			inbox.Report(func(err error) {
				var item *inbox.ItemError
				if assert.ErrorAs(t, err, &item) {
					reported = append(reported, item)
				}
			}))
		require.NoError(t, box.Receive(t.Context(), delivery("bad", "good", "worse", "permanent")))
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Equal(t, []string{
			"bad 1 0s", "good 1 0s", "worse 1 0s", "permanent 1 0s", "bad 2 1m0s", "worse 2 1m0s", "bad 3 3m0s", "worse 3 3m0s",
		}, tries)
		parked, err := espo.Collect(store.Parked(t.Context()))
		require.NoError(t, err)
		require.Len(t, parked, 3)
		assert.Equal(t, []string{"permanent", "bad", "worse"}, []string{parked[0].RecordID, parked[1].RecordID, parked[2].RecordID})
		assert.Equal(t, []string{"wrapped: no such field", "broken", "panic: worse"}, []string{parked[0].Reason, parked[1].Reason, parked[2].Reason})
		require.Len(t, reported, 7)
		assert.True(t, reported[2].Parked)
		assert.EqualError(t, reported[0], "inbox: Account.create of bad is tried again after 1 tries: broken")
		require.NoError(t, store.Release(t.Context(), parked[0].Key))
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, "permanent 1 1h0m0s", tries[len(tries)-1])
	})
}

// A try that ended with its process counts: what kills a process is parked.
func TestTriesWithoutAnEndAreParked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory(inbox.MemoryOptions{})
		box, err := inbox.New(store, func(context.Context, inbox.Claim) error {
			assert.Fail(t, "it is processed")
			return nil
		}, inbox.Attempts(2))
		require.NoError(t, err)
		require.NoError(t, box.Receive(t.Context(), delivery("1")))
		for range 2 {
			_, err := store.Next(t.Context())
			require.NoError(t, err)
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Hour)
		defer stop()
		require.NoError(t, box.Run(ctx))
		parked, err := espo.Collect(store.Parked(t.Context()))
		require.NoError(t, err)
		require.Len(t, parked, 1)
		assert.Equal(t, "it was tried 2 times without an end", parked[0].Reason)
	})
}

func TestRunStopsGracefully(t *testing.T) {
	for name, c := range map[string]struct {
		work time.Duration
		want string
	}{
		"in time": {20 * time.Second, ""},
		"late":    {time.Hour, "inbox: what was being processed did not end in time"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := inbox.NewMemory(inbox.MemoryOptions{})
				box, err := inbox.New(store, func(ctx context.Context, _ inbox.Claim) error {
					select {
					case <-time.After(c.work):
						return nil
					case <-ctx.Done():
						return ctx.Err()
					}
				})
				require.NoError(t, err)
				require.NoError(t, box.Receive(t.Context(), delivery("1")))
				ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
				defer stop()
				err = box.Run(ctx)
				if c.want == "" {
					require.NoError(t, err)
				} else {
					require.EqualError(t, err, c.want)
				}
				ctx, stop = context.WithTimeout(t.Context(), time.Second)
				defer stop()
				again, err := store.Next(ctx)
				assert.Equal(t, c.want != "", err == nil, "%v %v", again, err)
			})
		})
	}
}

// A claim that is lost ends the work on it.
func TestLostClaimEndsTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		var store *inbox.Memory
		var box *inbox.Inbox
		box, store = run(t, func(ctx context.Context, c inbox.Claim) error {
			assert.NoError(t, store.Done(ctx, c)) // as if another worker had it
			<-ctx.Done()
			ended = true
			return nil
		})
		require.NoError(t, box.Receive(t.Context(), delivery("1")))
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.True(t, ended)
	})
}

func TestNewErrors(t *testing.T) {
	process := func(context.Context, inbox.Claim) error { return nil }
	store := inbox.NewMemory(inbox.MemoryOptions{})
	for _, opt := range []inbox.Option{nil, inbox.Workers(0), inbox.Attempts(0), inbox.Backoff(nil), inbox.Grace(-1), inbox.Report(nil)} {
		_, err := inbox.New(store, process, opt)
		require.ErrorIs(t, err, espo.ErrInput)
	}
	_, err := inbox.New(nil, process)
	require.ErrorIs(t, err, espo.ErrInput)
	_, err = inbox.New(store, nil)
	require.ErrorIs(t, err, espo.ErrInput)
}

// ids are known ids, in their order.
type ids []string

func (k ids) After(_ context.Context, id string, n int) (list []string, err error) {
	for _, one := range k {
		if one > id && len(list) < n {
			list = append(list, one)
		}
	}
	return list, nil
}

func TestReconcile(t *testing.T) {
	now := time.Now()
	srv := espotest.NewServer(t, espotest.WithClock(func() time.Time { return now }))
	client, ctx := srv.Client(), t.Context()
	store := inbox.NewMemory(inbox.MemoryOptions{})
	box, err := inbox.New(store, func(context.Context, inbox.Claim) error { return nil })
	require.NoError(t, err)
	known := ids(srv.Seed("Account", espo.Attrs{"name": "A"}, espo.Attrs{"name": "B"}, espo.Attrs{"name": "C"}))
	r := inbox.Reconciliation{
		EntityType: "Account", Cursors: new(inbox.MemoryValues), Known: known,
		Has: func(_ context.Context, record espo.Record) (bool, error) { return record.Name() == "B", nil },
	}
	reconcile := func(want inbox.Reconciled) {
		t.Helper()
		now = now.Add(time.Minute)
		got, err := box.Reconcile(ctx, client, r)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	reconcile(inbox.Reconciled{Changed: 2})
	reconcile(inbox.Reconciled{})
	_, err = client.Accounts.Update(ctx, known[0], espo.Attrs{"website": "https://a.example"})
	require.NoError(t, err)
	require.NoError(t, client.Accounts.Delete(ctx, known[2]))
	reconcile(inbox.Reconciled{Changed: 1, Deleted: 1})
	reconcile(inbox.Reconciled{})

	var got []string
	for range 4 {
		c, err := store.Next(ctx)
		require.NoError(t, err)
		got = append(got, fmt.Sprint(c.Event, " ", c.RecordID))
		require.NoError(t, store.Done(ctx, c))
	}
	assert.Equal(t, []string{"Account.update " + known[0], "Account.update " + known[2], "Account.update " + known[0], "Account.delete " + known[2]}, got)
	_, err = box.Reconcile(ctx, client, inbox.Reconciliation{EntityType: "Account"})
	require.ErrorIs(t, err, espo.ErrInput)
}

func ExampleInbox() {
	srv, err := espotest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()
	account, err := client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
	if err != nil {
		fmt.Println(err)
		return
	}

	ctx, stop := context.WithCancel(ctx)
	box, err := inbox.New(inbox.NewMemory(inbox.MemoryOptions{}), func(ctx context.Context, c inbox.Claim) error {
		account, err := client.Accounts.Get(ctx, c.RecordID) // as it is now
		if err != nil {
			return err // it is tried again
		}
		fmt.Println(c.Event, account.Name)
		stop()
		return nil
	})
	if err == nil {
		// A handler of webhooks calls Receive.
		err = box.Receive(ctx, espo.WebhookDelivery{WebhookID: "w", Event: created, Body: []byte(`[{"id":"` + account.ID + `"}]`)})
	}
	if err == nil {
		err = box.Run(ctx)
	}
	if err != nil {
		fmt.Println(err)
	}
	// Output: Account.create Acme
}
