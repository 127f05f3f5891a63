package espo

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
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
	reply, err := s.table.tree(ctx, q, opts)
	if err != nil {
		return Tree[T]{}, err
	}
	return Tree[T]{Nodes: nodesOf[T](reply.nodes), Path: reply.above}, nil
}

// nodesOf are nodes with their type.
func nodesOf[T any](nodes []treeNode) []TreeNode[T] {
	list := make([]TreeNode[T], len(nodes))
	for i, node := range nodes {
		list[i].Record, list[i].Loaded = recordOf[T](node.record), node.loaded
		if node.loaded {
			list[i].Children = nodesOf[T](node.children)
		}
	}
	return list
}

func (t *table) tree(ctx context.Context, q TreeQuery, opts []CallOption) (treeReply, error) {
	if q.MaxDepth < 0 {
		return treeReply{}, badInput("MaxDepth", "%d is below zero", q.MaxDepth)
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
	req := newRequest(t.entityType+".tree", http.MethodGet, "{type}/action/listTree", t.entityType).ask(values)
	if err := checkStruct(t.kind); err != nil {
		return treeReply{}, err
	}
	reply := treeReply{kind: t.kind}
	err := t.client.do(ctx, with(req, opts), &reply)
	return reply, err
}

// treeReply is a reply that is a Tree.
type treeReply struct {
	kind  reflect.Type
	nodes []treeNode // nil where there is no list
	above []string   // ids from the root on
	noID  bool       // a node has none
}

type treeNode struct {
	record   any // points to it
	children []treeNode
	loaded   bool // whether there are children
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (r *treeReply) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var tree struct {
		List jsontext.Value `json:"list"`
		Path []string       `json:"path"`
	}
	err := json.UnmarshalDecode(dec, &tree)
	if err == nil && tree.List.Kind() != 'n' {
		r.above = tree.Path
		r.nodes, err = r.read(tree.List)
	}
	return err
}

// read reads the nodes of one level.
func (r *treeReply) read(list jsontext.Value) ([]treeNode, error) {
	if list == nil {
		return nil, nil
	}
	var items []jsontext.Value
	if err := json.Unmarshal(list, &items, jsonOptions); err != nil {
		return nil, err
	}
	nodes := make([]treeNode, len(items))
	for i, item := range items {
		if err := r.readNode(item, &nodes[i]); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

const treeChildren = "childList"

func (r *treeReply) readNode(item jsontext.Value, node *treeNode) error {
	if item.Kind() != '{' {
		r.noID = true
		return nil
	}
	var members map[string]jsontext.Value
	if err := json.Unmarshal(item, &members, jsonOptions); err != nil {
		return err
	}
	if children, ok := members[treeChildren]; ok && children.Kind() != 'n' {
		var err error
		if node.children, err = r.read(children); err != nil {
			return err
		}
		node.loaded = true
	}
	delete(members, treeChildren)
	raw, err := json.Marshal(members)
	if err != nil {
		return err
	}
	node.record = reflect.New(r.kind).Interface()
	head := recordReply{record: node.record}
	err = json.Unmarshal(raw, &head, jsonOptions)
	r.noID = r.noID || !head.hasID
	return err
}

func (r *treeReply) proof() string {
	switch {
	case r.nodes == nil:
		return "the reply has no list"
	case r.noID:
		return "the tree holds something that is not a record with an id"
	}
	return ""
}
