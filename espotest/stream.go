package espotest

import (
	"slices"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest/internal/answer"
	"github.com/go-espo/espo/espotest/internal/php"
	"github.com/go-espo/espo/espotest/internal/rights"
	"github.com/go-espo/espo/espotest/internal/store"
	"github.com/go-espo/espo/espotest/internal/where"
)

// streamed returns the record of the path, whose stream the user may read.
func (c *call) streamed() (*store.Record, *answer.Error) {
	e := c.store.Types[c.params["controller"]]
	if e == nil {
		return nil, answer.ServerError()
	}
	r := c.store.Find(e.Name, c.params["id"])
	switch {
	case r == nil:
		return nil, answer.NotFound("Record not found.")
	case c.user.Level(e, rights.Stream) == espo.AccessNo:
		return nil, answer.Forbidden("No stream access.")
	case !c.user.May(rights.Read, r) || !c.user.May(rights.Stream, r):
		return nil, answer.Forbidden("No 'read' access.")
	}
	return r, nil
}

func (c *call) recordStream() (any, *answer.Error) {
	r, err := c.streamed()
	if err != nil {
		return nil, err
	}
	keep := func(n *store.Record) bool { return about(n, "parent", r) || about(n, "superParent", r) }
	out, err := c.notes(keep, noteList{of: r, counted: true, filtered: true})
	if err != nil {
		return nil, err
	}
	pinned := []answer.Object{}
	notes := c.store.All("Note")
	for _, n := range slices.Backward(notes) {
		if about(n, "parent", r) && n.Get("isPinned") == true {
			pinned = append(pinned, c.noteItem(n, noteList{of: r}))
		}
	}
	return append(out, answer.Member{Name: "pinnedList", Value: pinned}), nil
}

func (c *call) recordPosts() (any, *answer.Error) {
	r, err := c.streamed()
	if err != nil {
		return nil, err
	}
	return c.recordNotes(r, isPost)
}

// recordUpdates needs the right to audit, and none to the stream.
func (c *call) recordUpdates() (any, *answer.Error) {
	if c.user.Permission("auditPermission") == espo.AccessNo {
		return nil, answer.Forbidden("")
	}
	e := c.store.Types[c.params["controller"]]
	if e == nil {
		return nil, answer.ServerError()
	}
	r, err := c.subject(e, c.params["id"])
	if err != nil {
		return nil, err
	}
	if e.Name == "User" && !c.user.Admin() {
		return nil, answer.Forbidden("")
	}
	return c.recordNotes(r, isUpdate)
}

func (c *call) recordNotes(r *store.Record, which func(*store.Record) bool) (any, *answer.Error) {
	return c.notes(func(n *store.Record) bool { return about(n, "parent", r) && which(n) }, noteList{of: r, counted: true})
}

func isPost(n *store.Record) bool { return n.Str("type") == "Post" }

func isUpdate(n *store.Record) bool { return n.Str("type") == "Update" || n.Str("type") == "Status" }

// about reports whether the note's parent (or other link) is the record.
func about(n *store.Record, link string, r *store.Record) bool {
	return n.Str(link+"Id") == r.ID && n.Str(link+"Type") == r.Entity.Name
}

func (c *call) myStream() (any, *answer.Error) { return c.streamOf(c.user.Rec.ID) }

func (c *call) userStream() (any, *answer.Error) {
	if err := c.checkUserStream(); err != nil {
		return nil, err
	}
	return c.streamOf(c.params["id"])
}

// userPosts is the posts of what a user follows, and what was posted to it.
func (c *call) userPosts() (any, *answer.Error) {
	if err := c.checkUserStream(); err != nil {
		return nil, err
	}
	keep := c.streamedTo(c.params["id"])
	return c.notes(func(n *store.Record) bool { return isPost(n) && keep(n) }, noteList{})
}

// streamOf is what a user follows, and what was posted to it.
func (c *call) streamOf(userID string) (any, *answer.Error) {
	out, err := c.notes(c.streamedTo(userID), noteList{filtered: true})
	if err != nil {
		return nil, err
	}
	return append(out, answer.Member{Name: "reactionsCheckDate", Value: c.store.Timestamp()}, answer.Member{Name: "updatedReactions", Value: []any{}}), nil
}

// streamedTo returns what decides whether a note is in a user's stream. What
// is posted to all does not reach API users.
func (c *call) streamedTo(userID string) func(*store.Record) bool {
	u := c.users[userID]
	return func(n *store.Record) bool {
		for _, link := range []string{"parent", "superParent"} {
			if r := c.store.Find(n.Str(link+"Type"), n.Str(link+"Id")); r != nil && r.FollowedBy(userID) {
				return true
			}
		}
		return n.Get("isGlobal") == true && u != nil && u.Type != "api" ||
			slices.Contains(c.store.Linked(n, "users"), userID) ||
			n.Str("parentId") == "" && n.Str("createdById") == userID
	}
}

func (c *call) ownStream() (any, *answer.Error) {
	if err := c.checkUserStream(); err != nil {
		return nil, err
	}
	id := c.params["id"]
	return c.notes(func(n *store.Record) bool { return n.Str("createdById") == id && c.mayReadNote(n) }, noteList{})
}

func (c *call) checkUserStream() *answer.Error {
	switch id := c.params["id"]; {
	case c.store.Find("User", id) == nil:
		return answer.NotFound("")
	case id != c.user.Rec.ID && c.user.Permission("userPermission") == espo.AccessNo:
		return answer.Forbidden("No user permission access.")
	}
	return nil
}

func (c *call) globalStream() (any, *answer.Error) {
	allowed := c.user.Admin()
	for _, r := range c.user.Roles {
		a, ok := r.Scopes["GlobalStream"]
		if !ok {
			a = r.Scopes["*"]
		}
		allowed = allowed || a.Level(rights.Read) != espo.AccessNo
	}
	if !allowed {
		return nil, answer.Forbidden("")
	}
	keep := func(n *store.Record) bool {
		return n.Str("parentId") != "" && c.store.Find(n.Str("parentType"), n.Str("parentId")) != nil && c.mayReadNote(n)
	}
	return c.notes(keep, noteList{scope: true})
}

// noteList is a kind of list of notes.
type noteList struct {
	of       *store.Record // whose stream it is, if it is a record's
	counted  bool          // the total is counted
	filtered bool          // it can be filtered by posts and updates
	scope    bool          // items say that they are notes
}

// notes lists notes, newest first. Of the search parameters a stream knows
// where and the size of the page, and two of its own.
func (c *call) notes(keep func(*store.Record) bool, kind noteList) (answer.Object, *answer.Error) {
	sp, err := c.searchParams()
	if err != nil {
		return nil, err
	}
	size := c.maxListSize()
	if sp.HasMaxSize {
		size = sp.MaxSize
	}
	switch {
	case size > c.maxListSize():
		return nil, answer.Forbidden("Max size should not exceed %d. Use offset and limit.", c.maxListSize())
	case sp.Offset < 0 || size < 0:
		return nil, answer.ServerError()
	case len(sp.BoolFilters) > 0:
		return nil, answer.BadRequest("No bool filter '%s' for 'Note'.", sp.BoolFilters[0])
	}
	e := c.store.Types["Note"]
	matches := func(*store.Record) bool { return sp.TextFilter == "" } // streams find nothing by text
	if len(sp.Where) > 0 {
		if matches, err = where.Compile(sp.Where, c.whereEnv(e)); err != nil {
			return nil, err
		}
	}
	query := php.ParseQuery(c.req.URL.RawQuery)
	before, after := int64(0), ""
	if v, ok := query.Get("beforeNumber").(string); ok {
		before = int64(php.Int(v))
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
	var found []*store.Record
	for _, n := range slices.Backward(c.store.All("Note")) {
		number, _ := n.Get("number").(int64)
		if keep(n) && matches(n) && filter(n) && (before == 0 || number < before) && (after == "" || n.Str("createdAt") > after) {
			found = append(found, n)
		}
	}
	from, to := pageBounds(sp.Offset, size, len(found))
	total := len(found)
	if !kind.counted {
		if total = -2; to < len(found) {
			total = -1
		}
	}
	list := []answer.Object{}
	for _, n := range found[from:to] {
		list = append(list, c.noteItem(n, kind))
	}
	return answer.Object{{Name: "total", Value: int64(total)}, {Name: "list", Value: list}}, nil
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
func (c *call) noteItem(n *store.Record, kind noteList) answer.Object {
	names := []string{
		"id", "post", "data", "type", "targetType", "number", "isGlobal", "createdByGender", "isInternal", "createdAt",
		"parentId", "parentType", "relatedId", "relatedType", "createdById", "createdByName",
	}
	if kind.of != nil {
		names = append(names, "deleted", "isPinned", "modifiedAt", "modifiedById", "modifiedByName", "superParentId", "superParentType")
	}
	if isPost(n) {
		names = append(names, "attachmentsIds", "attachmentsNames", "attachmentsTypes")
	}
	names = append(names, targetAttributes(n)...)
	out := make(answer.Object, 0, len(names)+6)
	for _, name := range names {
		out = append(out, answer.Member{Name: name, Value: n.Get(name)})
	}
	counts, mine := c.reactionsOf(n)
	out = append(out, answer.Member{Name: "reactionCounts", Value: counts}, answer.Member{Name: "myReactions", Value: mine})
	if n.Str("parentId") != "" && (kind.of == nil || !about(n, "parent", kind.of)) {
		out = append(out, answer.Member{Name: "parentName", Value: c.linkName(n.Entity, "parent", n.Str("parentType"), n.Get("parentId"))})
	}
	if n.Str("relatedId") != "" {
		out = append(out, answer.Member{Name: "relatedName", Value: c.linkName(n.Entity, "related", n.Str("relatedType"), n.Get("relatedId"))})
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

func (c *call) streamAttachments() (any, *answer.Error) {
	r, err := c.streamed()
	if err != nil {
		return nil, err
	}
	sp, err := c.searchParams()
	if err != nil {
		return nil, err
	}
	var found []*store.Record
	for _, a := range c.store.All("Attachment") {
		if n := c.store.Find("Note", a.Str("parentId")); n != nil && a.Str("parentType") == "Note" && about(n, "parent", r) {
			found = append(found, a)
		}
	}
	e := c.store.Types["Attachment"]
	page, err := c.search(e, sp, found)
	if err != nil {
		return nil, err
	}
	list := []answer.Object{}
	for _, a := range page.records {
		item := answer.Object{}
		for _, name := range []string{"id", "name", "type", "size", "createdAt", "parentId", "parentType", "createdById", "createdByName"} {
			item = append(item, answer.Member{Name: name, Value: a.Get(name)})
		}
		list = append(list, item)
	}
	return answer.Object{{Name: "total", Value: int64(page.total)}, {Name: "list", Value: list}}, nil
}

// touchStream notes when the record's stream got its last note.
func (c *call) touchStream(r *store.Record) {
	if r.Entity.Attr("streamUpdatedAt") != nil {
		r.Set("streamUpdatedAt", c.store.Timestamp())
	}
}
