package espo_test

import (
	"strconv"

	"github.com/go-espo/espo"
)

var pipelineRouteCalls = []routeCall{
	{"POST Pipeline/:id/move/:type", func(x *routeRun) error {
		return x.admin.Pipelines.Move(x.ctx, x.pipelines()[1], espo.MoveUp)
	}, nil},
	{"POST PipelineStage/:id/move/:type", func(x *routeRun) error {
		return x.admin.PipelineStages.Move(x.ctx, x.stages()[1], espo.MoveUp)
	}, nil},
}

// pipelines are three, in order.
func (x *routeRun) pipelines() (ids []string) {
	for i := range 3 {
		ids = append(ids, x.seed("Pipeline", espo.Attrs{"name": "Sales " + strconv.Itoa(i), "entityType": "Opportunity"}))
	}
	return ids
}

// stages are three of one pipeline, in order.
func (x *routeRun) stages() (ids []string) {
	pipeline := x.pipelines()[0]
	for i := range 3 {
		ids = append(ids, x.seed("PipelineStage", espo.Attrs{
			"name": "Stage " + strconv.Itoa(i), "pipelineId": pipeline, "mappedStatus": "Prospecting",
		}))
	}
	return ids
}
