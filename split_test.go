package espo_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// The URLs are short enough for every server, in each form.
func TestGetManyURLs(t *testing.T) {
	ids := make([]string, 500)
	for i := range ids {
		ids[i] = strings.Repeat("a", 17-len(itoa(i))) + itoa(i)
	}
	for _, form := range []espo.SearchForm{espo.SearchJSON, espo.SearchPHP, espo.SearchAliases} {
		longest, requests := 0, 0
		client := connect(t, func(w http.ResponseWriter, r *http.Request) {
			requests++
			longest = max(longest, len(r.RequestURI))
			reply(w, 200, `{"total":-2,"list":[]}`)
		}, espo.WithSearchForm(form), espo.WithServerVersion("9.3"))
		_, err := client.Accounts.GetMany(t.Context(), ids)
		require.NoError(t, err)
		assert.Less(t, longest, 6<<10, "form %d", form)
		assert.LessOrEqual(t, requests, 10)
	}
}

// A list of ids that no URL holds is split where that means the same.
func TestLongLists(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	seeds := make([]espo.Attrs, 1500)
	for i := range seeds {
		seeds[i] = espo.Attrs{"name": strconv.Itoa(i)}
	}
	ids := srv.Seed("Account", seeds...)
	asked := slices.Concat([]string{strings.ToUpper(ids[7]), ids[7], "nobody"}, ids, []string{ids[0], strings.ToUpper(ids[1])})
	for name, opts := range map[string][]espo.Option{
		"JSON": nil, "PHP": {espo.WithSearchForm(espo.SearchPHP)},
	} {
		t.Run(name, func(t *testing.T) {
			client := srv.Client(opts...)
			seen := map[string]int{}
			for acc, err := range client.Accounts.All(ctx, espo.Query{Where: espo.Where(espo.In("id", asked...)), Select: []string{"id"}}) {
				require.NoError(t, err)
				seen[acc.ID]++
			}
			assert.Len(t, seen, len(ids))
			for i, id := range ids {
				assert.Equal(t, 1, seen[id], "each record once, %d too", i)
			}
			n, err := client.Accounts.Count(ctx, espo.Query{Where: espo.Where(espo.In("id", asked...))})
			require.NoError(t, err)
			assert.Equal(t, len(ids), n)
		})
	}
	for _, r := range srv.Requests() {
		assert.Less(t, len(r.Path)+len(r.Query), 8000)
	}

	sent := len(srv.Requests())
	names := make([]string, 3000)
	for i := range names {
		names[i] = fmt.Sprintf("a rather long name %d", i)
	}
	for name, call := range map[string]func() error{
		"a page": func() error {
			_, err := client.Accounts.List(ctx, espo.Query{Where: espo.Where(espo.In("id", asked...))})
			return err
		},
		"an order": func() error {
			_, err := espo.Collect(client.Accounts.All(ctx, espo.Query{Where: espo.Where(espo.In("id", asked...)), OrderBy: "name"}))
			return err
		},
		"what is not an id": func() error {
			_, err := espo.Collect(client.Accounts.All(ctx, espo.Query{Where: espo.Where(espo.In("name", names...))}))
			return err
		},
		"one long value": func() error {
			_, err := client.Accounts.Count(ctx, espo.Query{Where: espo.Where(espo.Equal("name", strings.Repeat("x", 9000)))})
			return err
		},
	} {
		err := call()
		require.ErrorIs(t, err, espo.ErrInput, name)
		assert.ErrorContains(t, err, "WithMaxURL", name)
	}
	assert.Len(t, srv.Requests(), sent, "nothing is sent")

	_, err := espo.NewClient("https://example.com", espo.APIKey("key"), espo.WithMaxURL(-1))
	assert.ErrorIs(t, err, espo.ErrInput)
}
