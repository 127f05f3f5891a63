package espo

import (
	"context"
	"net/http"
	"slices"
)

// PipelineService has the pipelines of entity types, in their order. EspoCRM
// 10.0 and later. They are made and changed by administrators, and only for
// entity types for which the administrator has turned pipelines on.
type PipelineService struct {
	*RecordService[Pipeline]
}

// PipelineStageService has the stages of pipelines. EspoCRM 10.0 and later.
type PipelineStageService struct {
	*RecordService[PipelineStage]
}

// Pipeline is a way that the records of an entity type can go, stage by stage.
type Pipeline struct {
	ID                string   `json:"id,omitzero"`
	Name              string   `json:"name,omitzero"`
	EntityType        string   `json:"entityType,omitzero"` // such as "Opportunity"
	Field             string   `json:"field,omitzero"`      // with the status, such as "stage"; read-only
	Order             int      `json:"order,omitzero"`      // changed by Move; read-only
	Status            string   `json:"status,omitzero"`     // "Active" or "Inactive"
	Color             int      `json:"color,omitzero"`      // from 0 to 8
	IsAvailableForAll bool     `json:"isAvailableForAll,omitzero"`
	TeamsIDs          []string `json:"teamsIds,omitzero"` // whose members have it, where it is not available for all
	TeamsNames        Names    `json:"teamsNames,omitzero"`
	Description       string   `json:"description,omitzero"`
	CreatedAt         DateTime `json:"createdAt,omitzero"`
	ModifiedAt        DateTime `json:"modifiedAt,omitzero"`
	CreatedByID       string   `json:"createdById,omitzero"`
	ModifiedByID      string   `json:"modifiedById,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// PipelineStage is a stage of a pipeline.
type PipelineStage struct {
	ID           string   `json:"id,omitzero"`
	Name         string   `json:"name,omitzero"`
	PipelineID   string   `json:"pipelineId,omitzero"`
	PipelineName string   `json:"pipelineName,omitzero"`
	MappedStatus string   `json:"mappedStatus,omitzero"` // an option of the field with the status
	Order        int      `json:"order,omitzero"`        // changed by Move; read-only
	EntityType   string   `json:"entityType,omitzero"`   // of the pipeline; read-only
	Field        string   `json:"field,omitzero"`        // of the pipeline; read-only
	Description  string   `json:"description,omitzero"`
	CreatedAt    DateTime `json:"createdAt,omitzero"`
	ModifiedAt   DateTime `json:"modifiedAt,omitzero"`
	CreatedByID  string   `json:"createdById,omitzero"`
	ModifiedByID string   `json:"modifiedById,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// PipelineMove says where in the order to move a pipeline or a stage. A move
// beyond the first or the last place changes nothing.
type PipelineMove string

// The moves.
const (
	MoveUp     PipelineMove = "up"
	MoveDown   PipelineMove = "down"
	MoveTop    PipelineMove = "top"    // of pipelines only
	MoveBottom PipelineMove = "bottom" // of pipelines only
)

// Stages are the stages of a pipeline: GET Pipeline/{id}/stages.
func (s *PipelineService) Stages(id string) *RelatedService[PipelineStage] {
	return Related[PipelineStage](s.client, s.Ref(id), "stages")
}

// Move moves a pipeline in the order of all pipelines. For administrators.
//
// POST Pipeline/{id}/move/{type}. EspoCRM 10.0 and later.
func (s *PipelineService) Move(ctx context.Context, id string, to PipelineMove, opts ...CallOption) error {
	if !slices.Contains([]PipelineMove{MoveUp, MoveDown, MoveTop, MoveBottom}, to) {
		return badInput("PipelineMove", "there is no move %q", to)
	}
	req := newRequest("Pipeline.move", http.MethodPost, "Pipeline/{id}/move/{move}", id, string(to)).json(Attrs{})
	if to == MoveTop || to == MoveBottom {
		req.having(effectState)
	}
	return s.client.doTrue(ctx, with(req.needing(featurePipelines), opts))
}

// Move moves a stage in the order of its pipeline, [MoveUp] or [MoveDown]. For
// administrators.
//
// POST PipelineStage/{id}/move/{type}. EspoCRM 10.0 and later.
func (s *PipelineStageService) Move(ctx context.Context, id string, to PipelineMove, opts ...CallOption) error {
	if to != MoveUp && to != MoveDown {
		return badInput("PipelineMove", "a stage has no move %q", to)
	}
	req := newRequest("PipelineStage.move", http.MethodPost, "PipelineStage/{id}/move/{move}", id, string(to)).json(Attrs{})
	return s.client.doTrue(ctx, with(req.needing(featurePipelines), opts))
}
