package espo_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

func TestErrorsOfTheTransportAreFound(t *testing.T) {
	client := connect(t, func(http.ResponseWriter, *http.Request) { cut() }, espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	_, err := client.Accounts.Create(t.Context(), espo.Account{Name: "sesame"})
	assert.ErrorIs(t, err, io.EOF)
	assert.ErrorContains(t, err, "espo: POST Account: ")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Accounts.Get(ctx, "1")
	assert.ErrorIs(t, err, context.Canceled)

	ctx, cancel = context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	_, err = client.Accounts.Get(ctx, "1")
	assert.ErrorIs(t, err, context.DeadlineExceeded)

	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	client = dial(t, "http://"+l.Addr().String()+mount, espo.APIKey("key"))
	_, err = client.Accounts.List(t.Context(), espo.Query{TextFilter: "sesame"})
	var op *net.OpError
	require.ErrorAs(t, err, &op)
	assert.Equal(t, "dial", op.Op)
	assert.NotContains(t, err.Error(), "sesame", "the query may hold personal data")
}
