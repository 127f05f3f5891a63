package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// flaky loses some requests, and the answers to others.
type flaky struct {
	random *rand.Rand
	part   float64
	stop   context.CancelFunc // ends the run now and then; nil for never
}

func (f *flaky) RoundTrip(req *http.Request) (*http.Response, error) {
	dice := f.random.Float64()
	if dice < f.part/2 {
		return nil, errors.New("lost on the way")
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil && dice < f.part {
		_ = resp.Body.Close()
		return nil, errors.New("the answer is lost")
	}
	if f.stop != nil && dice > 1-f.part {
		f.stop()
	}
	return resp, err
}

// world is a server and a file, both of which are written to at random.
type world struct {
	t      *testing.T
	random *rand.Rand
	clock  time.Time
	client *espo.Client // of those who write to EspoCRM
	db     *store
	n      int
}

func (w *world) text() string {
	w.n++
	return fmt.Sprintf("text %d", w.n)
}

// one is any account that the file knows.
func (w *world) one() string {
	ids, err := w.db.After(w.t.Context(), "", 1000)
	require.NoError(w.t, err)
	if len(ids) == 0 {
		return ""
	}
	return ids[w.random.IntN(len(ids))]
}

// write makes a change on one of both sides.
func (w *world) write() {
	ctx, id := w.t.Context(), w.one()
	attribute := []string{"name", "description"}[w.random.IntN(2)]
	var err error
	switch dice := w.random.IntN(10); {
	case id == "" || dice == 0:
		_, err = w.client.Accounts.Create(ctx, espo.Account{Name: w.text()})
	case dice == 1:
		err = w.db.put(ctx, espo.NewID(), values{"name": w.text()})
	case dice == 2:
		err = w.client.Accounts.Delete(ctx, id)
	case dice == 3:
		err = w.db.remove(ctx, id)
	case dice < 7:
		_, err = w.client.Accounts.Update(ctx, id, espo.Attrs{attribute: w.text()})
	default:
		err = w.db.change(ctx, id, values{attribute: w.text()})
	}
	if !errors.Is(err, espo.ErrNotFound) {
		require.NoError(w.t, err)
	}
}

// TestBothSidesAtRandom writes to both sides while runs are interrupted and
// requests fail. In the end both sides are the same, and no account is there
// twice.
func TestBothSidesAtRandom(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			w := &world{t: t, random: rand.New(rand.NewPCG(seed, 1)), clock: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
			srv := espotest.NewServer(t, espotest.WithClock(func() time.Time { return w.clock }))
			w.client = srv.Client()
			db, err := openStore(t.Context(), filepath.Join(t.TempDir(), "accounts.db"))
			require.NoError(t, err)
			t.Cleanup(db.close)
			w.db = db

			interrupted := 0
			for range 40 {
				for range w.random.IntN(6) {
					w.write()
				}
				w.clock = w.clock.Add(time.Duration(w.random.IntN(20)) * time.Second)
				ctx, stop := context.WithCancel(t.Context())
				front := &flaky{random: w.random, part: 0.05, stop: stop}
				if _, err := syncAccounts(ctx, srv.Client(espo.WithTransport(front), espo.WithRetry(espo.RetryPolicy{MinWait: time.Millisecond})), db); err != nil {
					interrupted++
				}
				stop()
			}
			assert.Positive(t, interrupted)

			for range 2 { // the second run reads what the first has sent
				w.clock = w.clock.Add(time.Minute)
				_, err = syncAccounts(t.Context(), w.client, db)
				require.NoError(t, err)
			}
			rows, err := db.rows(t.Context(), `1 ORDER BY id`)
			require.NoError(t, err)
			here, names := map[string]values{}, map[string]bool{}
			for _, r := range rows {
				assert.Equal(t, r.base, r.data)
				assert.False(t, names[r.data["name"]], "twice: %s", r.data["name"])
				here[r.id], names[r.data["name"]] = r.data, true
			}
			there := map[string]values{}
			for _, record := range srv.Records("Account") {
				there[record["id"].(string)] = valuesOf(record)
			}
			assert.Equal(t, there, here)
			assert.NotEmpty(t, here)
		})
	}
}

// An account that EspoCRM does not accept holds up no other one.
func TestRefused(t *testing.T) {
	srv := espotest.NewServer(t)
	db, err := openStore(t.Context(), filepath.Join(t.TempDir(), "accounts.db"))
	require.NoError(t, err)
	t.Cleanup(db.close)
	require.NoError(t, db.put(t.Context(), "00000000000000001", values{"name": "Acme", "website": "not a URL"}))
	require.NoError(t, db.put(t.Context(), "00000000000000002", values{"name": "Other"}))
	report, err := syncAccounts(t.Context(), srv.Client(), db)
	require.NoError(t, err)
	require.Len(t, report.refused, 1)
	require.ErrorContains(t, report.refused[0], "website")
	assert.Equal(t, 1, report.created)
	changed, err := db.changed(t.Context())
	require.NoError(t, err)
	assert.Len(t, changed, 1)
}

func TestMerge(t *testing.T) {
	base := values{"name": "base", "website": "base"}
	for _, row := range []struct {
		what              string
		here, there, want values
		conflicts         []conflict
	}{
		{"nothing", base, base, base, nil},
		{"here", values{"name": "here", "website": "base"}, base, values{"name": "here", "website": "base"}, nil},
		{"there", base, values{"name": "there", "website": "base"}, values{"name": "there", "website": "base"}, nil},
		{"different attributes", values{"name": "here", "website": "base"}, values{"name": "base"}, values{"name": "here"}, nil},
		{"the same", values{"name": "same"}, values{"name": "same"}, values{"name": "same"}, nil},
		{"not the same", values{"name": "here", "website": "base"}, values{"name": "there", "website": "base"},
			values{"name": "there", "website": "base"}, []conflict{{"name", "here", "there"}}},
		{"emptied there", values{"name": "here", "website": "base"}, values{"website": "base"},
			values{"website": "base"}, []conflict{{"name", "here", ""}}},
	} {
		t.Run(row.what, func(t *testing.T) {
			agreed, conflicts := merge(base, row.here, row.there)
			assert.Equal(t, row.want, agreed)
			assert.Equal(t, row.conflicts, conflicts)
		})
	}
}
