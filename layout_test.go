package espo_test

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestLayouts(t *testing.T) {
	srv := espotest.NewServer(t)
	layouts, ctx := srv.Client().Layouts, t.Context()
	columns, err := layouts.Columns(ctx, "Account", "list")
	require.NoError(t, err)
	assert.Equal(t, espo.LayoutColumn{Name: "name", Link: true}, columns[0])
	assert.Equal(t, espo.LayoutColumn{Name: "website", NotSortable: true, Width: "25"}, columns[1])
	panels, err := layouts.Panels(ctx, "Account", "detail")
	require.NoError(t, err)
	require.Len(t, panels, 2)
	assert.Equal(t, "Overview", panels[0].Label)
	assert.Equal(t, []espo.LayoutCell{{Name: "name"}, {Name: "website"}}, panels[0].Rows[0])
	fields, err := layouts.Fields(ctx, "Account", "massUpdate")
	require.NoError(t, err)
	assert.Equal(t, []string{"assignedUser", "teams"}, fields)
	raw, err := layouts.Raw(ctx, "Account", "bottomPanelsDetail")
	require.NoError(t, err)
	assert.Contains(t, string(raw), `"contacts"`)
	require.ErrorIs(t, failure(layouts.Raw(ctx, "Account", "nothing")), espo.ErrNotFound)
	columns, err = layouts.Columns(ctx, "CProject", "list")
	require.NoError(t, err)
	assert.Len(t, columns, 1)

	newer := espotest.NewServer(t, espotest.WithVersion("10.0"))
	columns, err = newer.Client().Layouts.Columns(ctx, "Account", "list")
	require.NoError(t, err)
	assert.Equal(t, "emailAddress", columns[2].Name)
	assert.True(t, columns[2].Hidden)
}

func TestEmptyCells(t *testing.T) {
	var rows [][]espo.LayoutCell
	require.NoError(t, json.Unmarshal([]byte(`[[{"name":"a","x":1},false]]`), &rows))
	assert.Equal(t, [][]espo.LayoutCell{{{Name: "a", Extra: espo.Attrs{"x": 1.0}}, {}}}, rows)
	b, err := espo.Marshal(rows)
	require.NoError(t, err)
	assert.JSONEq(t, `[[{"name":"a","x":1},false]]`, string(b))
}
