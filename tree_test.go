package espo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestTree(t *testing.T) {
	srv := espotest.NewServer(t)
	client, ctx := srv.Client(), t.Context()
	categories := client.Records("KnowledgeBaseCategory")
	root := srv.Seed("KnowledgeBaseCategory", espo.Attrs{"name": "Root"})[0]
	kid := srv.Seed("KnowledgeBaseCategory", espo.Attrs{"name": "Kid", "parentId": root})[0]
	leaf := srv.Seed("KnowledgeBaseCategory", espo.Attrs{"name": "Leaf", "parentId": kid})[0]

	tree, err := categories.Tree(ctx, espo.TreeQuery{})
	require.NoError(t, err)
	require.Len(t, tree.Nodes, 1)
	assert.Equal(t, root, tree.Nodes[0].Record.ID())
	assert.NotContains(t, tree.Nodes[0].Record, "childList")
	require.Len(t, tree.Nodes[0].Children, 1)
	assert.True(t, tree.Nodes[0].Loaded)
	assert.Equal(t, kid, tree.Nodes[0].Children[0].Record.ID())
	assert.False(t, tree.Nodes[0].Children[0].Loaded, "the server goes two levels deep")
	assert.Empty(t, tree.Path)

	tree, err = categories.Tree(ctx, espo.TreeQuery{ParentID: kid, MaxDepth: 3})
	require.NoError(t, err)
	require.Len(t, tree.Nodes, 1)
	assert.Equal(t, leaf, tree.Nodes[0].Record.ID())
	assert.Empty(t, tree.Nodes[0].Children)
	assert.True(t, tree.Nodes[0].Loaded)
	assert.Equal(t, []string{root, kid}, tree.Path)

	tree, err = categories.Tree(ctx, espo.TreeQuery{OnlyNotEmpty: true})
	require.NoError(t, err)
	assert.Empty(t, tree.Nodes)
	article := srv.Seed("KnowledgeBaseArticle", espo.Attrs{"name": "A", "categoriesIds": []string{leaf}})[0]
	tree, err = categories.Tree(ctx, espo.TreeQuery{OnlyNotEmpty: true, MaxDepth: 1})
	require.NoError(t, err)
	require.Len(t, tree.Nodes, 1)

	require.ErrorIs(t, categories.Delete(ctx, kid), espo.ErrForbidden, "it has a subcategory")
	require.ErrorIs(t, categories.Delete(ctx, leaf), espo.ErrForbidden, "it has an article")
	require.ErrorIs(t, failure(categories.Update(ctx, root, espo.Attrs{"parentId": leaf})), espo.ErrForbidden)
	require.ErrorIs(t, failure(categories.Update(ctx, root, espo.Attrs{"parentId": root})), espo.ErrForbidden)
	require.NoError(t, client.KnowledgeBaseArticles.Delete(ctx, article))
	for _, id := range []string{leaf, kid, root} {
		require.NoError(t, categories.Delete(ctx, id))
	}
	require.ErrorIs(t, failure(categories.Tree(ctx, espo.TreeQuery{ParentID: kid})), espo.ErrNotFound)
	require.ErrorIs(t, failure(client.Accounts.Tree(ctx, espo.TreeQuery{})), espo.ErrNotFound)
	var bad *espo.InputError
	require.ErrorAs(t, failure(categories.Tree(ctx, espo.TreeQuery{MaxDepth: -1})), &bad)
}

func TestTreesOfOlderServers(t *testing.T) {
	for version, keeps := range map[string]bool{"8.4": false, "9.1": true} {
		srv := espotest.NewServer(t, espotest.WithVersion(version))
		categories, ctx := srv.Client().Records("KnowledgeBaseCategory"), t.Context()
		root := srv.Seed("KnowledgeBaseCategory", espo.Attrs{"name": "Root", "order": 1})[0]
		kid := srv.Seed("KnowledgeBaseCategory", espo.Attrs{"name": "Kid", "order": 1, "parentId": root})[0]
		require.NoError(t, failure(categories.Update(ctx, root, espo.Attrs{"parentId": kid})), "a circle")
		assert.Equal(t, keeps, categories.Delete(ctx, root) != nil, version)
	}
}

func TestRepliesThatAreNoTree(t *testing.T) {
	for _, body := range []string{`{}`, `{"list":null}`, `{"list":[{}]}`, `{"list":[false]}`, `{"list":[{"id":"1","childList":[{"name":"x"}]}]}`} {
		require.ErrorIs(t, failure(connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) }).Records("DocumentFolder").Tree(t.Context(), espo.TreeQuery{})), espo.ErrNotEspoCRM, body)
	}
}
