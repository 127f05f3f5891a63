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
	Counted bool // whether the server has counted Total; each group has its own
}

// BoardGroup is one page of a column of a [Board].
type BoardGroup[T any] struct {
	Name  string // the value of the status field
	Label string // set by some entity types only; [Labels.Option] has the label of a status
	Style string // such as "success", mostly empty
	Page[T]
}

// Kanban reads one page of each group of records with the same status. The
// entity type must have a status field, such as Lead, Opportunity, Case and
// Task have. Query.Offset and Query.MaxSize count within each group.
//
// GET Kanban/{entityType}. For an entity type without a status the server
// answers [ErrServer]. Groups for statuses that the board ignores are left out
// by the server.
func (s *RecordService[T]) Kanban(ctx context.Context, q Query, opts ...CallOption) (Board[T], error) {
	req := with(newRequest(s.entityType+".kanban", http.MethodGet, "Kanban/{type}", s.entityType), opts)
	listing[T](req, q)
	reply, err := receive[boardReply[T]](ctx, s.client, req)
	if err != nil {
		return Board[T]{}, err
	}
	board := Board[T]{Total: max(int(reply.Total), 0), Counted: reply.Total >= 0}
	for _, g := range reply.groups() {
		g.List.size = q.MaxSize
		board.Groups = append(board.Groups, BoardGroup[T]{Name: g.Name, Label: g.Label, Style: g.Style, Page: g.page(q.Offset)})
	}
	return board, nil
}

// boardReply is a board on the wire.
type boardReply[T any] struct {
	Total  wireTotal       `json:"total"`
	Groups []boardGroup[T] `json:"groups"`
	Older  struct {        // before EspoCRM 8.4
		Groups []boardGroup[T] `json:"groupList"`
	} `json:"additionalData"`
}

type boardGroup[T any] struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Style string `json:"style"`
	wirePage[T]
}

func (r *boardReply[T]) groups() []boardGroup[T] {
	if r.Groups == nil {
		return r.Older.Groups
	}
	return r.Groups
}

func (r *boardReply[T]) proof() string {
	groups := r.groups()
	if groups == nil {
		return "the reply has no groups"
	}
	for i := range groups {
		if lacks := groups[i].proof(); lacks != "" {
			return lacks
		}
	}
	return ""
}

// SetKanbanOrder stores the order of a group's records as the user sees them;
// ids are those at the top. It is an order of the user's own, and changes no
// record.
//
// PUT Kanban/order.
func (s *RecordService[T]) SetKanbanOrder(ctx context.Context, group string, ids []string, opts ...CallOption) error {
	if group == "" || slices.Contains(ids, "") {
		return badInput("group", "it, or an id, is empty")
	}
	body := Attrs{"entityType": s.entityType, "group": group, "ids": append([]string{}, ids...)} // never null
	return s.client.doTrue(ctx, with(newRequest(s.entityType+".setKanbanOrder", http.MethodPut, "Kanban/order").json(body), opts))
}
