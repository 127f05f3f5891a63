package espo

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// TreeQuery says which part of a tree of categories to read.
type TreeQuery struct {
	ParentID     string // the category whose subcategories are read; empty for the roots
	MaxDepth     int    // how many levels; 0 is the server's, which is 2
	OnlyNotEmpty bool   // leave out branches without records
}

// Tree is a part of a tree of categories.
type Tree[T any] struct {
	Nodes []TreeNode[T]
	Path  []string // the ids from the root to TreeQuery.ParentID, that one included
}

// TreeNode is a category with those below it.
type TreeNode[T any] struct {
	Record   T
	Children []TreeNode[T]
	Loaded   bool // whether Children was read: it is not at the deepest level
}

// Tree reads a part of the tree that the records of the entity type form, in
// the order of the server. Entity types with a tree are KnowledgeBaseCategory,
// DocumentFolder, EmailTemplateCategory, TargetListCategory, and those of your
// own that are made of the template CategoryTree.
//
// GET {entityType}/action/listTree. A parent that does not exist, and an entity
// type without a tree, are [ErrNotFound].
//
// To move a category, set its parentId: below itself is [ErrForbidden], and so
// is, from EspoCRM 9.0 on, deleting one that has subcategories or records.
// Before EspoCRM 9.2 a category can be moved below one of its own
// subcategories, and is in no tree then.
func (s *RecordService[T]) Tree(ctx context.Context, q TreeQuery, opts ...CallOption) (Tree[T], error) {
	if q.MaxDepth < 0 {
		return Tree[T]{}, badInput("MaxDepth", "%d is below zero", q.MaxDepth)
	}
	values := url.Values{}
	if q.ParentID != "" {
		values.Set("parentId", q.ParentID)
	}
	if q.MaxDepth > 0 {
		values.Set("maxDepth", strconv.Itoa(q.MaxDepth))
	}
	if q.OnlyNotEmpty {
		values.Set("onlyNotEmpty", "true")
	}
	req := newRequest(s.entityType+".tree", http.MethodGet, "{type}/action/listTree", s.entityType).ask(values)
	if err := checkStruct[T](); err != nil {
		return Tree[T]{}, err
	}
	reply, err := receive[treeReply[T]](ctx, s.client, with(req, opts))
	if err != nil {
		return Tree[T]{}, err
	}
	return Tree[T]{Nodes: reply.List.nodes(), Path: reply.Path}, nil
}

// treeReply is a Tree on the wire.
type treeReply[T any] struct {
	List *treeNodes[T] `json:"list"`
	Path []string      `json:"path"`
}

func (r *treeReply[T]) proof() string {
	switch {
	case r.List == nil:
		return "the reply has no list"
	case !r.List.proven():
		return "the tree holds something that is no record with an id"
	}
	return ""
}

// treeNodes are the nodes of one level on the wire.
type treeNodes[T any] []treeNode[T]

func (n treeNodes[T]) proven() bool {
	for _, node := range n {
		if !node.hasID || node.children != nil && !node.children.proven() {
			return false
		}
	}
	return true
}

func (n treeNodes[T]) nodes() []TreeNode[T] {
	list := make([]TreeNode[T], len(n))
	for i, node := range n {
		list[i].Record, list[i].Loaded = node.record, node.children != nil
		if node.children != nil {
			list[i].Children = node.children.nodes()
		}
	}
	return list
}

type treeNode[T any] struct {
	record   T
	hasID    bool
	children *treeNodes[T]
}

const treeChildren = "childList"

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (n *treeNode[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*n = treeNode[T]{}
	var members map[string]jsontext.Value
	if dec.PeekKind() != '{' {
		return dec.SkipValue() // without an id, it is not a record
	}
	if err := json.UnmarshalDecode(dec, &members); err != nil {
		return err
	}
	if children, ok := members[treeChildren]; ok {
		if err := json.Unmarshal(children, &n.children, jsonOptions); err != nil {
			return err
		}
		delete(members, treeChildren)
	}
	var head recordReply[T]
	raw, err := json.Marshal(members)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &head, jsonOptions); err != nil {
		return err
	}
	n.record, n.hasID = head.record, head.hasID
	return nil
}
