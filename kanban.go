package espo

import (
	"context"
	"net/http"
	"slices"
)

// Board is the records of an entity type in groups by status, as a Kanban
// board has them.
type Board[T any] struct {
	Groups  []BoardGroup[T]
	Total   int  // records of all groups; 0 unless Counted
	Counted bool // whether the server has counted the totals
}

// BoardGroup is one column of a [Board].
type BoardGroup[T any] struct {
	Name    string // the value of the status field
	Label   string // set by some entity types only; the label of a status is in the translations
	Style   string
	Records []T  // those of this page
	Total   int  // records of the group; 0 unless the board is Counted
	More    bool // whether the group has records after this page
}

// Kanban reads one page of each group of records with the same status. The
// entity type must have a status field, such as Lead, Opportunity, Case and
// Task have. Query.Offset and Query.MaxSize count within each group.
//
// GET Kanban/{entityType}. For an entity type without a status the server
// answers [ErrServer]. Groups for statuses that the board ignores are left out
// by the server.
func (s *RecordService[T]) Kanban(ctx context.Context, q Query, opts ...CallOption) (Board[T], error) {
	req, err := newRequest(http.MethodGet, "Kanban", s.entityType)
	if err != nil {
		return Board[T]{}, err
	}
	o, err := collect(opts)
	if err != nil {
		return Board[T]{}, err
	}
	q.Select = append(slices.Clip(q.Select), o.selected...)
	if req.query, err = q.encode(s.client.searchForm); err != nil {
		return Board[T]{}, err
	}
	if q.NoTotal {
		o.set("X-No-Total", "true")
	}
	req.header = o.header
	var reply struct {
		Total  int `json:"total"`
		Groups []struct {
			Name  string `json:"name"`
			Label string `json:"label"`
			Style string `json:"style"`
			Total int    `json:"total"`
			List  []T    `json:"list"`
		} `json:"groups"`
	}
	if err := s.client.do(ctx, req, &reply); err != nil {
		return Board[T]{}, err
	}
	board := Board[T]{Total: max(reply.Total, 0), Counted: reply.Total >= 0}
	for _, g := range reply.Groups {
		group := BoardGroup[T]{Name: g.Name, Label: g.Label, Style: g.Style, Records: g.List, Total: max(g.Total, 0)}
		group.More = g.Total == totalMore || q.Offset+len(g.List) < g.Total
		board.Groups = append(board.Groups, group)
	}
	return board, nil
}

// SetKanbanOrder stores the order of a group's records as the user sees them;
// ids are those at the top. It is an order of the user's own, and changes no
// record.
//
// PUT Kanban/order.
func (s *RecordService[T]) SetKanbanOrder(ctx context.Context, group string, ids []string) error {
	if group == "" || slices.Contains(ids, "") {
		return badInput("group", "it, or an id, is empty")
	}
	body := Attrs{"entityType": s.entityType, "group": group, "ids": append([]string{}, ids...)} // never null
	return s.client.invokeTrue(ctx, http.MethodPut, body, "Kanban", "order")
}
