package espo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func TestPipelines(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithVersion("10.0"))
	admin, ctx := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword)), t.Context()
	ids := map[string]string{}
	for _, name := range []string{"a", "b", "c"} {
		p, err := admin.Pipelines.Create(ctx, espo.Pipeline{Name: name, EntityType: "Opportunity"})
		require.NoError(t, err)
		assert.Equal(t, "stage", p.Field)
		ids[name] = p.ID
		stage, err := admin.PipelineStages.Create(ctx, espo.PipelineStage{Name: "s" + name, PipelineID: ids["a"], MappedStatus: "Prospecting"})
		require.NoError(t, err)
		ids["s"+name] = stage.ID
	}
	order := func() string {
		var names strings.Builder
		for p, err := range admin.Pipelines.All(ctx, espo.Query{OrderBy: "order"}) {
			require.NoError(t, err)
			names.WriteString(p.Name)
		}
		return names.String()
	}
	require.Equal(t, "abc", order())
	for _, step := range []struct {
		id   string
		to   espo.PipelineMove
		want string
	}{
		{"b", espo.MoveUp, "bac"},
		{"b", espo.MoveUp, "bac"},
		{"b", espo.MoveDown, "abc"},
		{"b", espo.MoveBottom, "acb"},
		{"b", espo.MoveDown, "acb"},
		{"c", espo.MoveTop, "cab"},
	} {
		require.NoError(t, admin.Pipelines.Move(ctx, ids[step.id], step.to))
		assert.Equal(t, step.want, order(), "%s %s", step.id, step.to)
	}
	require.NoError(t, admin.PipelineStages.Move(ctx, ids["sc"], espo.MoveUp))
	stages, err := admin.Pipelines.Stages(ids["a"]).List(ctx, espo.Query{OrderBy: "order"})
	require.NoError(t, err)
	var names []string
	for _, s := range stages.Records[:5] {
		names = append(names, s.Name)
	}
	assert.Equal(t, []string{"Prospecting", "sa", "sc", "sb", "Qualification"}, names, "a new pipeline has a stage for each status")

	var bad *espo.InputError
	require.ErrorAs(t, admin.Pipelines.Move(ctx, ids["a"], "left"), &bad)
	require.ErrorAs(t, admin.PipelineStages.Move(ctx, ids["sa"], espo.MoveTop), &bad)
	require.ErrorIs(t, admin.Pipelines.Move(ctx, "6b0538bc04ab91663", espo.MoveUp), espo.ErrNotFound)
	require.ErrorIs(t, srv.Client().Pipelines.Move(ctx, ids["a"], espo.MoveUp), espo.ErrForbidden)
	require.ErrorIs(t, srv.Client().PipelineStages.Move(ctx, ids["sa"], espo.MoveUp), espo.ErrForbidden)
	var invalid *espo.ValidationError
	require.ErrorAs(t, failure(admin.Pipelines.Create(ctx, espo.Pipeline{Name: "x", EntityType: "Contact"})), &invalid)
	assert.Equal(t, "entityType", invalid.Field)
}

func TestResetFetching(t *testing.T) {
	srv := espotest.NewServer(t, espotest.WithVersion("10.0"))
	client, ctx := srv.Client(), t.Context()
	me, err := client.App.CurrentUser(ctx)
	require.NoError(t, err)
	account := espo.Ref{Type: "EmailAccount", ID: srv.Seed("EmailAccount", espo.Attrs{
		"name": "Mine", "emailAddress": "me@x.example", "assignedUserId": me.User.ID, "fetchSince": "2026-05-01",
	})[0]}
	got, err := client.Emails.ResetFetching(ctx, account, espo.NewDate(2026, 1, 2))
	require.NoError(t, err)
	assert.Equal(t, "2026-01-02", got["fetchSince"])

	group := espo.Ref{Type: "InboundEmail", ID: srv.Seed("InboundEmail", espo.Attrs{"name": "Support", "emailAddress": "s@x.example"})[0]}
	require.ErrorIs(t, failure(client.Emails.ResetFetching(ctx, group, espo.NewDate(2026, 1, 2))), espo.ErrForbidden)
	missing := espo.Ref{Type: "EmailAccount", ID: "6b0538bc04ab91663"}
	require.ErrorIs(t, failure(client.Emails.ResetFetching(ctx, missing, espo.NewDate(2026, 1, 2))), espo.ErrNotFound)
	var bad *espo.InputError
	require.ErrorAs(t, failure(client.Emails.ResetFetching(ctx, account, espo.Date{})), &bad)
	require.ErrorAs(t, failure(client.Emails.ResetFetching(ctx, espo.Ref{Type: "Account", ID: "1"}, espo.NewDate(2026, 1, 2))), &bad)
	require.ErrorAs(t, failure(client.Emails.ResetFetching(ctx, espo.Ref{Type: "EmailAccount"}, espo.NewDate(2026, 1, 2))), &bad)
}
