package espo_test

import (
	"net/http"
	"strings"
	"sync"
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

// No login fails, however many begin at once: ten of them would lock the
// address out.
func TestHMACOfEachVersion(t *testing.T) {
	for name, c := range map[string]struct {
		raw, hexadecimal bool
		opts             []espo.Option
		failed           int
	}{
		"before 8.4.1":         {true, false, nil, 0},
		"before 8.4.1, stated": {true, false, []espo.Option{espo.WithServerVersion("7.5.6")}, 0},
		"later":                {true, true, nil, 0},
		"later, stated":        {true, true, []espo.Option{espo.WithServerVersion("9.3.10")}, 0},
		"hexadecimal, stated":  {false, true, []espo.Option{espo.WithServerVersion("9.3.10")}, 0},
		"hexadecimal alone":    {false, true, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			failed := new(tally)
			client := dial(t, serve(t, digestServer(c.raw, c.hexadecimal, failed)), espo.HMAC("key", "secret"), c.opts...)
			_, err := client.Accounts.Get(t.Context(), "1")
			require.NoError(t, err)
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					_, err := client.Accounts.Get(t.Context(), "1")
					assert.NoError(t, err)
				})
			}
			wg.Wait()
			assert.Equal(t, c.failed, failed.count())
		})
	}
}

// A key that is wrong is tried in both forms once, and from then on in one.
func TestHMACThatIsWrong(t *testing.T) {
	for stated, want := range map[string]int{"": 4, "9.3": 3} {
		failed := new(tally)
		var opts []espo.Option
		if stated != "" {
			opts = append(opts, espo.WithServerVersion(stated))
		}
		client := dial(t, serve(t, digestServer(false, false, failed)), espo.HMAC("key", "secret"), opts...)
		for range 3 {
			_, err := client.Accounts.Get(t.Context(), "1")
			require.ErrorIs(t, err, espo.ErrUnauthorized)
		}
		assert.Equal(t, want, failed.count())
	}
}

// A server that does not know the key sends the whole metadata.
func TestMetadataOfOlderServers(t *testing.T) {
	const whole = `{"entityDefs":{"Account":{"fields":{"type":{"type":"enum","options":["Customer",""]}},"links":[]},"Note":[]},
		"scopes":{"Account":{"entity":true},"Stream":{"entity":false}},"clientDefs":[],"app":{"text":"plain","none":null,"empty":""}}`
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, whole) })
	ctx := t.Context()
	types, err := client.Metadata.EntityTypes(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"Account"}, types)
	options, err := client.Metadata.EnumOptions(ctx, "Account", "type")
	require.NoError(t, err)
	assert.Equal(t, []string{"Customer", ""}, options)
	defs, err := client.Metadata.EntityType(ctx, "Account")
	require.NoError(t, err)
	assert.Len(t, defs.Fields, 1)
	var text string
	require.NoError(t, client.Metadata.Get(ctx, "app.text", &text))
	assert.Equal(t, "plain", text)
	for _, key := range []string{"entityDefs.NoType", "entityDefs.Account.fields.type.noSuch", "app.text.further", "app.none", "clientDefs.Account", "entityDefs.Note.fields"} {
		var v any
		require.ErrorIs(t, client.Metadata.Get(ctx, key, &v), espo.ErrNotFound, key)
	}
	all, err := client.Metadata.Full(ctx)
	require.NoError(t, err)
	assert.Len(t, all, 4)
}

// A part that looks a little like the whole is taken as it is.
func TestMetadataPartsWithNamesOfTheWhole(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"entityDefs":1,"scopes":2}`) })
	var v map[string]int
	require.NoError(t, client.Metadata.Get(t.Context(), "custom", &v))
	assert.Equal(t, map[string]int{"entityDefs": 1, "scopes": 2}, v)
}

// Before 8.4, the groups of a board stand elsewhere, and have no labels.
func TestKanbanOfOlderServers(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, `{"total":3,"list":[{"id":"1"},{"id":"2"}],"additionalData":{"groupList":[
			{"name":"Prospecting","total":2,"list":[{"id":"1"},{"id":"2"}]},{"name":"Proposal","total":0,"list":[]}]}}`)
	})
	board, err := client.Opportunities.Kanban(t.Context(), espo.Query{})
	require.NoError(t, err)
	assert.Equal(t, 3, board.Total)
	require.Len(t, board.Groups, 2)
	assert.Equal(t, "Prospecting", board.Groups[0].Name)
	assert.Len(t, board.Groups[0].Records, 2)
	assert.Empty(t, board.Groups[1].Records)
}

func TestPingAnswers(t *testing.T) {
	for body, ok := range map[string]bool{
		`"EspoCRM REST API"`: true, `EspoCRM REST API`: true, `"another name"`: true,
		"": false, "null": false, "{}": false, "OK": false, "true": false, `"broken off`: false, "<html></html>": false, `"a" "b"`: false,
	} {
		client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) })
		err := client.App.Ping(t.Context())
		if ok {
			assert.NoError(t, err, body)
		} else {
			assert.ErrorIs(t, err, espo.ErrNotEspoCRM, body)
		}
	}
}
