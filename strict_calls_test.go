package espo_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// Strict names the attributes that the server has ignored, in each call that
// takes it. The others are stored, and the record is returned.
func TestStrictOfEachCall(t *testing.T) {
	attrs := espo.Attrs{"name": "Acme", "website": nil, "nam": "Acme", "colour": nil}
	for name, save := range map[string]func(context.Context, *espo.Client, string) (espo.Record, error){
		"Create": func(ctx context.Context, c *espo.Client, _ string) (espo.Record, error) {
			return c.Records("Account").Create(ctx, espo.Record(attrs), espo.Strict())
		},
		"Update": func(ctx context.Context, c *espo.Client, id string) (espo.Record, error) {
			return c.Records("Account").Update(ctx, id, attrs, espo.Strict())
		},
		"Modify": func(ctx context.Context, c *espo.Client, id string) (espo.Record, error) {
			return c.Records("Account").Modify(ctx, id, func(r *espo.Record) error {
				for attribute, value := range attrs {
					(*r)[attribute] = value
				}
				return nil
			}, espo.Strict())
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv, client := fake(t)
			id := srv.Seed("Account", map[string]any{"name": "Old", "website": "https://a.example"})[0]
			record, err := save(t.Context(), client, id)
			var ignored *espo.IgnoredError
			require.ErrorAs(t, err, &ignored)
			assert.Equal(t, []string{"colour", "nam"}, ignored.Attributes)
			assert.Equal(t, "Acme", record.Name())
			stored, err := client.Accounts.Get(t.Context(), record.ID())
			require.NoError(t, err)
			assert.Equal(t, []string{"Acme", ""}, []string{stored.Name, stored.Website})
		})
	}
}

// Without an attribute that is ignored, Strict changes nothing; without Strict,
// such an attribute is not an error.
func TestStrictOrNot(t *testing.T) {
	_, client := fake(t)
	account, err := client.Accounts.Create(t.Context(), espo.Account{Name: "Acme"}, espo.Strict())
	require.NoError(t, err)
	account, err = client.Accounts.Update(t.Context(), account.ID, espo.Attrs{"website": nil, "description": "d"}, espo.Strict())
	require.NoError(t, err)
	account, err = client.Accounts.Modify(t.Context(), account.ID, func(a *espo.Account) error { a.Description = ""; return nil }, espo.Strict())
	require.NoError(t, err)
	_, err = client.Accounts.Update(t.Context(), account.ID, espo.Attrs{"nam": "A"})
	assert.NoError(t, err)
}
