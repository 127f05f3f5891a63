package espo_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestGlobalSearch(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	account := srv.Seed("Account", map[string]any{"name": "Needle Inc"}, map[string]any{"name": "Haystack"})[0]
	contact := srv.Seed("Contact", map[string]any{"firstName": "Jane", "lastName": "Needleman"})[0]
	srv.Seed("Case", map[string]any{"name": "Needle"}) // not searched

	page, err := client.GlobalSearch.Search("needle").List(ctx, espo.Paging{})
	require.NoError(t, err)
	require.Len(t, page.Records, 2)
	assert.Equal(t, espo.Ref{Type: "Account", ID: account}, page.Records[0].Ref())
	assert.Equal(t, "Needle Inc", page.Records[0].Name)
	assert.Equal(t, espo.Ref{Type: "Contact", ID: contact}, page.Records[1].Ref())
	assert.False(t, page.Counted)
	assert.False(t, page.More)

	page, err = client.GlobalSearch.Search("needle").List(ctx, espo.Paging{MaxSize: 1})
	require.NoError(t, err)
	assert.Len(t, page.Records, 1)
	assert.True(t, page.More)

	for i := range 230 {
		srv.Seed("Account", map[string]any{"name": fmt.Sprintf("Many %d", i)})
	}
	seen := map[string]bool{}
	for hit, err := range client.GlobalSearch.Search("many").All(ctx) {
		require.NoError(t, err)
		seen[hit.ID] = true
	}
	assert.Len(t, seen, 230)
	for _, r := range srv.Requests()[2:] {
		assert.NotContains(t, r.Query, "where", "the search knows no filter")
		assert.NotContains(t, r.Query, "orderBy")
	}

	_, err = client.GlobalSearch.Search("").List(ctx, espo.Paging{})
	require.ErrorIs(t, err, espo.ErrInput)
	require.ErrorIs(t, client.Do(ctx, espo.Request{Path: []string{"GlobalSearch"}}, nil), espo.ErrBadRequest)
	_, err = client.GlobalSearch.Search("x").List(ctx, espo.Paging{MaxSize: 201})
	require.ErrorIs(t, err, espo.ErrForbidden)
}
