package main

import (
	"context"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/go-espo/espo"
)

// tools are what the agent can call.
type tools struct{ client *espo.Client }

// The inputs of the tools. The texts are for the agent.
type (
	nothing struct{}

	ofType struct {
		EntityType string `json:"entityType" jsonschema:"such as Contact"`
	}

	ofRecord struct {
		EntityType string `json:"entityType" jsonschema:"such as Contact"`
		ID         string `json:"id"`
	}

	searchInput struct {
		EntityType string      `json:"entityType" jsonschema:"such as Contact"`
		Where      []condition `json:"where,omitempty" jsonschema:"conditions, all of which must hold"`
		Text       string      `json:"text,omitempty" jsonschema:"text to look for, with * as a wildcard"`
		paging
	}

	relatedInput struct {
		ofRecord
		Link  string      `json:"link" jsonschema:"name of a link of several records, such as contacts of an Account"`
		Where []condition `json:"where,omitempty" jsonschema:"conditions, all of which must hold"`
		paging
	}

	paging struct {
		Attributes []string `json:"attributes,omitempty" jsonschema:"what to return of each record; id and name when empty"`
		OrderBy    string   `json:"orderBy,omitempty" jsonschema:"an attribute"`
		Descending bool     `json:"descending,omitempty"`
		Offset     int      `json:"offset,omitempty" jsonschema:"records to skip"`
		Limit      int      `json:"limit,omitempty" jsonschema:"at most so many records, 20 when it is missing"`
	}

	textInput struct {
		Text string `json:"text"`
	}
)

// largest is how many records one call returns at most: an agent reads them all.
const largest = 50

// found is what a search returns.
type found struct {
	Total   int           `json:"total,omitempty"` // records that match on all pages
	More    bool          `json:"more"`
	Records []espo.Record `json:"records"`
}

func (t *tools) addReading(s *mcp.Server) {
	add(s, "entity_types", "The entity types, and what you may do with the records of each.", t.entityTypes)
	add(s, "describe", "The attributes and links of an entity type: their types, their options, and what a new record must have.", t.describe)
	add(s, "search", "Find records of one entity type.", t.search)
	add(s, "global_search", "Find records of all entity types by their name.", t.globalSearch)
	add(s, "get_record", "One record with all its attributes.", t.get)
	add(s, "related_records", "The records that are linked to a record, such as the contacts of an account.", t.related)
	add(s, "stream", "The latest notes about a record: posts, changes, e-mails.", t.stream)
}

// add adds a tool that reads.
func add[In any](s *mcp.Server, name, description string, call func(context.Context, In) (any, error)) {
	mcp.AddTool(s, &mcp.Tool{Name: name, Description: description, Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true}},
		func(ctx context.Context, _ *mcp.CallToolRequest, in In) (*mcp.CallToolResult, any, error) {
			out, err := call(ctx, in)
			return nil, out, err
		})
}

func (t *tools) search(ctx context.Context, in searchInput) (any, error) {
	q, err := in.query(in.Where)
	if err != nil {
		return nil, err
	}
	q.TextFilter = in.Text
	page, err := t.client.Records(in.EntityType).List(ctx, q)
	return found{page.Total, page.More, page.Records}, err
}

func (t *tools) related(ctx context.Context, in relatedInput) (any, error) {
	q, err := in.query(in.Where)
	if err != nil {
		return nil, err
	}
	page, err := t.client.Related(in.ref(), in.Link).List(ctx, q)
	return found{page.Total, page.More, page.Records}, err
}

func (r ofRecord) ref() espo.Ref { return espo.Ref{Type: r.EntityType, ID: r.ID} }

func (p paging) query(where []condition) (espo.Query, error) {
	filters, err := filters(where)
	q := espo.Query{
		Where: filters, Select: p.Attributes, OrderBy: p.OrderBy,
		Offset: p.Offset, MaxSize: min(p.Limit, largest),
	}
	if q.MaxSize <= 0 {
		q.MaxSize = 20
	}
	if len(q.Select) == 0 {
		q.Select = []string{"name"}
	}
	if p.Descending {
		q.Order = espo.Desc
	}
	return q, err
}

func (t *tools) globalSearch(ctx context.Context, in textInput) (any, error) {
	page, err := t.client.GlobalSearch.Search(in.Text).List(ctx, espo.Paging{MaxSize: largest})
	type hit struct {
		EntityType string `json:"entityType"`
		ID         string `json:"id"`
		Name       string `json:"name"`
	}
	hits := make([]hit, 0, len(page.Records))
	for _, r := range page.Records {
		hits = append(hits, hit{r.EntityType, r.ID, r.Name})
	}
	return map[string]any{"records": hits, "more": page.More}, err
}

func (t *tools) get(ctx context.Context, in ofRecord) (any, error) {
	return t.client.Records(in.EntityType).Get(ctx, in.ID)
}

func (t *tools) stream(ctx context.Context, in ofRecord) (any, error) {
	page, err := t.client.Stream.Of(in.ref()).List(ctx, espo.FeedQuery{MaxSize: 20})
	type entry struct {
		At   string `json:"at"`
		By   string `json:"by"`
		Type string `json:"type"`
		Text string `json:"text,omitempty"`
		Data any    `json:"data,omitempty"` // what has changed
	}
	entries := make([]entry, 0, len(page.Records))
	for _, n := range page.Records {
		entries = append(entries, entry{n.CreatedAt.String(), n.CreatedByName, string(n.Type), n.Post, n.Data})
	}
	return map[string]any{"notes": entries}, err
}
