package espotest_test

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// ownMetadata is of an EspoCRM 9.3.10 with entity types, fields and links of its
// own, cut down to those and to Account and Contact.
func ownMetadata(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("../testdata/yourserver/metadata.json")
	require.NoError(t, err)
	return b
}

// The same requests that were sent to the server whose metadata it is get the
// same answers.
func TestMetadataOfOwnServer(t *testing.T) {
	c := readCapture(t, "../testdata/yourserver/wire.json")
	require.Greater(t, len(c.Exchanges), 100)
	p := newReplay(t, c, readAllowed(t), espotest.WithMetadata(ownMetadata(t)))
	for _, x := range c.Exchanges {
		if diffs := p.play(x); len(diffs) > 0 {
			t.Errorf("%s: %s %s %s\n  %s", x.Step, x.Request.Method, x.Request.Path, x.Request.Query, strings.Join(diffs, "\n  "))
		}
	}
}

func TestMetadataThatCannotBe(t *testing.T) {
	def := func(def string) string {
		return `{"scopes": {"CThing": {"entity": true, "object": true}}, "entityDefs": {"CThing": ` + def + `}}`
	}
	for name, row := range map[string]struct{ metadata, want string }{
		"no JSON":           {"<html>", "espotest: WithMetadata: it is not JSON: "},
		"cut off":           {`{"entityDefs": {`, "it is not JSON: "},
		"a list":            {`[]`, "it is not a JSON object: it must be the whole answer to GET Metadata"},
		"no entity types":   {`{"scopes": {"A": {}}}`, "it has no entityDefs or no scopes"},
		"an empty list":     {`{"scopes": {"A": {}}, "entityDefs": []}`, "it has no entityDefs or no scopes"},
		"one part alone":    {`{"fields": {"name": {"type": "varchar"}}, "links": {}}`, "it has no entityDefs or no scopes"},
		"no object":         {`{"scopes": {"A": {}}, "entityDefs": [1]}`, "object expected"},
		"definition":        {def(`7`), "entityDefs.CThing: "},
		"field":             {def(`{"fields": {"x": "varchar"}}`), "entityDefs.CThing: field x: "},
		"no type":           {def(`{"fields": {"x": {}}}`), "entityDefs.CThing: field x: it has no type"},
		"a limit":           {def(`{"fields": {"x": {"type": "varchar", "maxLength": "ten"}}}`), `entityDefs.CThing: field x: `},
		"link type":         {def(`{"fields": {}, "links": {"x": {"type": "belongsToo"}}}`), `entityDefs.CThing: link x: unknown type "belongsToo"; did you mean "belongsTo"?`},
		"entity type":       {def(`{"fields": {}, "links": {"x": {"type": "belongsTo", "entity": "COther"}}}`), `entityDefs.CThing: link x: unknown entity type "COther"`},
		"foreign link":      {def(`{"fields": {}, "links": {"x": {"type": "hasMany", "entity": "Account", "foreign": "things"}}}`), `entityDefs.CThing: link x: Account has no link "things"`},
		"field of no link":  {def(`{"fields": {"x": {"type": "link"}}}`), "entityDefs.CThing: field x: it is of type link, and there is no link of that name"},
		"foreign field":     {def(`{"fields": {"x": {"type": "foreign", "link": "account", "field": "industry"}}}`), `entityDefs.CThing: field x: it is of type foreign, and there is no link "account"`},
		"of no such field":  {def(`{"fields": {"x": {"type": "foreign", "link": "account", "field": "industri"}}, "links": {"account": {"type": "belongsTo", "entity": "Account"}}}`), `Account has no field "industri"; did you mean "industry"?`},
		"order":             {def(`{"fields": {"name": {"type": "varchar"}}, "collection": {"orderBy": "nam"}}`), `entityDefs.CThing: collection.orderBy: there is no field "nam"; did you mean "name"?`},
		"of the stock type": {`{"scopes": {"Account": {"entity": true}}, "entityDefs": {"Account": {"links": {"x": {"type": "belongsTo", "entity": "CGone"}}}}}`, `entityDefs.Account: link x: unknown entity type "CGone"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := espotest.Start(espotest.WithMetadata([]byte(row.metadata)))
			require.ErrorContains(t, err, row.want)
			require.ErrorContains(t, err, "espotest: WithMetadata: ")
		})
	}
	_, err := espotest.Start(espotest.WithMetadata(ownMetadata(t)), espotest.WithMetadata(ownMetadata(t)))
	require.ErrorContains(t, err, "WithMetadata: there is metadata already")
	_, err = espotest.Start(espotest.WithMetadata(ownMetadata(t)), thing(fields{"code": {Type: "varchar"}}, nil),
		espotest.WithEntityType("CProject", espotest.EntityType{Fields: fields{"code": {Type: "varchar"}}}))
	require.ErrorContains(t, err, "WithEntityType CProject: field code: CProject has it already")
}

// A type of a field that only an extension knows is what its values are stored
// as, or a text; what PHP writes instead of an empty object is none.
func TestMetadataOfExtensions(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithMetadata([]byte(`{
		"fields": {"iban": {"fieldDefs": {"type": "varchar"}}, "signature": {"fieldDefs": {"type": "image-like"}}},
		"scopes": {"CBank": {"entity": true, "object": true, "acl": "recordAllTeamOwnNo"}, "CInner": {"entity": false}},
		"entityDefs": {
			"CInner": {"fields": {"name": {"type": "varchar"}}, "links": []},
			"CBank": {"fields": {
				"name": {"type": "varchar", "options": null}, "account": {"type": "iban", "maxLength": 5},
				"signature": {"type": "signature", "style": []}, "hidden": {"type": "varchar"}
			}, "links": []}
		},
		"entityAcl": {"CBank": {"fields": {"hidden": {"internal": true}}}}
	}`)))
	client := srv.Client()

	id := srv.Seed("CBank", espo.Attrs{"account": "UA12", "signature": strings.Repeat("~", 1000), "hidden": "h"})[0]
	rec, err := client.Records("CBank").Get(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, "UA12", rec["account"])
	assert.Equal(t, strings.Repeat("~", 1000), rec["signature"])
	assert.NotContains(t, rec, "hidden")
	var invalid *espo.ValidationError
	_, err = client.Records("CBank").Create(t.Context(), espo.Record{"account": "UA1234"})
	require.ErrorAs(t, err, &invalid)
	_, err = client.Records("CInner").Get(t.Context(), id)
	require.ErrorIs(t, err, espo.ErrNotFound)
}

// What the metadata has comes back as it was, also what the server has no use
// for; what it does not name is there as without it.
func TestMetadataIsGivenBack(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithMetadata([]byte(`{
		"app": {"mine": {"a": [1, 2]}},
		"scopes": {"Account": {"entity": true, "tab": true}},
		"entityDefs": {"Account": {"fields": {"type": {"type": "enum", "options": ["A", "B"], "mine": "x"}}, "collection": {"orderBy": "name", "order": "asc"}}}
	}`)), espotest.WithEntityType("CThing", espotest.EntityType{}))
	client := srv.Client()
	get := func(key string) (v any) {
		t.Helper()
		require.NoError(t, client.Metadata.Get(t.Context(), key, &v))
		return v
	}
	assert.Equal(t, []any{espo.Number("1"), espo.Number("2")}, get("app.mine.a"))
	assert.Equal(t, map[string]any{"type": "enum", "options": []any{"A", "B"}, "mine": "x"}, get("entityDefs.Account.fields.type"))
	assert.Equal(t, "url", get("entityDefs.Account.fields.website.type"))
	assert.Equal(t, map[string]any{"orderBy": "name", "order": "asc"}, get("entityDefs.Account.collection"))
	assert.Equal(t, "hasMany", get("entityDefs.Account.links.contacts.type"))
	assert.Equal(t, map[string]any{"entity": true, "tab": true}, get("scopes.Account"))
	assert.Equal(t, "varchar", get("entityDefs.CThing.fields.name.type"))
	assert.Equal(t, "enum", get("entityDefs.Lead.fields.status.type"))
}

// The metadata shows none of the facts that only the fake knows, whatever the
// overlays add to what was captured.
func TestMetadataHasNoFactsOfTheFake(t *testing.T) {
	servers := []string{ // that a server's metadata has, too, by the same names
		"audited", "columns", "defaultType", "field", "link", "noEmptyString", "noJoin", "noLoad", "orderDisabled", "pattern", "primaryLink",
		"readOnly", "readOnlyAfterCreate", "strip", "style", "typeList",
	}
	overlays, err := filepath.Glob("internal/schema/genfacts/overlay*.json")
	require.NoError(t, err)
	require.NotEmpty(t, overlays)
	facts := map[string]string{}
	for _, name := range overlays {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		var all any
		require.NoError(t, json.Unmarshal(b, &all))
		maps.Copy(facts, parameters(all))
	}
	for _, version := range eachVersion {
		t.Run(version, func(t *testing.T) {
			s := espotest.NewServer(t, espotest.WithVersion(version))
			defs := mustCall(t, s, http.MethodGet, "Metadata", nil, as("admin")...).object(t)["entityDefs"]
			for param, where := range parameters(defs) {
				if _, ok := facts[param]; ok && !slices.Contains(servers, param) {
					assert.Failf(t, "no parameter of a server", "%s of %s", param, where)
				}
			}
		})
	}
}

// parameters are those of all fields and links, each with one that has it.
func parameters(entityTypes any) map[string]string {
	found := map[string]string{}
	for entity, v := range entityTypes.(map[string]any) {
		e, _ := v.(map[string]any)
		for _, kind := range []string{"fields", "links"} {
			all, _ := e[kind].(map[string]any)
			for name, v := range all {
				def, _ := v.(map[string]any)
				for param := range def {
					found[param] = entity + "." + name
				}
			}
		}
	}
	return found
}

// The metadata hides from others than administrators what they have no access to.
func TestMetadataOfUser(t *testing.T) {
	s, ctx := espotest.NewServer(t, withClerk()...), t.Context()
	little := s.ClientAs(espo.Basic("little", "Little-password-1"))
	types, err := little.Metadata.EntityTypes(ctx)
	require.NoError(t, err)
	assert.Contains(t, types, "Account")
	assert.Contains(t, types, "Notification")
	assert.NotContains(t, types, "Lead")
	assert.NotContains(t, types, "Role")
	account, err := little.Metadata.EntityType(ctx, "Account")
	require.NoError(t, err)
	assert.NotContains(t, account.Links, "leads")
	assert.Contains(t, account.Links, "teams")
	all, err := administrator(s).Metadata.EntityTypes(ctx)
	require.NoError(t, err)
	assert.Contains(t, all, "Role")

	me, err := s.ClientAs(espo.Basic(clerk, "Clerk-password-1")).App.CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, espo.AccessNo, me.Level("create", "Webhook"), "webhooks are for API users")
}
