package esposqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/inbox/inboxtest"
	esposqlite "github.com/go-espo/espo/sqlite"
)

func open(t *testing.T, path string, o esposqlite.Options) *esposqlite.DB {
	t.Helper()
	db, err := esposqlite.Open(t.Context(), path, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestInbox(t *testing.T) {
	inboxtest.Run(t, func(t *testing.T, o inboxtest.Options) inboxtest.Pair {
		t.Helper()
		path := filepath.Join(t.TempDir(), "a file?.db")
		so := esposqlite.Options{Remember: o.Remember, Lease: o.Lease, Poll: 20 * time.Millisecond}
		return inboxtest.Pair{One: open(t, path, so).Inbox(), Other: open(t, path, so).Inbox()}
	})
}

func TestValues(t *testing.T) {
	path := filepath.Join(t.TempDir(), "values.db")
	one, other := open(t, path, esposqlite.Options{}), open(t, path, esposqlite.Options{})
	inboxtest.RunValues(t, one.Values(), other.Values())
}

func TestOptionsThatCannotBe(t *testing.T) {
	for _, o := range []esposqlite.Options{{Remember: -1}, {Lease: -1}, {Poll: -1}} {
		path := filepath.Join(t.TempDir(), "none.db")
		_, err := esposqlite.Open(t.Context(), path, o)
		require.ErrorIs(t, err, espo.ErrInput)
		require.NoFileExists(t, path)
	}
}
