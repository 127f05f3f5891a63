package esponats_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/inbox/inboxtest"
	esponats "github.com/go-espo/espo/nats"
)

// start runs a server in this process. Port -1 is any.
func start(t *testing.T, dir string, port int) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, NoSigs: true, NoLog: true})
	require.NoError(t, err)
	s.Start()
	require.True(t, s.ReadyForConnections(20*time.Second))
	return s
}

func stop(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

func connect(t *testing.T, s *server.Server) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(s.ClientURL(), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return nc
}

func open(t *testing.T, s *server.Server, o esponats.Options) *esponats.Store {
	t.Helper()
	st, err := esponats.Inbox(t.Context(), connect(t, s), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return st
}

func TestInbox(t *testing.T) {
	inboxtest.Run(t, func(t *testing.T, o inboxtest.Options) inboxtest.Pair {
		t.Helper()
		s := start(t, t.TempDir(), -1)
		t.Cleanup(func() { stop(s) })
		no := esponats.Options{Remember: o.Remember, Lease: o.Lease, Poll: 20 * time.Millisecond}
		return inboxtest.Pair{One: open(t, s, no), Other: open(t, s, no)}
	})
}

func TestValues(t *testing.T) {
	s := start(t, t.TempDir(), -1)
	t.Cleanup(func() { stop(s) })
	one, err := esponats.Values(t.Context(), connect(t, s), esponats.ValuesOptions{})
	require.NoError(t, err)
	other, err := esponats.Values(t.Context(), connect(t, s), esponats.ValuesOptions{})
	require.NoError(t, err)
	inboxtest.RunValues(t, one, other)
}

func TestOptionsThatCannotBe(t *testing.T) {
	for _, o := range []esponats.Options{{Name: "a.b"}, {Name: "a b"}, {Partitions: -1}, {Replicas: -1}, {Remember: -1}, {Lease: -1}, {Poll: -1}} {
		_, err := esponats.Inbox(t.Context(), nil, o)
		require.ErrorIs(t, err, espo.ErrInput)
	}
}
