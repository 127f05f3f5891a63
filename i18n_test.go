package espo_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestLabels(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	for name, read := range map[string]func(context.Context, ...espo.CallOption) (espo.Labels, error){
		"Labels": client.I18n.Labels, "DefaultLabels": client.I18n.DefaultLabels,
	} {
		t.Run(name, func(t *testing.T) {
			l, err := read(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "Email", l.Field("Account", "emailAddress"))
			assert.Equal(t, "Contacts (primary)", l.Link("Account", "contactsPrimary"))
			assert.Equal(t, "Customer", l.Option("Account", "type", "Customer"))
			assert.Equal(t, "Next Page", l.Text("Account", "labels", "Next Page"), "falls back to Global")
			assert.Equal(t, "Case", l.Scope("Case"))
			assert.Equal(t, "Opportunities", l.ScopePlural("Opportunity"))

			assert.Equal(t, "noSuchField", l.Field("Account", "noSuchField"), "the name itself")
			assert.Equal(t, "CNope", l.Scope("CNope"))
			assert.Equal(t, "Nope", l.Option("Account", "type", "Nope"))
			_, ok := l.Find("Account", "fields", "noSuchField")
			assert.False(t, ok)
			_, ok = l.Find("Account", "fields")
			assert.False(t, ok, "a category is not a label")
			assert.Empty(t, l.Text("Account", "fields"))
		})
	}
	requests := srv.Requests()
	assert.ElementsMatch(t, []string{"", "default=true"}, []string{requests[0].Query, requests[1].Query})
}

// PHP writes an empty map as a list, and some labels are lists.
func TestLabelsOfOddShapes(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, `{"A": [], "B": {"fields": [], "options": {"x": {"": "None", "1": "One"}}, "lists": {"monthNames": ["January"]}},
			"Global": {"options": {"y": {"2": "Two"}}}}`)
	})
	l, err := client.I18n.Labels(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "z", l.Field("A", "z"))
	assert.Equal(t, "z", l.Field("B", "z"))
	assert.Equal(t, "One", l.Option("B", "x", "1"))
	assert.Equal(t, "None", l.Option("B", "x", ""))
	assert.Equal(t, "Two", l.Option("B", "y", "2"))
	assert.Equal(t, "monthNames", l.Text("B", "lists", "monthNames"))
}

func TestLabelsErrors(t *testing.T) {
	client := connect(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 401, "") })
	_, err := client.I18n.Labels(t.Context())
	require.ErrorIs(t, err, espo.ErrUnauthorized)
	_, err = client.I18n.DefaultLabels(t.Context())
	require.ErrorIs(t, err, espo.ErrUnauthorized)
}

func TestContractLabels(t *testing.T) {
	client := contractClient(t)
	labels, err := client.I18n.DefaultLabels(t.Context())
	require.NoError(t, err)
	for _, scope := range []string{"Account", "Global"} {
		assert.NotEmpty(t, labels[scope])
	}
	_, ok := labels.Find("Account", "fields", "website")
	assert.True(t, ok)
	_, ok = labels.Find("Account", "options", "type", "Customer")
	assert.True(t, ok)
	if contractFrom(t, client, "8.4", "a label that is another one before") {
		_, ok = labels.Find("Account", "labels", "Next Page")
		assert.True(t, ok)
	}
	assert.NotEmpty(t, labels.Scope("Account"))
}
