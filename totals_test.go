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

// listServer answers lists of n accounts, paged by id, with the total that
// total makes of the right one.
func listServer(t *testing.T, n int, total func(right int) string) *espo.Client {
	t.Helper()
	srv := espotest.NewServer(t)
	seeds := make([]espo.Attrs, n)
	for i := range seeds {
		seeds[i] = espo.Attrs{"name": strconv.Itoa(i)}
	}
	srv.Seed("Account", seeds...)
	transport := exchange(func(r *http.Request) (*http.Response, error) {
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		var reply struct {
			Total int           `json:"total"`
			List  []espo.Record `json:"list"`
		}
		decodeBody(t, resp, &reply)
		list := make([]string, len(reply.List))
		for i, record := range reply.List {
			list[i] = fmt.Sprintf(`{"id":%q}`, record.ID())
		}
		member := total(reply.Total)
		if member != "" {
			member = `"total":` + member + ","
		}
		return answer(r, 200, "{"+member+`"list":[`+strings.Join(list, ",")+"]}"), nil
	})
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
	return srv.Client(espo.WithHTTPClient(&http.Client{Transport: transport}))
}

// Whatever a server says of the total, All reads every record.
func TestTotalsThatAreWrong(t *testing.T) {
	const records = 500
	constant := func(s string) func(int) string { return func(int) string { return s } }
	for name, total := range map[string]func(int) string{
		"missing": constant(""), "null": constant("null"), "0": constant("0"), "too small": constant("7"), "negative": constant("-7"),
		"text": constant(`"500"`), "fraction": constant("499.5"), "object": constant("{}"), "huge": constant("1e99"),
		"one page": constant("200"), "right": strconv.Itoa,
	} {
		t.Run(name, func(t *testing.T) {
			client := listServer(t, records, total)
			seen := map[string]bool{}
			for acc, err := range client.Accounts.All(t.Context(), espo.Query{}) {
				require.NoError(t, err)
				require.False(t, seen[acc.ID])
				seen[acc.ID] = true
			}
			assert.Len(t, seen, records)

			page, err := client.Accounts.List(t.Context(), espo.Query{MaxSize: 200})
			require.NoError(t, err)
			assert.Len(t, page.Records, 200)
			if name != "right" && name != "one page" {
				assert.False(t, page.Counted)
				assert.Zero(t, page.Total)
				assert.True(t, page.More, "a full page may have more after it")
				_, err = client.Accounts.Count(t.Context(), espo.Query{})
				if name != "0" && name != "too small" { // of no records, any number can be right
					assert.ErrorIs(t, err, espo.ErrNotCounted)
				}
			}
		})
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
		"what is no id": func() error {
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
