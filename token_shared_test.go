package espo_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
	"github.com/go-espo/espo/inbox"
)

// watchedValues are those of a store, with the keys that were set, and its error.
type watchedValues struct {
	inbox.MemoryValues

	keys sync.Map
	err  error
}

func (v *watchedValues) Get(ctx context.Context, key string) (espo.KeyValue, error) {
	if v.err != nil {
		return espo.KeyValue{}, v.err
	}
	return v.MemoryValues.Get(ctx, key)
}

func (v *watchedValues) Set(ctx context.Context, key string, value []byte, old espo.KeyValue) (espo.KeyValue, error) {
	v.keys.Store(key, true)
	return v.MemoryValues.Set(ctx, key, value, old)
}

// key is the one that was set.
func (v *watchedValues) key(t *testing.T) (key string) {
	t.Helper()
	n := 0
	v.keys.Range(func(k, _ any) bool { key, n = k.(string), n+1; return true })
	require.Equal(t, 1, n)
	return key
}

func sharedToken(srv *espotest.Server, store espo.KeyValueStore, password string) *espo.Client {
	return srv.ClientAs(espo.Token(espotest.AdminUser, password, espo.SharedToken(store)))
}

// Many processes log in once, and once more when the token is no longer good.
func TestSharedToken(t *testing.T) {
	srv := espotest.NewServer(t)
	store := new(watchedValues)
	first := sharedToken(srv, store, espotest.AdminPassword)
	require.NoError(t, first.App.Ping(t.Context()))
	clients := []*espo.Client{first}
	for range 20 {
		clients = append(clients, sharedToken(srv, store, espotest.AdminPassword))
	}
	clients = append(clients, sharedToken(srv, store, "")) // which only uses what others have
	ping := func() {
		var group sync.WaitGroup
		for _, c := range clients[1:] {
			group.Go(func() { assert.NoError(t, c.App.Ping(t.Context())) })
		}
		group.Wait()
	}
	ping()
	assert.Equal(t, 1, srv.Logins())
	srv.RevokeTokens()
	require.NoError(t, first.App.Ping(t.Context()))
	ping()
	assert.Equal(t, 2, srv.Logins())
	key := store.key(t)
	assert.NotContains(t, key, espotest.AdminUser)
	stored, err := store.Get(t.Context(), key)
	require.NoError(t, err)
	assert.NotEmpty(t, stored.Value)
}

// Processes that log in at the same moment have one token in the end.
func TestSharedTokenAtTheSameMoment(t *testing.T) {
	srv := espotest.NewServer(t)
	store := new(watchedValues)
	auths := make([]*espo.TokenAuth, 8)
	var group sync.WaitGroup
	for i := range auths {
		auths[i] = espo.Token(espotest.AdminUser, espotest.AdminPassword, espo.SharedToken(store))
		group.Go(func() { assert.NoError(t, srv.ClientAs(auths[i]).App.Ping(t.Context())) })
	}
	group.Wait()
	for _, auth := range auths {
		assert.Equal(t, auths[0].Token(), auth.Token())
	}
}

func TestSharedTokenThatCannotBe(t *testing.T) {
	srv := espotest.NewServer(t)
	broken := errors.New("the store is broken")
	err := sharedToken(srv, &watchedValues{err: broken}, espotest.AdminPassword).App.Ping(t.Context())
	require.ErrorIs(t, err, broken)
	assert.Zero(t, srv.Logins())
	store := new(watchedValues)
	require.ErrorIs(t, sharedToken(srv, store, "").App.Ping(t.Context()), espo.ErrInput, "nobody has logged in")
	require.NoError(t, sharedToken(srv, store, espotest.AdminPassword).App.Ping(t.Context()))
	srv.RevokeTokens()
	require.ErrorIs(t, sharedToken(srv, store, "").App.Ping(t.Context()), espo.ErrUnauthorized)
	stored, err := store.Get(t.Context(), store.key(t))
	require.NoError(t, err)
	_, err = store.Set(t.Context(), store.key(t), []byte("a\r\nb"), stored)
	require.NoError(t, err)
	require.NoError(t, sharedToken(srv, store, espotest.AdminPassword).App.Ping(t.Context()), "what is not a token is replaced")
	_, err = espo.NewClient(srv.URL(), espo.Token("a", "b", espo.SharedToken(nil)))
	require.ErrorIs(t, err, espo.ErrInput)
}
