package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// dying is a connection that breaks after so many requests, with or without the
// last one's effect.
type dying struct {
	left   atomic.Int64
	effect bool
	die    context.CancelFunc
}

func (d *dying) RoundTrip(req *http.Request) (*http.Response, error) {
	if left := d.left.Add(-1); left > 0 || left == 0 && d.effect {
		resp, err := http.DefaultTransport.RoundTrip(req)
		if left > 0 || err != nil {
			return resp, err
		}
		_ = resp.Body.Close()
	}
	d.die()
	return nil, errors.New("the connection is cut")
}

// The migration is interrupted at ten random points, whatever was under way. In
// the end the target is what the source is, and has nothing twice.
func TestInterrupted(t *testing.T) {
	source, target := espotest.NewServer(t), espotest.NewServer(t)
	from := source.Client()
	require.NoError(t, fill(t.Context(), from, 40))
	file := filepath.Join(t.TempDir(), "state.json")
	random := rand.New(rand.NewPCG(3, 3))
	died := 0
	for {
		ctx, die := context.WithCancel(t.Context())
		front := &dying{effect: random.IntN(2) == 0, die: die}
		front.left.Store(int64(20 + random.IntN(150)))
		if died == 10 {
			front.left.Store(1e9)
		}
		to := target.Client(espo.WithTransport(front), espo.WithRetry(espo.RetryPolicy{MinWait: time.Millisecond}))
		m, err := newMigration(from, to, file, 3)
		require.NoError(t, err)
		err = m.run(ctx)
		die()
		if err == nil {
			break
		}
		died++
	}
	assert.Equal(t, 10, died)
	compare(t, from, target.Client(), file)

	// From the beginning once more: what has changed is brought up to date.
	account, err := from.Accounts.First(t.Context(), espo.Query{})
	require.NoError(t, err)
	_, err = from.Accounts.Update(t.Context(), account.ID, espo.Attrs{"name": "Renamed"})
	require.NoError(t, err)
	again := filepath.Join(t.TempDir(), "again.json")
	m, err := newMigration(from, target.Client(), again, 3)
	require.NoError(t, err)
	require.NoError(t, m.run(t.Context()))
	compare(t, from, target.Client(), again)
}

// compare looks at every record of both servers.
func compare(t *testing.T, from, to *espo.Client, file string) {
	t.Helper()
	m, err := newMigration(from, to, file, 1)
	require.NoError(t, err)
	for _, k := range []kind{accounts, contacts, documents} {
		n, err := to.Records(k.entityType).Count(t.Context(), espo.Query{})
		require.NoError(t, err)
		ids, err := espo.Collect(from.Records(k.entityType).All(t.Context(), espo.Query{Select: []string{"id"}}))
		require.NoError(t, err)
		require.Len(t, ids, n, k.entityType)
		for _, listed := range ids {
			there := get(t, from, k, listed.ID())
			here := get(t, to, k, m.newID(k.entityType, listed.ID()))
			for attribute, entityType := range k.links {
				there[attribute] = m.mapped(entityType, there[attribute])
			}
			for _, name := range slices.Concat(k.first, k.then) {
				require.Equal(t, there[name], here[name], "%s %s", k.entityType, name)
			}
			for name := range k.links {
				require.Equal(t, there[name], here[name], "%s %s", k.entityType, name)
			}
			require.Equal(t, contents(t, from, there.String("fileId")), contents(t, to, here.String("fileId")))
			comparePosts(t, m, espo.Ref{Type: k.entityType, ID: listed.ID()})
		}
	}
}

func get(t *testing.T, client *espo.Client, k kind, id string) espo.Record {
	t.Helper()
	record, err := client.Records(k.entityType).Get(t.Context(), id)
	require.NoError(t, err)
	return record
}

func contents(t *testing.T, client *espo.Client, id string) string {
	t.Helper()
	if id == "" {
		return ""
	}
	var text bytes.Buffer
	_, err := client.Attachments.DownloadTo(t.Context(), id, &text)
	require.NoError(t, err)
	return text.String()
}

func comparePosts(t *testing.T, m *migration, ref espo.Ref) {
	t.Helper()
	there, err := espo.Collect(m.from.Stream.Posts(ref).All(t.Context(), espo.FeedQuery{}))
	require.NoError(t, err)
	here, err := espo.Collect(m.to.Stream.Posts(espo.Ref{Type: ref.Type, ID: m.newID(ref.Type, ref.ID)}).All(t.Context(), espo.FeedQuery{}))
	require.NoError(t, err)
	require.Len(t, here, len(there))
	for i := range there {
		assert.True(t, strings.HasSuffix(here[i].Post, "\n"+there[i].Post), here[i].Post)
		require.Len(t, here[i].AttachmentsIDs, len(there[i].AttachmentsIDs))
		for j, id := range there[i].AttachmentsIDs {
			assert.Equal(t, contents(t, m.from, id), contents(t, m.to, here[i].AttachmentsIDs[j]))
		}
	}
}

func TestStateOfAnotherServer(t *testing.T) {
	client := espotest.NewServer(t).Client()
	file := filepath.Join(t.TempDir(), "state.json")
	m, err := newMigration(client, client, file, 1)
	require.NoError(t, err)
	require.NoError(t, m.state.write())
	_, err = newMigration(espotest.NewServer(t).Client(), client, file, 1)
	require.ErrorContains(t, err, fmt.Sprint(client))
}
