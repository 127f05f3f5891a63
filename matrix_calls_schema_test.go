package espo_test

import (
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

// schemaCalls set up entity types, fields and links.
var schemaCalls = []matrixCall{
	{name: "SchemaService.CreateEntityType", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.admin.Schema.CreateEntityType(x.ctx, projects, x.opt)
		}
	}},
	{name: "SchemaService.UpdateEntityType", same: true, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return fails(x.admin.Schema.UpdateEntityType(x.ctx, "Account", espo.Attrs{"labelSingular": "Customer"}, x.opt))
		}
	}},
	{name: "SchemaService.RemoveEntityType", ready: func(x *matrixRun) ask {
		name := x.entityType()
		return func() (any, error) { return fails(x.admin.Schema.RemoveEntityType(x.ctx, name, x.opt)) }
	}},
	{name: "SchemaService.CreateField", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.admin.Schema.CreateField(x.ctx, "Account", espo.FieldParams{Name: "size", Type: "int"}, x.opt)
		}
	}},
	{name: "SchemaService.UpdateField", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.admin.Schema.UpdateField(x.ctx, "Account", "website", espo.Attrs{"required": true}, x.opt)
		}
	}},
	{name: "SchemaService.RemoveField", ready: func(x *matrixRun) ask {
		name, err := x.admin.Schema.CreateField(x.ctx, "Account", espo.FieldParams{Name: "size", Type: "int"})
		require.NoError(x.t, err)
		return func() (any, error) { return fails(x.admin.Schema.RemoveField(x.ctx, "Account", name, x.opt)) }
	}},
	{name: "SchemaService.CreateLink", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.admin.Schema.CreateLink(x.ctx, visits, x.opt) }
	}},
	{name: "SchemaService.UpdateLink", same: true, ready: func(x *matrixRun) ask {
		names := x.visits()
		return func() (any, error) {
			return fails(x.admin.Schema.UpdateLink(x.ctx, "Account", names.Name, espo.Attrs{"audited": true}, x.opt))
		}
	}},
	{name: "SchemaService.RemoveLink", ready: func(x *matrixRun) ask {
		names := x.visits()
		return func() (any, error) { return fails(x.admin.Schema.RemoveLink(x.ctx, "Account", names.Name, x.opt)) }
	}},
}

// What the calls make.
var (
	projects = espo.EntityTypeParams{Name: "Project", Template: espo.TemplateBase}
	visits   = espo.LinkParams{EntityType: "Account", Type: espo.LinkOneToMany, ForeignEntityType: "Meeting", Name: "visits", ForeignName: "visited"}
)

// entityType is a new one.
func (x *routeRun) entityType() string {
	name, err := x.admin.Schema.CreateEntityType(x.ctx, projects)
	require.NoError(x.t, err)
	return name
}

// visits is a new link.
func (x *routeRun) visits() espo.LinkNames {
	names, err := x.admin.Schema.CreateLink(x.ctx, visits)
	require.NoError(x.t, err)
	return names
}
