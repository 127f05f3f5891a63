package espo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestKanban(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	deal := func(name, stage string) map[string]any {
		return map[string]any{"name": name, "stage": stage, "amount": 1, "closeDate": "2026-12-31"}
	}
	ids := srv.Seed("Opportunity", deal("A", "Prospecting"), deal("B", "Prospecting"), deal("C", "Prospecting"), deal("D", "Proposal"), deal("E", "Closed Lost"))

	q := espo.Query{MaxSize: 2, Select: []string{"name", "stage"}, OrderBy: "name", Order: espo.Asc}
	board, err := client.Opportunities.Kanban(ctx, q)
	require.NoError(t, err)
	assert.True(t, board.Counted)
	assert.Equal(t, 5, board.Total)
	groups := map[string]espo.BoardGroup[espo.Opportunity]{}
	var order []string
	for _, g := range board.Groups {
		groups[g.Name], order = g, append(order, g.Name)
	}
	assert.Equal(t, []string{"Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won"}, order)
	prospecting := groups["Prospecting"]
	assert.Equal(t, 3, prospecting.Total)
	assert.True(t, prospecting.More)
	require.Len(t, prospecting.Records, 2)
	assert.Equal(t, "A", prospecting.Records[0].Name)
	assert.False(t, groups["Proposal"].More)
	assert.Empty(t, groups["Negotiation"].Records)

	q.Offset = 2
	board, err = client.Opportunities.Kanban(ctx, q)
	require.NoError(t, err)
	require.Len(t, board.Groups[0].Records, 1)
	assert.Equal(t, "C", board.Groups[0].Records[0].Name)
	assert.False(t, board.Groups[0].More)

	require.NoError(t, client.Opportunities.SetKanbanOrder(ctx, "Prospecting", []string{ids[2]}))
	q.Offset, q.Select = 0, append(q.Select, "probability")
	board, err = client.Opportunities.Kanban(ctx, q)
	require.NoError(t, err)
	assert.Equal(t, "C", board.Groups[0].Records[0].Name)
	assert.EqualValues(t, 10, board.Groups[0].Records[0].Probability)

	q.NoTotal = true
	board, err = client.Opportunities.Kanban(ctx, q)
	require.NoError(t, err)
	assert.False(t, board.Groups[0].Counted)
	assert.Zero(t, board.Groups[0].Total)
	assert.True(t, board.Groups[0].More)
	assert.False(t, board.Groups[1].More)

	_, err = client.Accounts.Kanban(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrServer)
	_, err = client.Opportunities.Kanban(ctx, espo.Query{MaxSize: 300})
	require.ErrorIs(t, err, espo.ErrForbidden)
	require.ErrorIs(t, client.Opportunities.SetKanbanOrder(ctx, "", nil), espo.ErrInput)
	require.ErrorIs(t, client.Opportunities.SetKanbanOrder(ctx, "Prospecting", []string{""}), espo.ErrInput)
	require.NoError(t, client.Opportunities.SetKanbanOrder(ctx, "Prospecting", nil))
	_, err = srv.ClientAs(espo.APIKey(espotest.LimitedAPIKey)).Opportunities.Kanban(ctx, espo.Query{})
	require.ErrorIs(t, err, espo.ErrForbidden)
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
