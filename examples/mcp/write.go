package main

import (
	"context"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/go-espo/espo"
)

// The inputs of the tools that write.
type (
	createInput struct {
		EntityType string         `json:"entityType" jsonschema:"such as Contact"`
		Attributes map[string]any `json:"attributes" jsonschema:"of the new record"`
	}

	updateInput struct {
		ofRecord
		Attributes map[string]any `json:"attributes" jsonschema:"those that change, and no others"`
	}

	postInput struct {
		ofRecord
		Text string `json:"text" jsonschema:"the post, which all see who follow the record"`
	}
)

func (t *tools) addWriting(s *mcp.Server) {
	no := false
	addWrite(s, &mcp.Tool{
		Name:        "create_record",
		Description: "Create a record. When records like it are there already, they are named and nothing is created.",
		Annotations: &mcp.ToolAnnotations{DestructiveHint: &no},
	}, t.create)
	addWrite(s, &mcp.Tool{
		Name:        "update_record",
		Description: "Change attributes of a record. Ask the user first: the old values are lost.",
		Annotations: &mcp.ToolAnnotations{IdempotentHint: true},
	}, t.update)
	addWrite(s, &mcp.Tool{
		Name:        "post",
		Description: "Post to the stream of a record.",
		Annotations: &mcp.ToolAnnotations{DestructiveHint: &no},
	}, t.post)
}

// addWrite adds a tool whose input is read by [espo.Unmarshal], which keeps
// every digit of a number.
func addWrite[In any](s *mcp.Server, tool *mcp.Tool, call func(context.Context, In) (any, error)) {
	mcp.AddTool(s, tool, func(ctx context.Context, r *mcp.CallToolRequest, _ In) (*mcp.CallToolResult, any, error) {
		var in In
		if err := espo.Unmarshal(r.Params.Arguments, &in); err != nil {
			return nil, nil, err
		}
		out, err := call(ctx, in)
		return nil, out, err
	})
}

func (t *tools) create(ctx context.Context, in createInput) (any, error) {
	record, err := t.client.Records(in.EntityType).Create(ctx, espo.Record(in.Attributes), espo.Strict())
	return shortly(record), err
}

func (t *tools) update(ctx context.Context, in updateInput) (any, error) {
	record, err := t.client.Records(in.EntityType).Update(ctx, in.ID, espo.Attrs(in.Attributes), espo.Strict())
	return shortly(record), err
}

func (t *tools) post(ctx context.Context, in postInput) (any, error) {
	note, err := t.client.Stream.Post(ctx, in.ref(), in.Text)
	return map[string]string{"id": note.ID}, err
}

// shortly is what the agent needs to know of what it has written.
func shortly(r espo.Record) any { return map[string]string{"id": r.ID(), "name": r.Name()} }
