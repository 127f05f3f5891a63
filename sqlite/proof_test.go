package esposqlite_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/go-espo/espo/internal/inboxproof"
	esposqlite "github.com/go-espo/espo/sqlite"
)

const pathVariable = "ESPO_SQLITE_PATH"

func proofOptions() esposqlite.Options {
	return esposqlite.Options{Lease: time.Second, Poll: 50 * time.Millisecond}
}

// receive is what a process does that the proof has started.
func receive(r inboxproof.Receiver) error {
	db, err := esposqlite.Open(context.Background(), os.Getenv(pathVariable), proofOptions())
	if err != nil {
		return err
	}
	return r.Run(context.Background(), db.Inbox()) // until it is killed
}

func TestMain(m *testing.M) {
	inboxproof.Become(receive)
	goleak.VerifyTestMain(m)
}

// Nothing is lost when the process that receives is killed.
func TestNothingIsLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inbox.db")
	db, err := esposqlite.Open(t.Context(), path, proofOptions())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	inboxproof.Proof{Store: db.Inbox(), Seed: 2, Start: inboxproof.Process(pathVariable + "=" + path)}.Run(t)
}
