package espo

import (
	"context"
	"iter"
)

// GlobalSearchService searches several entity types at once, as the search
// box of the web client does.
type GlobalSearchService struct{ client *Client }

// SearchHit is a record that a global search has found.
type SearchHit struct {
	EntityType string `json:"_scope,omitzero"`
	ID         string `json:"id,omitzero"`
	Name       string `json:"name,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Ref returns the record that was found.
func (h SearchHit) Ref() Ref { return Ref{Type: h.EntityType, ID: h.ID} }

// List reads one page of the records that match the text, best matches first.
// Which entity types and fields are searched, a setting of the server decides;
// mostly a field matches when it begins with the text. The total is not
// counted.
//
// GET GlobalSearch.
func (s *GlobalSearchService) List(ctx context.Context, text string, p Paging) (Page[SearchHit], error) {
	if text == "" {
		return Page[SearchHit]{}, badInput("text", "is empty")
	}
	return listPage[SearchHit](ctx, s.client, Query{Q: text, Offset: p.Offset, MaxSize: p.MaxSize}, nil, "GlobalSearch")
}

// All reads every record that matches the text, page by page; see
// [RecordService.All].
//
// GET GlobalSearch, once for each page.
func (s *GlobalSearchService) All(ctx context.Context, text string) iter.Seq2[SearchHit, error] {
	return iterate(ctx, byPosition, Query{}, func(ctx context.Context, q Query) (Page[SearchHit], error) {
		return s.List(ctx, text, Paging{Offset: q.Offset, MaxSize: q.MaxSize})
	})
}
