package espotest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// What is another way since EspoCRM 10.0.
func TestSince10(t *testing.T) {
	for _, row := range []struct {
		version string
		is      bool
	}{{"9.3", false}, {"10.0", true}} {
		t.Run(row.version, func(t *testing.T) {
			s, ctx := espotest.NewServer(t, espotest.WithVersion(row.version)), t.Context()
			admin := administrator(s)
			team, err := admin.Records("Team").Create(ctx, espo.Record{"name": "T"})
			require.NoError(t, err)
			team, err = admin.Records("Team").Get(ctx, team.ID())
			require.NoError(t, err)
			assert.Equal(t, row.is, team["positionList"] != nil, "an array that was never set is empty")

			issue, err := admin.Records("Case").Create(ctx, espo.Record{"name": "C", "assignedUserId": userOf(t, s)})
			require.NoError(t, err)
			assert.Equal(t, row.is, len(issue.Strings("collaboratorsIds")) == 1, "who is assigned collaborates")

			account, err := admin.Records("Account").Create(ctx, espo.Record{"name": "A"})
			require.NoError(t, err)
			_, err = admin.Stream.Post(ctx, espo.Ref{Type: "Account", ID: account.ID()}, "x", espo.PostInternal())
			assert.Equal(t, row.is, err != nil, "internal notes are of cases: %v", err)
			_, err = admin.Stream.Post(ctx, espo.Ref{Type: "Case", ID: issue.ID()}, "x", espo.PostInternal())
			require.NoError(t, err)
		})
	}
}

// The stages of a pipeline know its field, and have one of its values.
func TestPipelineStages(t *testing.T) {
	s, ctx := espotest.NewServer(t, espotest.WithVersion("10.0")), t.Context()
	admin := administrator(s)
	pipeline, err := admin.Records("Pipeline").Create(ctx, espo.Record{"name": "P", "entityType": "Opportunity"})
	require.NoError(t, err)
	stage, err := admin.Records("PipelineStage").Create(ctx, espo.Record{"name": "S", "mappedStatus": "Closed Won", "pipelineId": pipeline.ID()})
	require.NoError(t, err)
	assert.Equal(t, "Opportunity", stage["entityType"])
	assert.Equal(t, "stage", stage["field"])
	_, err = admin.Records("PipelineStage").Create(ctx, espo.Record{"name": "S", "mappedStatus": "NoSuch", "pipelineId": pipeline.ID()})
	require.ErrorIs(t, err, espo.ErrBadRequest)
	require.NoError(t, admin.PipelineStages.Move(ctx, stage.ID(), espo.MoveUp))
	stages, err := admin.Related(espo.Ref{Type: "Pipeline", ID: pipeline.ID()}, "stages").List(ctx, espo.Query{OrderBy: "order", Order: espo.Asc})
	require.NoError(t, err)
	for i, r := range stages.Records {
		assert.EqualValues(t, i, r.Int("order"))
	}
	list, err := s.Client().Records("Pipeline").List(ctx, espo.Query{})
	require.NoError(t, err)
	assert.Len(t, list.Records, 1, "everybody may list pipelines")
	_, err = s.Client().Records("Pipeline").Get(ctx, pipeline.ID())
	require.ErrorIs(t, err, espo.ErrForbidden)
}
