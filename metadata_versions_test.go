package espo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

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
