package stream

import (
	"slices"

	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/crm"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/release"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

// noteList is a kind of list of notes.
type noteList struct {
	of       *store.Record // whose stream it is, if it is a record's
	counted  bool          // the total is counted
	filtered bool          // it can be filtered by posts and updates
	scope    bool          // items say that they are notes
}

// notes lists notes, newest first. Of the search parameters a stream knows
// where and the size of the page, and two of its own.
func notes(c *crm.Call, keep func(*store.Record) bool, kind noteList) (answer.Object, *answer.Error) {
	sp, err := c.SearchParams()
	if err != nil {
		return nil, err
	}
	if c.User.Portal != nil {
		every := keep
		keep = func(n *store.Record) bool { return n.Get("isInternal") != true && every(n) }
	}
	size := c.MaxListSize()
	if sp.HasMaxSize {
		size = sp.MaxSize
	}
	switch {
	case size > c.MaxListSize():
		return nil, answer.Forbidden("Max size should not exceed %d. Use offset and limit.", c.MaxListSize())
	case sp.Offset < 0 || size < 0:
		return nil, answer.ServerError()
	case len(sp.BoolFilters) > 0:
		return nil, answer.BadRequest("No bool filter '%s' for 'Note'.", sp.BoolFilters[0])
	}
	matches, err := noteMatches(c, sp, kind)
	if err != nil {
		return nil, err
	}
	var found []*store.Record
	for _, n := range slices.Backward(c.Store.All("Note")) {
		if keep(n) && matches(n) {
			found = append(found, n)
		}
	}
	from, to := crm.PageBounds(sp.Offset, size, len(found))
	total := len(found)
	if !kind.counted {
		if total = -2; to < len(found) {
			total = -1
		}
	}
	list := []answer.Object{}
	for _, n := range found[from:to] {
		list = append(list, noteItem(c, n, kind))
	}
	return answer.Object{{Name: "total", Value: int64(total)}, {Name: "list", Value: list}}, nil
}

// noteMatches returns what decides whether a note is one of those asked for.
func noteMatches(c *crm.Call, sp where.Params, kind noteList) (func(*store.Record) bool, *answer.Error) {
	matches := func(*store.Record) bool { return sp.TextFilter == "" } // streams find nothing by text
	if len(sp.Where) > 0 {
		var err *answer.Error
		if matches, err = where.Compile(sp.Where, c.WhereEnv(c.Store.Types["Note"])); err != nil {
			return nil, err
		}
	}
	query := php.ParseQuery(c.Req.URL.RawQuery)
	before, after := int64(0), ""
	if v, ok := query.Get("beforeNumber").(string); ok {
		before = php.Int(v)
	}
	if v, ok := query.Get("after").(string); ok {
		after = v
	}
	primary := sp.PrimaryFilter
	if v, ok := query.Get("filter").(string); ok && kind.filtered {
		primary = v
	}
	filter, err := noteFilter(primary)
	if err != nil {
		return nil, err
	}
	return func(n *store.Record) bool {
		number, _ := n.Get("number").(int64)
		return matches(n) && filter(n) && (before == 0 || number < before) && (after == "" || n.Str("createdAt") > after)
	}, nil
}

func noteFilter(name string) (func(*store.Record) bool, *answer.Error) {
	switch name {
	case "", "all":
		return func(*store.Record) bool { return true }, nil
	case "posts":
		return isPost, nil
	case "updates":
		return isUpdate, nil
	}
	return nil, answer.BadRequest("No primary filter '%s' for 'Note'.", name)
}

// noteItem is one note of a list.
func noteItem(c *crm.Call, n *store.Record, kind noteList) answer.Object {
	names := []string{
		"id", "post", "data", "type", "targetType", "number", "isGlobal", "createdByGender", "isInternal", "createdAt",
		"parentId", "parentType", "relatedId", "relatedType", "createdById", "createdByName",
	}
	if kind.of != nil {
		names = append(names, "deleted", "modifiedAt", "modifiedById", "modifiedByName", "superParentId", "superParentType")
	}
	if kind.of != nil && c.Has(release.RoutePins) {
		names = append(names, "isPinned")
	}
	if isPost(n) {
		names = append(names, "attachmentsIds", "attachmentsNames", "attachmentsTypes")
	}
	names = append(names, targetAttributes(n)...)
	out := make(answer.Object, 0, len(names)+6)
	for _, name := range names {
		v := n.Get(name)
		if name == "data" {
			v = c.NoteData(n)
		}
		out = append(out, answer.Member{Name: name, Value: v})
	}
	if c.Has(release.Reactions) {
		counts, mine := reactionsOf(c, n)
		out = append(out, answer.Member{Name: "reactionCounts", Value: counts}, answer.Member{Name: "myReactions", Value: mine})
	}
	if n.Str("parentId") != "" && (kind.of == nil || !crm.About(n, "parent", kind.of)) {
		out = append(out, answer.Member{Name: "parentName", Value: c.LinkName(n.Entity, "parent", n.Str("parentType"), n.Get("parentId"))})
	}
	if n.Str("relatedId") != "" {
		out = append(out, answer.Member{Name: "relatedName", Value: c.LinkName(n.Entity, "related", n.Str("relatedType"), n.Get("relatedId"))})
	}
	if kind.scope {
		out = append(out, answer.Member{Name: "_scope", Value: "Note"})
	}
	return out
}

// targetAttributes are the attributes that say to whom a note is posted.
func targetAttributes(n *store.Record) []string {
	users, teams := []string{"usersIds", "usersNames"}, []string{"teamsIds", "teamsNames"}
	switch n.Get("targetType") {
	case "users", "self":
		return users
	case "teams":
		return teams
	case nil:
		if n.Str("parentId") == "" {
			return slices.Concat(teams, users)
		}
	}
	return nil
}

// Attachments lists the files that were posted to the stream of a record:
// GET {type}/{id}/streamAttachments.
func Attachments(c *crm.Call) (any, *answer.Error) {
	r, err := streamed(c)
	if err != nil {
		return nil, err
	}
	sp, err := c.SearchParams()
	if err != nil {
		return nil, err
	}
	var found []*store.Record
	for _, a := range c.Store.All("Attachment") {
		if n := c.Store.Find("Note", a.Str("parentId")); n != nil && a.Str("parentType") == "Note" && crm.About(n, "parent", r) {
			found = append(found, a)
		}
	}
	e := c.Store.Types["Attachment"]
	page, err := c.Search(e, sp, found)
	if err != nil {
		return nil, err
	}
	list := []answer.Object{}
	for _, a := range page.Records {
		item := answer.Object{}
		for _, name := range []string{"id", "name", "type", "size", "createdAt", "parentId", "parentType", "createdById", "createdByName"} {
			item = append(item, answer.Member{Name: name, Value: a.Get(name)})
		}
		list = append(list, item)
	}
	return answer.Object{{Name: "total", Value: int64(page.Total)}, {Name: "list", Value: list}}, nil
}
