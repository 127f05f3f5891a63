package espo

import (
	"net/http"
	"net/url"
)

// GlobalSearchService searches several entity types at once: those that the
// server is set to search.
type GlobalSearchService struct{ client *Client }

// FoundRecord is a record that a search over several entity types has found.
type FoundRecord struct {
	EntityType string `json:"_scope,omitzero"`
	ID         string `json:"id,omitzero"`
	Name       string `json:"name,omitzero"`

	// Extra holds the attributes that this type does not name.
	Extra Attrs `json:",embed"`
}

// Ref returns the record that was found.
func (r FoundRecord) Ref() Ref { return Ref{Type: r.EntityType, ID: r.ID} }

// Search is what a text is found in. The total is not counted: GET GlobalSearch.
func (s *GlobalSearchService) Search(text string) *PagedService[FoundRecord] {
	list := &PagedService[FoundRecord]{readOnly{
		client: s.client, operation: "GlobalSearch.search", pattern: "GlobalSearch",
		values: url.Values{"q": {text}}, header: http.Header{noTotal: {"true"}},
	}}
	if text == "" {
		list.list.err = badInput("text", "is empty")
	} else {
		list.list.err = Query{Q: text}.validate()
	}
	return list
}
