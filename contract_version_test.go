package espo_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// contractFrom reports whether the server is of a version or a later one, and
// says what is not checked when it is not.
func contractFrom(t *testing.T, client *espo.Client, version, what string) bool {
	t.Helper()
	want, err := espo.ParseServerVersion(version)
	require.NoError(t, err)
	server, err := client.ServerVersion(t.Context())
	require.NoError(t, err)
	if !server.AtLeast(want) {
		t.Logf("not checked: %s: since EspoCRM %s, and the server is %s", what, version, server)
		return false
	}
	return true
}

// contractHas reports whether the server has a feature, by the outcome of a
// call. On a server that is too old the only outcome is a refusal that says so.
func contractHas(t *testing.T, client *espo.Client, err error) bool {
	t.Helper()
	var lacks *espo.NotSupportedError
	if !errors.As(err, &lacks) {
		require.NoError(t, err)
		return true
	}
	server, asking := client.ServerVersion(t.Context())
	require.NoError(t, asking)
	require.Equal(t, server, lacks.Server)
	require.False(t, server.AtLeast(lacks.Since), "%v", err)
	t.Logf("not checked: %v", err)
	return false
}
