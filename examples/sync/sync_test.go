package main

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// TestSync interrupts runs, changes contacts meanwhile, and looks whether the
// copy is whole in the end and nothing was written twice without need.
func TestSync(t *testing.T) {
	clock := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	srv := espotest.NewServer(t, espotest.WithClock(func() time.Time { return clock }))
	client := srv.Client()
	db, err := openStore(t.Context(), filepath.Join(t.TempDir(), "contacts.db"))
	require.NoError(t, err)
	t.Cleanup(db.close)

	written, err := syncContacts(t.Context(), client, db, nil)
	require.NoError(t, err)
	assert.Zero(t, written, "there is nothing yet")

	var ids []string
	for i := range 230 {
		clock = clock.Add(time.Duration(i%3) * time.Second) // several contacts share a second
		ids = append(ids, srv.Seed("Contact", map[string]any{"lastName": fmt.Sprintf("C%d", i)})...)
	}
	total := 0
	for _, stopAt := range []int{70, 60} {
		ctx, cancel := context.WithCancel(t.Context())
		written, err = syncContacts(ctx, client, db, func(n int) {
			if n == stopAt {
				cancel()
			}
		})
		require.ErrorIs(t, err, context.Canceled)
		total += written
	}
	assert.Positive(t, total)

	// One that is copied already and one that is not yet are changed, and one
	// is added, between an interruption and the next run.
	clock = clock.Add(time.Second)
	for _, i := range []int{0, 229} {
		_, err = client.Contacts.Update(t.Context(), ids[i], espo.Attrs{"lastName": "changed"})
		require.NoError(t, err)
	}
	ids = append(ids, srv.Seed("Contact", map[string]any{"lastName": "late"})...)

	written, err = syncContacts(t.Context(), client, db, nil)
	require.NoError(t, err)
	total += written
	assert.Equal(t, 229, total, "the interrupted window, each contact once, but the one that left it")
	written, err = syncContacts(t.Context(), client, db, nil)
	require.NoError(t, err)
	assert.Equal(t, 3, written, "what was changed meanwhile")

	// A change in the very last second of the window is not lost.
	_, err = client.Contacts.Update(t.Context(), ids[5], espo.Attrs{"lastName": "same second"})
	require.NoError(t, err)
	written, err = syncContacts(t.Context(), client, db, nil)
	require.NoError(t, err)
	assert.Equal(t, 1, written)
	written, err = syncContacts(t.Context(), client, db, nil)
	require.NoError(t, err)
	assert.Zero(t, written)

	rows, err := db.db.QueryContext(t.Context(), `SELECT id, name FROM contact`)
	require.NoError(t, err)
	defer rows.Close()
	copied := map[string]string{}
	for rows.Next() {
		var id, name string
		require.NoError(t, rows.Scan(&id, &name))
		copied[id] = name
	}
	require.NoError(t, rows.Err())
	want := map[string]string{}
	for _, c := range srv.Records("Contact") {
		want[c["id"].(string)] = c["name"].(string)
	}
	assert.Equal(t, want, copied)
	assert.Len(t, copied, len(ids))
}
