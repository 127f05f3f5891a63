package espo_test

import (
	"fmt"
	"net/http"
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
	t.Parallel()
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
