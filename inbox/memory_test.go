package inbox_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/go-espo/espo/inbox"
	"github.com/go-espo/espo/inbox/inboxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMemory(t *testing.T) {
	inboxtest.Run(t, func(_ *testing.T, o inboxtest.Options) inboxtest.Pair {
		st := inbox.NewMemory(inbox.MemoryOptions{Remember: o.Remember, Lease: o.Lease})
		return inboxtest.Pair{One: st, Other: st}
	})
}

func TestMemoryValues(t *testing.T) {
	v := new(inbox.MemoryValues)
	inboxtest.RunValues(t, v, v)
}
