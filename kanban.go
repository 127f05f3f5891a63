package espo

import (
	"context"
	"net/http"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
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
	reply, err := s.table.kanban(ctx, q, opts)
	if err != nil {
		return Board[T]{}, err
	}
	board := Board[T]{Total: max(int(reply.total), 0), Counted: reply.total >= 0}
	for _, g := range reply.groups {
		page, _ := pageOf[T](g.records.page(g.Total, reply.offset), nil)
		board.Groups = append(board.Groups, BoardGroup[T]{Name: g.Name, Label: g.Label, Style: g.Style, Page: page})
	}
	return board, nil
}

func (t *table) kanban(ctx context.Context, q Query, opts []CallOption) (boardReply, error) {
	req := with(newRequest(t.entityType+".kanban", http.MethodGet, "Kanban/{type}", t.entityType), opts)
	listing(t.kind, req, q)
	reply := boardReply{kind: t.kind, offset: q.Offset, size: q.MaxSize}
	err := t.client.do(ctx, req, &reply)
	return reply, err
}

// boardReply is a reply that is a board, whose groups begin at offset and have
// size records when they are full.
type boardReply struct {
	kind         reflect.Type
	offset, size int
	total        wireTotal
	groups       []boardGroup
}

type boardGroup struct {
	Name  string         `json:"name"`
	Label string         `json:"label"`
	Style string         `json:"style"`
	Total wireTotal      `json:"total"`
	List  jsontext.Value `json:"list"`

	records recordList
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (r *boardReply) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var board struct {
		Total  wireTotal    `json:"total"`
		Groups []boardGroup `json:"groups"`
		Older  struct {     // before EspoCRM 8.4
			Groups []boardGroup `json:"groupList"`
		} `json:"additionalData"`
	}
	if err := json.UnmarshalDecode(dec, &board); err != nil {
		return err
	}
	r.total, r.groups = board.Total, board.Groups
	if r.groups == nil {
		r.groups = board.Older.Groups
	}
	for i := range r.groups {
		g := &r.groups[i]
		g.records = recordList{kind: r.kind, size: r.size}
		if g.List == nil {
			continue
		}
		if err := json.Unmarshal(g.List, &g.records, jsonOptions); err != nil {
			return err
		}
	}
	return nil
}

func (r *boardReply) proof() string {
	if r.groups == nil {
		return "the reply has no groups"
	}
	for i := range r.groups {
		if lacks := r.groups[i].records.proof(); lacks != "" {
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
	return s.table.setKanbanOrder(ctx, group, ids, opts)
}

func (t *table) setKanbanOrder(ctx context.Context, group string, ids []string, opts []CallOption) error {
	if group == "" || slices.Contains(ids, "") {
		return badInput("group", "it, or an id, is empty")
	}
	body := Attrs{"entityType": t.entityType, "group": group, "ids": append([]string{}, ids...)} // never null
	return t.client.doTrue(ctx, with(newRequest(t.entityType+".setKanbanOrder", http.MethodPut, "Kanban/order").json(body), opts))
}
