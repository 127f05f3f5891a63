package espo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// setupServer is a fake of a version, and a client of its administrator.
func setupServer(t *testing.T, version string) (*espotest.Server, *espo.Client) {
	t.Helper()
	srv := espotest.NewServer(t, espotest.WithVersion(version))
	return srv, dial(t, srv.URL(), espo.Basic(espotest.AdminUser, espotest.AdminPassword))
}

// What cannot be is refused before anything is sent.
func TestSchemaInput(t *testing.T) {
	srv, client := setupServer(t, "9.3")
	ctx := t.Context()
	s := client.Schema
	link := espo.LinkParams{EntityType: "Account", ForeignEntityType: "Lead", Type: espo.LinkOneToMany, Name: "leads", ForeignName: "account"}
	changed := func(change func(*espo.LinkParams)) espo.LinkParams {
		p := link
		change(&p)
		return p
	}
	for name, err := range map[string]error{
		"entity type with a small letter":  failure(s.CreateEntityType(ctx, espo.EntityTypeParams{Name: "project", Template: espo.TemplateBase})),
		"entity type with a space":         failure(s.CreateEntityType(ctx, espo.EntityTypeParams{Name: "My Project", Template: espo.TemplateBase})),
		"entity type with a long name":     failure(s.CreateEntityType(ctx, espo.EntityTypeParams{Name: "P" + strings.Repeat("x", 64), Template: espo.TemplateBase})),
		"entity type without a template":   failure(s.CreateEntityType(ctx, espo.EntityTypeParams{Name: "Project"})),
		"update of no entity type":         s.UpdateEntityType(ctx, "", espo.Attrs{"stream": true}),
		"update of nothing":                s.UpdateEntityType(ctx, "Account", nil),
		"another name":                     s.UpdateEntityType(ctx, "Account", espo.Attrs{"name": "Customer"}),
		"removal of no entity type":        s.RemoveEntityType(ctx, ""),
		"field with a capital":             failure(s.CreateField(ctx, "Account", espo.FieldParams{Name: "Size", Type: "int"})),
		"field with a long name":           failure(s.CreateField(ctx, "Account", espo.FieldParams{Name: strings.Repeat("x", 51), Type: "int"})),
		"field without a type":             failure(s.CreateField(ctx, "Account", espo.FieldParams{Name: "size"})),
		"field of a link":                  failure(s.CreateField(ctx, "Account", espo.FieldParams{Name: "lead", Type: "link"})),
		"field of no entity type":          failure(s.CreateField(ctx, "", espo.FieldParams{Name: "size", Type: "int"})),
		"field of another path":            failure(s.UpdateField(ctx, "Account", "..", espo.Attrs{"required": true})),
		"update of a field by nothing":     failure(s.UpdateField(ctx, "Account", "website", nil)),
		"removal of no field":              s.RemoveField(ctx, "Account", ""),
		"link without a type":              failure(s.CreateLink(ctx, changed(func(p *espo.LinkParams) { p.Type = "" }))),
		"link without an entity type":      failure(s.CreateLink(ctx, changed(func(p *espo.LinkParams) { p.EntityType = "" }))),
		"link without another entity type": failure(s.CreateLink(ctx, changed(func(p *espo.LinkParams) { p.ForeignEntityType = "" }))),
		"link with a capital":              failure(s.CreateLink(ctx, changed(func(p *espo.LinkParams) { p.Name = "Leads" }))),
		"link with a capital back":         failure(s.CreateLink(ctx, changed(func(p *espo.LinkParams) { p.ForeignName = "Account" }))),
		"link with parents":                failure(s.CreateLink(ctx, changed(func(p *espo.LinkParams) { p.ParentTypes = []string{"Lead"} }))),
		"link without a name back":         failure(s.CreateLink(ctx, changed(func(p *espo.LinkParams) { p.ForeignName = "" }))),
		"update of a link by nothing":      s.UpdateLink(ctx, "Account", "contacts", nil),
		"removal of no link":               s.RemoveLink(ctx, "Account", ""),
		"removal of a link of nothing":     s.RemoveLink(ctx, "", "contacts"),
	} {
		require.ErrorIs(t, err, espo.ErrInput, name)
	}
	assert.Empty(t, srv.Requests())
}

// What the methods make is there, with the names that they return, and is gone
// when it is removed.
func TestSchemaOfEachVersion(t *testing.T) {
	t.Parallel()
	for _, version := range fakeVersions {
		t.Run(version, func(t *testing.T) {
			_, client := setupServer(t, version)
			setsUpAndUses(t, client, "")
		})
	}
}

// A program that runs a second time is told what is there already.
func TestNamesThatAreTaken(t *testing.T) {
	for version, want := range map[string][2]string{"7.5": {"Project", "size"}, "9.3": {"CProject", "cSize"}} {
		_, client := setupServer(t, version)
		ctx := t.Context()
		for range 2 {
			name, err := client.Schema.CreateEntityType(ctx, espo.EntityTypeParams{Name: "Project", Template: espo.TemplateBase})
			var taken *espo.NameTakenError
			if err != nil {
				require.ErrorAs(t, err, &taken)
				require.ErrorIs(t, err, espo.ErrConflict)
				name = taken.Name
			}
			assert.Equal(t, want[0], name)
			field, err := client.Schema.CreateField(ctx, "Account", espo.FieldParams{Name: "size", Type: "int"})
			if err != nil {
				require.ErrorAs(t, err, &taken)
				field = taken.Name
			}
			assert.Equal(t, want[1], field)
		}
		_, err := client.Schema.CreateField(ctx, "Account", espo.FieldParams{Name: "size", Type: "int"})
		require.ErrorContains(t, err, "already exists")
		// Not taken, but never to be had.
		_, err = client.Schema.CreateField(ctx, want[0], espo.FieldParams{Name: "id", Type: "int"})
		require.ErrorIs(t, err, espo.ErrConflict)
		var taken *espo.NameTakenError
		assert.NotErrorAs(t, err, &taken)
	}
}

// A name that may be of two fields is looked up by whose the entity type is.
func TestFieldWithThePrefixInItsName(t *testing.T) {
	_, client := setupServer(t, "9.3")
	ctx := t.Context()
	own, err := client.Schema.CreateEntityType(ctx, espo.EntityTypeParams{Name: "Project", Template: espo.TemplateBase})
	require.NoError(t, err)
	for entityType, want := range map[string][]string{own: {"cName", "code", "cCode"}, "Account": {"cCName", "cCode", "cCCode"}} {
		for i, asked := range []string{"cName", "code", "cCode"} {
			got, err := client.Schema.CreateField(ctx, entityType, espo.FieldParams{Name: asked, Type: "varchar"})
			require.NoError(t, err)
			assert.Equal(t, want[i], got)
		}
	}
	got, err := client.Schema.CreateField(ctx, "Account", espo.FieldParams{Name: "name", Type: "varchar"})
	require.NoError(t, err)
	assert.Equal(t, "cName", got)
}

// Only administrators set up anything.
func TestSchemaIsForAdministrators(t *testing.T) {
	srv := espotest.NewServer(t)
	client := srv.Client()
	_, err := client.Schema.CreateEntityType(t.Context(), espo.EntityTypeParams{Name: "Project", Template: espo.TemplateBase})
	require.ErrorIs(t, err, espo.ErrForbidden)
	require.ErrorIs(t, client.Schema.RemoveField(t.Context(), "Account", "website"), espo.ErrForbidden)
}
