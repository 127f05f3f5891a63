package espo_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// aliasServer is one that takes whereGroup and attributeSelect from EspoCRM 9.0
// on and, as real ones do, lists every record where it finds no filter.
func aliasServer(t *testing.T, version string, asked *tally) http.HandlerFunc {
	t.Helper()
	v, err := espo.ParseServerVersion(version)
	require.NoError(t, err)
	aliases := v.AtLeast(espo.ServerVersion{Major: 9})
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case route(r) == "Settings":
			asked.add()
			reply(w, 200, `{"version":"`+version+`"}`)
		case strings.HasPrefix(route(r), "Account/"):
			assert.Equal(t, aliases, q.Has("attributeSelect"))
			assert.Equal(t, aliases, !q.Has("select"))
			reply(w, 200, `{"id":"1"}`)
		case q.Has("where[0][type]") || aliases && q.Has("whereGroup[0][type]"):
			reply(w, 200, `{"total":1,"list":[{"id":"1"}]}`)
		default:
			reply(w, 200, `{"total":3,"list":[{"id":"1"},{"id":"2"},{"id":"3"}]}`)
		}
	}
}

// A server that does not know the aliases of the search parameters would list
// all records: whoever deletes what it lists would delete them all.
func TestSearchAliasesOfOlderServers(t *testing.T) {
	for _, version := range []string{"7.5.6", "8.4.2", "9.0.8", "10.0.0-dev"} {
		for _, stated := range []bool{false, true} {
			asked := new(tally)
			opts := []espo.Option{espo.WithSearchForm(espo.SearchAliases)}
			if stated {
				opts = append(opts, espo.WithServerVersion(version))
			}
			client := connect(t, aliasServer(t, version, asked), opts...)
			ctx := t.Context()
			some := espo.Query{Where: espo.Where(espo.IsNull("type")), Select: []string{"id"}}
			page, err := client.Accounts.List(ctx, espo.Query{})
			require.NoError(t, err)
			assert.Len(t, page.Records, 3)
			assert.Zero(t, asked.count(), "without a filter nothing depends on the version")
			for range 2 {
				page, err = client.Accounts.List(ctx, some)
				require.NoError(t, err)
				assert.Len(t, page.Records, 1, version)
				records, err := espo.Collect(client.Accounts.All(ctx, some))
				require.NoError(t, err)
				assert.Len(t, records, 1, version)
				_, err = client.Accounts.Get(ctx, "1", espo.Select("id"))
				require.NoError(t, err)
			}
			assert.Equal(t, !stated, asked.count() == 1)
		}
	}
}

func TestSearchAliasesOfAnUnknownServer(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "Settings", route(r))
		reply(w, 500, "")
	}, espo.WithSearchForm(espo.SearchAliases), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	_, err := client.Accounts.List(t.Context(), espo.Query{Where: espo.Where(espo.IsNull("type"))})
	require.ErrorIs(t, err, espo.ErrServer)
	_, err = client.Accounts.List(t.Context(), espo.Query{Where: espo.Where(espo.Equal("", 1))})
	require.ErrorIs(t, err, espo.ErrInput, "which is found without the server")
}

// digestServer accepts digests in raw form, in hexadecimal form, or neither,
// and counts the logins that fail.
func digestServer(raw, hexadecimal bool, failed *tally) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		digest := decodedHMAC(r)
		if len(digest) == 32 && raw || len(digest) == 64 && hexadecimal {
			reply(w, 200, `{"id":"1"}`)
			return
		}
		failed.add()
		reasoned(w, 401, "")
	}
}

func decodedHMAC(r *http.Request) string {
	_, digest, _ := strings.Cut(unbase64(r.Header.Get("X-Hmac-Authorization")), ":")
	return digest
}

// A login that fails is final, and no reason to ask for the version, for which
// the password would be sent once more.
func TestLoginThatFailsIsNotExplained(t *testing.T) {
	logins := new(tally)
	client := dial(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
		logins.add()
		reply(w, 500, "")
	}), espo.Token("admin", "password"), espo.WithRetry(espo.RetryPolicy{MaxTries: 1}))
	_, err := client.Stream.Global().List(t.Context(), espo.FeedQuery{})
	require.ErrorIs(t, err, espo.ErrServer)
	assert.Equal(t, 1, logins.count())
}
